"""What becomes of the output of programs: files and their rotation, syslog, capture mode, events.

Each write of a program is one read of the daemon, so `talker` waits for a file before the next one.  Supervisor's capture
mode holds back up to 24 bytes of anything, and loses them at the end (mended, see doc/differences.md): what stands outside
the tags is longer here.
"""

import glob
import os
import re
import select
import socket
import xmlrpc.client

import harness
import pytest
from scenario import NEVER, difference, listener, program, scenario

NONE = {'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
BEGIN, END = '<!--XSUPERVISOR:BEGIN-->', '<!--XSUPERVISOR:END-->'
LONG = 'longer than the tags of capture mode'


def log(name='p', **options):
    """Options of a program that logs into one file."""
    return {'startsecs': 0, 'stdout_logfile': '%%(here)s/log/%s' % name, 'stderr_logfile': 'NONE', **options}


def talker(name, *words, **options):
    """A program that does what the words say, see tests/children/talker; `go:N` is wait:tmp/go.N."""
    words = [re.sub(r'^go:', 'wait:%(here)s/tmp/go.', word.replace('%', '%%')) for word in words]
    command = '%(ENV_CHILDREN)s/talker ' + ' '.join("'%s'" % word for word in words)
    return program(name, command, **{'startsecs': 0, 'autorestart': 'false', **options})


def go(run, number):
    run.write('tmp/go.%d' % number, '')


def tell(run, name, text):
    """Sends it to a cat, and waits until it is logged."""
    def count():
        return sum(run.daemon.read(path).count(text) for path in glob.glob(run.daemon.path('log', '*'))
                   if os.path.isfile(path))
    before = count()
    run.rpc('sendProcessStdin', name, text)
    run.wait_until(lambda: count() > before, '%r is logged' % text, state=lambda: os.listdir(run.daemon.path('log')))
    run.turn()  # and the file is rotated


# Files


@pytest.mark.parametrize('backups', [1, 2, 3])
@scenario(lambda backups: program('p', '/bin/cat', **log(stdout_logfile_maxbytes=25, stdout_logfile_backups=backups)))
def test_rotation(run, backups):
    # A write is never split: a file may be longer than its maximum, and the newest may be empty.
    for n in range(9):
        tell(run, 'p', 'line %d 3456\n' % n)
    run.sh('ls log')


@scenario(program('p', '/bin/cat', **log(stdout_logfile_maxbytes=0)))
def test_rotation_is_off(run):
    for n in range(5):
        tell(run, 'p', 'line %d\n' % n)
    run.sh('ls log')


@scenario(program('p', '/bin/cat', **log(stdout_logfile_maxbytes=20, stdout_logfile_backups=2)), start=False)
def test_rotation_of_what_was_there(run):
    # Too big already: rotated after the first write. A backup is missing; older ones than asked for are left alone.
    for name, text in (('p', 'of an earlier run, long enough\n'), ('p.2', 'two\n'), ('p.3', 'three\n'), ('p.7', 'seven\n')):
        run.write('log/' + name, text)
    run.start()
    tell(run, 'p', 'first\n')
    run.sh('ls log')
    tell(run, 'p', 'second, which is long enough\n')
    tell(run, 'p', 'third\n')
    run.sh('ls log')


@scenario(program('p', '/bin/cat', **log(stdout_logfile_maxbytes=5, stdout_logfile_backups=2)), start=False)
def test_rotation_of_a_directory(run):
    os.mkdir(run.daemon.path('log/p.1'))
    run.start()
    tell(run, 'p', 'first\n')
    run.sh('ls -F log')


@scenario(program('p', '/bin/cat', **log(stdout_logfile_maxbytes=8, stdout_logfile_backups=0)), level='debug')
def test_rotation_without_backups(run):
    run.wait('p', 'RUNNING')
    for n in range(3):
        run.rpc('sendProcessStdin', 'p', '12345678\n')
        run.wait_log(r"'p' stdout output:\n12345678\n", count=n + 1)
        run.turn()
        run.file('log/p')
    tell(run, 'p', 'abc\n')
    run.sh('ls log')


@scenario(''.join(talker('p%d' % n, 'go:%d' % n, 'say:of %d\\n' % n, **log('both')) for n in range(3)), log='by process')
def test_three_programs_and_one_file(run):
    for n in (2, 0, 1):
        go(run, n)
        run.wait_log('of %d' % n, name='log/both')


@scenario(program('p', "/bin/sh -c 'echo out; echo err >&2; echo more; exec sleep 1000'", startsecs=0, redirect_stderr='true',
                  stdout_logfile='%(here)s/log/p', stderr_logfile='%(here)s/log/unused'))
def test_stderr_with_stdout(run):
    run.wait_log('more', name='log/p')
    run.states()


@scenario(''.join(program(name, "/bin/sh -c 'echo out; echo err >&2; exec sleep 1000'", startsecs=0,
                          stdout_logfile=word, stderr_logfile=word) for name, word in (
    ('none', 'NONE'), ('lower', 'none'), ('off', 'off'))), log='by process')
def test_no_files(run):
    run.wait('none', 'RUNNING')
    run.wait('lower', 'RUNNING')
    run.wait('off', 'RUNNING')
    run.states()
    run.ctl('tail', 'off')
    run.rpc('clearProcessLogs', 'none')


@pytest.mark.parametrize('option', ['', 'nocleanup=true', 'identifier=other'])
@scenario(lambda option: program('p', '/bin/echo hello', startsecs=0, autorestart='false'), start=False,
          without={'log': 'the identifier is in its lines'})
def test_auto_logs(run, option):
    # What an earlier daemon of the same identifier has left is removed; other files are not.
    for name in ('p-stdout---supervisor-abcdefgh.log', 'gone-stderr---supervisor-01234567.log',
                 'p-stdout---supervisor-abcdefgh.log.1', 'p-stdout---other-abcdefgh.log', 'p-stdout---supervisor-abc.log',
                 'other.log'):
        run.write('log/' + name, 'old\n')
    run.daemon.sections['supervisord'] += option
    run.config(program('p', '/bin/echo hello', startsecs=0, autorestart='false'))
    run.start()
    run.wait('p', 'EXITED')
    info = run.daemon.info('p')
    run.wait_log('hello', name=info['stdout_logfile'])
    run.states()


@scenario(program('p', '/bin/cat', **log()))
def test_file_is_moved_and_reopened(run):
    # As logrotate does it.
    tell(run, 'p', 'before\n')
    os.rename(run.daemon.path('log/p'), run.daemon.path('log/moved'))
    tell(run, 'p', 'to the old file\n')
    run.kill('USR2')
    run.wait_log('INFO received SIGUSR2')
    run.wait_until(lambda: os.path.exists(run.daemon.path('log/p')))
    tell(run, 'p', 'to the new one\n')


@scenario(program('p', '/bin/cat', **log()))
def test_file_is_deleted(run):
    # What is written then is gone, until it is opened again.
    tell(run, 'p', 'before\n')
    os.unlink(run.daemon.path('log/p'))
    run.rpc('sendProcessStdin', 'p', 'into nothing\n')
    run.rpc('readProcessStdoutLog', 'p', 0, 100)
    run.rpc('stopProcess', 'p')
    run.rpc('startProcess', 'p')
    tell(run, 'p', 'after\n')


@scenario(program('p', '/bin/cat', **log(stdout_logfile_maxbytes=10, stdout_logfile_backups=2)))
def test_clear(run):
    # The backups stay.
    tell(run, 'p', 'the first line\n')
    tell(run, 'p', 'second\n')
    run.rpc('clearProcessLogs', 'p')
    run.file('log/p')
    run.file('log/p.1')
    tell(run, 'p', 'third\n')
    run.rpc('clearAllProcessLogs')
    run.sh('ls log')


@scenario(talker('p', 'go:1', 'say:a\\xffb\\r\\n\\x01\\x00c\\xc3', **log()), level='debug')
def test_bytes_that_are_no_text(run):
    run.wait('p', 'RUNNING')
    go(run, 1)
    run.wait_log('c', name='log/p')
    run.sh('od -c log/p')


@scenario(program('p', "/bin/sh -c 'head -c 3000000 /dev/zero | tr \\\\0 x; echo end; exec sleep 1000'", **log()))
def test_a_line_of_megabytes(run):
    run.wait_log('end', name='log/p')


@scenario(program('p', "/bin/sh -c 'head -c 60000 /dev/zero | tr \\\\0 x; echo end; exit 3'",
                  **log(startsecs=5, startretries=0)))
def test_last_words(run):
    run.wait('p', 'FATAL')
    run.sh('tail -c 5 log/p')


@scenario(talker('p', 'go:1', 'say:before\\n', 'close:1', 'close:2', **log()), level='debug')
def test_output_is_closed(run):
    # The program lives on.
    run.wait('p', 'RUNNING')
    go(run, 1)
    run.wait_log('before', name='log/p')
    run.wait_log(r'fd \d+ closed')
    run.states()


@scenario(talker('p', 'go:1', 'say:hello\\n', stdout_logfile='/dev/stdout', stdout_logfile_maxbytes=0, stderr_logfile='NONE'),
          args=('-s',), level='debug')
def test_stdout_of_the_daemon(run):
    run.wait('p', 'RUNNING')
    go(run, 1)
    run.wait_log('hello', name='stdout')


@scenario(program('p', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/fifo', stdout_logfile_maxbytes=0,
                  stderr_logfile='NONE'), start=False)
def test_fifo(run):
    os.mkfifo(run.daemon.path('fifo'))
    reader = os.open(run.daemon.path('fifo'), os.O_RDWR | os.O_NONBLOCK)
    run.start()
    for text in ('one\n', 'two\n'):
        run.rpc('sendProcessStdin', 'p', text)
        run.wait_until(lambda: select.select([reader], [], [], 0)[0])
        run.say(repr(os.read(reader, 100)))
    run.kill('USR2')
    run.wait_log('INFO received SIGUSR2')
    run.rpc('sendProcessStdin', 'p', 'three\n')
    run.wait_until(lambda: select.select([reader], [], [], 0)[0])
    run.say(repr(os.read(reader, 100)))
    os.close(reader)


@pytest.mark.parametrize('text', ['\\033[1;32mgreen\\033[0m plain', 'b\\033[2Gcol x', 'only ESC \\033 and \\033]0;title\\007',
                                  '\\033[0m', 'no end \\033[12;', '\\033[mone\\033[Htwo\\033[2Jthree'])
@scenario(lambda text: talker('p', 'go:1', 'say:' + text, **log(stdout_events_enabled='true')) +
          listener('ears', 'PROCESS_LOG', startsecs=0, stderr_logfile='NONE', priority=1), supervisord='strip_ansi=true',
          log='by process')
def test_strip_ansi(run, text):
    # An event is sent even of nothing.
    run.wait('ears', 'RUNNING')
    run.wait('p', 'RUNNING')
    go(run, 1)
    run.wait_event('ears', 'eventname:PROCESS_LOG_STDOUT processname:p')


# The main log


@scenario(''.join(program('p%d' % n, '/bin/cat', autostart='false', startsecs=0, **NONE) for n in range(4)),
          supervisord='logfile_maxbytes=1\nlogfile_backups=100', log='but deaths')
def test_main_log_rotates(run):
    # One byte at most: each line has a file of its own.
    for n in range(4):
        run.rpc('startProcess', 'p%d' % n)
    run.sh('ls supervisord.log*')
    for n in range(1, 5):
        run.file('supervisord.log.%d' % n)


@scenario(program('p', '/bin/cat', autostart='false', startsecs=0, **NONE))
def test_main_log_is_cleared(run):
    run.rpc('clearLog')
    run.rpc('startProcess', 'p')
    run.say(run.daemon.rpc.supervisor.readLog(0, 0))


# Events and messages


def ears(events):
    return listener('ears', events, startsecs=0, stderr_logfile='NONE', priority=1, buffer_size=100)


@scenario(talker('p', 'go:1', 'say:one\\n', 'go:2', 'say:two lines\\nand a cut', 'go:3', 'say:\\xff',
                 stdout_events_enabled='true', **NONE) +
          program('err', "/bin/sh -c 'echo to stderr >&2; exec sleep 1000'", startsecs=0, stderr_events_enabled='true',
                  stdout_events_enabled='true', autostart='false', **NONE) +
          program('both', "/bin/sh -c 'echo to stderr >&2; exec sleep 1000'", startsecs=0, stderr_events_enabled='true',
                  stdout_events_enabled='true', redirect_stderr='true', autostart='false', stdout_logfile='NONE') +
          program('quiet', "/bin/sh -c 'echo unheard; exec sleep 1000'", startsecs=0, stderr_events_enabled='true',
                  autostart='false', **NONE) +
          ears('PROCESS_LOG'), log='by process')
def test_events_of_output(run):
    run.wait('ears', 'RUNNING')
    for n in (1, 2, 3):
        go(run, n)
        run.wait_event('ears', 'PROCESS_LOG', count=n)
    run.rpc('startProcess', 'quiet')
    run.rpc('startProcess', 'err')
    run.wait_event('ears', 'processname:err')
    run.rpc('startProcess', 'both')
    run.wait_event('ears', 'processname:both')


@scenario(talker('p', 'go:1', 'say:' + LONG + BEGIN + 'the message' + END + LONG + '\\n',
                 'go:2', 'say:' + BEGIN + LONG, 'go:3', 'say: in two pieces' + END + LONG,
                 'go:4', 'say:' + BEGIN + 'caf\\xc3\\xa9 \\xff' + END + LONG,
                 'go:5', 'say:' + END + LONG + BEGIN + 'a' + BEGIN + 'b' + END + LONG,
                 stdout_capture_maxbytes='1KB', stdout_events_enabled='true', **log()) +
          ears('PROCESS_LOG,PROCESS_COMMUNICATION'), log='by process')
def test_capture(run):
    run.wait('ears', 'RUNNING')
    for n, count in enumerate((4, 5, 8, 10, 13), 1):
        go(run, n)
        run.wait_event('ears', 'processname:p', count=count)


@scenario(talker('p', 'go:1', 'say:' + LONG + BEGIN + 'the message' + END + LONG + '\\n', stdout_capture_maxbytes='1KB',
                 **log()), level='debug')
def test_capture_in_the_main_log(run):
    run.wait('p', 'RUNNING')
    go(run, 1)
    run.wait_log('^%s$' % LONG)


@scenario(talker('p', 'go:1', 'say:' + BEGIN + 'a piece of more than ten bytes: 36..', 'go:2', 'say:and one of 26 bytes at the',
                 'go:3', 'say:the end' + END + LONG, stdout_capture_maxbytes=10, stdout_events_enabled='true', **log()) +
          ears('PROCESS_LOG,PROCESS_COMMUNICATION'), log='by process')
def test_capture_at_its_limit(run):
    run.wait('ears', 'RUNNING')
    for n, count in ((1, 1), (2, 2), (3, 5)):
        go(run, n)
        run.wait_event('ears', 'processname:p', count=count)


@pytest.mark.parametrize('cut', [3, 4, 16, 21, 23])
@scenario(lambda cut: talker(
    'p', 'go:1', 'say:' + LONG + BEGIN[:cut], 'go:2', 'say:' + BEGIN[cut:] + 'a message, ' + LONG,
    'go:3', 'say: in two pieces, ' + LONG + END[:cut - 2], 'go:4', 'say:' + END[cut - 2:] + LONG,
    stdout_capture_maxbytes='1KB', stdout_events_enabled='true', **log()) + ears('PROCESS_LOG,PROCESS_COMMUNICATION'),
    log='by process')
def test_tags_that_are_cut(run, cut):
    run.wait('ears', 'RUNNING')
    for n, count in enumerate((1, 2, 3, 5), 1):
        go(run, n)
        run.wait_event('ears', 'processname:p', count=count)


@scenario(talker('p', 'go:1', 'say:' + BEGIN + 'of stderr' + END + LONG, redirect_stderr='true', stdout_capture_maxbytes='1KB',
                 stderr_capture_maxbytes='1KB', startsecs=0, stdout_logfile='%(here)s/log/p') +
          program('err', "/bin/sh -c 'printf \"%%s\" \"" + BEGIN + 'to stderr' + END + LONG + "\" >&2; exec sleep 1000'",
                  startsecs=0, stderr_capture_maxbytes='1KB', stdout_logfile='NONE', stderr_logfile='%(here)s/log/err') +
          ears('PROCESS_COMMUNICATION'), log='by process', events='by process')
def test_capture_of_stderr(run):
    run.wait('ears', 'RUNNING')
    go(run, 1)
    run.wait_event('ears', 'processname:p')
    run.wait_event('ears', 'processname:err')
    run.wait_log(LONG, name='log/err')


@scenario(talker('p', 'go:1', 'say:' + LONG + BEGIN + LONG, 'go:2', 'exit:0', stdout_capture_maxbytes='1KB',
                 stdout_events_enabled='true', **log()) + ears('PROCESS_LOG,PROCESS_COMMUNICATION'), log='by process')
def test_unfinished_message(run):
    # No event: it is lost with the program.
    run.wait('ears', 'RUNNING')
    go(run, 1)
    run.wait_event('ears', 'processname:p', count=2)
    go(run, 2)
    run.wait('p', 'EXITED')


@scenario(talker('p', 'go:1', 'say:' + BEGIN + LONG, 'go:2', 'say: kept' + END + LONG, stdout_capture_maxbytes='1KB',
                 stdout_events_enabled='true', **log()) + ears('PROCESS_LOG,PROCESS_COMMUNICATION'), log='by process')
def test_clear_empties_the_message(run):
    run.wait('ears', 'RUNNING')
    go(run, 1)
    run.wait_event('ears', 'processname:p')
    run.rpc('clearProcessLogs', 'p')
    go(run, 2)
    run.wait_event('ears', 'PROCESS_COMMUNICATION')
    run.wait_log(LONG, name='log/p')


# syslog

#: A /dev of its own, so that /dev/log is the test's.
IN_A_DEV_OF_ITS_OWN = """\
#!/bin/sh
exec unshare -m /bin/sh -c '
dev=$1; shift
for name in null zero urandom; do touch $dev/$name; mount --bind /dev/$name $dev/$name; done
ln -sf /proc/self/fd $dev/fd
mount --rbind $dev /dev
exec "$@"' sh %s %s "$@"
"""


class Logger:
    """Who listens to /dev/log."""

    def __init__(self, run):
        self.run = run
        self.messages = []
        dev = run.daemon.path('.children', 'dev')
        os.mkdir(dev)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(dev, 'log'))
        impl = run.daemon.impl
        script = run.daemon.path('.children', 'supervisord')
        with open(script, 'w') as file:
            file.write(IN_A_DEV_OF_ITS_OWN % (dev, impl.supervisord))
        os.chmod(script, 0o755)
        run.daemon.impl = harness.Implementation(impl.name, script, impl.supervisorctl, impl.echo_conf)

    def wait(self, pattern):
        def there():
            while select.select([self.socket], [], [], 0)[0]:
                self.messages.append(self.socket.recv(1 << 18).decode('utf-8', 'backslashreplace'))
            return any(re.search(pattern, message) for message in self.messages)
        self.run.wait_until(there, '%r in syslog' % pattern, state=lambda: self.messages)

    def show(self, only=''):
        for message in self.messages:
            if re.search(only, message):
                self.run.say('syslog %r' % re.sub(r'[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d', '<date>', message))


