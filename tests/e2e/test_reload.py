"""Reload, SIGHUP, reread and update with a configuration that cannot be used: nothing changes, and the reason is told."""

import os
import re
import signal
import socket
import xmlrpc.client

import pytest
from harness import OURS, free_port, program, wait_until

pytestmark = pytest.mark.ours_only

A = program('a', '/bin/cat', startsecs=0)
B = program('b', '/bin/cat', startsecs=0, numprocs=2, process_name='b%(process_num)d')
BOTH = A + B


def remove(d):
    os.unlink(d.config)


def unreadable(d):
    """Root reads everything, so what is there is a directory."""
    os.unlink(d.config)
    os.mkdir(d.config)


def not_utf8(d):
    with open(d.config, 'ab') as file:
        file.write(b'; caf\xe9\n')


def text(more):
    return lambda d: d.write_config(BOTH + more)


def without_section(d):
    d.write('c.conf', A)


def missing_include_directory(d):
    os.mkdir(d.path('inc'))
    d.write('inc/x.conf', 'no section\n')
    d.write_config(BOTH + '[include]\nfiles=inc/*.conf\n')


#: What makes the file bad, and what is said of it.
BAD_FILES = {
    'gone': (remove, r'could not find config file DIR/c\.conf'),
    'a directory': (unreadable, r'could not read config file DIR/c\.conf'),
    'not UTF-8': (not_utf8, r"'utf-8' codec can't decode byte 0xe9 in position \d+: invalid continuation byte"),
    'a line that is none': (text('nonsense\n'), r"Source contains parsing errors: '?DIR/c\.conf'?"),
    'no section header': (lambda d: d.write('c.conf', 'x=1\n'), r'File contains no section headers\.'),
    'no [supervisord]': (without_section, r'\.ini file does not include supervisord section'),
    'a bad value': (text(program('c', '/bin/cat', startsecs='soon')),
                    r"invalid literal for int\(\) with base 10: 'soon'.*DIR/c\.conf:\d+: \[program:c\] startsecs"),
    'an unknown user': (text(program('c', '/bin/cat', user='nobody-of-that-name')),
                        'Invalid user name nobody-of-that-name'),
    'an unknown name': (text(program('c', '%(nothing)s')), 'contains names'),
    'no command': (text('[program:c]\n'), 'program section program:c does not specify a command'),
    'an unknown program in a group': (text('[group:g]\nprograms=zzz\n'), '\\[group:g\\] names unknown program or fcgi-program zzz'),
    'a log in a directory that is not there': (text(program('c', '/bin/cat', stdout_logfile='/nowhere/at/all')),
                                               'The directory named as part of the path /nowhere/at/all does not exist'),
    'a bad included file': (missing_include_directory, r'File contains no section headers\.'),
    'an include without files': (text('[include]\n'), r'\.ini file has \[include\] section, but no files setting'),
    'two processes of one name': (text(program('c', '/bin/cat', numprocs=2)),
                                  r'%\(process_num\) must be present within process_name when numprocs > 1'),
}


def pids(d):
    return {'%(group)s:%(name)s' % info: info['pid'] for info in d.rpc.supervisor.getAllProcessInfo()}


def fault_of(call):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call()
    return caught.value.faultCode, caught.value.faultString


def matches(d, pattern, said):
    return re.search(pattern, said.replace(d.dir, 'DIR'), re.S)


@pytest.mark.parametrize('kind', BAD_FILES)
def test_bad_file_changes_nothing(daemon, kind):
    spoil, reason = BAD_FILES[kind]
    d = daemon(BOTH)
    for name in ('a', 'b:b0', 'b:b1'):
        d.wait_state(name, 'RUNNING')
    before = pids(d)
    good = d.read('c.conf')
    spoil(d)
    rpc = d.rpc.supervisor
    for call, prefix in ((rpc.reloadConfig, 'CANT_REREAD: '), (rpc.restart, 'CANT_REREAD: ')):
        code, said = fault_of(call)
        assert code == 92 and said.startswith(prefix) and matches(d, reason, said), said
    options = ('-c', d.write('ctl.conf', good))  # supervisorctl reads one, too
    for command in ('reread', 'update'):
        result = d.ctl(command, options=options)
        assert result.status == 1 and 'CANT_REREAD' in result.out, result
    assert d.ctl('reload', options=options).status == 1
    d.kill(signal.SIGHUP)
    d.wait_log('WARN received SIGHUP indicating restart request')
    d.wait_log('CRIT cannot restart, everything goes on as it is: ', count=3)
    assert matches(d, 'CRIT cannot restart, everything goes on as it is: [^\n]*' + reason, d.log)
    assert pids(d) == before and rpc.getState()['statename'] == 'RUNNING'
    # Once it is mended everything works again.
    if os.path.isdir(d.config):
        os.rmdir(d.config)
    d.write('c.conf', good + program('new', '/bin/cat'))
    assert d.ctl('update').out == 'new: added process group\n'
    assert {name: pid for name, pid in pids(d).items() if name != 'new:new'} == before
    d.kill(signal.SIGHUP)
    d.wait_log('supervisord started with pid %d' % d.pid, count=2)
    d.wait_ready()
    d.wait_state('a', 'RUNNING')
    assert not set(before.values()) & set(pids(d).values())


