"""Stopping: signals, groups of processes, those who do not want to; and the daemon's own signals."""

import os
import re
import signal
import subprocess
import xmlrpc.client

import pytest
from harness import is_alive, process_state, program, wait_until


#: Ignores SIGTERM, and so is stopping until a test lets it go.
STUBBORN = program('hard', '%(ENV_CHILDREN)s/ignore_term', startsecs=0, stopwaitsecs=600, stdout_logfile='%(here)s/log/hard')


def let_go(d):
    """Ends the STUBBORN that was started last."""
    os.kill(d.spawned('hard')[-1], signal.SIGKILL)


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
    d = daemon(STUBBORN)
    d.wait_state('hard', 'RUNNING')
    d.wait_log('ready', name='log/hard')
    assert d.rpc.supervisor.stopProcess('hard', False) is True
    assert d.state('hard') == 'STOPPING'
    result = d.ctl('status')
    assert result == (0, 'hard                             STOPPING  \n', '')
    assert d.ctl('stop', 'hard') == (0, 'hard: ERROR (not running)\n', '')
    let_go(d)
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
    d = daemon(program('hard', '%(ENV_CHILDREN)s/ignore_term', stopwaitsecs=4, stdout_logfile='%(here)s/log/hard'))
    d.wait_state('hard', 'RUNNING')
    d.wait_log('ready', name='log/hard')
    d.kill(signal.SIGTERM)
    d.wait_log('INFO waiting for hard to die')
    d.kill(signal.SIGTERM)
    assert d.wait_end() == 0
    assert d.log.count('received SIGTERM indicating exit request') == 2
    assert 'WARN stopped: hard (terminated by SIGKILL)' in d.log_messages()


@pytest.mark.parametrize('trap, line', [
    ('exit 0', 'INFO stopped: p (exit status 0)'),
    ('exit 7', 'INFO stopped: p (exit status 7)'),
    ('exit 3', 'WARN stopped: p (exit status 3)'),
])
def test_exit_status_of_a_stop(daemon, trap, line):
    """Whatever it is, and whatever autorestart says, it is STOPPED; exitcodes decides about the level alone."""
    d = daemon(program('p', "/bin/sh -c 'trap \"%s\" TERM; echo ready; while :; do sleep 0.05; done'" % trap, startsecs=0,
                       autorestart='true', exitcodes='0,7', stdout_logfile='%(here)s/log/out'))
    d.wait_log('ready', name='log/out')
    assert d.ctl('stop', 'p') == (0, 'p: stopped\n', '')
    assert line in d.log_messages()
    info = d.info('p')
    assert (info['statename'], info['exitstatus'], info['spawnerr']) == ('STOPPED', int(trap.split()[1]), '')
    assert len(d.spawned('p')) == 1


def test_stop_while_starting(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=30))
    pid = d.wait_state('cat', 'STARTING')['pid']
    assert d.ctl('stop', 'cat') == (0, 'cat: stopped\n', '')
    assert not is_alive(pid)
    assert 'WARN stopped: cat (terminated by SIGTERM)' in d.log_messages()


def test_stop_while_suspended(daemon):
    """Who is suspended does not get SIGTERM; SIGKILL gets everybody."""
    d = daemon(program('sleep', '/bin/sleep 1000', stopwaitsecs=1))
    pid = d.wait_state('sleep', 'RUNNING')['pid']
    assert d.ctl('signal', 'STOP', 'sleep').status == 0
    wait_until(lambda: process_state(pid) == 'T', what='it is suspended')
    assert d.ctl('stop', 'sleep') == (0, 'sleep: stopped\n', '')
    assert 'WARN stopped: sleep (terminated by SIGKILL)' in d.log_messages()


def test_requests_while_stopping(daemon):
    d = daemon(STUBBORN)
    d.wait_log('ready', name='log/hard')
    assert d.rpc.supervisor.stopProcess('hard', False) is True
    assert d.rpc.supervisor.startProcess('hard', False) is True  # as in the reference: True, and a line
    assert d.rpc.supervisor.signalProcess('hard', 'CONT') is True
    assert d.state('hard') == 'STOPPING'
    assert "WARN process 'hard' already running" in d.log_messages()
    let_go(d)
    d.wait_state('hard', 'STOPPED')
    assert len(d.spawned('hard')) == 1


@pytest.mark.root
@pytest.mark.parametrize('request_, words', [(('stop',), 'killing'), (('signal', 'HUP'), 'sending sig')])
def test_may_not_kill(make_daemon, impl, request_, words):
    """A child that the daemon may not send signals to (another user's, without the capability) is UNKNOWN.  When it ends
    after all it is STOPPED or EXITED; the reference dies of that."""
    d = make_daemon(impl, program('cat', '/bin/cat', user='nobody', startsecs=0, autorestart='false'))
    d.start(by=['setpriv', '--bounding-set=-kill'])
    d.strays_allowed = True
    pid = d.wait_state('cat', 'RUNNING')['pid']
    d.ctl(*request_, 'cat')
    info = d.wait_state('cat', 'UNKNOWN')
    assert (info['state'], info['pid'], info['description']) == (1000, pid, '')
    assert re.search(r'^\S+ \S+ CRIT unknown problem %s cat \(%d\):' % (words, pid), d.log, re.M)
    with pytest.raises(xmlrpc.client.Fault, match='FAILED: cat is in an unknown process state') as fault:
        d.rpc.supervisor.startProcess('cat')
    assert fault.value.faultCode == 30
    assert d.ctl('stop', 'cat') == (0, 'cat: ERROR (not running)\n', '')
    assert is_alive(pid)
    if impl.name == 'ours':
        assert 'CRIT unknown problem %s cat (%d):[Errno 1] Operation not permitted' % (words, pid) in d.log_messages()
        os.kill(pid, signal.SIGTERM)
        d.wait_state('cat', 'STOPPED' if words == 'killing' else 'EXITED')
        assert d.ctl('start', 'cat') == (0, 'cat: started\n', '')


