"""Our supervisorctl beside Debian's, both talking to Debian's supervisord: same output, streams and exit statuses.

Commands that only look are run by both on one daemon.  Commands that change something are run as a scenario, by each
on a daemon of its own.  What differs by nature (pids, times, directories) is masked.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading

import pexpect
import pytest
from harness import (DEADLINE, OURS, REFERENCE, Daemon, Result, free_port, program, reference_is_installed,
                     wait_until)

pytestmark = pytest.mark.skipif(not reference_is_installed(),
                                reason='the reference (package supervisor) is not installed')

PROGRAMS = (
    program('cat', '/bin/cat', priority=10, startsecs=0, stopwaitsecs=1, stdout_logfile='%(here)s/log/cat.out',
            stderr_logfile='%(here)s/log/cat.err') +
    program('web', '/bin/sh -c "echo out; echo err >&2; exec sleep 1000"', numprocs=2, priority=20, startsecs=0,
            stopwaitsecs=1, process_name='%(program_name)s_%(process_num)02d', redirect_stderr='true') +
    program('idle', '/bin/sleep 1000', autostart='false', startsecs=0, stopwaitsecs=1,
            stdout_logfile='%(here)s/log/idle.out', stderr_logfile='NONE') +
    program('quick', '/bin/sh -c "sleep 0.3; exit 3"', startretries=0, startsecs=5, autostart='false', stdout_logfile='NONE') +
    program('nofile', '/nonexistent/prog arg', autostart='false', stdout_logfile='NONE') +
    program('noexec', '/etc/passwd', autostart='false', stdout_logfile='NONE'))


def mask(text, d):
    text = text.replace(d.dir, 'DIR') if d else text
    text = re.sub(r'pid \d+, uptime \d:\d\d:\d\d', 'pid N, uptime T', text)
    text = re.sub(r'(?m)^(supervisor> )?[1-9]\d*$', r'\1PID', text)
    text = re.sub(r'For help, use \S+', 'For help, use PROG', text)
    # Lines of Python's own library move with each of Debian's security updates; ours are those of the spec.
    text = re.sub(r'(file: /usr/lib/python3\.11/\S+ line: )\d+', r'\1N', text)
    return re.sub(r'[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M', 'DATE', text)


def masked(result, d):
    return Result(result.status, mask(result.out, d), mask(result.err, d))


UP = ('cat', 'web:web_00', 'web:web_01')


def wait_up(d, names):
    """They run, and what web says is in its logs, which both clients are to find the same."""
    for name in names:
        info = d.wait_state(name, 'RUNNING')
        if name.startswith('web:'):
            d.wait_log('err', name=info['stdout_logfile'])


@pytest.fixture
def reference(make_daemon):
    def start(config=PROGRAMS, ready=UP, **options):
        d = make_daemon(REFERENCE, config, **options).start()
        wait_up(d, ready)
        return d
    return start


@pytest.fixture(scope='module')
def looking():
    """A daemon for all tests that only look at it."""
    d = Daemon(REFERENCE, PROGRAMS).start()
    wait_up(d, UP)
    yield d
    d.cleanup()


def same_but_for_places(ours, theirs):
    """Errors in options and files: ours begin with the reference's words and may say more about where and why."""
    words = theirs.err.partition('\n')[0]
    if words.startswith('Error: ') and ours.err.startswith(words + '; see ') or ours.err.startswith(words + ' ('):
        ours = ours._replace(err=theirs.err if ours.err.endswith(theirs.err[len(words):]) else ours.err)
    return ours == theirs


def compare(d, commands, **options):
    """Both programs run each command on the same daemon; all differences at once."""
    different = []
    for command in commands:
        args = command if isinstance(command, list) else command.split()
        theirs = masked(d.ctl(*args, impl=REFERENCE, **options), d)
        ours = masked(d.ctl(*args, impl=OURS, **options), d)
        if not same_but_for_places(ours, theirs):
            different.append('%r\n  reference %r\n  ours      %r' % (command, theirs, ours))
    assert not different, '\n'.join(different)


HELP = ['help', '?', 'help help', 'help  start', '?start', '? start', 'help start stop', 'help EOF', 'help nope'] + [
    'help ' + name for name in (
        'add avail clear exit fg maintail open pid quit reload remove reread restart shutdown signal start status stop '
        'tail update version').split()]

