"""The daemon itself: start, signals, files, the end."""

import os
import re
import signal
import socket
import stat

import pytest
from harness import is_alive, process_state, program, status_field, wait_until

CAT = program('cat', '/bin/cat')


def test_foreground_log(daemon):
    d = daemon(CAT, supervisord='loglevel=info')
    pid = d.wait_state('cat', 'RUNNING')['pid']
    assert d.read('supervisord.pid') == '%d\n' % d.pid
    assert stat.S_IMODE(os.stat(d.socket).st_mode) == 0o700
    d.stop()
    root = ['CRIT Supervisor is running as root.  Privileges were not dropped because no user is specified in the '
            'config file.  If you intend to run as root, you can set user=root in the config file to avoid this '
            'message.'] if os.geteuid() == 0 else []
    assert d.log_messages() == root + [
        "INFO RPC interface 'supervisor' initialized",
        "CRIT Server 'unix_http_server' running without any HTTP authentication checking",
        'INFO supervisord started with pid %d' % d.pid,
        "INFO spawned: 'cat' with pid %d" % pid,
        'INFO success: cat entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)',
        'WARN received SIGTERM indicating exit request',
        'INFO waiting for cat to die',
        'WARN stopped: cat (terminated by SIGTERM)']
    assert d.read('stdout') == d.log
    assert not os.path.exists(d.socket) and not os.path.exists(d.path('supervisord.pid'))


