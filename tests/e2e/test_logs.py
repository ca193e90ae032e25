"""What programs write: files, rotation, tails."""

import errno
import glob
import hashlib
import os
import re
import select
import signal
import stat
import subprocess
import tty

import pytest
from harness import DEADLINE, open_files, program, wait_until


def sh(text):
    return "/bin/sh -c '%s; exec sleep 1000'" % text


def test_stdout_and_stderr(daemon):
    d = daemon(program('p', sh('echo out; echo err >&2'), stdout_logfile='%(here)s/log/out',
                       stderr_logfile='%(here)s/log/err'))
    d.wait_log('out', name='log/out')
    d.wait_log('err', name='log/err')
    assert (d.read('log/out'), d.read('log/err')) == ('out\n', 'err\n')
    info = d.info('p')
    assert (info['stdout_logfile'], info['stderr_logfile']) == (d.path('log/out'), d.path('log/err'))
    assert info['logfile'] == info['stdout_logfile']


def test_redirect_stderr(daemon):
    d = daemon(program('p', sh('echo out; echo err >&2'), stdout_logfile='%(here)s/log/out', redirect_stderr='true'))
    d.wait_log('err', name='log/out')
    assert d.read('log/out') == 'out\nerr\n'
    assert d.info('p')['stderr_logfile'] == ''


def test_logfile_none(daemon):
    d = daemon(program('p', sh('echo out; echo err >&2'), stdout_logfile='NONE', stderr_logfile='NONE'))
    info = d.wait_state('p', 'RUNNING')
    assert info['stdout_logfile'] == info['stderr_logfile'] == ''
    assert d.ctl('tail', 'p') == (1, 'p: ERROR (no log file)\n', '')
    assert os.listdir(d.path('log')) == []


def test_auto_logs(make_daemon, impl):
    d = make_daemon(impl, program('p', sh('echo out; echo err >&2')), supervisord='identifier=me')
    old = d.write('log/old-stdout---me-abcd1234.log', 'old')
    other = d.write('log/old-stdout---you-abcd1234.log', 'old')
    d.start()
    d.wait_state('p', 'RUNNING')
    info = d.info('p')
    assert re.fullmatch(re.escape(d.path('log')) + r'/p-stdout---me-[a-z0-9_]{8}\.log', info['stdout_logfile'])
    assert re.fullmatch(re.escape(d.path('log')) + r'/p-stderr---me-[a-z0-9_]{8}\.log', info['stderr_logfile'])
    wait_until(lambda: d.read(info['stdout_logfile']) == 'out\n' and d.read(info['stderr_logfile']) == 'err\n')
    assert stat.S_IMODE(os.stat(info['stdout_logfile']).st_mode) == 0o600
    assert not os.path.exists(old)
    assert os.path.exists(other)
    d.stop()
    assert os.path.exists(info['stdout_logfile'])


def test_nocleanup(make_daemon, impl):
    d = make_daemon(impl, '', supervisord='identifier=me\nnocleanup=true')
    old = d.write('log/old-stdout---me-abcd1234.log', 'old')
    d.start()
    assert os.path.exists(old)


def test_logfile_names_expand(daemon):
    d = daemon(program('w', sh('echo %%(process_num)d').replace('%%', '%'), numprocs=2, numprocs_start=5,
                       process_name='%(program_name)s-%(process_num)d',
                       stdout_logfile='%(here)s/log/%(group_name)s_%(program_name)s_%(process_num)d'))
    d.wait_log('5', name='log/w_w_5')
    d.wait_log('6', name='log/w_w_6')


def test_strip_ansi(daemon):
    d = daemon(program('p', r"/usr/bin/printf '\033[1;32mgreen\033[0m plain\n'", stdout_logfile='%(here)s/log/out',
                       startsecs=0, autorestart='false'), supervisord='strip_ansi=true')
    d.wait_log('plain', name='log/out')
    assert d.read('log/out') == 'green plain\n'