LOOKING = [
    'status', 'status cat', 'status web:*', 'status web:', 'status web', 'status idle', 'status nope',
    'status nope:*', 'status cat nope', 'status idle nope', 'status web:web_01 cat cat', 'status :x', 'status all x',
    'status cat:cat', 'status:x', 'status; x',
    'pid', 'pid cat', 'pid all', 'pid idle', 'pid nope', 'pid web:*', 'pid idle nope', 'pid nope idle', 'pid cat all',
    'avail', 'avail x', 'version', 'version x', ['version', ' '],
    'reread', 'reread x', 'update', 'update all', 'update cat', 'update nope', 'update nope cat nope', 'add', 'add cat',
    'add nope', 'add nope cat', 'remove', 'remove cat', 'remove nope', 'remove nope cat',
    'start', 'stop', 'restart', 'signal', 'signal HUP', 'clear', 'fg', 'fg a b', 'fg nope', 'fg web:*', 'fg idle',
    'start cat', 'start cat:cat', 'start web:*', 'start nope', 'start nope:*', 'start nofile', 'start noexec',
    'start web', 'start :x', 'start nofile nope:*', 'start nope:* nofile', 'stop idle', 'stop nope', 'stop nope:*',
    'stop idle nope:* idle', 'restart nope', 'restart nope:*', 'restart nofile',
    'signal CONT cat', 'signal 18 web:*', 'signal cont web:web_00', 'signal CONT all', 'signal FOO cat',
    'signal FOO web:*', 'signal FOO all', 'signal HUP idle', 'signal HUP nope', 'signal HUP nope:*',
    'signal HUP idle nope', 'signal HUP nope idle',
    'tail', 'tail cat', 'tail -5 web:web_00', 'tail -0 web:web_00', 'tail web:web_00 stderr', 'tail web:web_00 STDOUT',
    'tail cat stderr', 'tail idle stderr', 'tail nofile', 'tail nope', 'tail web:*', 'tail cat foo', "tail cat a'b",
    'tail -x cat', 'tail - cat', 'tail -f', 'tail -5', 'tail cat -f', 'tail cat junk stderr', 'tail a b c d',
    'tail-5 web:web_00', 'tail -99999999999 cat', 'tail -f nope', 'tail -f nofile', 'tail -f web:*',
    'maintail x', 'maintail -x', 'maintail -', 'maintail a b', 'maintail -30',
    'clear cat', 'clear cat web:web_00', 'clear nope', 'clear web:*', 'clear nope cat', 'clear cat:cat',
    'open ftp://x/', 'open', ['open', 'unix:///nonexistent/s'], 'open UNIX:///nonexistent/s',
    'exit', 'quit', 'exit now', 'EOF', 'nosuch arg', '!ls', 'Status', 'stat', [''], [' '], '-x', '-- status cat',
    'reload x', 'shutdown x', '# x', ['status "cat"'], 'status\tcat',
]


def test_looking(reference):
    d = reference()
    d.write('log/cat.out', 'first line\nsecond line\n')
    compare(d, HELP + LOOKING)


def test_unusual_text_in_logs(reference):
    """The reference daemon sends control bytes as they are; its own client then shows an expat error."""
    d = reference()
    d.write('log/cat.out', 'gr\u00fcn & <b>\r\n\u65e5\u672c\ttab\n')
    compare(d, ['tail cat', 'tail -100 cat'])
    d.write('log/cat.out', 'esc \x1b[31m nul \x00 bell \x07\n')
    assert d.ctl('tail', 'cat', impl=OURS) == Result(0, 'esc \x1b[31m nul \x00 bell \x07\n\n', '')
    with open(d.path('log/cat.out'), 'wb') as file:
        file.write('\u00fc'.encode())
    compare(d, ['tail -1 cat'])


def test_wide_names(reference):
    name = 'n' * 200
    d = reference(program(name, '/bin/cat', autostart='false') +
                  program('gr\u00fcn', '/bin/cat', autostart='false') +
                  program('a', '/bin/cat', autostart='false'), ready=())
    compare(d, ['status', 'status a', 'status gr\u00fcn', 'avail', 'pid ' + name, 'tail ' + name])


SCENARIOS = {
    'one': ['start idle', 'start idle', 'status idle', 'stop idle', 'stop idle', 'restart idle', 'restart idle',
            'restart cat', 'stop idle cat', 'status', 'restart idle nofile'],
    'group': ['stop web:*', 'stop web:*', 'status web:*', 'signal HUP web:*', 'signal FOO web:*', 'restart web:*',
              'stop web:web_00', 'status web:*', 'start web:*', 'start web:* cat', 'stop web:'],
    'all': ['stop all', 'status', 'signal HUP all', 'stop all x', 'start cat web:web_01', 'restart all nope',
            'clear all', 'clear cat'],
    'failures': ['start quick', 'until quick FATAL', 'start quick:*', 'until quick FATAL', 'status quick',
                 'start nope:* idle', 'start quick nope', 'until quick FATAL', 'start nope quick', 'until quick FATAL',
                 'stop nope idle', 'restart quick', 'until quick FATAL', 'tail quick', 'remove quick', 'add quick'],
    'groups': ['remove noexec', 'status noexec', 'add noexec', 'remove noexec nope idle', 'add idle noexec nope',
               'avail'],
    'end': ['shutdown'],
}


