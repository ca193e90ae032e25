"""reference.py: what it starts does to the byte what a real start does."""

import os
import re
import signal
import subprocess

import harness
import pexpect
import pytest
import reference
from harness import DEADLINE, REFERENCE, program, reference_is_installed, wait_until

pytestmark = pytest.mark.skipif(not reference_is_installed(),
                                reason='the reference (package supervisor) is not installed')

CTL, DAEMON = REFERENCE.supervisorctl, REFERENCE.supervisord


@pytest.fixture
def cat(make_daemon):
    d = make_daemon(REFERENCE, program('cat', '/bin/cat', startsecs=0, stopwaitsecs=1)).start()
    d.wait_state('cat', 'RUNNING')
    return d


def both(d, *args, **options):
    """(status, stdout, stderr) of a real start, and of one by the forker."""
    options = {'input': b'', 'capture_output': True, 'cwd': d.dir, 'env': d.env, 'timeout': DEADLINE, **options}
    results = [start(list(args), **options) for start in (subprocess.run, reference.run)]
    return [(done.returncode, re.sub(rb'uptime [0-9:]+', b'uptime', done.stdout), done.stderr) for done in results]


COMMANDS = {
    'status': [CTL, '-c', 'c.conf', 'status', 'nope'],
    'version': [CTL, '-c', 'c.conf', 'version'],
    'error': [CTL, '-c', '', '-s', 'unix:///nonexistent/s', 'reread'],
    'fault': [CTL, '-c', 'c.conf', 'signal', 'HUP', 'cat:*', 'nope'],
    'help': [CTL, 'help', 'tail'],
    'usage': [CTL, '-h'],
    'usage error': [CTL, '-Z'],
    'traceback': [CTL, '-c', 'bad.conf', 'status'],
    'shell': [CTL, '-c', 'c.conf'],
    'usage of the daemon': [DAEMON, '-h'],
    'version of the daemon': [DAEMON, '-v'],
    'error of the daemon': [DAEMON, '-n', '-c', 'wrong.conf'],
    'traceback of the daemon': [DAEMON, '-n', '-c', 'bytes.conf'],
}


def test_same_as_a_real_start(cat):
    cat.write('bad.conf', 'nonsense\n')
    cat.write('wrong.conf', '[supervisord]\nloglevel=%(ENV_ABC)s\n')
    with open(cat.path('bytes.conf'), 'wb') as file:
        file.write(b'[supervisord]\nidentifier=\xff\n')
    cat.env['ABC'] = 'a\u00e9b'
    for name, args in COMMANDS.items():
        real, forked = both(cat, *args, input='version\nhelp exit\nh\u00e9lp\n'.encode())
        assert forked == real, name


@pytest.mark.parametrize('variable', ['LC_ALL=C', 'PYTHONIOENCODING=latin-1'])
def test_languages(cat, variable):
    cat.write('log/x', 'gr\u00fcn\n')
    name, _, value = variable.partition('=')
    cat.env[name] = value
    real, forked = both(cat, CTL, '-c', 'c.conf', 'tail', '-f', 'gr\u00fcn')
    assert forked == real


def test_streams(cat):
    """A closed pipe (Python says it when it ends), one stream for both outputs, and standard input of /dev/null."""
    def start(args, **options):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, 'wb') as closed:
            return (subprocess.run if start.real else reference.run)(args, **{**options, 'stdout': closed})
    for unbuffered, status in (('', 120), ('1', 1)):
        results = []
        for start.real in (True, False):
            done = start([CTL, 'help'], stderr=subprocess.PIPE, env=dict(cat.env, PYTHONUNBUFFERED=unbuffered))
            results.append((done.returncode, done.stderr))
        assert results[0] == results[1]
        assert results[0][0] == status
    real, forked = both(cat, CTL, '-c', 'c.conf', 'tail', '-f', 'nope', capture_output=False, stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT)
    assert forked == real
    real, forked = both(cat, CTL, '-c', 'c.conf', input=None, stdin=subprocess.DEVNULL)
    assert forked == real


def test_interrupted(cat):
    """Ctrl-C during a call: a traceback, and death by SIGINT."""
    results = []
    for start in (subprocess.Popen, reference.Popen):
        process = start([CTL, '-c', 'c.conf', 'maintail', '-f'], cwd=cat.dir, env=cat.env, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE)
        while b'supervisord started' not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        results.append((process.wait(DEADLINE), process.stderr.read()))
        process.communicate()
    with harness.socket.create_server(('127.0.0.1', 0)) as silent:
        url = 'http://127.0.0.1:%d' % silent.getsockname()[1]
        for start in (subprocess.Popen, reference.Popen):
            process = start([CTL, '-c', '', '-s', url, 'version'], env=cat.env, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
            connection, _ = silent.accept()
            connection.recv(10)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE)
            connection.close()
            results.append((process.returncode, out, err.partition(b'File "/usr/lib')[0], err.splitlines()[-1]))
    # What it says to Ctrl-C in a stream depends on the instruction that it was at.
    assert results[0][0] == results[1][0] == 0
    assert results[2] == results[3]
    assert results[2][0] == -signal.SIGINT


def test_terminal(cat):
    """The prompt on a terminal: the line is completed by readline, and Ctrl-C arrives."""
    texts = []
    for spawn in (pexpect.spawn, reference.spawn):
        child = spawn(CTL, ['-c', 'c.conf'], cwd=cat.dir, env=dict(cat.env, TERM='xterm'), timeout=DEADLINE,
                      dimensions=(40, 100), encoding='utf-8')
        child.expect_exact('supervisor> ')
        for line in ('versi\t', 'help exi\t', 'tail -f nope'):
            child.sendline(line)
            child.expect_exact('supervisor> ')
            texts.append(child.before)
        child.sendintr()
        child.expect(pexpect.EOF)
        texts.append(child.before)
        child.close()
        texts.append((child.exitstatus, child.signalstatus))
    assert texts[:5] == texts[5:]


def test_daemon(make_daemon):
    """A daemon is our child, leads a session, its programs get its environment, and it can go to the background."""
    d = make_daemon(REFERENCE, program('env', '/bin/sh -c "env; umask; exec cat"', startsecs=0, stdout_logfile='%(here)s/log/out'),
                    env={'SEEN': 'gr\u00fcn'})
    d.start()
    d.wait_log('(?s)SEEN=gr\u00fcn.*0022', name='log/out')
    assert os.getsid(d.pid) == d.pid
    assert not [fd for fd in os.listdir('/proc/%d/fd' % d.pid) if 'seqpacket' in os.readlink('/proc/%d/fd/%s' % (d.pid, fd))]
    assert d.stop() == 0
    d.start(daemonize=True)
    d.stop()
    wait_until(lambda: not harness.is_alive(d.pid))
