"""supervisord as process 1 of a container: a PID namespace, and where it says so a root that nobody can write to."""

import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess
import sys

import harness
import pytest
from harness import OURS, Daemon, process_state, program, server_proxy, status_field, wait_until

#: What is mounted before the daemon begins: nothing can be written below the directory of the test and the root.
READ_ONLY = 'for m in / "$(stat -c %m .)"; do mount -o remount,bind,ro "$m"; done; cd "$PWD"\n'
RUN = 'mount -t tmpfs none /run\n'
CAT = program('cat', '/bin/cat', startsecs=0, stdout_logfile='NONE', stderr_logfile='NONE')


def why_not():
    """Why there can be no container here; None when there can."""
    if os.geteuid() != 0:
        return 'a PID namespace needs root'
    if not shutil.which('unshare'):
        return 'unshare is not installed'
    done = subprocess.run(['unshare', '--pid', '--mount', '--fork', '--mount-proc', '/bin/sh', '-ec', READ_ONLY + RUN],
                          cwd='/tmp', capture_output=True, text=True)
    return 'no namespaces here: ' + done.stderr.strip() if done.returncode else None


REASON = why_not()
pytestmark = [pytest.mark.ours_only, pytest.mark.skipif(REASON is not None, reason=str(REASON))]


class Container(Daemon):
    """A daemon whose pid is seen from outside, and is 1 inside."""

    def boot(self, *args, setup='', redirect='', stdout=None, wait=True):
        """setup: lines of shell that are run before; redirect: of the daemon's descriptors."""
        script = self.write('boot', setup + 'exec "$@" %s\n' % redirect)
        with contextlib.ExitStack() as files:
            out = stdout if stdout is not None else files.enter_context(open(self.path('stdout'), 'ab'))
            err = files.enter_context(open(self.path('stderr'), 'ab'))
            self.process = subprocess.Popen(
                ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc', '/bin/sh', '-e', script,
                 self.impl.supervisord, '-c', self.config, *args],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.dir, env=self.env, start_new_session=True)
        self.pid = wait_until(self._inner, what='the first process of the namespace')
        if wait:
            wait_until(self.answers, what='the daemon answers', state=lambda: self.read('stdout') + self.read('stderr'))
        return self

    def _inner(self):
        if self.process.poll() is not None:
            return self.process.pid
        with open('/proc/%d/task/%d/children' % (self.process.pid, self.process.pid)) as file:
            return int((file.read().split() or [0])[0])

    def status(self):
        """The exit status, once it has ended."""
        return self.process.wait(harness.DEADLINE)

    def stop(self, deadline=harness.DEADLINE):
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.kill(signal.SIGTERM)
        return self.status()

    def zombies(self):
        """Children of the daemon that have ended and are still there."""
        found = []
        for path in glob.glob('/proc/[0-9]*/status'):
            with contextlib.suppress(OSError, KeyError):
                pid = int(path.split('/')[2])
                if int(status_field(pid, 'PPid')) == self.pid and process_state(pid) == 'Z':
                    found.append(pid)
        return found


@pytest.fixture
def container(request):
    """container(config, ...) -> a Container, not started."""
    made = []

    def make(config='', **options):
        made.append(Container(OURS, config, **options))
        return made[-1]
    yield make
    for one in made:
        one.cleanup(getattr(request.node, 'call_failed', True))


def bare(more='', programs=''):
    """A configuration without a server and without a path that could be written to."""
    return '[supervisord]\n%s\n%s' % (more, programs)


ON_STDOUT = bare('logfile=/dev/stdout\nlogfile_maxbytes=0\npidfile=/nonexistent.pid\nloglevel=info\nsilent=true',
                 program('p', "/bin/sh -c 'touch /x 2>/dev/null || echo nothing can be written; echo oh >&2; exec cat'",
                         startsecs=0, stdout_logfile='/dev/stdout', stdout_logfile_maxbytes=0,
                         stderr_logfile='/dev/stderr', stderr_logfile_maxbytes=0))


@pytest.mark.parametrize('name', ['TERM', 'INT', 'QUIT'])
def test_orderly_end(container, name):
    d = container(CAT).boot('-n')
    d.wait_state('cat', 'RUNNING')
    assert d.rpc.supervisor.getPID() == 1
    assert d.read('supervisord.pid') == '1\n'
    d.kill(signal.Signals['SIG' + name])
    assert d.status() == 0
    assert [re.sub(r'^\S+ \S+ ', '', line) for line in d.read('stdout').splitlines() if 'DEBG' not in line][-3:] == [
        'WARN received SIG%s indicating exit request' % name, 'INFO waiting for cat to die',
        'WARN stopped: cat (terminated by SIGTERM)']
    assert not os.path.exists(d.path('supervisord.pid')) and not os.path.exists(d.path('s'))