def run_scenario(d, impl, commands):
    """What each command answers; `until NAME STATE` waits."""
    answers = []
    for command in commands:
        words = command.split()
        if words[0] == 'until':
            d.wait_state(*words[1:])
        else:
            answers.append((command, masked(d.ctl(*words, impl=impl), d)))
    return answers


def in_any_order(results):
    """What ends in the same second is reported by the reference in the order in which it happened to look."""
    return [(command, result._replace(out=sorted(result.out.splitlines()))) for command, result in results]


@pytest.mark.parametrize('name', SCENARIOS)
def test_changing(reference, name):
    commands = SCENARIOS[name]
    theirs = run_scenario(reference(), REFERENCE, commands)
    ours = run_scenario(reference(), OURS, commands)
    assert in_any_order(ours) == in_any_order(theirs)


def test_update(reference):
    changed = (program('cat', '/bin/cat -u', priority=11) + program('added', '/bin/cat', autostart='false') +
               program('added2', '/bin/cat') + program('idle', '/bin/sleep 1000', autostart='false'))
    bad = PROGRAMS + '[program:x]\ncommand=/bin/cat\npriority=abc\n'
    results = []
    for impl in (REFERENCE, OURS):
        d = reference()
        result = []
        for config, commands in (
                (changed, ['reread', 'avail', 'status added', 'update nope added2 added2', 'update idle', 'status cat',
                           'update', 'update', 'avail']),
                (bad, ['reread', 'update', 'update cat']),
                (PROGRAMS, ['update cat nope2', 'update all', 'avail'])):
            d.write_config(config)
            result += run_scenario(d, impl, commands)
        results.append(result)
    assert results[1] == results[0]


def test_shutting_down(reference):
    """A program that takes its time keeps the daemon in SHUTDOWN; then everything is refused."""
    d = reference(PROGRAMS + program('slow', '/bin/sh -c "trap \'\' TERM; echo up; while :; do sleep 0.1; done"',
                                     stdout_logfile='%(here)s/log/slow', stopwaitsecs=60), ready=('slow',))
    d.wait_log('up', name='log/slow')
    slow = d.info('slow')['pid']
    assert d.ctl('shutdown', impl=OURS) == Result(0, 'Shut down\n', '')
    compare(d, ['shutdown', 'reload', 'status', 'start cat', 'stop all', 'restart cat', 'reread', 'update', 'avail',
                'version', 'pid', 'add cat', 'remove cat', 'tail cat', 'maintail', 'clear cat', 'signal HUP cat',
                'fg cat', 'open unix://' + d.socket])
    os.killpg(slow, signal.SIGKILL)


def test_reload(reference):
    results = []
    for impl in (REFERENCE, OURS):
        d = reference()
        before = d.info('cat')['pid']
        results.append(d.ctl('reload', impl=impl))

        def came_back():
            with contextlib.suppress(OSError, Exception):
                return d.info('cat')['pid'] not in (0, before)
            return False
        wait_until(came_back)
    assert results[1] == results[0] == Result(0, 'Restarted supervisord\n', '')


# -- no daemon, wrong daemon, credentials --------------------------------------------------------------------------

EVERY = ['status', 'start x', 'stop x', 'restart x', 'signal HUP x', 'reread', 'update', 'add x', 'remove x', 'avail',
         'pid', 'pid x', 'tail x', 'tail', 'tail -f x', 'clear x', 'clear', 'maintail', 'maintail x', 'version',
         'version x', 'fg', 'fg x', 'reload', 'shutdown', 'start', 'status x', 'help status', 'nosuch']


def test_nobody_there(make_daemon):
    d = make_daemon(REFERENCE, '')
    plain = d.write('file', '')
    port = free_port()
    for url in ('unix://' + d.path('none'), 'unix://' + plain, 'http://127.0.0.1:%d' % port):
        compare(d, EVERY + ['open ' + url], options=['-c', '', '-s', url])


