"""Starting, failing, ending and starting again."""

import json
import os
import re
import signal

import pytest
from harness import is_alive, program, wait_until


def test_gives_up_after_startretries(daemon):
    d = daemon(program('quick', '/bin/sh -c "exit 3"', startretries=1, startsecs=2))
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
    d = daemon(program('quick', '/bin/sh -c "exit 3"', startretries=2, startsecs=2))
    d.wait_state('quick', 'BACKOFF')
    d.wait_state('quick', 'FATAL')
    times = [int(s) * 60000 + int(t) * 1000 + int(ms) for s, t, ms in
             re.findall(r"^\S+ \d\d:(\d\d):(\d\d),(\d{3}) INFO spawned: 'quick'", d.log, re.M)]
    assert len(times) == 3
    gaps = [(later - earlier) % 3600000 for earlier, later in zip(times, times[1:])]
    assert gaps[0] >= 990 and gaps[1] >= 1990, gaps


def test_stop_in_backoff(daemon):
    d = daemon(program('quick', '/bin/sh -c "exit 3"', startretries=50, startsecs=2))
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


@pytest.mark.parametrize('command, text, line, status', [
    ('nosuchcommand', "can't find command 'nosuchcommand'", 'ERROR (no such file)', 1),
    ('/', "command at '/' is a directory", 'ERROR (file is not executable)', 1),
    ('/etc/passwd', "command at '/etc/passwd' is not executable", 'ERROR (file is not executable)', 1),
    ('sh -c \'abc', 'can\'t parse command "sh -c \'abc": No closing quotation', 'ERROR (file is not executable)', 1),
])
def test_command_that_cannot_start(daemon, command, text, line, status):
    d = daemon(program('bad', command, startretries=0))
    d.wait_state('bad', 'FATAL')
    assert 'INFO spawnerr: %s' % text in d.log_messages()
    assert d.info('bad')['spawnerr'] == text
    assert d.ctl('start', 'bad') == (status, 'bad: %s\n' % line, '')


def test_exec_fails_in_the_child(daemon):
    d = daemon(program('bad', '%(here)s/script', startretries=0, autostart='false', startsecs=5, redirect_stderr='true',
                       stdout_logfile='%(here)s/log/bad'))
    d.write('script', '#!/nonexistent/interpreter\n')
    os.chmod(d.path('script'), 0o755)
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    assert 'WARN exited: bad (exit status 127; not expected)' in d.log_messages()
    assert d.read('log/bad') == ("supervisor: couldn't exec %s: ENOENT\n"
                                 'supervisor: child process was not spawned\n' % d.path('script'))


def test_directory_that_is_not_there(daemon):
    d = daemon(program('bad', '/bin/cat', startretries=0, autostart='false', directory='%(here)s/nowhere', startsecs=5,
                       stderr_logfile='%(here)s/log/bad'))
    assert d.ctl('start', 'bad') == (7, 'bad: ERROR (spawn error)\n', '')
    assert d.read('log/bad') == ("supervisor: couldn't chdir to %s: ENOENT\n"
                                 'supervisor: child process was not spawned\n' % d.path('nowhere'))


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