@pytest.mark.parametrize('name', ['TERM', 'RPC'])
def test_large_answer_at_the_end(container, name):
    d = container(CAT, supervisord='logfile_maxbytes=0\n')
    d.write('supervisord.log', ('x' * 1023 + '\n') * (16 << 10))
    d.boot('-n')
    with harness.LargeAnswer(d) as answer:
        if name == 'RPC':
            d.rpc.supervisor.shutdown()
        else:
            d.kill(signal.SIGTERM)
        answer.check()
    assert d.status() == 0


def test_restart(container):
    d = container(CAT).boot('-n')
    first = d.wait_state('cat', 'RUNNING')['pid']
    d.kill(signal.SIGHUP)
    d.wait_log('supervisord started with pid 1$', count=2)
    wait_until(d.answers)
    assert d.wait_state('cat', 'RUNNING')['pid'] != first
    assert d.stop() == 0


def test_without_n_it_stays(container):
    """The reference forks; its parent exits, and takes the container with it."""
    d = container(CAT).boot()
    d.wait_state('cat', 'RUNNING')
    assert d.rpc.supervisor.getPID() == 1
    assert 'WARN staying in the foreground: this is process 1' in d.log
    assert d.read('stdout') == d.log
    assert d.stop() == 0


ORPHANS = 2000


def test_orphans(container):
    """Nothing is said of them, nothing is left of them, and nothing waits for them."""
    make = "i=0; while [ $i -lt %d ]; do (true &); i=$((i+1)); done; echo that was all; exec cat" % ORPHANS
    d = container(CAT + program('parent', "/bin/sh -c '%s'" % make, startsecs=0, stdout_logfile='%(here)s/log/out') +
                  program('short', '/bin/sleep 0.1', startsecs=0, autorestart='true', stdout_logfile='NONE')).boot('-n')
    while 'that was all' not in d.read('log/out'):
        assert d.state('cat') == 'RUNNING'
    wait_until(lambda: not d.zombies(), what='all are reaped', state=d.zombies)
    d.wait_log('exited: short', count=2)
    assert 'unknown pid' not in d.log
    assert d.state('parent') == 'RUNNING'
    assert d.stop() == 0


def test_orphans_from_before_it_began(container):
    """The entry point of an image may leave some; their SIGCHLD has been and gone."""
    entry = 'import os, sys, time; os.fork() or os._exit(0); time.sleep(0.1); os.execv(sys.argv[1], sys.argv[1:])'
    d = container().boot('-n', setup="set -- %s -c '%s' \"$@\"\n" % (sys.executable, entry))
    wait_until(lambda: not d.zombies(), what='all are reaped', state=d.zombies)
    assert d.stop() == 0


def test_what_is_left_at_the_end(container):
    """The namespace ends with its first process."""
    d = container(program('p', "/bin/sh -c 'setsid sleep 1000 & exec cat'", startsecs=0, stdout_logfile='NONE')).boot('-n')
    d.wait_state('p', 'RUNNING')
    wait_until(lambda: any('sleep' in text for text in harness.children_left(d.dir).values()))
    assert d.stop() == 0
    assert not harness.children_left(d.dir)


def test_nothing_can_be_written(container):
    d = container(ON_STDOUT, whole=True).boot('-n', setup=READ_ONLY, stdout=subprocess.PIPE, wait=False)
    out = d.process.stdout
    lines = []
    while not any('nothing can be written' in line for line in lines):
        lines.append(out.readline().decode())
        assert lines[-1], 'it ended: %s' % d.read('stderr')
    wait_until(lambda: d.read('stderr') == 'oh\n', state=lambda: d.read('stderr'))
    d.kill(signal.SIGTERM)
    lines += out.read().decode().splitlines(True)
    assert d.status() == 0
    said = [re.sub(r'^\d\S+ \S+ ', '', line.rstrip('\n')) for line in lines if 'running as root' not in line]
    said = [re.sub(r'pid \d+', 'pid N', line) for line in said if 'success' not in line]
    assert said == ['CRIT could not write pidfile /nonexistent.pid: Read-only file system', "INFO spawned: 'p' with pid N",
                    'nothing can be written', 'WARN received SIGTERM indicating exit request', 'INFO waiting for p to die',
                    'WARN stopped: p (terminated by SIGTERM)']


def test_nothing_but_run_can_be_written(container):
    d = container('[unix_http_server]\nfile=/run/s\n[rpcinterface:supervisor]\n'
                  'supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n' +
                  bare('logfile=/dev/null\nlogfile_maxbytes=0\npidfile=/run/pid', CAT), whole=True)
    d.boot('-n', setup=READ_ONLY + RUN, wait=False)
    # The namespace's /run, seen from here.
    d.socket = '/proc/%d/root/run/s' % d.pid
    wait_until(d.answers, state=lambda: d.read('stderr'))
    assert d.wait_state('cat', 'RUNNING')['pid']
    assert server_proxy(d.socket).supervisor.getPID() == 1
    assert os.listdir(os.path.dirname(d.socket)) in (['s', 'pid'], ['pid', 's'])
    assert d.stop() == 0


