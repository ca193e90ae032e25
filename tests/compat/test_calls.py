"""What supervisorctl asks the daemon for: the requests of ours and of Debian's, seen by a proxy on the way, are the same.

A server that refuses a method, logs calls, or counts them, must not be able to tell who asks.
"""

import contextlib
import re
import socket
import threading
import xmlrpc.client

import pytest
import reference
from harness import DEADLINE, OURS, REFERENCE, Daemon, program, reference_is_installed, wait_until

pytestmark = pytest.mark.skipif(not reference_is_installed(),
                                reason='the reference (package supervisor) is not installed')

IDLE = {'startsecs': 0, 'stopwaitsecs': 1, 'autostart': 'false', 'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
PROGRAMS = (program('cat', '/bin/cat', startsecs=0, stopwaitsecs=1, stdout_logfile='%(here)s/log/cat', stderr_logfile='NONE') +
            program('web', '/bin/cat', numprocs=2, process_name='%(program_name)s_%(process_num)d', **IDLE) +
            program('idle', '/bin/cat', **IDLE))
CHANGED = PROGRAMS.replace('[program:idle]', '[program:idle2]').replace('/bin/cat\nnumprocs', '/bin/cat -u\nnumprocs')

END = re.compile(rb'\r?\n\r?\n')


class Proxy:
    """Passes connections on to a daemon, and writes down what is asked on each."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.path = daemon.path('proxy')
        self.calls = []
        self.count = 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        self.socket.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.socket.accept()
                self.count += 1
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.daemon.socket)
                threading.Thread(target=self.forward, args=(client, server, self.count), daemon=True).start()
                threading.Thread(target=self.forward, args=(server, client, None), daemon=True).start()

    def forward(self, source, target, number):
        data = b''
        with contextlib.suppress(OSError):
            while True:
                some = source.recv(65536)
                if number and some:
                    data = self.note(data + some, number)
                if not some:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(some)

    def note(self, data, number):
        """Takes whole requests off the front of data."""
        while True:
            head = END.search(data)
            if not head:
                return data
            length = re.search(rb'(?i)content-length: *(\d+)', data[:head.start()])
            end = head.end() + int(length.group(1) if length else 0)
            if len(data) < end:
                return data
            self.calls.append((number, self.request(data[:head.start()].decode(), data[head.end():end])))
            data = data[end:]

    def request(self, head, body):
        verb, path = head.split()[:2]
        if verb == 'POST':
            params, method = xmlrpc.client.loads(body)
            return '%s %s%r' % (path, method, params)
        return '%s %s' % (verb, path)

    def take(self):
        calls, self.calls = self.calls, []
        first = calls[0][0] if calls else 0
        return [(number - first, call) for number, call in calls]


@pytest.fixture(scope='module')
def pair(ours_runs):
    """(client, its daemon, the proxy before it), twice; the daemons are the reference's."""
    daemons = [Daemon(REFERENCE, PROGRAMS).start() for _ in range(2)]
    for d in daemons:
        d.wait_state('cat', 'RUNNING')
    yield [(client, d, Proxy(d)) for client, d in zip((REFERENCE, OURS), daemons)]
    for d in daemons:
        d.cleanup()


COMMANDS = [
    'status', 'status cat nope web:*', 'status all x', 'pid', 'pid cat idle nope', 'pid all', 'version', 'avail', 'version x', 'avail x',
    'start idle', 'start cat:cat idle', 'start web:* nope:*', 'start web: web:web_0', 'stop web:* nope', 'stop idle cat', 'start all',
    'stop all x', 'restart cat', 'restart web:* idle nope', 'restart nope:* cat', 'restart all', 'start cat web:*', 'start', 'stop', 'restart',
    'signal CONT cat', 'signal CONT web:* cat:cat nope', 'signal cont all', 'signal', 'signal HUP', 'clear cat', 'clear cat nope web:*',
    'clear all', 'clear', 'tail cat', 'tail -30 cat', 'tail -0 cat stderr', 'tail cat:cat junk STDOUT', 'tail', 'tail cat foo', 'tail -f nope',
    'tail -f web:web_0 stderr', 'maintail', 'maintail -7', 'maintail x', 'fg', 'fg a b', 'fg nope', 'fg cat x',
    'reread', 'reread x', 'add cat nope', 'add', 'remove cat nope', 'remove', 'update', 'update nope', 'update cat', 'update all nope',
    'help', 'help start', 'nosuch', 'exit', 'open x', 'reload x', 'shutdown x']


def asked(client, d, proxy, *args, **options):
    result = d.ctl(*args, impl=client, options=['-c', '', '-s', 'unix://' + proxy.path], **options)
    return result.status, proxy.take()


def different(pair, commands, **options):
    found = []
    for words in commands:
        theirs, ours = [asked(*three, *words, **options) for three in pair]
        if theirs != ours:
            found.append('%s\n  reference %s\n  ours      %s' % (' '.join(words), theirs, ours))
    return '\n'.join(found)


def test_commands(pair):
    problems = different(pair, [words.split() for words in COMMANDS])
    assert not problems, problems
    for three in pair:
        assert asked(*three, 'restart', 'idle')[1] == [(number, '/RPC2 supervisor.' + call) for number, call in (
            (0, 'getVersion()'), (1, 'getVersion()'), (2, "stopProcess('idle',)"), (3, 'getVersion()'),
            (4, "startProcess('idle',)"))]


def test_update(pair):
    for config in (CHANGED, PROGRAMS):
        for _, d, _ in pair:
            d.write_config(config)
        problems = different(pair, [['update', 'nope'], ['update', 'idle2', 'nope'], ['update', 'web'], ['update']])
        assert not problems, problems


def test_prompt(pair):
    """A status first, then what each line asks for; nothing for an empty line and a refused question."""
    problems = different(pair, [[]], stdin='version\n\nhelp\nshutdown\nn\nstart cat\nfg nope\npid\ntail -f nope\nexit\n')
    assert not problems, problems


def test_following(pair):
    """The streams of tail -f, maintail -f and fg; the two of fg race with its first call.  Ours asks for the push stream, too,
    which tells it of the program's death."""
    results = []
    for client, d, proxy in pair:
        said = []

        def asked():
            return [(n, call) for n, call in list(proxy.calls) if not call.startswith('GET /events')]

        for words, calls in ((['tail', '-f', 'cat'], 2), (['maintail', '-f'], 2), (['fg', 'cat'], 4)):
            process = reference.Popen([client.supervisorctl, '-c', '', '-s', 'unix://' + proxy.path, *words], env=d.env,
                                      stdin=reference.subprocess.PIPE, stdout=reference.subprocess.DEVNULL,
                                      stderr=reference.subprocess.DEVNULL)
            wait_until(lambda: len(asked()) == calls)
            if words[0] == 'fg':
                process.stdin.write(b'hello\n')
                process.stdin.flush()
                wait_until(lambda: len(asked()) == calls + 2)
            process.kill()
            process.communicate(timeout=DEADLINE)
            calls = asked()
            proxy.take()
            said.append(calls if words[0] != 'fg' else sorted((0, call) for _, call in calls))
        results.append(said)
    assert results[0] == results[1]
    assert [[call for _, call in said if 'GET' in call] for said in results[0]] == [
        ['GET /logtail/cat/stdout'], ['GET /mainlogtail'], ['GET /logtail/cat/stderr', 'GET /logtail/cat/stdout']]


def test_completion(pair):
    """One call for as many TABs as there are before the next command."""
    results = []
    for client, d, proxy in pair:
        child = reference.spawn(client.supervisorctl, ['-c', '', '-s', 'unix://' + proxy.path], env=dict(d.env, TERM='xterm'),
                                encoding='utf-8', timeout=DEADLINE, dimensions=(40, 120))
        child.expect_exact('supervisor> ')
        child.send('start id\t\x15stop web:web_1\t\x15version\r')
        child.expect_exact('4.2.5')
        child.expect_exact('supervisor> ')
        child.send('stop web\t\x15help exi\t\rpid\r')
        child.expect_exact('Exit the supervisor shell.')
        child.expect(r'\d+\r\n')
        child.expect_exact('supervisor> ')
        results.append(proxy.take())
        child.close(force=True)
        proxy.take()
    assert results[0] == results[1]
    assert [call.split('.')[1] for _, call in results[0]] == [
        'getVersion()', 'getAllProcessInfo()', 'getAllProcessInfo()', 'getVersion()', 'getSupervisorVersion()', 'getAllProcessInfo()',
        'getVersion()', 'getPID()']