def test_addresses(make_daemon):
    d = make_daemon(REFERENCE, '')
    for url in ('ftp://x/', 'https://localhost/', 'HTTP://localhost:1', 'http:foo', 'http://localhost:abc',
                'http://localhost:99999', 'http://localhost:-1', 'unix://' + d.path('x' * 200),
                'http://no-such-host.invalid', 'unix://%s/file/x' % d.dir, 'unix:x', 'mailto:x'):
        d.write('file', '')
        compare(d, ['status', 'reread', 'shutdown', 'version', 'tail -f x'], options=['-c', '', '-s', url])


@pytest.mark.skipif(os.geteuid() == 0, reason='root may connect everywhere')
def test_not_permitted(reference):
    d = reference()
    os.chmod(d.socket, 0)
    compare(d, EVERY)


def test_credentials(reference):
    port = free_port()
    d = reference('[inet_http_server]\nport=127.0.0.1:%d\nusername=user\npassword=123\n' % port + PROGRAMS)
    url = 'http://127.0.0.1:%d' % port
    compare(d, EVERY + ['open ' + url], options=['-c', '', '-s', url])
    compare(d, ['status', 'start cat', 'reread'], options=['-c', '', '-s', url, '-u', 'user', '-p', 'wrong'])
    compare(d, ['status cat', 'start cat', 'tail -f nope', 'open http://user:123@127.0.0.1:%d' % port],
            options=['-c', '', '-s', url + '/ignored', '-u', 'user', '-p', '123'])
    compare(d, ['status'], options=['-c', '', '-s', 'http://user:123@127.0.0.1:%d' % port])
    compare(d, ['status'], options=['-c', '', '-s', url, '-u', 'user'])


class FakeServer:
    """Answers the n-th connection with the n-th (then the last) of the given texts, whatever is asked, and closes."""

    def __init__(self, *answers, reset=False):
        self.answers = answers
        self.reset = reset
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        count = 0
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection:
                    connection.settimeout(DEADLINE)
                    with contextlib.suppress(OSError):
                        self.answer(connection, self.answers[min(count, len(self.answers) - 1)])
                count += 1

    def answer(self, connection, text):
        data = b''
        while b'\r\n\r\n' not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b'\r\n\r\n')
        length = re.search(rb'Content-Length: (\d+)', head)
        while length and len(body) < int(length.group(1)):
            body += connection.recv(65536)
        if self.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        connection.sendall(text.encode())

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def reply(body, length=None, head='HTTP/1.1 200 OK'):
    return '%s\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s' % (
        head, len(body.encode()) if length is None else length, body)


def value(xml):
    return reply("<?xml version='1.0'?>\n<methodResponse><params><param><value>%s</value></param></params>"
                 '</methodResponse>' % xml)


def fault(code, text):
    return reply("<?xml version='1.0'?>\n<methodResponse><fault><value><struct><member><name>faultCode</name>"
                 '<value><int>%d</int></value></member><member><name>faultString</name><value><string>%s</string>'
                 '</value></member></struct></value></fault></methodResponse>' % (code, text))


VERSION = value('<string>3.0</string>')
ODD = {
    'closed': [''],
    'not found': ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
    'odd reason': ['HTTP/1.0 599 Some  Odd reason \r\n\r\nbody'],
    'no reason': ['HTTP/1.1 500\r\n\r\n'],
    'not HTTP': ['SSH-2.0-OpenSSH_9.2\r\n'],
    'not HTTP, no line end': ['garbage'],
    'status is no number': ['HTTP/1.1 abc OK\r\n\r\n'],
    'continue': ['HTTP/1.1 100 Continue\r\n\r\n' + VERSION],
    'short body': [reply('<?xml', 50)],
    'empty body': [reply('')],
    'no XML': [reply('hello')],
    'cut XML': [reply('<?xml version="1.0"?><methodResponse>')],
    'one element': [reply('<a>b')],
    'mismatch': [reply('<a></b>')],
    'two roots': [reply('<a></a>\n<b/>')],
    'foreign XML': [reply('<a></a>')],
    'version': [value('<string>4.0</string>')],
    'version is a number': [value('<int>3</int>')],
    'unknown method': [fault(1, 'UNKNOWN_METHOD')],
    'fault': [fault(99, 'it\'s "odd" \\ &amp; gr\u00fcn')],
    'later fault': [VERSION, fault(99, 'X')],
    'later unknown method': [VERSION, fault(1, 'UNKNOWN_METHOD')],
    'failed': [VERSION, fault(30, 'FAILED: some text')],
    'no file': [VERSION, fault(20, 'NO_FILE: x')],
    'bad signal': [VERSION, fault(11, 'BAD_SIGNAL: x')],
    'shutdown': [VERSION, fault(6, 'SHUTDOWN_STATE')],
    'not chunked right': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'],
    'chunked': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' + ''.join(
        '%x\r\n%s\r\n' % (len(part), part) for part in re.findall('(?s).{1,7}', VERSION.split('\r\n\r\n')[1])) +
        '0\r\n\r\n'],
    'until it closes': ['HTTP/1.0 200 OK\r\n\r\n' + VERSION.split('\r\n\r\n')[1]],
}
GOOD = ('chunked', 'continue', 'until it closes')
CHECKED = ('status', 'version', 'start', 'stop', 'signal', 'clear', 'tail', 'pid', 'fg', 'maintail')
FEW = ['status', 'version', 'start x', 'tail x']
MANY = ['status', 'version', 'start x', 'start x:*', 'stop x', 'stop all', 'signal HUP x', 'clear x', 'tail x', 'pid x',
         'reread', 'update', 'add x', 'remove x', 'avail', 'shutdown', 'reload', 'fg x', 'maintail']


