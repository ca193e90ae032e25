"""Starting, failing, ending and starting again."""

import json
import os
import re
import signal

import pytest
from harness import is_alive, program, wait_until


def test_gives_up_after_startretries(daemon):
    d = daemon(program('quick', '/bin/sh -c "exit 3"', startretries=1, startsecs=30))
    info = d.wait_state('quick', 'FATAL')
    assert info['description'] == 'Exited too quickly (process log may have details)'
    assert info['spawnerr'] == 'Exited too quickly (process log may have details)'
    assert info['pid'] == 0
    lines = [re.sub(r'pid \d+', 'pid N', m) for m in d.log_messages() if 'quick' in m and not m.startswith('DEBG')]
    assert lines == ["INFO spawned: 'quick' with pid N",
                     'WARN exited: quick (exit status 3; not expected)'] * 2 + [
                         'INFO gave up: quick entered FATAL state, too many start retries too quickly']
    result = d.ctl('start', 'quick')
    assert result == (7, 'quick: ERROR (spawn error)\n', '')


def test_backoff_waits_longer_each_time(daemon):
    d = daemon(program('quick', '/bin/sh -c "exit 3"', startretries=2, startsecs=30))
    d.wait_state('quick', 'FATAL')
    times = [int(s) * 60000 + int(t) * 1000 + int(ms) for s, t, ms in
             re.findall(r"^\S+ \d\d:(\d\d):(\d\d),(\d{3}) INFO spawned: 'quick'", d.log, re.M)]
    assert len(times) == 3
    gaps = [(later - earlier) % 3600000 for earlier, later in zip(times, times[1:])]
    assert gaps[0] >= 990 and gaps[1] >= 1990, gaps


def test_stop_in_backoff(daemon):
    d = daemon(program('quick', '/bin/sh -c "exit 3"', startretries=50, startsecs=30))
    wait_until(lambda: len(d.spawned('quick')) >= 3)
    d.wait_state('quick', 'BACKOFF')
    result = d.ctl('stop', 'quick')
    assert result == (0, 'quick: stopped\n', '')
    assert d.state('quick') == 'STOPPED'


def test_success_after_startsecs(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=1) + program('now', '/bin/cat', startsecs=0))
    d.wait_state('cat', 'RUNNING')
    d.wait_state('now', 'RUNNING')
    for name, seconds in (('cat', 1), ('now', 0)):
        assert ('INFO success: %s entered RUNNING state, process has stayed up for > than %d seconds (startsecs)'
                % (name, seconds)) in d.log_messages()


MATRIX = [  # autorestart, how it ends, the log's words, restarted
    ('false', 'exit 0', 'exit status 0; expected', False),
    ('false', 'exit 1', 'exit status 1; not expected', False),
    ('false', 'kill -KILL $$', 'terminated by SIGKILL; not expected', False),
    ('unexpected', 'exit 0', 'exit status 0; expected', False),
    ('unexpected', 'exit 7', 'exit status 7; expected', False),
    ('unexpected', 'exit 1', 'exit status 1; not expected', True),
    ('unexpected', 'kill -USR1 $$', 'terminated by SIGUSR1; not expected', True),
    ('true', 'exit 0', 'exit status 0; expected', True),
    ('true', 'exit 1', 'exit status 1; not expected', True),
]


def test_autorestart_and_exitcodes(daemon):
    config = ''.join(program('p%d' % n, "/bin/sh -c 'sleep 0.3; %s'" % how, autorestart=autorestart, startsecs=0,
                             exitcodes='0,7')
                     for n, (autorestart, how, _, _) in enumerate(MATRIX))
    d = daemon(config)
    for n, (_, how, words, restarted) in enumerate(MATRIX):
        name = 'p%d' % n
        level = 'INFO' if words.endswith('; expected') else 'WARN'
        d.wait_log(r'%s exited: %s \(%s\)$' % (level, name, words))
        if restarted:
            wait_until(lambda name=name: len(d.spawned(name)) > 1, what='%s starts again' % name,
                       state=lambda: d.log[-2000:])
        else:
            info = d.wait_state(name, 'EXITED')
            assert info['exitstatus'] == {'exit 0': 0, 'exit 7': 7, 'exit 1': 1}.get(how, -1)
            assert info['spawnerr'] == ('' if level == 'INFO' else 'Bad exit code %d' % info['exitstatus'])
            assert len(d.spawned(name)) == 1


def test_killed_child_is_started_again(daemon):
    d = daemon(program('cat', '/bin/cat'))
    old = d.wait_state('cat', 'RUNNING')['pid']
    os.kill(old, signal.SIGKILL)
    new = wait_until(lambda: d.info('cat')['pid'] not in (0, old) and d.info('cat')['pid'])
    assert is_alive(new)
    assert 'WARN exited: cat (terminated by SIGKILL; not expected)' in d.log_messages()