def use(d, programs=BOTH, **sections):
    """Rewrites the configuration; http='' and supervisord='' are more lines of those sections."""
    d.sections.update(sections)
    d.write_config(programs)


def refused(d, reason):
    """A restart is refused by RPC and by signal, for this reason, and nothing has changed."""
    before = pids(d)
    times = len(re.findall('CRIT cannot restart', d.log))
    code, said = fault_of(d.rpc.supervisor.restart)
    assert code == 92 and matches(d, reason, said), said
    d.kill(signal.SIGHUP)
    d.wait_log('CRIT cannot restart, everything goes on as it is: [^\n]*', count=times + 2)
    assert matches(d, 'CRIT cannot restart, everything goes on as it is: [^\n]*' + reason, d.log), d.log[-1000:]
    assert pids(d) == before and d.rpc.supervisor.getState()['statename'] == 'RUNNING'


def restarts(d, count):
    d.kill(signal.SIGHUP)
    d.wait_log('supervisord started with pid %d' % d.pid, count=count)
    d.wait_ready()
    d.wait_state('a', 'RUNNING')


@pytest.fixture
def listening():
    """A function that listens on an address until the test is over."""
    sockets = []

    def listen(host, port=0):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen()
        sockets.append(sock)
        return sock.getsockname()[1]
    yield listen
    for sock in sockets:
        sock.close()


IN_USE = 'Another program is already listening on a port that one of our HTTP servers is configured to use'


def test_port_in_use(daemon, listening):
    d = daemon(BOTH)
    d.wait_state('a', 'RUNNING')
    use(d, http='[inet_http_server]\nport=127.0.0.1:%d\n' % listening('127.0.0.1'))
    refused(d, IN_USE + '.*inet_http_server')
    use(d, http='[inet_http_server]\nport=127.0.0.1:%d\n' % free_port())
    restarts(d, 2)
    # Its own port is no obstacle, nor is its own socket.
    restarts(d, 3)


def test_log_cannot_be_opened(daemon):
    d = daemon(BOTH)
    d.wait_state('a', 'RUNNING')
    use(d, supervisord='logfile=%(here)s/log\n')
    refused(d, "cannot open log 'DIR/log': Is a directory")
    # What the rehearsal makes it takes away again.
    use(d, supervisord='logfile=%(here)s/other.log\nchildlogdir=/proc\n')
    refused(d, "cannot create logs of programs in '/proc': No such file or directory")
    assert not os.path.exists(d.path('other.log'))


def test_childlogdir_matters_only_to_auto_logs(daemon):
    programs = program('a', '/bin/cat', stdout_logfile='NONE', stderr_logfile='NONE')
    d = daemon(programs)
    d.wait_state('a', 'RUNNING')
    use(d, programs, supervisord='childlogdir=/proc\nnocleanup=true\n')
    restarts(d, 2)


def test_socket_that_cannot_be_made(daemon, make_daemon):
    d = daemon(BOTH)
    d.wait_state('a', 'RUNNING')
    use(d, http='[unix_http_server:two]\nfile=%(here)s/nowhere/s\n')
    refused(d, r'Cannot open an HTTP server: socket\.error reported errno\.ENOENT \(2\)')
    use(d, http='[unix_http_server:two]\nfile=%(here)s/c.conf\n')
    refused(d, "Cannot open an HTTP server: 'DIR/c.conf' exists and is not a socket")
    other = make_daemon(OURS, A).start()
    use(d, http='[unix_http_server:two]\nfile=%s\n' % other.socket)
    refused(d, IN_USE)
    assert other.rpc.supervisor.getState()['statename'] == 'RUNNING'
    use(d, http='[unix_http_server:two]\nfile=%(here)s/s2\n')
    refused_before = d.log.count('CRIT cannot restart')
    restarts(d, 2)
    assert os.path.exists(d.path('s2')) and d.log.count('CRIT cannot restart') == refused_before
    assert sorted(name for name in os.listdir(d.dir) if name.startswith('s')) == [
        's', 's2', 'stderr', 'stdout', 'supervisord.log', 'supervisord.pid']


def test_fcgi_socket_that_cannot_be_made(daemon, listening):
    def fcgi(where):
        return program('f', '/bin/sleep 1000', section='fcgi-program', socket=where, startsecs=0)
    own = free_port()
    running = A + fcgi('unix://%(here)s/f.sock') + fcgi('tcp://127.0.0.1:%d' % own).replace('program:f', 'program:g')
    d = daemon(running)
    d.wait_state('f', 'RUNNING')
    for where, reason in (
            ('unix://%(here)s/nowhere/f.sock', 'No such file or directory'),
            ('unix://%(here)s/c.conf', "'DIR/c.conf' exists and is not a socket"),
            ('tcp://127.0.0.1:%d' % listening('127.0.0.1'), 'Address already in use')):
        use(d, A + fcgi(where))
        refused(d, 'Could not create FastCGI socket .*' + reason)
    use(d, running)
    restarts(d, 2)
    d.wait_state('g', 'RUNNING')
    assert sorted(name for name in os.listdir(d.dir) if 'f.sock' in name) == ['f.sock']
    # A port that an update has brought is ours as well.
    use(d, A + fcgi('tcp://127.0.0.1:%d' % free_port()))
    assert d.ctl('update').status == 0
    d.wait_state('f', 'RUNNING')
    restarts(d, 3)