@pytest.mark.parametrize('name', ODD)
def test_odd_answers(make_daemon, name):
    d = make_daemon(REFERENCE, '')
    different = []
    commands = MANY if len(ODD[name]) > 1 else ['version'] if name in GOOD else FEW
    for command in commands:
        results = []
        for impl in (REFERENCE, OURS):
            # What begins without the check of the version gets the last answer at once.
            server = FakeServer(*(ODD[name] if command.split()[0] in CHECKED else ODD[name][-1:]))
            result = masked(d.ctl(*command.split(), impl=impl, options=['-c', '', '-s', server.url]), d)
            results.append(Result(result.status, result.out.replace(server.url, 'URL'), result.err))
            server.close()
        if results[0] != results[1]:
            different.append('%s\n  reference %r\n  ours      %r' % (command, *results))
    assert not different, '\n'.join(different)


# -- options and configuration -------------------------------------------------------------------------------------

def test_option_errors(make_daemon):
    d = make_daemon(REFERENCE, '')
    for options in (['-Z'], ['--x'], ['-c'], ['--serverurl'], ['--help=x'], ['--h'], ['-u', 'a', '-u', 'b'],
                    ['-u', 'a', '--username', 'b'], ['-i', '-i'], ['-s', 'x'], ['-s', 'http://'], ['-s', "a'b"],
                    ['--serverurl', 'x'], ['--serverurl=x'], ['-s', 'x:'], ['-s', '1:x'], ['-s', ''], ['-iZ'],
                    ['-c', 'nope.conf'], ['-c', d.dir], ['-c', '', '-s', 'ftp://x/', '-iux'], ['--inter', '-c', 'x'],
                    ['-c', '', '-s', 'unix://' + d.path('none'), '--user', 'x', '--pass=y']):
        compare(d, ['status'], options=options)


def ours_and_theirs(d, *args, **options):
    return [masked(d.ctl(*args, impl=impl, **options), d) for impl in (OURS, REFERENCE)]


def test_usage(make_daemon):
    """All but the closing paragraph, and -r, which works here."""
    d = make_daemon(REFERENCE, '')
    for options in (['-h'], ['--help'], ['-?'], ['-i', '-h'], ['-h', '-h']):
        ours, theirs = ours_and_theirs(d, options=options)
        if theirs.status != 0:
            assert ours == theirs
            continue
        assert ours.status == 0 and ours.err == '' and ours.out.endswith('\n\n')
        cut = [result.out.replace(impl.supervisorctl, 'PROG').partition('-r/--history')[0]
               for result, impl in ((ours, OURS), (theirs, REFERENCE))]
        assert cut[0] == cut[1]


CONFIGS = {
    'plain': '[supervisorctl]\nserverurl=unix://%(here)s/s\n',
    'none': '[supervisord]\n',
    'relative': '[supervisorctl]\nserverurl=unix://log/../s\n',
    'environment': '[supervisorctl]\nserverurl=unix://%(ENV_SOCK)s\nusername=\npassword=%%(x\n',
    'unknown name': '[supervisorctl]\nserverurl=unix://%(nope)s\n',
    'percent': '[supervisorctl]\npassword=a%b\n',
    'here in the prompt': '[supervisorctl]\nserverurl=unix://%(here)s/s\nprompt=%(here)s\n',
    'other scheme': '[supervisorctl]\nserverurl=x\n',
    'default': '[DEFAULT]\nserverurl=unix://%(here)s/s\n[supervisorctl]\n',
    'home': '[supervisorctl]\nserverurl=unix://~/log/../s\n',
    'wrong password': '[supervisorctl]\nserverurl=unix://%(here)s/s\nusername=a\npassword=b\n',
    'unknown name in the history': '[supervisorctl]\nserverurl=unix://%(here)s/s\nhistory_file=%(x)s\n',
    'other keys': '[supervisorctl]\nserverurl=unix://%(here)s/s\nnope=%(nope)s\n',
    'plugin without factory': '[supervisorctl]\nserverurl=unix://%(here)s/s\n[ctlplugin:x]\na=b\n',
}