@pytest.mark.root
@scenario(talker('file', 'go:1', 'say:one\\ntwo\\n\\nfour\\n\\n', 'go:2', 'say:cut', 'go:3', 'say: here\\n\\n', 'go:4', 'say:\\n',
                 'go:5', 'say:end\\n', **log('file', stdout_syslog='true')), start=False)
def test_syslog_and_a_file(run):
    logger = Logger(run)
    run.start()
    run.wait('file', 'RUNNING')
    for n, pattern in enumerate((' four', ' cut$', ' here', '(?s)file $.*', ' end'), 1):
        go(run, n)
        if n == 4:
            run.wait_log('here\n\n\n', name='log/file')
        else:
            logger.wait(pattern)
    logger.show()
    run.states()


@pytest.mark.root
@scenario(program('err', "/bin/sh -c 'echo out; echo err >&2; exec sleep 1000'", startsecs=0, stdout_logfile='NONE',
                  stderr_logfile='NONE', stderr_syslog='true') +
          program('old', "/bin/sh -c 'echo as it was written once; exec sleep 1000'", startsecs=0, stdout_logfile='syslog',
                  stderr_logfile='NONE'), start=False, log='by process')
def test_syslog_without_a_file(run):
    logger = Logger(run)
    run.start()
    logger.wait('err err')
    logger.wait('old as it')
    logger.show('err')
    logger.show('old')
    run.states()