@pytest.mark.parametrize('config, reason', [
    (bare('logfile=/dev/stdout\nlogfile_maxbytes=0\nchildlogdir=/tmp', program('p', '/bin/cat')),
     "supervisord: cannot create a log of 'p' in '/tmp': Read-only file system"),
    (bare('', CAT), r"supervisord: cannot open log 'DIR/supervisord.log': Read-only file system"),
], ids=['AUTO logs', 'the default log'])
def test_what_needs_a_file_says_so(container, config, reason):
    d = container(config, whole=True).boot('-n', setup=READ_ONLY, wait=False)
    assert d.status() == 1
    assert d.read('stderr').replace(d.dir, 'DIR').startswith(reason)


@pytest.mark.parametrize('maxbytes', ['0', '1KB', '50MB'])
@pytest.mark.parametrize('path', ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '/dev/stderr'])
@pytest.mark.parametrize('user', ['root', 'nobody'])
def test_children_that_write_to_the_console(container, path, maxbytes, user):
    """Whoever the daemon has become: the pipe stays open to it."""
    writer = program('p', "/bin/sh -c 'i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); done; exec cat'", startsecs=0,
                     stdout_logfile=path, stdout_logfile_maxbytes=maxbytes, stderr_logfile='NONE')
    d = container(bare('logfile=/dev/null\nlogfile_maxbytes=0\npidfile=/nonexistent.pid\nuser=%s' % user, writer), whole=True)
    both = '2>&1' if path == '/dev/stderr' else ''
    d.boot('-n', redirect=both, stdout=subprocess.PIPE, wait=False)
    lines = []
    while 'line 199\n' not in lines:
        lines.append(d.process.stdout.readline().decode())
        assert lines[-1], 'it ended: %s %s' % (lines, d.read('stderr'))
    d.kill(signal.SIGTERM)
    lines += d.process.stdout.read().decode().splitlines(True)
    assert d.status() == 0
    assert [line for line in lines if line.startswith('line')] == ['line %d\n' % i for i in range(200)]
    assert not [line for line in lines if 'CRIT' in line and 'pidfile' not in line and 'root' not in line]


FLOOD = program('flood', 'yes', startsecs=0, stdout_logfile='/dev/stdout', stdout_logfile_maxbytes=0)


def test_console_that_nobody_reads(container):
    """A log collector that hangs: only the program that writes there waits."""
    d = container(CAT + FLOOD).boot('-n', stdout=subprocess.PIPE)
    for name in ('cat', 'flood'):
        d.wait_state(name, 'RUNNING')
    for _ in range(50):
        d.rpc.supervisor.stopProcess('cat')
        d.rpc.supervisor.startProcess('cat')
    assert d.rpc.supervisor.stopProcess('flood')
    d.kill(signal.SIGTERM)
    assert d.status() == 0
    d.process.stdout.close()


def test_console_whose_reader_dies(container):
    d = container(CAT + FLOOD).boot('-n', stdout=subprocess.PIPE)
    d.wait_state('flood', 'RUNNING')
    d.process.stdout.read(100000)
    d.process.stdout.close()
    for _ in range(20):
        d.rpc.supervisor.stopProcess('cat')
        d.rpc.supervisor.startProcess('cat')
    assert d.state('flood') == 'RUNNING'
    assert d.stop() == 0


def test_descriptors_that_are_closed(container):
    """None of ours takes their place."""
    d = container(program('p', "/bin/sh -c 'readlink /proc/self/fd/0 /proc/self/fd/2 | sed s/:.*//; exec cat'", startsecs=0,
                          stdout_logfile='%(here)s/log/out'))
    d.boot('-n', redirect='<&- >&- 2>&-')
    wait_until(lambda: d.read('log/out') == 'pipe\npipe\n', state=lambda: d.read('log/out'))
    assert [os.readlink('/proc/%d/fd/%d' % (d.pid, fd)) for fd in range(3)] == ['/dev/null'] * 3
    assert d.stop() == 0


@pytest.mark.parametrize('where', ['inside', 'outside'])
def test_signals_without_a_meaning(container, where):
    """Process 1 has no default actions: what would kill another daemon is nothing to it."""
    names = ['USR1', 'ALRM', 'VTALRM', 'PIPE', 'WINCH', 'CONT', 'XCPU', 'XFSZ', 'PROF']
    d = container(CAT + program('p', "/bin/sh -c 'for s in %s; do kill -$s 1; done; echo sent; exec cat'" % ' '.join(names),
                                startsecs=0, autostart='false', stdout_logfile='%(here)s/log/out')).boot('-n')
    d.wait_state('cat', 'RUNNING')
    if where == 'inside':
        d.rpc.supervisor.startProcess('p')
        wait_until(lambda: d.read('log/out') == 'sent\n')
    else:
        for name in names:
            d.kill(signal.Signals['SIG' + name])
    assert d.state('cat') == 'RUNNING'
    assert d.stop() == 0