@pytest.mark.parametrize('name', CONFIGS)
def test_configuration(looking, name):
    d = looking
    d.env.update(SOCK=d.socket, HOME=d.dir)
    path = d.write('ctl.conf', CONFIGS[name])
    for options in (['-c', path], ['-c', path, '-s', 'unix://' + d.socket]):
        ours, theirs = ours_and_theirs(d, 'version', options=options)
        if 'contains names' in theirs.err:
            # The list of what is available depends on the interpreter's environment.
            ours, theirs = (r._replace(err=r.err.partition('Available')[0]) for r in (ours, theirs))
        assert same_but_for_places(ours, theirs), (ours, theirs)


def test_option_forms(looking):
    """Clusters, attached values, short and long names, a socket by a relative name, and what wins over the file."""
    d = looking
    url = 'unix://' + d.socket
    bad = d.write('bad.conf', '[supervisorctl]\nserverurl=unix:///nonexistent/s\n')
    for options in (['-iuabc', '-pxyz', '-s', url, '-c', ''], ['-c', '', '-s' + url], ['-c', '', '--serverurl=' + url],
                    ['--conf', d.config], ['--configuration=c.conf'], ['-cc.conf', '--'], ['-c', bad, '--server', url],
                    ['-c', '', '-s', 'unix://s'], ['-c', bad], ['-c', '', '-s', 'unix://./log/../s'],
                    ['-c', 'c.conf', '--interactive', '--username', '', '--password=']):
        compare(d, ['version', 'pid nope'], options=options)


@pytest.mark.parametrize('name', ['supervisord.conf', 'etc/supervisord.conf'])
def test_search(looking, name):
    """Without -c a file in the current directory is found; a first of them that is no good is not passed over."""
    d = looking
    os.makedirs(d.path('etc'), exist_ok=True)
    d.write(name, '[supervisorctl]\nserverurl=unix://%s\n' % d.socket)
    compare(d, ['version'], options=[])
    d.write(name, '[supervisord]\n')
    compare(d, ['version'], options=[])
    os.unlink(d.path(name))


def test_plugins(looking):
    """Plugins are in Python: a warning for each, and supervisorctl does its work."""
    d = looking
    path = d.write('plugins.conf', '[supervisorctl]\nserverurl=unix://%(here)s/s\n' + ''.join(
        '[ctlplugin:%s]\nsupervisor.ctl_factory=some.module:factory\nx=%%(ENV_HOME)s\n' % name for name in ('one', 'two')))
    warnings = ''.join('Warning: [ctlplugin:%s] ignored: Python plugins are not supported\n' % name for name in ('one', 'two'))
    assert d.ctl('version', impl=OURS, options=['-c', path]) == Result(0, '4.2.5\n', warnings)
    assert d.ctl('one', impl=OURS, options=['-c', path]) == Result(1, '*** Unknown syntax: one\n', warnings)


# -- the prompt ----------------------------------------------------------------------------------------------------

SESSIONS = {
    'nothing': '',
    'commands': 'version\npid\nstatus cat\n\n   \nstart nope\n',
    'no line end': 'version',
    'exit': 'exit\nversion\n',
    'EOF': 'EOF\nversion\n',
    'refused': 'shutdown\nn\nversion\nshutdown\n yes\nreload\n\nversion\n',
    'end at the question': 'shutdown\n',
    'end at the question of reload': 'reload\n',
    'unknown': 'frob\n!ls\n?\nhelp frob\n',
    'open': 'open unix:///nonexistent/s\nstatus\nversion\nopen ftp://x\n',
    'errors': 'reread x\nsignal FOO cat\ntail nope\nfg nope\n',
}


@pytest.mark.parametrize('name', SESSIONS)
def test_sessions(looking, name):
    ours, theirs = ours_and_theirs(looking, stdin=SESSIONS[name])
    assert ours == theirs