def test_long_name_and_long_command(daemon):
    name = 'n' * 200
    arguments = ['a%04d' % n for n in range(1800)]
    d = daemon(program(name, '/bin/sh -c "exec sleep 1000" ' + ' '.join(arguments)))
    info = d.wait_state(name, 'RUNNING')
    assert d.ctl('status').out.startswith(name + '   RUNNING   pid ')
    d2 = d.ctl('stop', name)
    assert d2 == (0, '%s: stopped\n' % name, '')
    assert info['name'] == name


def test_long_command_arrives_whole(daemon):
    words = ['w%05d' % n for n in range(1700)]
    d = daemon(program('long', '%(ENV_CHILDREN)s/report %(here)s/report ' + ' '.join(words)))

    wait_until(lambda: d.read('report'), what='the report')
    assert json.loads(d.read('report'))['argv'][2:] == words


# Whoever ends as it is not meant to

ON_ORDER = ("/bin/sh -c 'while [ ! -s %(here)s/go ]; do sleep 0.02; done; read order <%(here)s/go; rm %(here)s/go; "
            "eval \"$order\"'")


def give_order(d, order):
    d.write('go.new', order + '\n')
    os.rename(d.path('go.new'), d.path('go'))


def test_killed_before_startsecs(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=30, startretries=1, autostart='false'))
    d.rpc.supervisor.startProcess('cat', False)
    old = d.wait_state('cat', 'STARTING')['pid']
    os.kill(old, signal.SIGKILL)
    d.wait_log('DEBG received SIGCHLD indicating a child quit$')
    wait_until(lambda: len(d.spawned('cat')) == 2, what='a second try', state=lambda: d.log[-2000:])
    assert 'WARN exited: cat (terminated by SIGKILL; not expected)' in d.log_messages()
    os.kill(d.spawned('cat')[1], signal.SIGKILL)
    info = d.wait_state('cat', 'FATAL')
    assert (info['spawnerr'], info['exitstatus']) == ('Exited too quickly (process log may have details)', 0)


def test_daemonizes_itself(daemon, impl):
    """A program that goes into the background has ended; what it left is not ours, but what that says still is logged."""
    d = daemon(program('p', ON_ORDER, startsecs=0, autorestart='false', stdout_logfile='%(here)s/log/out') +
               program('quick', '/bin/sh -c "sleep 1000 & echo $!"', startsecs=30, startretries=0,
                       stdout_logfile='%(here)s/log/quick'))
    d.strays_allowed = True
    d.wait_state('p', 'RUNNING')
    give_order(d, '(trap "echo bye; exit" TERM; >%s; while :; do sleep 0.05; done) & echo $!; exit 0' % d.path('set'))
    assert d.wait_state('p', 'EXITED')['exitstatus'] == 0
    assert 'INFO exited: p (exit status 0; expected)' in d.log_messages()
    d.wait_state('quick', 'FATAL')
    assert 'WARN exited: quick (exit status 0; not expected)' in d.log_messages()
    left, quick = int(d.read('log/out')), int(d.read('log/quick'))
    assert is_alive(left) and is_alive(quick)
    assert len(d.spawned('p')) == 1
    if impl.name == 'ours':  # the reference closes the pipe
        wait_until(lambda: os.path.exists(d.path('set')), what='the trap')
        os.kill(left, signal.SIGTERM)
        d.wait_log('bye', name='log/out')
    assert d.state('p') == 'EXITED'


def test_startsecs_zero_is_never_given_up(daemon):
    d = daemon(program('p', '/bin/sh -c "exit 1"', startsecs=0, startretries=0))
    wait_until(lambda: len(d.spawned('p')) >= 10, what='ten starts')
    assert d.ctl('stop', 'p').status in (0, 7)  # it may just be EXITED
    assert 'gave up' not in d.log


@pytest.mark.parametrize('startretries', [0, -1])
def test_startretries_that_allow_one_try(daemon, startretries):
    d = daemon(program('quick', '/bin/sh -c "exit 0"', startretries=startretries, startsecs=30, autorestart='true'))
    d.wait_state('quick', 'FATAL')
    assert len(d.spawned('quick')) == 1


def test_negative_times(daemon):
    """startsecs=-1 is like 0; stopwaitsecs=-1 is SIGKILL at once."""
    d = daemon(program('hard', '%(ENV_CHILDREN)s/ignore_term', startsecs=-1, stopwaitsecs=-1,
                       stdout_logfile='%(here)s/log/out'))
    d.wait_log('ready', name='log/out')
    assert ('INFO success: hard entered RUNNING state, process has stayed up for > than -1 seconds (startsecs)'
            in d.log_messages())
    assert d.ctl('stop', 'hard') == (0, 'hard: stopped\n', '')
    assert 'WARN stopped: hard (terminated by SIGKILL)' in d.log_messages()


def test_never_reads_its_stdin(daemon):
    d = daemon(program('sleep', '/bin/sleep 1000', startsecs=0))
    d.wait_state('sleep', 'RUNNING')
    assert d.rpc.supervisor.sendProcessStdin('sleep', 'x' * 300000) is True
    assert d.ctl('restart', 'sleep').out == 'sleep: stopped\nsleep: started\n'
    assert d.rpc.supervisor.sendProcessStdin('sleep', 'x') is True
