"""What cannot be started: the state, spawnerr, the log line, the answer, what the child says, and that nothing leaks."""

import os
import re
import resource

import pytest
from harness import lonely_uid, open_files, program, raise_nproc, status_field, wait_until

NOT_SPAWNED = 'supervisor: child process was not spawned\n'
TOO_QUICKLY = 'Exited too quickly (process log may have details)'


def bad(command, **options):
    return program('bad', command, **{'startretries': 0, 'startsecs': 30, 'autostart': 'false',
                                      'stdout_logfile': '%(here)s/log/out', 'stderr_logfile': '%(here)s/log/err', **options})


def descriptors(d):
    return len(open_files(d.pid))


def fails_without_a_leak(d):
    """Three more failures leave no descriptor open.  (One may be a connection that ends.)"""
    before = descriptors(d)
    for _ in range(3):
        assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    if d.impl.name == 'ours':
        wait_until(lambda: descriptors(d) <= before, what='no pipe is left open', state=lambda: (before, descriptors(d)))


def script(d, name, text, mode=0o755):
    d.write(name, text)
    os.chmod(d.path(name), mode)


# The child is made, and cannot become the program

@pytest.mark.parametrize('name, text, why', [
    ('interpreter', '#!/nonexistent/interpreter\n', 'ENOENT'),
    ('noline', 'echo hello\n', 'ENOEXEC'),
    ('empty', '', 'ENOEXEC'),
    ('loop', '#!%s/loop\n', 'ELOOP'),
])
def test_exec(daemon, name, text, why):
    d = daemon(bad('%(here)s/' + name))
    script(d, name, text % d.dir if '%s' in text else text)
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    info = d.wait_state('bad', 'FATAL')
    assert info['spawnerr'] == TOO_QUICKLY
    assert 'WARN exited: bad (exit status 127; not expected)' in d.log_messages()
    assert d.read('log/err') == "supervisor: couldn't exec %s: %s\n%s" % (d.path(name), why, NOT_SPAWNED)
    assert d.read('log/out') == ''


def test_argument_that_is_too_long(daemon):
    d = daemon(bad('/bin/echo ' + 'x' * 140000))
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    assert d.read('log/err') == "supervisor: couldn't exec /bin/echo: E2BIG\n" + NOT_SPAWNED


def test_exec_says_so_in_the_log_that_stderr_goes_to(daemon):
    d = daemon(bad('%(here)s/noline', redirect_stderr='true', stderr_logfile='NONE'))
    script(d, 'noline', 'echo hello\n')
    d.ctl('start', 'bad')
    assert d.read('log/out') == "supervisor: couldn't exec %s: ENOEXEC\n%s" % (d.path('noline'), NOT_SPAWNED)


@pytest.mark.root
@pytest.mark.parametrize('name, why', [('nowhere', 'ENOENT'), ('file', 'ENOTDIR'), ('closed', 'EACCES')])
def test_directory(daemon, name, why):
    """It is entered as the program's user: what root may enter does not count."""
    d = daemon(bad('/bin/cat', user='nobody', directory='%(here)s/' + name))
    d.write('file', '')
    os.mkdir(d.path('closed'), 0o700)
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    assert d.read('log/err') == "supervisor: couldn't chdir to %s: %s\n%s" % (d.path(name), why, NOT_SPAWNED)
    assert d.info('bad')['spawnerr'] == TOO_QUICKLY


@pytest.mark.root
def test_user_that_only_root_can_become(make_daemon, impl):
    d = make_daemon(impl, bad('/bin/cat', user='root')).start_as(54321)
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    assert d.read('log/err') == ("supervisor: couldn't setuid to 0: Can't drop privilege as nonroot user\n" + NOT_SPAWNED)


# No child is made