def test_port_that_changes_hands(daemon):
    """A server gets the port of a FastCGI program, and the other way round: nobody else has it."""
    port = free_port()
    fcgi = program('f', '/bin/sleep 1000', section='fcgi-program', socket='tcp://127.0.0.1:%d' % port, startsecs=0)
    d = daemon(A + fcgi)
    d.wait_state('f', 'RUNNING')
    use(d, A, http='[inet_http_server]\nport=127.0.0.1:%d\n' % port)
    restarts(d, 2)
    use(d, A + fcgi, http='')
    restarts(d, 3)
    d.wait_state('f', 'RUNNING')


@pytest.mark.root
def test_user_that_it_cannot_become(make_daemon):
    d = make_daemon(OURS, BOTH)
    os.chmod(d.dir, 0o777)
    drop = d.write('as_nobody', '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups %s "$@"\n' % OURS.supervisord)
    os.chmod(drop, 0o755)
    d.start(supervisord=drop)
    d.wait_state('a', 'RUNNING')
    use(d, supervisord='user=root\n')
    refused(d, "Can't drop privilege as nonroot user")


@pytest.mark.root
def test_user_that_may_not_write_the_log(daemon):
    """The daemon is root, and would not be any more when it opens it."""
    d = daemon(BOTH)
    d.wait_state('a', 'RUNNING')
    use(d, supervisord='user=nobody\n')
    refused(d, "cannot open log 'DIR/supervisord.log': Permission denied")


def test_start_that_fails_after_the_stop(daemon, listening):
    """The port is ours under one address and somebody else's under another: the rehearsal cannot tell."""
    port = free_port()
    listening('127.0.0.2', port)
    d = daemon(BOTH, http='[inet_http_server]\nport=127.0.0.1:%d\n' % port)
    first = d.wait_state('a', 'RUNNING')['pid']
    use(d, BOTH + program('new', '/bin/cat'), supervisord='logfile=%(here)s/new.log\n',
        http='[inet_http_server]\nport=0.0.0.0:%d\n' % port)
    d.kill(signal.SIGHUP)
    d.wait_log('CRIT cannot start with the new configuration, the one before it is in force again: ' + IN_USE)
    d.wait_log('supervisord started with pid %d' % d.pid, count=2)
    assert 'CRIT ' + IN_USE in d.read('new.log')
    d.wait_ready()
    assert d.wait_state('a', 'RUNNING')['pid'] != first
    assert sorted(pids(d)) == ['a:a', 'b:b0', 'b:b1']
    # The daemon is as good as before.
    use(d, supervisord='', http='[inet_http_server]\nport=127.0.0.1:%d\n' % port)
    restarts(d, 3)
    assert d.stop() == 0


def test_log_that_cannot_be_opened_after_the_stop(daemon):
    """A program takes the directory away when it is stopped; the reason stands in the log that is opened then."""
    taker = program('taker', '/bin/sh -c \'trap "rm -rf logs; exit" TERM; echo ready; while :; do sleep 0.1; done\'', startsecs=0)
    d = daemon(A + taker)
    d.wait_state('a', 'RUNNING')
    d.wait_state('taker', 'RUNNING')
    wait_until(lambda: d.rpc.supervisor.readProcessStdoutLog('taker', 0, 0) == 'ready\n')
    os.mkdir(d.path('logs'))
    use(d, A + taker, supervisord='logfile=%(here)s/logs/log\n')
    d.kill(signal.SIGHUP)
    d.wait_log("CRIT cannot start with the new configuration, the one before it is in force again: "
               "cannot open log '%s/logs/log': No such file or directory" % d.dir)
    d.wait_log('supervisord started with pid %d' % d.pid, count=2)
    d.wait_ready()
    d.wait_state('a', 'RUNNING')


def test_relative_configuration_after_a_change_of_directory(make_daemon):
    d = make_daemon(OURS, A, supervisord='directory=/tmp\n')
    d.config = 'c.conf'
    d.start(daemonize=True)
    assert os.readlink('/proc/%d/cwd' % d.pid) == '/tmp'
    restarts(d, 2)
    assert d.rpc.supervisor.reloadConfig() == [[[], [], []]]


def test_pidfile_that_is_no_file(make_daemon):
    """Containers write it to /dev/null; the reference deletes that at its end."""
    d = make_daemon(OURS, A, supervisord='pidfile=%(here)s/null\n')
    try:
        os.mknod(d.path('null'), 0o20666, os.makedev(1, 3))
        with open(d.path('null'), 'wb'):
            pass
    except OSError as error:
        pytest.skip('no devices here: %s' % error)
    d.start()
    d.wait_log('supervisord started with pid')
    assert d.stop() == 0
    assert os.path.exists(d.path('null'))