# The daemon's own signals

@pytest.fixture
def stubborn(daemon):
    d = daemon(STUBBORN)
    d.wait_log('ready', name='log/hard')
    return d


def test_hup_while_shutting_down(stubborn):
    d = stubborn
    d.kill(signal.SIGTERM)
    d.wait_log('INFO waiting for hard to die')
    d.kill(signal.SIGHUP)
    d.wait_log(r'WARN ignored SIGHUP indicating restart request \(shutdown in progress\)$')
    d.kill(signal.SIGINT)
    d.wait_log('WARN received SIGINT indicating exit request')
    let_go(d)
    assert d.wait_end() == 0


def test_term_while_restarting(stubborn):
    d = stubborn
    d.kill(signal.SIGHUP)
    d.wait_log('INFO waiting for hard to die')
    d.kill(signal.SIGTERM)
    d.wait_log('WARN received SIGTERM indicating exit request')
    let_go(d)
    assert d.wait_end() == 0
    assert d.log.count('supervisord started') == 1


def test_hup_and_usr2_while_restarting(stubborn):
    d = stubborn
    d.kill(signal.SIGHUP)
    d.wait_log('INFO waiting for hard to die')
    d.kill(signal.SIGHUP)
    d.wait_log('WARN received SIGHUP indicating restart request', count=2)
    d.kill(signal.SIGUSR2)
    d.wait_log('INFO supervisord logreopen')
    let_go(d)
    d.wait_log('supervisord started', count=2)
    d.wait_log('ready', name='log/hard', count=2)
    d.kill(signal.SIGTERM)
    d.wait_log(r'DEBG killing hard \(pid %d\) with signal SIGTERM' % d.spawned('hard')[-1])
    let_go(d)
    assert d.wait_end() == 0


@pytest.mark.parametrize('client', ['waits', 'has gone'])
def test_waiting_is_said_again(daemon, impl, client):
    """Who is waited for is said every two seconds for a client, every three at the end.  Two wait for one process here."""
    d = daemon(STUBBORN, supervisord='loglevel=blather')
    d.wait_log('ready', name='log/hard')
    pid = d.info('hard')['pid']
    stop = subprocess.Popen([impl.supervisorctl, '-c', d.config, 'stop', 'hard'], cwd=d.dir, env=d.env,
                            stdout=subprocess.PIPE, text=True)
    d.wait_log('INFO waiting for hard to stop$', count=2)
    if client == 'has gone':
        stop.kill()
    d.kill(signal.SIGTERM)
    d.wait_log('INFO waiting for hard to die$', count=2)
    d.wait_log('BLAT hard state: STOPPING$', count=2)
    os.kill(pid, signal.SIGKILL)
    assert d.wait_end() == 0
    out = stop.communicate()[0]
    if client == 'waits' and impl.name == 'ours':  # the reference ends without an answer
        assert out == 'hard: stopped\n'
    assert 'WARN stopped: hard (terminated by SIGKILL)' in d.log_messages()


@pytest.mark.root
@pytest.mark.ours_only
def test_removed_while_unknown(make_daemon, impl):
    """A group whose process cannot be killed can be removed; what it leaves is nobody's when it ends."""
    d = make_daemon(impl, program('cat', '/bin/sleep 1000', user='nobody', startsecs=0))
    d.start(by=['setpriv', '--bounding-set=-kill'])
    pid = d.wait_state('cat', 'RUNNING')['pid']
    d.ctl('stop', 'cat')
    d.wait_state('cat', 'UNKNOWN')
    assert d.ctl('remove', 'cat') == (0, 'cat: removed process group\n', '')
    os.kill(pid, signal.SIGKILL)
    d.wait_log(r'INFO reaped unknown pid %d \(terminated by SIGKILL\)$' % pid)


def test_end_in_each_state(daemon):
    """What waits for a further try is given up without a word; what is stopped is not mentioned."""
    d = daemon(program('quick', '/bin/sh -c "exit 1"', startsecs=30, startretries=50) +
               program('off', '/bin/cat', autostart='false') + program('young', '/bin/cat', startsecs=1000))
    d.wait_state('young', 'STARTING')
    d.wait_log('exited: quick', count=4)
    assert d.stop() == 0  # before the next try, in four seconds
    messages = d.log_messages()
    end = messages[messages.index('WARN received SIGTERM indicating exit request'):]
    assert [m for m in end if not m.startswith('DEBG')] == [
        'WARN received SIGTERM indicating exit request', 'INFO waiting for quick, young to die',
        'WARN stopped: young (terminated by SIGTERM)']


def test_signal_that_is_not_handled(daemon):
    """It kills the daemon at once, and its children stay."""
    d = daemon(program('cat', '/bin/sleep 1000'))
    d.strays_allowed = True
    pid = d.wait_state('cat', 'RUNNING')['pid']
    d.kill(signal.SIGUSR1)
    assert d.wait_end() == -signal.SIGUSR1
    assert is_alive(pid)
    assert os.path.exists(d.socket) and os.path.exists(d.path('supervisord.pid'))