@pytest.mark.parametrize('command, text, fault', [
    ('nosuchcommand', "can't find command 'nosuchcommand'", 'no such file'),
    ('%(here)s/nothing', "can't find command '%s/nothing'", 'no such file'),
    ('/', "command at '/' is a directory", 'file is not executable'),
    ('log/..', "command at 'log/..' is a directory", 'file is not executable'),
    ('%(here)s/plain', "command at '%s/plain' is not executable", 'file is not executable'),
    ("sh -c 'abc", 'can\'t parse command "sh -c \'abc": No closing quotation', 'file is not executable'),
    ('sh \\', "can't parse command 'sh \\\\': No escaped character", 'file is not executable'),
])
def test_command(daemon, command, text, fault):
    d = daemon(bad(command))
    script(d, 'plain', '#!/bin/sh\n', 0o644)
    text = text % d.dir if '%s' in text else text
    before = descriptors(d)
    # Somebody asked: the answer says it, nothing is tried.
    assert d.ctl('start', 'bad') == (1, 'bad: ERROR (%s)\n' % fault, '')
    assert d.state('bad') == 'STOPPED'
    assert not re.search('spawnerr', d.log)
    # By itself: a try that has failed.
    d.write_config(bad(command, autostart='true'))
    assert d.ctl('update').status == 0
    assert d.wait_state('bad', 'FATAL')['spawnerr'] == text
    messages = d.log_messages()
    assert messages.index('INFO spawnerr: %s' % text) < messages.index(
        'INFO gave up: bad entered FATAL state, too many start retries too quickly')
    wait_until(lambda: descriptors(d) <= before, what='no descriptor is left open')


@pytest.mark.root
def test_command_that_the_daemon_may_not_run(make_daemon, impl):
    d = make_daemon(impl, bad('%(here)s/mine', autostart='true'))
    script(d, 'mine', '#!/bin/sh\n', 0o700)
    d.start_as(54321)
    text = "no permission to run command '%s'" % d.path('mine')
    assert d.wait_state('bad', 'FATAL')['spawnerr'] == text
    assert 'INFO spawnerr: %s' % text in d.log_messages()
    assert d.ctl('start', 'bad') == (1, 'bad: ERROR (file is not executable)\n', '')


@pytest.mark.parametrize('kind, why', [('directory', 'EISDIR'), ('gone', 'ENOENT'), ('file', 'ENOTDIR')])
def test_log_that_cannot_be_opened(daemon, impl, kind, why):
    d = daemon(bad('/bin/cat', stdout_logfile='%(here)s/log/sub/out', stderr_logfile='%(here)s/log/err'), start=False)
    os.mkdir(d.path('log/sub'))
    d.start()
    if kind == 'directory':
        os.mkdir(d.path('log/sub/out'))
    else:
        os.rmdir(d.path('log/sub'))
    if kind == 'file':
        d.write('log/sub', '')
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    text = "unknown error making dispatchers for 'bad': %s" % why
    if impl.name == 'ours':
        text += " (cannot open log '%s')" % d.path('log/sub/out')
    info = d.wait_state('bad', 'FATAL')
    assert (info['spawnerr'], info['pid']) == (text, 0)
    assert 'INFO spawnerr: ' + text in d.log_messages()
    fails_without_a_leak(d)


@pytest.mark.parametrize('spare', [1, 2, 4, 6])
def test_no_descriptors(daemon, impl, spare):
    """At each place where descriptors can run out (one goes to the connection): the pipes, and the log files."""
    d = daemon(bad('/bin/cat', startsecs=0))
    limits = d.no_more_descriptors(spare)
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    text = "too many open files to spawn 'bad'"
    assert d.wait_state('bad', 'FATAL')['spawnerr'].startswith(text)
    assert re.search('INFO spawnerr: ' + text, d.log)
    fails_without_a_leak(d)
    resource.prlimit(d.pid, resource.RLIMIT_NOFILE, limits)
    assert d.ctl('start', 'bad') == (0, 'bad: started\n', '')


@pytest.mark.root
def test_no_processes(make_daemon, impl):
    """fork fails: a try that has failed, and the next one comes; the daemon does not spin meanwhile, and nothing leaks."""
    d = make_daemon(impl, bad('/bin/cat', startsecs=0, startretries=50), supervisord='minprocs=1')
    uid = lonely_uid(impl)
    d.start_as(uid, 'prlimit', '--nproc=1:1000')
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    text = "Too many processes in process table to spawn 'bad'"
    assert d.info('bad')['spawnerr'] == text
    assert d.info('bad')['statename'] == 'BACKOFF'
    d.wait_log('INFO spawnerr: ' + text, count=2)
    if impl.name == 'ours':
        assert int(status_field(d.pid, 'voluntary_ctxt_switches')) < 1000
    before = descriptors(d)
    d.wait_log('INFO spawnerr: ' + text, count=4)
    wait_until(lambda: descriptors(d) <= before or impl.name != 'ours', what='no pipe is left open')
    raise_nproc(d.pid, uid, 1000)
    d.wait_state('bad', 'RUNNING')