@pytest.mark.root
@scenario(program('p', '/bin/cat', autostart='false', startsecs=0, **NONE), supervisord='logfile=syslog', start=False,
          without={'stdout': 'it has the same lines, and what is said by chance'})
def test_main_log_in_syslog(run):
    logger = Logger(run)
    run.start()
    run.rpc('startProcess', 'p')
    run.rpc('stopProcess', 'p')
    run.rpc('readLog', 0, 0)
    logger.wait('stopped: p')
    for message in logger.messages:
        # Whether the program is still there when the reference looks is chance.
        if 'waiting for p to stop' not in message:
            run.say(re.sub(r'^(<\d+>).*? supervisord: ', r'\1<date> supervisord: ', message).replace('\n', '<newline>'))


# What is mended


@difference('What grandchildren write after the end of a program is lost',
            program('p', "/bin/sh -c 'echo first; (read x < %(here)s/fifo; echo last; echo > %(here)s/ended) & exit 0'",
                    **log(autorestart='false', autostart='false')), reference='first\n', ours='first\nlast\n')
def test_grandchildren(run):
    os.mkfifo(run.daemon.path('fifo'))
    run.rpc('startProcess', 'p', False)
    run.wait('p', 'EXITED')
    with open(run.daemon.path('fifo'), 'w') as file:
        file.write('\n')
    run.wait_until(lambda: os.path.exists(run.daemon.path('ended')))
    for _ in range(3):  # it has read what there was when it answers
        run.turn()
    return run.daemon.read('log/p')