def test_rotation_with_backups(daemon):
    d = daemon(program('p', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', stdout_logfile='%(here)s/log/out',
                       stdout_logfile_maxbytes=1, stdout_logfile_backups=2, startsecs=0))
    # One byte at most: each chunk ends its file.
    for n in range(1, 5):
        d.write('ticks', 'x\n' * n)
        wait_until(lambda n=n: d.read('log/out.1') == 'tick %d\n' % n, what='tick %d is rotated' % n,
                   state=lambda: {name: d.read('log/' + name) for name in os.listdir(d.path('log'))})
    assert d.read('log/out') == ''
    assert d.read('log/out.2') == 'tick 3\n'
    assert sorted(os.listdir(d.path('log'))) == [os.path.basename(n) for n in
                                                 sorted(glob.glob(d.path('log', '*')))]
    assert not os.path.exists(d.path('log/out.3'))


def test_rotation_without_backups(daemon):
    d = daemon(program('p', '%(ENV_CHILDREN)s/flood 100000', stdout_logfile='%(here)s/log/out',
                       stdout_logfile_maxbytes=1000, stdout_logfile_backups=0))
    d.wait_state('p', 'RUNNING')
    wait_until(lambda: any(name.startswith('out') for name in os.listdir(d.path('log'))))
    wait_until(lambda: len(d.read('log/out', 'rb')) < 100000)
    assert not [name for name in os.listdir(d.path('log')) if name.startswith('out.')]


