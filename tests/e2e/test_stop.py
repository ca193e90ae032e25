"""Stopping: signals, groups of processes, those who do not want to."""

import re
import signal

import pytest
from harness import is_alive, program, wait_until


def family(d):
    return [int(pid) for pid in wait_until(lambda: d.read('pids').split(), what='the family has started')]


def test_sigkill_after_stopwaitsecs(daemon):
    d = daemon(program('hard', '%(ENV_CHILDREN)s/ignore_term', stopwaitsecs=1, stdout_logfile='%(here)s/log/hard'))
    pid = d.wait_state('hard', 'RUNNING')['pid']
    d.wait_log('ready', name='log/hard')
    assert d.ctl('stop', 'hard') == (0, 'hard: stopped\n', '')
    assert not is_alive(pid)
    messages = [m for m in d.log_messages() if re.search('kill|stopped: ', m)]
    assert messages == [
        'DEBG killing hard (pid %d) with signal SIGTERM' % pid,
        "WARN killing 'hard' (%d) with SIGKILL" % pid,
        'DEBG killing hard (pid %d) with signal SIGKILL' % pid,
        'WARN stopped: hard (terminated by SIGKILL)']
    assert 'INFO waiting for hard to stop' in d.log_messages()


def test_stopping_is_seen(daemon):
    d = daemon(program('hard', '%(ENV_CHILDREN)s/ignore_term', stopwaitsecs=2, stdout_logfile='%(here)s/log/hard'))
    d.wait_state('hard', 'RUNNING')
    d.wait_log('ready', name='log/hard')
    assert d.rpc.supervisor.stopProcess('hard', False) is True
    assert d.state('hard') == 'STOPPING'
    result = d.ctl('status')
    assert result == (0, 'hard                             STOPPING  \n', '')
    assert d.ctl('stop', 'hard') == (0, 'hard: ERROR (not running)\n', '')
    d.wait_state('hard', 'STOPPED')


@pytest.mark.parametrize('name', ['INT', 'QUIT', 'USR1', 'HUP', 'KILL'])
def test_stopsignal(daemon, name):
    d = daemon(program('sleep', '/bin/sleep 1000', stopsignal=name))
    d.wait_state('sleep', 'RUNNING')
    assert d.ctl('stop', 'sleep') == (0, 'sleep: stopped\n', '')
    assert re.search(r'WARN stopped: sleep \(terminated by SIG%s( \(core dumped\))?\)$' % name, d.log, re.M)


def test_grandchildren_stay_without_stopasgroup(daemon):
    d = daemon(program('family', '%(ENV_CHILDREN)s/family %(here)s/pids'))
    d.wait_state('family', 'RUNNING')
    parent, *others = family(d)
    d.strays_allowed = True
    assert d.ctl('stop', 'family').status == 0
    assert not is_alive(parent)
    assert all(is_alive(pid) for pid in others)


def test_stopasgroup(daemon):
    d = daemon(program('family', '%(ENV_CHILDREN)s/family %(here)s/pids', stopasgroup='true'))
    d.wait_state('family', 'RUNNING')
    pids = family(d)
    assert d.ctl('stop', 'family').status == 0
    wait_until(lambda: not any(is_alive(pid) for pid in pids), what='the whole family ends')
    assert 'DEBG killing family (pid %d) process group with signal SIGTERM' % pids[0] in d.log_messages()


def test_killasgroup(daemon):
    d = daemon(program('family', '%(ENV_CHILDREN)s/family %(here)s/pids ignore', killasgroup='true', stopwaitsecs=1))
    d.wait_state('family', 'RUNNING')
    pids = family(d)
    assert d.ctl('stop', 'family').status == 0
    wait_until(lambda: not any(is_alive(pid) for pid in pids), what='the whole family ends')
    messages = d.log_messages()
    assert 'DEBG killing family (pid %d) with signal SIGTERM' % pids[0] in messages
    assert 'DEBG killing family (pid %d) process group with signal SIGKILL' % pids[0] in messages


def test_stop_group_waits_for_all(daemon):
    d = daemon(program('web', '/bin/cat', numprocs=3, process_name='%(program_name)s_%(process_num)02d'))
    for n in range(3):
        d.wait_state('web:web_%02d' % n, 'RUNNING')
    result = d.ctl('stop', 'web:*')
    assert result.status == 0
    assert sorted(result.out.splitlines()) == ['web:web_%02d: stopped' % n for n in range(3)]
    result = d.ctl('stop', 'web:*')
    assert result == (0, '', '')


def test_signal_command(daemon):
    d = daemon(program('cat', '/bin/cat', autorestart='false'))
    d.wait_state('cat', 'RUNNING')
    assert d.ctl('signal', 'sigcont', 'cat') == (0, 'cat: signalled\n', '')
    assert d.ctl('signal', '18', 'cat') == (0, 'cat: signalled\n', '')
    assert d.ctl('signal', 'FOO', 'cat') == (1, 'cat: ERROR (bad signal name)\n', '')
    assert d.ctl('signal', 'HUP', 'nope') == (1, 'nope: ERROR (no such process)\n', '')
    assert d.ctl('signal', 'USR2', 'cat').status == 0
    info = d.wait_state('cat', 'EXITED')
    assert info['exitstatus'] == -1
    assert 'WARN exited: cat (terminated by SIGUSR2; not expected)' in d.log_messages()
    assert d.ctl('signal', 'HUP', 'cat') == (7, 'cat: ERROR (not running)\n', '')


def test_shutdown_kills_who_ignores(daemon):
    d = daemon(program('hard', '%(ENV_CHILDREN)s/ignore_term', stopwaitsecs=1, stdout_logfile='%(here)s/log/hard'))
    d.wait_state('hard', 'RUNNING')
    d.wait_log('ready', name='log/hard')
    d.kill(signal.SIGTERM)
    d.wait_log('INFO waiting for hard to die')
    d.kill(signal.SIGTERM)
    assert d.wait_end() == 0
    assert d.log.count('received SIGTERM indicating exit request') == 2
    assert 'WARN stopped: hard (terminated by SIGKILL)' in d.log_messages()
