"""supervisorctl status --watch, and the progress of start and stop on a terminal."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import xmlrpc.client

import pexpect
import pytest

from harness import DEADLINE, OURS, REFERENCE, Daemon, program, reference_is_installed, wait_until

pytestmark = pytest.mark.ours_only

CONFIG = (program('cat', '/bin/cat', startsecs=0) +
          program('web', '/bin/sleep 1000', numprocs=2, process_name='web_%(process_num)02d', startsecs=0) +
          program('slow', '/bin/sleep 1000', numprocs=4, process_name='slow_%(process_num)02d', autostart='false', startsecs=3) +
          program('late', '/bin/sleep 1000', numprocs=3, process_name='late_%(process_num)02d', autostart='false',
                  startsecs=1000))


@pytest.fixture(scope='module')
def running(ours_runs):
    d = Daemon(OURS, CONFIG)
    d.start()
    yield d
    d.cleanup()


@pytest.fixture
def d(running):
    for group in ('slow', 'late'):
        running.rpc.supervisor.stopProcessGroup(group)
    for group in ('cat', 'web'):
        running.rpc.supervisor.startProcessGroup(group)
    return running


class Watcher:
    """status --watch in a pipe."""

    def __init__(self, d, *words, options=None):
        self.out, self.err = (d.path('watch.%d.%s' % (id(self), stream)) for stream in ('out', 'err'))
        with open(self.out, 'wb') as out, open(self.err, 'wb') as err:
            # cat makes it a pipe; a file would do as well for all but the end of the reader.
            self.cat = subprocess.Popen(['/bin/cat'], stdin=subprocess.PIPE, stdout=out)
            self.process = subprocess.Popen(
                [OURS.supervisorctl, *(options or ['-c', d.config]), 'status', '--watch', *words],
                stdin=subprocess.DEVNULL, stdout=self.cat.stdin, stderr=err, env=d.env, cwd=d.dir)
            self.cat.stdin.close()

    def lines(self):
        with open(self.out) as out:
            return [line.rstrip('\n') for line in out if line.endswith('\n')]

    def errors(self):
        with open(self.err) as err:
            return err.read()

    def wait(self, condition, what=None):
        return wait_until(lambda: condition(self.lines()), what=what, state=lambda: (self.lines(), self.errors()))

    def end(self, signo=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(signo)
        status = self.process.wait(DEADLINE)
        self.cat.wait(DEADLINE)
        return status


@pytest.fixture
def watch():
    """watch(d, words...) -> Watcher that has its picture."""
    made = []

    def start(d, *words, **options):
        watcher = Watcher(d, *words, **options)
        made.append(watcher)
        return watcher
    yield start
    for watcher in made:
        watcher.process.kill()
        watcher.end()


def until_told(d, watcher, stop, start):
    """Until a line comes: before it has its picture, what happens is part of that."""
    def told():
        d.rpc.supervisor.stopProcess(stop)
        d.rpc.supervisor.startProcess(start)
        return watcher.lines()
    wait_until(told, what='a line about ' + stop)


STAMP = r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} '


def test_lines(d, watch):
    w = watch(d, 'w?b:*0', 'cat')
    until_told(d, w, 'cat', 'cat')
    # The first line may have been the start alone, when the picture was taken in between.
    d.rpc.supervisor.stopProcess('cat')
    d.rpc.supervisor.startProcess('cat')
    d.rpc.supervisor.stopProcess('web:web_01')
    d.rpc.supervisor.stopProcess('web:web_00')
    w.wait(lambda lines: [line for line in lines if 'web' in line][1:])
    text = '\n'.join(w.lines())
    assert re.search(r'^' + STAMP + r'cat RUNNING -> STOPPING$', text, re.M)
    assert re.search(r'^' + STAMP + r'cat STOPPED -> STARTING$', text, re.M)
    assert re.search(r'^' + STAMP + r'cat STARTING -> RUNNING pid \d+, uptime 0:00:0\d$', text, re.M)
    assert re.search(r'^' + STAMP + r'web:web_00 RUNNING -> STOPPING$\n^' + STAMP +
                     r'web:web_00 STOPPING -> STOPPED [A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M$', text, re.M)
    assert 'web_01' not in text
    assert (w.end(), w.errors()) == (0, '')


def test_json(d, watch):
    w = watch(d, '--json', 'cat', 'nope')
    w.wait(lambda lines: lines, 'the snapshot')
    d.rpc.supervisor.stopProcess('cat')
    w.wait(lambda lines: len(lines) >= 3)
    first, *changes = [json.loads(line) for line in w.lines()]
    assert (first['event'], [p['namespec'] for p in first['processes']]) == ('snapshot', ['cat'])
    assert first['errors'][0]['message'] == 'nope: ERROR (no such process)'
    assert [(c['event'], c['namespec'], c['from'], c['statename']) for c in changes] == [
        ('change', 'cat', 'RUNNING', 'STOPPING'), ('change', 'cat', 'STOPPING', 'STOPPED')]
    assert changes[1]['pid'] == 0 and changes[1]['stop'] > 0 and changes[1]['time'] > 1e9
    assert (w.end(), w.errors()) == (0, '')


def test_groups_come_and_go(d, watch):
    old = d.read('c.conf')
    w = watch(d, '--json')
    w.wait(lambda lines: lines, 'the snapshot')
    try:
        d.write('c.conf', old + program('new', '/bin/cat', startsecs=0))
        d.ctl('update')
        w.wait(lambda lines: lines[1:] and '"RUNNING"' in lines[-1])
    finally:
        d.write('c.conf', old)
        d.ctl('update')
    w.wait(lambda lines: '"removed"' in lines[-1])
    new = [json.loads(line) for line in w.lines()[1:]]
    assert {e['namespec'] for e in new} == {'new'}
    assert (new[0]['event'], new[0]['from']) == ('change', None)
    assert (new[-1]['event'], new[-1]['from']) == ('removed', 'STOPPED')


def test_unknown_names(d):
    assert d.ctl('status', '--watch', 'nope', 'x*') == (
        4, '', 'nope: ERROR (no such process)\nx*: ERROR (no such process)\n')
    result = d.ctl('status', '--watch', '--json', 'nope')
    assert (result.status, json.loads(result.out)['processes']) == (4, [])
    url = 'unix://%s' % d.path('nobody')
    assert d.ctl('status', '--watch', options=['-c', '', '-s', url]) == (4, url + ' no such file\n', '')
    assert d.ctl('start', '--watch') == (2, "Error: 'start' has no --watch (these have: status)\n", '')


def test_the_reader_leaves(d):
    """... | head -1 comes back at once, not with the next change."""
    done = subprocess.run('%s -c %s status --watch --json | head -n 1' % (OURS.supervisorctl, d.config), shell=True,
                          capture_output=True, text=True, timeout=DEADLINE, env=d.env)
    assert done.stdout.startswith('{"event":"snapshot"') and done.stderr == ''


def test_the_daemon_goes_and_comes(ours_runs, watch):
    other = Daemon(OURS, program('cat', '/bin/cat', startsecs=0))
    try:
        other.start()
        w, text = watch(other, '--json'), watch(other)
        w.wait(lambda lines: lines)
        until_told(other, text, 'cat', 'cat')
        os.kill(other.pid, signal.SIGKILL)
        other.wait_end()
        w.wait(lambda lines: '"disconnected"' in lines[-1])
        wait_until(lambda: text.errors().endswith('\n'), what='a line about the lost connection')
        assert text.errors() == 'unix://%s: connection lost (the daemon has ended it); trying again\n' % other.socket
        os.unlink(other.socket)
        other.start()
        w.wait(lambda lines: any('"connected"' in line for line in lines))
        other.rpc.supervisor.stopProcess('cat')
        w.wait(lambda lines: '"STOPPED"' in lines[-1])
        assert w.end() == text.end() == 0
    finally:
        other.strays_allowed = True
        other.cleanup()


class HostileServer:
    """Answers /events with no HTTP at all, and then with such names."""

    NAME = '\x1b]0;x\x07'

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def event(self, name, data):
        return ('event: %s\ndata: %s\n\n' % (name, json.dumps(data))).encode()

    def stream(self):
        process = dict.fromkeys(('group', 'name', 'statename', 'description'), self.NAME)
        yield b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
        yield self.event('hello', {'now': 1e300}) + self.event('snapshot-begin', {})
        yield self.event('snapshot', {'processes': [process]}) + self.event('snapshot-end', {})
        yield self.event('process', {**process, 'statename': 'A\x9b', 'time': 1e300})

    def answer(self, connection, streams):
        request = connection.recv(65536)
        while b'\r\n\r\n' not in request or (b'POST' in request and b'</methodCall>' not in request):
            more = connection.recv(65536)
            if not more:
                return
            request += more
        if b'getVersion' in request:
            body = xmlrpc.client.dumps(('3.0',), methodresponse=True).encode()
            connection.sendall(b'HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
        else:
            connection.sendall(next(streams, b''))

    def run(self):
        streams = iter([self.NAME.encode() + b'\n', b''.join(self.stream())])
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    self.answer(connection, streams)


def test_a_hostile_server(d, watch):
    """What would command a terminal does not reach it, whoever says it."""
    server = HostileServer()
    with server.listener:
        watcher = watch(d, options=['-c', d.config, '-s', server.url])
        watcher.wait(lambda lines: lines)
        assert re.fullmatch(r'\S+ \S+ \?]0;x\? \?]0;x\? -> A\? \?]0;x\?', watcher.lines()[0])
        assert watcher.errors().startswith('%s: connection lost (?]0;x?' % server.url)
        assert '\x1b' not in watcher.errors()


def test_against_the_reference(ours_runs, watch):
    """It has no push stream: it is asked every two seconds, which is said."""
    if not reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')
    theirs = Daemon(REFERENCE, program('cat', '/bin/cat', startsecs=0))
    try:
        theirs.start()
        theirs.wait_state('cat', 'RUNNING')
        answer = theirs.ctl('status', '--json', 'c*', impl=OURS)
        assert answer.status == 0 and json.loads(answer.out)['processes'][0]['statename'] == 'RUNNING'
        assert json.loads(theirs.ctl('--json', 'version', impl=OURS).out)['supervisord'].startswith('4.')
        assert theirs.ctl('stop', 'c*', impl=OURS) == (0, 'cat: stopped\n', '')
        w = watch(theirs, '--json')
        w.wait(lambda lines: lines)
        assert w.errors().endswith(' has no push stream (it is not cvisor): asked every 2 s\n')
        theirs.rpc.supervisor.startProcess('cat')
        w.wait(lambda lines: '"RUNNING"' in lines[-1])
        assert json.loads(w.lines()[-1])['from'] == 'STOPPED'
        assert w.end() == 0
    finally:
        theirs.cleanup()


# On a terminal


@pytest.fixture
def terminal(d):
    """terminal(words...) -> pexpect of supervisorctl on a terminal of 24 lines and 60 columns."""
    made = []

    def start(*words, dimensions=(24, 60), **env):
        child = pexpect.spawn(OURS.supervisorctl, ['-c', d.config, *words], cwd=d.dir, encoding='utf-8',
                              timeout=DEADLINE, dimensions=dimensions, env=dict(d.env, TERM='xterm', **env))
        made.append(child)
        return child
    yield start
    for child in made:
        child.close(force=True)


def row(name, state, description):
    return '%-33s%-10s%s' % (name, state, description)


def test_redraws_in_place(d, terminal):
    child = terminal('status', '--watch', 'w*', 'cat', NO_COLOR='1')
    # The same rows as status, cut at the edge, each followed by what erases the rest of its line.
    child.expect(r'\r' + row('cat', 'RUNNING', r'pid \d+, uptim')[:59] + r'[ a-z]*\x1b\[K\r\n')
    child.expect(r'web:web_00 +RUNNING .*\x1b\[K\r\n.*web:web_01 +RUNNING .*\x1b\[K\r\n\x1b\[J')
    d.rpc.supervisor.stopProcess('web:web_01')
    child.expect(r'\x1b\[3A\r')
    child.expect(r'web:web_01 +STOPPED   [A-Z][a-z]{2} \d\d [^\n]*\x1b\[K\r\n\x1b\[J')
    child.sendintr()
    child.expect_exact('^C')  # shown by the terminal; what is drawn each second may come behind it
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (0, None)
    assert child.before.endswith('\r\n') and '\x1b[3' not in child.before.replace('\x1b[3A', '')


def test_more_rows_than_lines(d, terminal):
    child = terminal('status', '--watch', dimensions=(6, 60))
    child.expect_exact('... and 7 more')
    child.sendintr()
    child.expect(pexpect.EOF)


def test_watch_in_the_shell(d, terminal):
    child = terminal()
    child.expect_exact('supervisor> ')
    child.sendline('status --watch cat')
    child.expect(r'cat +\x1b\[32mRUNNING   \x1b\[0mpid')
    child.sendintr()
    child.expect_exact('supervisor> ')
    child.sendline('version')
    child.expect(r'\d+\.\d+')
    child.expect_exact('supervisor> ')  # before it, the terminal is not libedit's, and the key would be lost
    child.sendeof()
    child.expect(pexpect.EOF)


def without_progress(text):
    """What stays on the screen: what is between a return and the erasing of the line is gone."""
    return re.sub(r'\r\d+/\d+ (started|stopped)(, \d+ failed)?\x1b\[K', '', text).replace('\r\x1b[K', '')


@pytest.mark.parametrize('name', ['slow:*', 'sl*'])
def test_progress(d, terminal, name):
    child = terminal('start', name)
    child.expect(r'\r0/4 started\x1b\[K')
    child.expect(pexpect.EOF)
    expected = ''.join('slow:slow_%02d: started\r\n' % i for i in range(4))
    assert without_progress(child.before) == expected
    d.rpc.supervisor.stopProcessGroup('slow')
    assert d.ctl('start', name) == (0, expected.replace('\r', ''), '')  # never in a pipe


def test_progress_of_a_busy_daemon(d, terminal):
    """One that needed more than half a second for its first answer was taken to have no progress to tell."""
    os.kill(d.pid, signal.SIGSTOP)
    child = terminal('start', 'slow:*')
    try:
        time.sleep(1)  # this is what is shown, it waits for nothing
    finally:
        os.kill(d.pid, signal.SIGCONT)
    child.expect(r'\r0/4 started\x1b\[K')
    child.expect(pexpect.EOF)


def test_progress_is_left_by_interrupt(d, terminal):
    child = terminal('start', 'late:*')
    child.expect(r'\r0/3 started\x1b\[K')
    child.sendintr()
    child.expect_exact('\r\x1b[K')
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == signal.SIGINT