def numbered(size):
    """The SHA-256 of what children/flood writes."""
    digest = hashlib.sha256()
    for first in range(0, size // 16, 65536):
        digest.update(b''.join(b'%015d\n' % n for n in range(first, min(first + 65536, size // 16))))
    return digest.hexdigest()


def test_no_byte_is_lost_across_rotations(daemon):
    """A flood, files of 1 MB: all files together are what was written."""
    size = int(os.environ.get('CVISOR_FLOOD_MB', '48')) * 1024 * 1024
    d = daemon(program('flood', '%%(ENV_CHILDREN)s/flood %d' % size, stdout_logfile='%(here)s/log/out',
                       stdout_logfile_maxbytes='1MB', stdout_logfile_backups=size // 1024 // 1024 + 10),
               supervisord='loglevel=info')

    def files():
        numbers = sorted((int(path.rpartition('.')[2]) for path in glob.glob(d.path('log', 'out.*'))), reverse=True)
        return [d.path('log', 'out.%d' % n) for n in numbers] + [d.path('log', 'out')]

    def total():
        try:
            return sum(os.path.getsize(path) for path in files())
        except FileNotFoundError:
            return 0
    wait_until(lambda: total() >= size, 3 * DEADLINE, 'all bytes are there', state=total, pause=0.2)
    d.rpc.supervisor.getState()  # it may have been about to rotate once more
    digest = hashlib.sha256()
    for path in files():
        with open(path, 'rb') as file:
            digest.update(file.read())
    assert total() == size
    assert digest.hexdigest() == numbered(size)
    assert len(files()) > 10


def test_output_before_death_is_kept(daemon):
    """What a program wrote before it died is in the log when its end is."""
    d = daemon(program('p', "/bin/sh -c 'head -c 60000 /dev/zero | tr \\\\0 x; echo end'", startsecs=0,
                       autorestart='false', stdout_logfile='%(here)s/log/out'))
    d.wait_state('p', 'EXITED')
    text = d.read('log/out')
    assert len(text) == 60004 and text.endswith('xend\n')


def test_tail(daemon):
    d = daemon(program('p', sh('seq 1000; echo err >&2'), stdout_logfile='%(here)s/log/out',
                       stderr_logfile='%(here)s/log/err'))
    whole = ''.join('%d\n' % n for n in range(1, 1001))
    wait_until(lambda: d.read('log/out') == whole and d.read('log/err'))
    assert d.ctl('tail', 'p') == (0, whole[-1600:] + '\n', '')
    assert d.ctl('tail', '-10', 'p') == (0, whole[-10:] + '\n', '')
    assert d.ctl('tail', '-0', 'p') == (0, whole + '\n', '')
    assert d.ctl('tail', 'p', 'stderr') == (0, 'err\n\n', '')
    assert d.ctl('tail', 'nope') == (1, 'nope: ERROR (no such process name)\n', '')
    assert d.ctl('tail', 'p', 'both')[:2] == (1, "Error: bad channel 'both'\n")
    assert d.ctl('tail', '-x', 'p')[:2] == (1, 'Error: bad argument -x\n')
    assert d.ctl('tail').out.startswith('Error: too few arguments\n')


def test_maintail(daemon):
    d = daemon(program('cat', '/bin/cat'))
    d.wait_state('cat', 'RUNNING')
    result = d.ctl('maintail', '-100')
    assert result.status == 0 and len(result.out) == 101
    assert 'INFO success: cat entered RUNNING state' in d.ctl('maintail', '-10000').out


def test_clear(daemon):
    d = daemon(program('p', sh('echo out'), stdout_logfile='%(here)s/log/out'))
    d.wait_log('out', name='log/out')
    d.wait_state('p', 'RUNNING')
    assert d.ctl('clear', 'p') == (0, 'p: cleared\n', '')
    assert d.read('log/out') == ''
    assert d.ctl('clear', 'all') == (0, 'p: cleared\n', '')
    assert d.ctl('clear', 'nope') == (1, 'nope: ERROR (no such process)\n', '')


class Follower:
    """supervisorctl tail -f in the background."""

    def __init__(self, d, *args):
        self.path = d.path('followed')
        with open(self.path, 'wb') as out:
            self.process = subprocess.Popen([d.impl.supervisorctl, '-c', d.config, *args], stdout=out,
                                            stderr=subprocess.STDOUT, cwd=d.dir, env=d.env)

    def text(self):
        with open(self.path, errors='replace') as file:
            return file.read()

    def wait(self, text):
        wait_until(lambda: text in self.text(), what='%r is shown' % text, state=self.text)


def test_tail_follows(daemon):
    d = daemon(program('p', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', stdout_logfile='%(here)s/log/out', startsecs=0))
    d.write('ticks', 'x\n')
    d.wait_log('tick 1', name='log/out')
    follower = Follower(d, 'tail', '-f', 'p')
    follower.wait('tick 1\n')
    d.write('ticks', 'x\nx\n')
    follower.wait('tick 2\n')
    assert follower.text() == '==> Press Ctrl-C to exit <==\ntick 1\ntick 2\n'
    follower.process.send_signal(signal.SIGINT)
    assert follower.process.wait(DEADLINE) == 0
    assert follower.text() == '==> Press Ctrl-C to exit <==\ntick 1\ntick 2\n\n'


def test_tail_follows_across_rotation(daemon):
    d = daemon(program('p', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', stdout_logfile='%(here)s/log/out', startsecs=0,
                       stdout_logfile_maxbytes=20, stdout_logfile_backups=3))
    d.write('ticks', 'x\n')
    d.wait_log('tick 1', name='log/out')
    follower = Follower(d, 'tail', '-f', 'p')
    follower.wait('tick 1\n')
    for n in range(2, 9):
        d.write('ticks', 'x\n' * n)
        wait_until(lambda n=n: any('tick %d\n' % n in d.read('log/' + name) for name in os.listdir(d.path('log'))))
    if d.impl.name == 'ours':
        follower.wait('tick 8\n')
        assert re.findall(r'tick (\d)', follower.text()) == list('12345678')
    follower.process.send_signal(signal.SIGINT)
    assert follower.process.wait(DEADLINE) == 0


def test_maintail_follows(daemon):
    d = daemon(program('cat', '/bin/cat'))
    d.wait_state('cat', 'RUNNING')
    follower = Follower(d, 'maintail', '-f')
    follower.wait('entered RUNNING state')
    assert d.ctl('stop', 'cat').status == 0
    follower.wait('stopped: cat (terminated by SIGTERM)')
    follower.process.send_signal(signal.SIGINT)
    assert follower.process.wait(DEADLINE) == 0


def test_tail_follows_nothing(daemon):
    d = daemon()
    result = d.ctl('tail', '-f', 'nope')
    assert result == (0, '==> Press Ctrl-C to exit <==\n',
                      'unix://%s/logtail/nope/stdout Cannot read, status code 404\n' % d.socket)


def test_main_log_rotates(daemon):
    d = daemon(program('cat', '/bin/cat', autostart='false', startsecs=0),
               supervisord='logfile_maxbytes=2000\nlogfile_backups=2')
    for _ in range(10):
        assert d.ctl('restart', 'cat').status in (0, 7)
    wait_until(lambda: sorted(n for n in os.listdir(d.dir) if n.startswith('supervisord.log')) == [
        'supervisord.log', 'supervisord.log.1', 'supervisord.log.2'])


def test_child_output_in_main_log_at_debug(daemon):
    d = daemon(program('p', sh('echo hello')))
    d.wait_log(r"DEBG 'p' stdout output:\nhello$")


@pytest.mark.ours_only
def test_clear_reaches_a_stopped_program(daemon):
    """Supervisor answers True and leaves the file as it is."""
    d = daemon(program('p', sh('echo out'), stdout_logfile='%(here)s/log/out'))
    d.wait_log('out', name='log/out')
    d.wait_state('p', 'RUNNING')
    assert d.ctl('stop', 'p').status == 0
    assert d.ctl('clear', 'p') == (0, 'p: cleared\n', '')
    assert d.read('log/out') == ''


def say(name, *words, **options):
    """A program that does what the words say: see tests/children/talker."""
    command = '%(ENV_CHILDREN)s/talker ' + ' '.join("'%s'" % word for word in words)
    return program(name, command, **{'startsecs': 0, 'autorestart': 'false', 'stderr_logfile': 'NONE', **options})


@pytest.mark.ours_only
def test_a_fifo_makes_only_its_program_wait(daemon, make_daemon, impl):
    """Nobody reads it: the daemon goes on, and when somebody does, every byte is there.  Supervisor would not start."""
    size = 300000 // 16 * 16
    d = make_daemon(impl, program('flood', '%%(ENV_CHILDREN)s/flood %d' % size, stdout_logfile='%(here)s/fifo',
                                  stdout_logfile_maxbytes='1KB', stderr_logfile='NONE') +
                    say('other', 'say:not held up\\n', stdout_logfile='%(here)s/log/other'),
                    supervisord='loglevel=info')
    os.mkfifo(d.path('fifo'))
    d.start()
    d.wait_log('not held up', name='log/other')
    d.wait_state('flood', 'RUNNING')
    assert d.ctl('clear', 'flood') == (0, 'flood: cleared\n', '')
    d.kill(signal.SIGUSR2)
    d.wait_log('received SIGUSR2')
    assert stat.S_ISFIFO(os.stat(d.path('fifo')).st_mode)
    reader = os.open(d.path('fifo'), os.O_RDONLY | os.O_NONBLOCK)
    digest, got = hashlib.sha256(), [0]

    def all_is_read():
        if select.select([reader], [], [], 0)[0]:
            try:
                data = os.read(reader, 65536)
            except OSError as error:
                assert error.errno == errno.EAGAIN
                return False
            digest.update(data)
            got[0] += len(data)
        return got[0] == size
    wait_until(all_is_read, state=lambda: got, pause=0)
    os.close(reader)
    assert digest.hexdigest() == numbered(size)
    assert 'lost' not in d.log and 'exception' not in d.log


@pytest.mark.ours_only
def test_a_terminal(make_daemon, impl):
    """It does not become the daemon's own, and is never rotated.  When it is gone, the program goes on."""
    master, slave = os.openpty()
    tty.setraw(slave)
    d = make_daemon(impl, program('p', '/bin/cat', startsecs=0, stdout_logfile=os.ttyname(slave),
                                  stdout_logfile_maxbytes=5, stderr_logfile='NONE'))
    d.start()
    for text in ('hello\n', 'again\n'):
        d.rpc.supervisor.sendProcessStdin('p', text)
        wait_until(lambda: select.select([master], [], [], 0)[0])
        assert os.read(master, 100) == text.encode()
    with open('/proc/%d/stat' % d.pid) as file:
        assert file.read().rpartition(')')[2].split()[4] == '0'
    os.close(slave)
    os.close(master)
    d.rpc.supervisor.sendProcessStdin('p', 'nobody sees it\n')
    d.wait_log("bytes of the stdout of 'p' are lost")
    assert d.state('p') == 'RUNNING'


@pytest.mark.parametrize('path', ['/dev/stdout', '/dev/stderr'])
def test_output_of_the_daemon(daemon, path):
    """As in a container: the programs write where the daemon does."""
    d = daemon(say('p', 'say:one\\n', 'say:two\\n', stdout_logfile=path, stdout_logfile_maxbytes=0), args=('-s',),
               supervisord='loglevel=info')
    d.wait_log('two', name=path[5:])
    assert d.read(path[5:]) == 'one\ntwo\n' or path == '/dev/stderr' and d.impl.name == 'reference'


def test_no_rotation(daemon):
    """maxbytes=0: never."""
    d = daemon(program('p', '%(ENV_CHILDREN)s/flood 1600000', stdout_logfile='%(here)s/log/out', stdout_logfile_maxbytes=0,
                       stderr_logfile='NONE'), supervisord='loglevel=info')
    wait_until(lambda: len(d.read('log/out', 'rb')) == 1600000)
    assert os.listdir(d.path('log')) == ['out']


@pytest.mark.ours_only
def test_several_programs_in_one_file(daemon):
    """Each of them rotates it, and not a line is lost or cut.  Supervisor's programs go on in files that were moved."""
    lines = 2000
    names = ['p%d' % n for n in range(3)]
    d = daemon(''.join(program(name, "/bin/sh -c 'for n in $(seq %d); do echo %s $n; done; exec sleep 1000'" % (lines, name),
                               startsecs=0, stdout_logfile='%(here)s/log/out', stdout_logfile_maxbytes=4000,
                               stdout_logfile_backups=100, stderr_logfile='NONE') for name in names),
               supervisord='loglevel=info')

    def seen():
        numbers = sorted((int(path.rpartition('.')[2]) for path in glob.glob(d.path('log', 'out.*'))), reverse=True)
        return ''.join(d.read('log/out.%d' % n) for n in numbers) + d.read('log/out')
    wait_until(lambda: seen().count('\n') == 3 * lines, state=lambda: seen().count('\n'))
    d.rpc.supervisor.getState()  # it may have been about to rotate once more
    for name in names:
        assert re.findall(r'^%s (\d+)$' % name, seen(), re.M) == [str(n) for n in range(1, lines + 1)]
    assert len(os.listdir(d.path('log'))) > 2


def test_deleted_from_outside(daemon):
    """SIGUSR2 makes a new file; so does a rotation."""
    d = daemon(program('p', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/log/out', stdout_logfile_maxbytes=40,
                       stdout_logfile_backups=2, stderr_logfile='NONE'))
    d.rpc.supervisor.sendProcessStdin('p', 'before\n')
    d.wait_log('before', name='log/out')
    os.unlink(d.path('log/out'))
    d.rpc.supervisor.sendProcessStdin('p', 'nowhere\n')
    d.wait_log("'p' stdout output:\nnowhere")
    assert not os.path.exists(d.path('log/out'))
    d.kill(signal.SIGUSR2)
    wait_until(lambda: os.path.exists(d.path('log/out')))
    d.rpc.supervisor.sendProcessStdin('p', 'after\n')
    d.wait_log('after', name='log/out')
    os.unlink(d.path('log/out'))
    d.rpc.supervisor.sendProcessStdin('p', 'a line that is long enough to rotate it\n')
    wait_until(lambda: os.path.exists(d.path('log/out')))
    d.rpc.supervisor.sendProcessStdin('p', 'again\n')
    d.wait_log('again', name='log/out')
    assert os.listdir(d.path('log')) == ['out']


@pytest.fixture
def small_disk():
    """mount(directory): a file system of 64 KiB there."""
    mounted = []

    def mount(path):
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], stderr=subprocess.DEVNULL).returncode:
            pytest.skip('cannot mount a file system')
        mounted.append(path)
    yield mount
    for path in mounted:
        subprocess.run(['umount', '-l', path], check=True)


@pytest.mark.ours_only
@pytest.mark.root
def test_full_disk_drops(make_daemon, impl, small_disk):
    """The program goes on, and the loss is counted and reported.  Then the disk has room again."""
    d = make_daemon(impl, program('p', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/log/out', stderr_logfile='NONE'),
                    supervisord='loglevel=info')
    small_disk(d.path('log'))
    d.start()
    for _ in range(3):
        d.rpc.supervisor.sendProcessStdin('p', 'x' * 40000 + '\n')
    d.wait_log(r"ERRO \d+ bytes of the stdout of 'p' are lost: cannot write log '.*/log/out': No space left on device")
    assert d.state('p') == 'RUNNING'
    stream = d.events()
    stream.snapshot()
    d.rpc.supervisor.sendProcessStdin('p', 'y' * 50 + '\n')
    d.rpc.supervisor.sendProcessStdin('p', 'z' * 50 + '\n')
    lost = 3 * 40001 + 2 * 51 - os.path.getsize(d.path('log/out'))
    stream.until(lambda event: event.event == 'process' and event.data.get('lost_bytes') == lost)
    d.kill(signal.SIGUSR2)
    assert d.ctl('clear', 'p') == (0, 'p: cleared\n', '')
    d.rpc.supervisor.sendProcessStdin('p', 'room again\n')
    d.wait_log('room again', name='log/out')


@pytest.mark.ours_only
@pytest.mark.root
def test_full_disk_blocks(make_daemon, impl, small_disk):
    """The program waits, others do not; when there is room, every byte is there."""
    size = 200000 // 16 * 16
    d = make_daemon(impl, program('flood', '%%(ENV_CHILDREN)s/flood %d' % size, stdout_logfile='%(here)s/log/out',
                                  stdout_full_action='block', stderr_logfile='NONE') +
                    program('cat', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/cat', stderr_logfile='NONE'),
                    supervisord='loglevel=info')
    small_disk(d.path('log'))
    d.start()
    d.wait_log("ERRO 'flood' waits with its stdout: cannot write log '.*/log/out': No space left on device")
    d.rpc.supervisor.sendProcessStdin('cat', 'not held up\n')
    d.wait_log('not held up', name='cat')
    assert os.path.getsize(d.path('log/out')) < size
    subprocess.run(['mount', '-o', 'remount,size=1m', d.path('log')], check=True)
    wait_until(lambda: os.path.getsize(d.path('log/out')) == size, state=lambda: os.path.getsize(d.path('log/out')))
    assert hashlib.sha256(d.read('log/out', 'rb')).hexdigest() == numbered(size)
    assert ' are lost' not in d.log


@pytest.mark.ours_only
def test_grandchildren_hold_the_pipe(daemon):
    """What they write after the end of the program is logged, until it is started again.  Supervisor loses it."""
    d = daemon(program('p', "/bin/sh -c 'echo first; (read x < %(here)s/fifo; echo last) & exit 0'", startsecs=0,
                       autostart='false', autorestart='false', stdout_logfile='%(here)s/log/out', stderr_logfile='NONE'))
    os.mkfifo(d.path('fifo'))
    assert d.ctl('start', 'p').status == 0
    d.wait_state('p', 'EXITED')
    assert d.read('log/out') == 'first\n'
    with open(d.path('fifo'), 'w') as file:
        file.write('\n')
    d.wait_log('last', name='log/out')
    assert d.state('p') == 'EXITED'


@pytest.mark.ours_only
def test_capture_holds_back_tags_only(daemon):
    """Short output is logged at once, and nothing is lost at the end: Supervisor waits for 24 bytes, and loses them."""
    d = daemon(say('p', 'say:short', 'wait:%(here)s/go', 'say:<!--XSUPERVISOR:', 'exit:0', stdout_capture_maxbytes='1KB',
                   stdout_logfile='%(here)s/log/out'))
    d.wait_log('short', name='log/out')
    d.write('go', '')
    d.wait_state('p', 'EXITED')
    assert d.read('log/out') == 'short<!--XSUPERVISOR:'


@pytest.mark.ours_only
def test_an_endless_message(daemon):
    """A program that never ends its message costs no more than the limit, or one read."""
    d = daemon(say('p', 'say:<!--XSUPERVISOR:BEGIN-->', 'say:' + 'x' * 60000, 'wait:%(here)s/go', stdout_logfile='NONE',
                   stdout_capture_maxbytes='100KB') +
               program('endless', "/bin/sh -c 'printf \"<!--XSUPERVISOR:BEGIN-->\"; head -c 100000000 /dev/zero; "
                       "printf \"<!--XSUPERVISOR:END-->done\"; exec sleep 1000'", startsecs=0, stderr_logfile='NONE',
                       stdout_capture_maxbytes='100KB', stdout_logfile='%(here)s/log/out'), supervisord='loglevel=info')
    d.wait_log('done', 3 * DEADLINE, name='log/out')
    assert d.read('log/out') == 'done'
    with open('/proc/%d/status' % d.pid) as file:
        peak = int(re.search(r'VmHWM:\s+(\d+)', file.read()).group(1))
    assert peak < 64000 or 'san' in str(os.environ.get('CVISOR_BUILDDIR'))


@pytest.mark.ours_only
def test_reader_of_a_fifo_leaves(make_daemon, impl):
    """What nobody can read any more is lost and counted; the program goes on, as under Supervisor."""
    d = make_daemon(impl, program('flood', '%(ENV_CHILDREN)s/flood 800000', stdout_logfile='%(here)s/fifo',
                                  stdout_logfile_maxbytes=0, stderr_logfile='NONE'), supervisord='loglevel=info')
    os.mkfifo(d.path('fifo'))
    reader = os.open(d.path('fifo'), os.O_RDONLY | os.O_NONBLOCK)
    d.start()
    d.wait_state('flood', 'RUNNING')
    assert ' are lost' not in d.log
    os.close(reader)
    d.wait_log("ERRO \\d+ bytes of the stdout of 'flood' are lost: cannot write log '.*/fifo': Broken pipe")

    def lost():
        stream = d.events()
        try:
            return stream.snapshot()[0]['flood:flood']['lost_bytes']
        finally:
            stream.close()
    wait_until(lambda: lost() >= 800000 - 2 * 65536, state=lost)
    assert d.state('flood') == 'RUNNING'


def rotation_fails(d, name, write):
    """The backup cannot be made: the file grows, and is rotated when it can be."""
    d.wait_log("CRIT cannot rotate log '.*/%s': .*; it grows beyond its maximum" % os.path.basename(name))
    os.rmdir(d.path(name + '.1/in the way'))
    os.rmdir(d.path(name + '.1'))

    def rotated():
        write()
        return os.path.isfile(d.path(name + '.1'))
    wait_until(rotated)


@pytest.mark.ours_only
def test_rotation_fails(make_daemon, impl):
    d = make_daemon(impl, program('p', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/log/out',
                                  stdout_logfile_maxbytes=20, stdout_logfile_backups=1, stderr_logfile='NONE'))
    os.makedirs(d.path('log/out.1/in the way'))
    d.start()
    d.rpc.supervisor.sendProcessStdin('p', 'more than twenty bytes\n')
    d.wait_log('more than', name='log/out')
    written = []

    def write():
        """One more line, and it is in the file: what is written to a file is told in the main log afterwards."""
        written.append(d.rpc.supervisor.sendProcessStdin('p', 'another line\n'))
        d.wait_log("DEBG 'p' stdout output:\nanother line$", count=len(written))
    rotation_fails(d, 'log/out', write)
    assert d.read('log/out.1').startswith('more than twenty bytes\nanother line\n')


@pytest.mark.ours_only
def test_rotation_of_the_main_log_fails(make_daemon, impl):
    """Supervisor's daemon ends."""
    d = make_daemon(impl, program('p', '/bin/cat', autostart='false', startsecs=0),
                    supervisord='logfile_maxbytes=300\nlogfile_backups=1')
    os.makedirs(d.path('supervisord.log.1/in the way'))
    d.start()

    def write():
        d.rpc.supervisor.startProcess('p')
        d.rpc.supervisor.stopProcess('p')
    rotation_fails(d, 'supervisord.log', write)
    assert 'cannot rotate' in d.read('stdout')


@pytest.mark.ours_only
def test_main_log_on_a_fifo(make_daemon, impl):
    """Nobody need read it, not even when it is opened again; and it may be replaced."""
    d = make_daemon(impl, '', supervisord='logfile=%(here)s/fifo')
    os.mkfifo(d.path('fifo'))
    d.start('-s')

    def read_fifo(expected):
        reader = os.open(d.path('fifo'), os.O_RDONLY | os.O_NONBLOCK)
        seen = []

        def there():
            if select.select([reader], [], [], 0)[0]:
                seen.append(os.read(reader, 65536).decode())
            return all(text in ''.join(seen) for text in expected)
        wait_until(there, what='%s in the FIFO' % (expected,), state=lambda: seen)
        os.close(reader)
    d.kill(signal.SIGUSR2)
    assert d.rpc.supervisor.getState()['statename'] == 'RUNNING'
    read_fifo(['supervisord started with pid', 'received SIGUSR2'])
    os.rename(d.path('fifo'), d.path('old'))
    os.mkfifo(d.path('fifo'))
    d.kill(signal.SIGUSR2)
    wait_until(lambda: d.path('fifo') in open_files(d.pid).values())
    d.kill(signal.SIGUSR2)
    read_fifo(['received SIGUSR2'])