@difference('Capture mode holds back up to 24 bytes of any output',
            program('p', '/bin/echo short', **log(autorestart='false', stdout_capture_maxbytes='1KB')),
            reference='', ours='short\n')
def test_short_output(run):
    run.wait('p', 'EXITED')
    return run.daemon.read('log/p')


@pytest.mark.root
@difference('`stdout_syslog`: what is not UTF-8 is lost',
            talker('p', 'go:1', 'say:\\xff\\n', 'go:2', 'say:then\\n', **log(stdout_syslog='true')), start=False,
            reference=([' p then'], True, 'ProtocolError'), ours=([' p \\xff', ' p then'], True, True))
def test_syslog_of_bytes(run):
    logger = Logger(run)
    run.start()
    run.wait('p', 'RUNNING')
    go(run, 1)
    run.wait_until(lambda: run.daemon.read('log/p', 'rb') == b'\xff\n')
    go(run, 2)
    logger.wait('then')
    run.turn()
    written = run.daemon.read('log/p', 'rb') == b'\xff\nthen\n'
    try:
        cleared = run.daemon.rpc.supervisor.clearProcessLogs('p')
    except xmlrpc.client.ProtocolError:
        cleared = 'ProtocolError'
    return [message.partition('supervisord:')[2] for message in logger.messages], written, cleared