def test_credentials_are_asked_for(reference):
    port = free_port()
    d = reference('[inet_http_server]\nport=127.0.0.1:%d\nusername=user\npassword=123\n' % port + PROGRAMS)
    options = ['-c', '', '-s', 'http://127.0.0.1:%d' % port]
    ours = pexpect.spawn(OURS.supervisorctl, options, env=d.env, encoding='utf-8', timeout=DEADLINE)
    ours.expect_exact('Server requires authentication\r\nUsername:')
    ours.sendline('user')
    ours.expect_exact('Password:')
    ours.sendline('wrong')
    ours.expect_exact('Server requires authentication\r\nUsername:')
    ours.sendline('user')
    ours.expect_exact('Password:')
    ours.sendline('123')
    ours.expect('cat +RUNNING')
    ours.expect_exact('supervisor> ')
    ours.sendline('version')
    ours.expect_exact('4.2.5')
    ours.expect_exact('supervisor> ')
    ours.sendeof()
    ours.expect(pexpect.EOF)
    assert '123' not in (ours.before or '')
    # With -i a command asks, too; Ctrl-C at a question leaves.
    asked = pexpect.spawn(OURS.supervisorctl, ['-i', *options, 'pid'], env=d.env, encoding='utf-8', timeout=DEADLINE)
    asked.expect_exact('Username:')
    asked.sendintr()
    asked.expect(pexpect.EOF)
    asked.close()


@pytest.fixture
def shell(reference):
    """shell(...) -> (daemon, pexpect) at the first prompt of our supervisorctl."""
    spawned = []

    def start(d=None, *args, ctl='', **options):
        d = d or reference(ctl=ctl)
        child = pexpect.spawn(OURS.supervisorctl, ['-c', d.config, *args], cwd=d.dir, encoding='utf-8',
                              timeout=DEADLINE, dimensions=(40, 120), env=dict(d.env, TERM='xterm'), **options)
        spawned.append(child)
        child.expect_exact('supervisor> ')
        return d, child
    yield start
    for child in spawned:
        child.close(force=True)


def ended(child, status=0):
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (status, None)


def test_prompt(shell):
    d, child = shell()
    child.sendline('version')
    child.expect_exact('4.2.5\r\n')
    child.expect_exact('supervisor> ')
    child.sendline('shutdown')
    child.expect_exact('Really shut the remote supervisord process down y/N? ')
    child.sendline('n')
    child.expect_exact('supervisor> ')
    child.sendline('exit')
    ended(child)
    d, child = shell(d)
    child.sendeof()
    ended(child)


def test_interrupt(shell):
    """Ctrl-C leaves the shell at the prompt, also with text typed, and while a command waits; not from tail -f."""
    d, child = shell()
    child.send('stat')
    child.expect_exact('stat')
    child.sendintr()
    ended(child)
    d, child = shell(d)
    child.sendline('tail -f cat')
    child.expect_exact('==> Press Ctrl-C to exit <==')
    with open(d.path('log/cat.out'), 'a') as log:
        log.write('seen live\n')
    child.expect_exact('seen live')
    child.sendintr()
    child.expect_exact('supervisor> ')
    child.sendline('maintail -f')
    child.expect_exact('INFO')
    child.sendintr()
    child.expect_exact('supervisor> ')
    child.sendline('version')
    child.expect_exact('4.2.5')
    child.expect_exact('supervisor> ')
    child.sendline('start quick cat')
    child.sendintr()
    ended(child)


def test_history(shell):
    d, child = shell(ctl='history_file=%(here)s/history')
    for line in ('version', 'version', 'pid'):
        child.sendline(line)
        child.expect_exact('supervisor> ')
    child.sendline('shutdown')
    child.expect_exact('y/N? ')
    child.sendline('n')
    child.expect_exact('supervisor> ')
    child.send('\x1b[A\x1b[A')
    child.expect_exact('pid')
    child.send('\r')
    child.expect_exact('%d\r\n' % d.pid)
    child.expect_exact('supervisor> ')
    child.sendintr()
    ended(child)
    assert d.read('history') == 'version\npid\nshutdown\npid\n'
    assert os.stat(d.path('history')).st_mode & 0o777 == 0o600
    d, child = shell(d)
    child.send('\x1b[A\r')
    child.expect_exact('%d\r\n' % d.pid)
    child.expect_exact('supervisor> ')
    child.sendeof()
    ended(child)
    d, child = shell(d, '-r', d.path('other'))
    child.sendline('help exit')
    child.expect_exact('Exit the supervisor shell.')
    child.expect_exact('supervisor> ')
    child.sendeof()
    ended(child)
    assert d.read('other') == 'help exit\n'


