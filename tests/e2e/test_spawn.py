"""The making of children: what they are given, what they are not given, and what is told when it fails."""

import contextlib
import hashlib
import os
import re
import resource
import signal
import subprocess
import xmlrpc.client

import pytest
from harness import open_files, program, status_field, wait_until

NONE = {'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
IDLE = {'autostart': 'false', 'startsecs': 0, **NONE}
NOT_SPAWNED = 'supervisor: child process was not spawned\n'


def start_fault(d, name='p'):
    with pytest.raises(xmlrpc.client.Fault) as fault:
        d.rpc.supervisor.startProcess(name)
    return fault.value.faultCode, fault.value.faultString


def wait_exec(d, name='p', command='sleep'):
    """The pid, when the child is the program that it is to be."""
    def done():
        pid = d.info(name)['pid']
        with contextlib.suppress(OSError):  # it is not there yet
            with open('/proc/%d/comm' % pid) as comm:
                return pid if comm.read().strip() == command else None
    return wait_until(done)


def wait_for_three(pid):
    """The loader of a new program has its libraries open for a moment."""
    wait_until(lambda: sorted(open_files(pid)) == [0, 1, 2], state=lambda: open_files(pid))


# What a child is given


def test_no_other_descriptor_reaches_a_child(daemon):
    # Neither of a pool, of another program, of a log, of a request, nor of a stream.
    d = daemon(program('pool', '/bin/sleep 1000', section='fcgi-program', socket='unix://%(here)s/pool', startsecs=0) +
               program('other', '/bin/cat', startsecs=0) + program('p', '/bin/sleep 1000', autostart='false', startsecs=0) +
               program('q', '/bin/sleep 1000', autostart='false', startsecs=0, directory='/'))
    d.wait_state('other', 'RUNNING')
    d.wait_state('pool', 'RUNNING')
    tail = subprocess.Popen([d.impl.supervisorctl, '-c', d.config, 'tail', '-f', 'other'], env=d.env, cwd=d.dir,
                            stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: sum(target.startswith('socket:') for target in open_files(d.pid).values()) >= 3)
        for name in ('p', 'q'):
            d.rpc.supervisor.startProcess(name)
            wait_for_three(wait_exec(d, name))
    finally:
        tail.kill()
        tail.wait()


def test_descriptors_inherited_by_the_daemon_are_not_passed_on(impl, make_daemon):
    d = make_daemon(impl, program('p', '/bin/sleep 1000', startsecs=0))
    with open(d.path('precious'), 'w') as precious:
        script = d.path('start')
        d.write('start', '#!/bin/sh\nexec 7<precious 8<precious %s "$@"\n' % d.impl.supervisord)
        os.chmod(script, 0o755)
        d.start(supervisord=script)
        assert precious.name in open_files(d.pid).values()
        wait_for_three(wait_exec(d))


def test_the_childs_ends_of_its_pipes_block(daemon):
    d = daemon(program('p', '/bin/sleep 1000', startsecs=0))
    pid = wait_exec(d)
    for fd in range(3):
        with open('/proc/%d/fdinfo/%d' % (pid, fd)) as info:
            flags = int(re.search(r'flags:\s*(\d+)', info.read()).group(1), 8)
        assert not flags & os.O_NONBLOCK


@pytest.mark.ours_only
def test_signals_are_as_at_the_beginning(make_daemon, impl):
    # Whatever the daemon was started with: nothing is blocked, and only SIGPIPE is ignored.
    d = make_daemon(impl, program('p', '/bin/sleep 1000', startsecs=0) +
                    program('q', '/bin/sleep 1000', startsecs=0, directory='/'))
    d.write('start', '#!/usr/bin/python3\nimport os, signal, sys\n'
            'for s in (signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGCHLD, signal.SIGTSTP):\n'
            '    signal.signal(s, signal.SIG_IGN)\n'
            'signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGUSR2, signal.SIGTERM, signal.SIGALRM))\n'
            'os.execv(%r, sys.argv)\n' % d.impl.supervisord)
    os.chmod(d.path('start'), 0o755)
    d.start(supervisord=d.path('start'))
    for name in ('p', 'q'):
        pid = wait_exec(d, name)
        assert int(status_field(pid, 'SigBlk'), 16) == 0
        # Signals 32 and 33 are the C library's own, out of anybody's reach: as the test was started, so they stay.
        assert int(status_field(pid, 'SigIgn'), 16) & ~(3 << 31) == 1 << (signal.SIGPIPE - 1)
        assert d.ctl('stop', name).out == name + ': stopped\n'


def test_process_group_and_session(daemon):
    d = daemon(program('p', '/bin/sleep 1000', startsecs=0) + program('q', '/bin/sleep 1000', startsecs=0, directory='/'))
    for name in ('p', 'q'):
        pid = wait_exec(d, name)
        assert os.getpgid(pid) == pid
        assert os.getsid(pid) == os.getsid(d.pid)


# What fails in the child


@pytest.mark.parametrize('redirect', ['false', 'true'])
def test_messages_are_in_the_log_of_stderr(daemon, redirect):
    d = daemon(program('p', '/bin/cat', directory='%(here)s/nowhere', startsecs=30, startretries=0,
                       stdout_logfile='%(here)s/log/out', stderr_logfile='%(here)s/log/err', redirect_stderr=redirect))
    d.wait_state('p', 'FATAL')
    text = "supervisor: couldn't chdir to %s: ENOENT\n" % d.path('nowhere') + NOT_SPAWNED
    assert d.read('log/out') == (text if redirect == 'true' else '')
    if redirect == 'false':
        assert d.read('log/err') == text
    assert 'WARN exited: p (exit status 127; not expected)' in d.log_messages()


@pytest.mark.parametrize('content,mode,error', [
    ('#!/nonexistent/interpreter\n', 0o755, 'ENOENT'),
    ('echo no interpreter is named\n', 0o755, 'ENOEXEC'),
    ('', 0o755, 'ENOEXEC'),
    ('#!/\n', 0o755, 'EACCES'),
])
def test_exec_fails(daemon, content, mode, error):
    d = daemon(program('p', '%(here)s/script an argument', autostart='false', startsecs=30, startretries=0,
                       stderr_logfile='%(here)s/log/err'))
    d.write('script', content)
    os.chmod(d.path('script'), mode)
    assert start_fault(d) == (50, 'SPAWN_ERROR: p')
    assert d.read('log/err') == "supervisor: couldn't exec %s: %s\n" % (d.path('script'), error) + NOT_SPAWNED


@pytest.mark.root
def test_command_that_the_programs_user_may_not_execute(daemon):
    # The daemon, as root, finds nothing wrong with it.
    d = daemon(program('p', '%(here)s/script', user='nobody', autostart='false', startsecs=30, startretries=0,
                       stderr_logfile='%(here)s/log/err'))
    d.write('script', '#!/bin/sh\n')
    os.chmod(d.path('script'), 0o700)
    assert start_fault(d) == (50, 'SPAWN_ERROR: p')
    assert d.read('log/err') == "supervisor: couldn't exec %s: EACCES\n" % d.path('script') + NOT_SPAWNED


@pytest.mark.root
def test_directory_is_entered_as_the_programs_user(daemon):
    d = daemon(program('p', '/bin/cat', user='nobody', directory='%(here)s/mine', autostart='false', startsecs=30,
                       startretries=0, stderr_logfile='%(here)s/log/err'))
    os.mkdir(d.path('mine'), 0o700)
    assert start_fault(d) == (50, 'SPAWN_ERROR: p')
    assert d.read('log/err') == "supervisor: couldn't chdir to %s: EACCES\n" % d.path('mine') + NOT_SPAWNED


@pytest.mark.root
def test_user_that_it_may_not_become(make_daemon, impl):
    d = make_daemon(impl, program('p', '/bin/cat', user='root', autostart='false', startsecs=30, startretries=0,
                                  stderr_logfile='%(here)s/log/err'), supervisord='user=nobody')
    os.chmod(d.dir, 0o777)
    d.start()
    assert start_fault(d) == (50, 'SPAWN_ERROR: p')
    assert d.read('log/err') == ("supervisor: couldn't setuid to 0: Can't drop privilege as nonroot user\n" + NOT_SPAWNED)


def test_environment_that_is_too_big(daemon):
    d = daemon(program('p', '/bin/cat', environment='BIG="%s"' % ('x' * 200000), autostart='false', startsecs=30,
                       startretries=0, stderr_logfile='%(here)s/log/err'))
    assert start_fault(d) == (50, 'SPAWN_ERROR: p')
    assert d.read('log/err') == "supervisor: couldn't exec /bin/cat: E2BIG\n" + NOT_SPAWNED


# What fails in the daemon


@contextlib.contextmanager
def limited(d, what, limit):
    old = resource.prlimit(d.pid, what)
    resource.prlimit(d.pid, what, (limit, old[1]))
    try:
        yield
    finally:
        resource.prlimit(d.pid, what, old)


def spawn_problem(d, name='p'):
    assert start_fault(d, name) == (50, 'SPAWN_ERROR: %s' % name)
    return d.info(name)['spawnerr']


def without_sockets(d):
    """What the daemon has open; connections come and go."""
    return sorted(target for target in open_files(d.pid).values() if 'socket' not in target)


@pytest.mark.ours_only
@pytest.mark.parametrize('left', [0, 1, 3, 5, 6])
def test_no_descriptors(daemon, left):
    # The first, or the last, of its pipes and logs cannot be had.  Supervisor says the same, but keeps what it could get.
    d = daemon(program('p', '/bin/sleep 1000', autostart='false', startsecs=0, startretries=30) +
               program('other', '/bin/sleep 1000', startsecs=0))
    d.wait_state('other', 'RUNNING')
    before = open_files(d.pid)
    free = [fd for fd in range(1024) if fd not in before]
    with limited(d, resource.RLIMIT_NOFILE, free[1 + left]):  # one is for the request
        fault, info = d.rpc.system.multicall([{'methodName': 'supervisor.startProcess', 'params': ['p', False]},
                                              {'methodName': 'supervisor.getProcessInfo', 'params': ['p']}])
        assert fault['faultCode'] == 50
        assert info['spawnerr'] == "too many open files to spawn 'p'"
        assert info['statename'] == 'BACKOFF'
        assert without_sockets(d) == [target for target in sorted(before.values()) if 'socket' not in target]
    assert "INFO spawnerr: too many open files to spawn 'p'" in d.log_messages()
    d.wait_state('p', 'RUNNING')
    assert d.state('other') == 'RUNNING'


def without_processes(make_daemon, impl, config, supervisord=''):
    """A daemon that can make no process."""
    d = make_daemon(impl, config, supervisord='user=nobody\nminprocs=1\n' + supervisord)
    os.chmod(d.dir, 0o777)
    d.write('start', '#!/bin/bash\nulimit -u 1\nexec %s "$@"\n' % d.impl.supervisord)
    os.chmod(d.path('start'), 0o755)
    d.env['ASAN_OPTIONS'] += ':detect_leaks=0'  # the search for leaks needs a process
    return d.start(supervisord=d.path('start'))


@pytest.mark.root
@pytest.mark.parametrize('directory', ['', '/'])
def test_no_process_can_be_made(make_daemon, impl, directory):
    options = {'directory': directory} if directory else {}
    d = without_processes(make_daemon, impl, program('p', '/bin/sleep 1000', autostart='false', startsecs=0, startretries=30,
                                                     **NONE, **options))
    assert spawn_problem(d) == "Too many processes in process table to spawn 'p'"
    assert d.state('p') == 'BACKOFF'


@pytest.mark.parametrize('make,error', [
    (lambda path: os.mkdir(path), 'EISDIR'),
    (lambda path: os.rmdir(os.path.dirname(path)), 'ENOENT'),
])
def test_log_that_cannot_be_opened(daemon, make, error):
    d = daemon(program('p', '/bin/sleep 1000', autostart='false', startsecs=0, startretries=0,
                       stdout_logfile='%(here)s/log/out', stderr_logfile='%(here)s/tmp/err'))
    make(d.path('tmp', 'err'))
    text = spawn_problem(d)
    assert text.startswith("unknown error making dispatchers for 'p': " + error)
    if d.impl.name == 'ours':
        assert text.endswith(" (cannot open log '%s')" % d.path('tmp/err'))


@pytest.mark.ours_only
def test_a_thousand_failures_leave_nothing(daemon):
    # Supervisor loses up to six descriptors each time that a log cannot be opened.
    d = daemon(program('log', '/bin/sleep 1000', startretries=0, stderr_logfile='%(here)s/tmp', autostart='false') +
               program('pool', '/bin/sleep 1000', section='fcgi-program', socket='unix://%(here)s/pool', startretries=0,
                       stderr_logfile='%(here)s/tmp', autostart='false') +
               program('missing', '/bin/sleep 1000', directory='/nowhere', startretries=0, startsecs=30, autostart='false',
                       **NONE), supervisord='loglevel=info')
    fail_often(d, log=500, pool=500, missing=20)


@pytest.mark.ours_only
@pytest.mark.root
def test_hundreds_of_failed_forks_leave_nothing(make_daemon, impl):
    # Supervisor's loop spins after the first.
    d = without_processes(make_daemon, impl, program('p', '/bin/sleep 1000', startretries=0, autostart='false', **NONE) +
                          program('q', '/bin/sleep 1000', startretries=0, autostart='false', directory='/', **NONE) +
                          program('pool', '/bin/sleep 1000', section='fcgi-program', socket='unix://%(here)s/pool',
                                  startretries=0, autostart='false', **NONE), supervisord='loglevel=info')
    fail_often(d, p=200, q=200, pool=200)


def fail_often(d, **times):
    rpc = d.rpc
    for name in times:
        assert start_fault_of(rpc, name) == 50
    before = without_sockets(d), len(open_files(d.pid))
    for name, n in times.items():
        for _ in range(n):
            assert start_fault_of(rpc, name) == 50
    assert without_sockets(d) == before[0]
    assert len(open_files(d.pid)) < before[1] + 5


def start_fault_of(rpc, name):
    """The fault of a start by hand, as soon as the failure before has become FATAL."""
    def fault():
        try:
            rpc.supervisor.startProcess(name)
        except xmlrpc.client.Fault as error:
            return error.faultCode if error.faultCode != 60 else None
        return 0
    return wait_until(fault, pause=0.001)


# Signals at once


@pytest.mark.ours_only
@pytest.mark.parametrize('options', [{}, {'directory': '/'}, {'stopasgroup': 'true'},
                                     {'directory': '/', 'stopasgroup': 'true'}])
def test_signal_before_the_exec_is_not_lost(daemon, options):
    # Supervisor's child swallows a SIGTERM that comes before its exec, and SIGKILL follows when stopwaitsecs are over.
    d = daemon(program('p', '/bin/sleep 1000', stopwaitsecs=1000, **IDLE, **options))
    rpc = d.rpc
    for _ in range(50):
        results = rpc.system.multicall([{'methodName': 'supervisor.startProcess', 'params': ['p', False]},
                                        {'methodName': 'supervisor.stopProcess', 'params': ['p']}])
        assert results == [True, True]
    assert d.log.count('stopped: p (terminated by SIGTERM)') == 50


# Standard input


@pytest.mark.ours_only
def test_program_that_never_reads_its_input(daemon):
    # What a pipe does not hold is kept, up to 4 MiB; what would be more is refused whole.
    d = daemon(program('p', '/bin/sh -c "while ! test -e go; do sleep 0.1; done; exec cksum"', autostart='false',
                       startsecs=0, directory='%(here)s', stdout_logfile='%(here)s/log/out') +
               program('other', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/log/other'),
               http='request_maxbytes=8MB\n')
    rpc = d.rpc
    rpc.supervisor.startProcess('p')
    chunk = 'x' * (1 << 20)
    sent = 0
    with pytest.raises(xmlrpc.client.Fault) as fault:
        while sent < 20:
            assert rpc.supervisor.sendProcessStdin('p', chunk) is True
            sent += 1
    assert sent == 4
    assert fault.value.faultCode == 30
    assert re.fullmatch(r"FAILED: 'p' has not read its input: \d{7} bytes wait already, 4194304 is the most",
                        fault.value.faultString), fault.value.faultString
    rpc.supervisor.sendProcessStdin('other', 'alive\n')
    d.wait_log('alive', name='log/other')
    assert int(status_field(d.pid, 'VmRSS').split()[0]) < 64 * 1024
    d.write('go', '')
    # All that was accepted arrives, and nothing of what was refused; the end of its input does not come.
    wait_until(lambda: not waits_for_input(rpc))
    d.ctl('stop', 'p')


def waits_for_input(rpc):
    try:
        return rpc.supervisor.sendProcessStdin('p', 'y' * ((4 << 20) - 1)) is not True
    except xmlrpc.client.Fault:
        return True


@pytest.mark.ours_only
def test_what_waits_arrives_whole_and_in_order(daemon):
    d = daemon(program('p', '/bin/sh -c "while ! test -e go; do sleep 0.1; done; head -c 3000007 | sha1sum"',
                       autostart='false', startsecs=0, directory='%(here)s', stdout_logfile='%(here)s/log/out'))
    rpc = d.rpc
    rpc.supervisor.startProcess('p')
    text = ''.join('%07d\n' % n for n in range(375001))[:3000007]
    for at in range(0, len(text), 500001):
        assert rpc.supervisor.sendProcessStdin('p', text[at:at + 500001]) is True
    d.write('go', '')
    d.wait_log(hashlib.sha1(text.encode()).hexdigest(), name='log/out')


@pytest.mark.ours_only
def test_what_waits_is_dropped_with_the_process(daemon):
    d = daemon(program('p', '/bin/sleep 1000', startsecs=0), http='request_maxbytes=8MB\n')
    d.wait_state('p', 'RUNNING')
    rpc = d.rpc
    for _ in range(3):
        rpc.supervisor.sendProcessStdin('p', 'x' * (1 << 20))
    d.ctl('restart', 'p')
    for _ in range(3):
        assert rpc.supervisor.sendProcessStdin('p', 'x' * (1 << 20)) is True
    d.ctl('stop', 'p')
    with pytest.raises(xmlrpc.client.Fault) as fault:
        rpc.supervisor.sendProcessStdin('p', 'x')
    assert (fault.value.faultCode, fault.value.faultString) == (70, 'NOT_RUNNING: p')


@pytest.mark.ours_only
def test_input_closed_while_something_waits(daemon):
    d = daemon(program('p', '/bin/sh -c "while ! test -e go; do sleep 0.1; done; exec <&-; echo closed; exec sleep 1000"',
                       autostart='false', startsecs=0, directory='%(here)s', stdout_logfile='%(here)s/log/out'))
    rpc = d.rpc
    rpc.supervisor.startProcess('p')
    assert rpc.supervisor.sendProcessStdin('p', 'x' * 300000) is True
    d.write('go', '')
    d.wait_log('closed', name='log/out')
    with pytest.raises(xmlrpc.client.Fault) as fault:
        rpc.supervisor.sendProcessStdin('p', 'x')
    assert (fault.value.faultCode, fault.value.faultString) == (20, 'NO_FILE: p')
    assert d.state('p') == 'RUNNING'