# Event listeners


@scenario(talker('l', 'go:1', 'say:\\033[1mREADY\\n', section='eventlistener', events=NEVER,
                 stdout_capture_maxbytes='1KB', stdout_events_enabled='true', **log('l')), supervisord='strip_ansi=true',
          level='debug', differences=('what a listener said',))
def test_listener_that_is_stripped(run):
    # The log file is without the sequence; what counts is what it said, which breaks the protocol.
    run.wait('l', 'RUNNING')
    go(run, 1)
    run.wait_log('READY', name='log/l')
    run.wait_log('UNKNOWN')


@scenario(program('l', "/bin/sh -c 'printf \"READY\\n\"; printf \"%%s\" \"" + BEGIN + 'of a listener' + END + LONG +
                  "\" >&2; exec sleep 1000'", section='eventlistener', events='PROCESS_LOG,PROCESS_COMMUNICATION', startsecs=0,
                  stdout_events_enabled='true', stderr_events_enabled='true', stderr_capture_maxbytes='1KB', priority=1,
                  stdout_logfile='NONE', stderr_logfile='%(here)s/log/l') +
          listener('ears', 'PROCESS_LOG,PROCESS_COMMUNICATION', startsecs=0, stderr_logfile='NONE', priority=2),
          log='by process')
def test_stderr_of_a_listener(run):
    run.wait_log(LONG, name='log/l')
    run.wait_event('ears', 'processname:l', count=3)