def test_completion(shell):
    """What TAB made of the lines is seen in the history."""
    d, child = shell(ctl='history_file=%(here)s/history')
    expected = ''
    for typed, completed, shown in (
            ('ver\t', 'version ', r'4\.2\.5'), ('stat\tca\t', 'status cat ', 'cat +RUNNING'),
            ('tail w\tweb_01\t', 'tail web:web_01 ', 'out'), ('help tu\t', 'help tui ', 'tui.*full screen'),
            ('pid web:web_00\t', 'pid web:web_00 ', r'\d+'), ('st\tZ\x08op idl\t', 'stop idle ', 'idle: ERROR'),
            ('update c\t', 'update cat ', ''), ('frob x\t', 'frob x', r'\*\*\* Unknown syntax')):
        child.send(typed + '\r')
        child.expect('\n' + shown)
        child.expect_exact('supervisor> ')
        expected += completed + '\n'
    child.send('stop web:\t')
    child.expect(r'web:\*  +web:web_00  +web:web_01\s')
    child.send('\x15version\r')
    child.expect_exact('4.2.5')
    child.expect_exact('supervisor> ')
    child.sendeof()
    ended(child)
    assert d.read('history') == expected + 'version\n'


def test_suspend_and_resume(shell):
    _, child = shell()
    child.send('vers')
    child.expect_exact('vers')
    child.send('\x1a')
    wait_until(lambda: 'T' in open('/proc/%d/stat' % child.pid).read().rpartition(')')[2].split()[0])
    os.kill(child.pid, signal.SIGCONT)
    child.send('ion\r')
    child.expect_exact('4.2.5')
    child.expect_exact('supervisor> ')
    child.sendeof()
    ended(child)


# -- following -----------------------------------------------------------------------------------------------------

def test_tail_follows(reference):
    """Both show the last 1024 bytes, then what is appended; Ctrl-C ends both well."""
    d = reference()
    d.write('log/cat.out', 'x' * 2000 + '\nlast line\n')
    shown = []
    for impl in (REFERENCE, OURS):
        tail = subprocess.Popen([impl.supervisorctl, '-c', d.config, 'tail', '-f', 'cat'], env=d.env,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.set_blocking(tail.stdout.fileno(), False)
        seen = []

        def read():
            seen.append(tail.stdout.read() or b'')
            return b''.join(seen)
        wait_until(lambda: b'last line\n' in read())
        with open(d.path('log/cat.out'), 'a') as log:
            log.write('more %s\n' % impl)
        wait_until(lambda: b'more ' in read())
        tail.send_signal(signal.SIGINT)
        out, err = tail.communicate(timeout=DEADLINE)
        text = (b''.join(seen) + out).decode()
        shown.append((tail.returncode, err, text.replace(str(impl), '').partition('last line')[2]))
        d.write('log/cat.out', 'x' * 2000 + '\nlast line\n')
    assert shown[0] == shown[1]


def test_interrupted_command_dies_of_it(reference):
    d = reference(PROGRAMS + program('waits', '/bin/cat', startsecs=1000, autostart='false'))
    start = subprocess.Popen([OURS.supervisorctl, '-c', d.config, 'start', 'waits'], env=d.env,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    d.wait_log("spawned: 'waits'")
    start.send_signal(signal.SIGINT)
    assert start.communicate(timeout=DEADLINE) == (b'', b'')
    assert start.returncode == -signal.SIGINT


def test_fg(reference):
    d = reference()
    result = d.ctl('fg', 'cat', impl=OURS, stdin='hello\nworld\n')
    assert result.status == 0
    assert result.err == ''
    assert sorted(result.out.splitlines()) == sorted(
        ['==> Press Ctrl-C to exit <==', 'hello', 'world', 'Exiting foreground'])
    assert result.out.endswith('Exiting foreground\n')


def test_fg_on_a_terminal(shell):
    d, child = shell()
    child.sendline('fg cat')
    child.expect_exact('==> Press Ctrl-C to exit <==\r\n')
    child.sendline('echoed')
    child.expect_exact('echoed\r\n')
    child.expect_exact('echoed\r\n')
    child.sendintr()
    child.expect_exact('Exiting foreground\r\n')
    child.expect_exact('supervisor> ')
    child.sendline('fg cat')
    child.expect_exact('==> Press Ctrl-C to exit <==\r\n')
    d.rpc.supervisor.stopProcess('cat')
    child.sendline('nobody hears this')
    child.expect_exact('Process got killed\r\nExiting foreground\r\n')
    child.expect_exact('supervisor> ')
    child.sendeof()
    ended(child)