@pytest.mark.parametrize('signo', [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_ending_signals(daemon, signo):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    d.kill(signo)
    assert d.wait_end() == 0
    assert 'WARN received %s indicating exit request' % signo.name in d.log_messages()


def test_silent(daemon):
    d = daemon(CAT, args=['-s'])
    d.wait_state('cat', 'RUNNING')
    assert d.read('stdout') == ''


def test_daemonizes(daemon):
    d = daemon(CAT, daemonize=True, supervisord='directory=/usr\numask=077')
    d.wait_state('cat', 'RUNNING')
    with open('/proc/%d/stat' % d.pid) as file:
        fields = file.read().rpartition(')')[2].split()
    pgrp, session = int(fields[2]), int(fields[3])
    assert (pgrp, session) == (d.pid, d.pid)
    assert os.readlink('/proc/%d/cwd' % d.pid) == '/usr'
    for fd in range(3):
        assert os.readlink('/proc/%d/fd/%d' % (d.pid, fd)) == '/dev/null'
    assert stat.S_IMODE(os.stat(d.path('supervisord.pid')).st_mode) == 0o600
    assert "INFO set current directory: '/usr'" in d.log_messages()
    messages = d.log_messages()
    assert messages.index('INFO daemonizing the supervisord process') < messages.index(
        'INFO supervisord started with pid %d' % d.pid)
    assert d.read('stdout') == ''


def test_reload_keeps_the_pid(daemon):
    d = daemon(CAT)
    old = d.wait_state('cat', 'RUNNING')['pid']
    d.write_config(CAT + program('two', '/bin/cat'))
    d.kill(signal.SIGHUP)
    d.wait_log('supervisord started with pid %d$' % d.pid, count=2)
    d.wait_ready()
    new = d.wait_state('cat', 'RUNNING')['pid']
    d.wait_state('two', 'RUNNING')
    assert new != old and not is_alive(old) and is_alive(d.pid)
    messages = d.log_messages()
    for text in ('WARN received SIGHUP indicating restart request', 'INFO waiting for cat to die',
                 'WARN stopped: cat (terminated by SIGTERM)'):
        assert text in messages
    assert d.read('supervisord.pid') == '%d\n' % d.pid


def test_reload_command(daemon):
    d = daemon(CAT)
    old = d.wait_state('cat', 'RUNNING')['pid']
    assert d.ctl('reload') == (0, 'Restarted supervisord\n', '')
    d.wait_log('supervisord started with pid %d$' % d.pid, count=2)
    d.wait_ready()
    assert d.wait_state('cat', 'RUNNING')['pid'] != old


def test_shutdown_command(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    assert d.ctl('shutdown') == (0, 'Shut down\n', '')
    assert d.wait_end() == 0
    assert d.ctl('shutdown') == (1, 'ERROR: unix://%s no such file (already shut down?)\n' % d.socket, '')
    assert d.ctl('status') == (4, 'unix://%s no such file\n' % d.socket, '')


def test_reopens_logs(daemon):
    d = daemon(program('p', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', stdout_logfile='%(here)s/log/out', startsecs=0))
    d.write('ticks', 'x\n')
    d.wait_log('tick 1', name='log/out')
    os.rename(d.path('log/out'), d.path('log/moved'))
    os.rename(d.path('supervisord.log'), d.path('old.log'))
    d.kill(signal.SIGUSR2)
    wait_until(lambda: os.path.exists(d.path('log/out')), what='the log is opened again')
    d.write('ticks', 'x\nx\n')
    d.wait_log('tick 2', name='log/out')
    assert d.read('log/moved') == 'tick 1\n'
    old = d.read('old.log')
    assert 'INFO received SIGUSR2 indicating log reopen request' in old
    assert 'INFO supervisord logreopen' in old
    wait_until(lambda: os.path.exists(d.path('supervisord.log')))


def test_second_daemon_on_one_socket(daemon, make_daemon, impl):
    d = daemon(CAT)
    result = d.run('-n', '-c', d.config)
    assert result.status == 2
    which = " ([unix_http_server] file '%s')" % d.path('s') if impl.name == 'ours' else ''
    assert result.err == (
        'Error: Another program is already listening on a port that one of our HTTP servers is configured to use.  '
        'Shut this program down first before starting supervisord.%s\nFor help, use %s -h\n'
        % (which, impl.supervisord))
    # The first one still answers.  (Its pid file is untouched as well.)
    assert d.answers()


def test_stale_socket_is_replaced(make_daemon, impl):
    d = make_daemon(impl, CAT)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(d.socket)
    d.start()
    assert 'Unlinking stale socket %s\n' % d.socket in d.read('stderr')
    d.wait_state('cat', 'RUNNING')


def test_pidfile_that_cannot_be_written(make_daemon, impl):
    d = make_daemon(impl, CAT, supervisord='pidfile=%(here)s/log')
    d.start()
    d.wait_state('cat', 'RUNNING')
    assert any(m.startswith('CRIT could not write pidfile %s' % d.path('log')) for m in d.log_messages())


@pytest.mark.ours_only
def test_pidfile_that_is_a_fifo(make_daemon, impl):
    """It was waited for with all signals blocked: nothing but SIGKILL ended the daemon."""
    d = make_daemon(impl, CAT, supervisord='pidfile=%(here)s/fifo')
    os.mkfifo(d.path('fifo'))
    d.start()
    assert any(m.startswith('CRIT could not write pidfile %s' % d.path('fifo')) for m in d.log_messages())
    assert 'started with pid' not in d.log


def test_no_zombies_and_no_descriptors_left(daemon):
    """Many starts and stops leave nothing: the same descriptors before and after."""
    d = daemon(program('cat', '/bin/cat', startsecs=0) + program('quick', '/bin/true', startsecs=0, autorestart='false'))
    d.wait_state('cat', 'RUNNING')
    d.wait_state('quick', 'EXITED')

    def descriptors():
        return len(os.listdir('/proc/%d/fd' % d.pid))
    rpc = d.rpc.supervisor
    rpc.getState()
    before = descriptors()
    for _ in range(20):
        rpc.stopProcess('cat')
        rpc.startProcess('cat')
        rpc.startProcess('quick')
        d.wait_state('quick', 'EXITED')
    wait_until(lambda: descriptors() <= before, state=descriptors, what='as many descriptors as before')
    children = [int(pid) for pid in open('/proc/%d/task/%d/children' % (d.pid, d.pid)).read().split()]
    assert [pid for pid in children if process_state(pid) == 'Z'] == []
    assert len(children) == 1


def test_version(impl, make_daemon):
    d = make_daemon(impl)
    result = d.run('-v')
    assert result.status == 0
    assert re.fullmatch(r'\d+\.\d+\.\d+\n', result.out)
    assert d.run('--version') == result


def test_usage_errors(impl, make_daemon):
    d = make_daemon(impl)
    hint = 'For help, use %s -h\n' % impl.supervisord
    for args, text in (
            (['-c', '/nonexistent.conf'], 'could not find config file /nonexistent.conf'),
            (['-c', d.config, 'word'], "positional arguments are not supported: ['word']"),
            (['-Z'], 'option -Z not recognized'),
            (['-c', d.config, '-l', '/nonexistent/log'],
             "invalid value for -l '/nonexistent/log': The directory named as part of the path /nonexistent/log does "
             'not exist'),
            (['-c', d.config, '--loglevel=loud'], "invalid value for --loglevel 'loud': bad logging level name 'loud'"),
            (['-n', '-n', '-c', d.config], None)):
        result = d.run(*args)
        assert result.status == 2
        assert text is None or result.err == 'Error: %s\n%s' % (text, hint)
        assert result.err.endswith(hint)


def test_help(impl, make_daemon):
    result = make_daemon(impl).run('-h')
    assert result.status == 0
    for option in ('--configuration', '--nodaemon', '--loglevel', '--childlogdir', '--strip_ansi', '--minfds'):
        assert option in result.out


@pytest.mark.ours_only
def test_idle_daemon_does_not_wake_up(daemon):
    """1,000 programs that do nothing cost nothing: not one wakeup in ten seconds.

    The ten seconds are what is watched, they wait for nothing.
    """
    import time
    count = 1000
    d = daemon(program('idle', '/bin/sleep infinity', numprocs=count, process_name='%(program_name)s_%(process_num)04d',
                       stdout_logfile='NONE', stderr_logfile='NONE', redirect_stderr='true'),
               supervisord='minfds=4096\nminprocs=3000\nloglevel=info')

    def running():
        return sum(info['statename'] == 'RUNNING' for info in d.rpc.supervisor.getAllProcessInfo())
    wait_until(lambda: running() == count, 120, 'all are RUNNING', state=running, pause=0.5)
    status = d.ctl('status')
    assert status.status == 0
    assert len(status.out.splitlines()) == count and all(' RUNNING   pid ' in row for row in status.out.splitlines())

    def switches():
        return int(status_field(d.pid, 'voluntary_ctxt_switches'))
    # The end of the last connection may still have been on its way.
    last = []

    def settled():
        last.append(switches())
        return len(last) > 5 and last[-1] == last[-6]
    wait_until(settled, what='the daemon is at rest', state=lambda: last[-6:], pause=0.2)
    before = switches()
    time.sleep(10)
    assert switches() == before
    assert d.stop(60) == 0


@pytest.mark.ours_only
def test_reload_with_a_bad_file_changes_nothing(daemon):
    """Supervisor stops everything first, and then ends without a word."""
    d = daemon(CAT)
    pid = d.wait_state('cat', 'RUNNING')['pid']
    d.write_config(CAT + '[program:bad]\ncommand=/bin/cat\nstartsecs=soon\n')
    d.kill(signal.SIGHUP)
    match = d.wait_log('CRIT .*startsecs.*$')
    assert 'c.conf:' in match.group(0)
    assert d.info('cat')['pid'] == pid and d.state('cat') == 'RUNNING'
    result = d.ctl('reload')
    assert result.status == 1
    assert result.out.startswith('ERROR: CANT_REREAD: ') and 'c.conf:' in result.out and 'startsecs' in result.out
    assert d.info('cat')['pid'] == pid and d.state('cat') == 'RUNNING'


@pytest.mark.ours_only
def test_regular_file_at_the_socket_path_is_not_deleted(make_daemon, impl):
    d = make_daemon(impl, CAT)
    d.write('s', 'precious')
    result = d.run('-n', '-c', d.config)
    assert result.status == 2
    assert d.read('s') == 'precious'


@pytest.mark.ours_only
def test_reopen_survives_a_directory_that_is_gone(daemon):
    d = daemon(program('p', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', stdout_logfile='%(here)s/log/sub/out',
                       startsecs=0, startretries=100).replace('/log/sub/', '/tmp/'))
    d.write('ticks', 'x\n')
    d.wait_log('tick 1', name='tmp/out')
    os.rename(d.path('tmp'), d.path('elsewhere'))
    d.kill(signal.SIGUSR2)
    d.wait_log('supervisord logreopen')
    d.wait_log('(CRIT|ERRO|WARN) .*tmp/out')
    assert d.answers()
    assert d.state('p') == 'RUNNING'
