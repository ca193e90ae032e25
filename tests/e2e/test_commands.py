"""supervisorctl: forms, output, exit statuses."""

import re
import threading

import pytest
from harness import DEADLINE, free_port, program, wait_until

CONFIG = (program('cat', '/bin/cat', priority=10) +
          program('web', '/bin/sleep 1000', numprocs=2, priority=20,
                  process_name='%(program_name)s_%(process_num)02d') +
          program('idle', '/bin/sleep 1000', autostart='false') +
          program('quick', '/bin/sh -c "exit 3"', startretries=0, startsecs=30, autostart='false') +
          program('nofile', '/nonexistent/prog arg', autostart='false'))


@pytest.fixture
def d(daemon):
    d = daemon(CONFIG)
    for name in ('cat', 'web:web_00', 'web:web_01'):
        d.wait_state(name, 'RUNNING')
    return d


def mask(text):
    text = re.sub(r'pid \d+, uptime \d:\d\d:\d\d', 'pid N, uptime T', text)
    return re.sub(r'[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M', 'DATE', text)


def row(name, state, description):
    return '%-33s%-10s%s\n' % (name, state, description)


CAT = row('cat', 'RUNNING', 'pid N, uptime T')
WEB = row('web:web_00', 'RUNNING', 'pid N, uptime T') + row('web:web_01', 'RUNNING', 'pid N, uptime T')
IDLE = row('idle', 'STOPPED', 'Not started')


def test_status(d):
    result = d.ctl('status')
    assert result.status == 3
    assert mask(result.out) == (CAT + IDLE + row('nofile', 'STOPPED', 'Not started') +
                                row('quick', 'STOPPED', 'Not started') + WEB)
    for args, status, out in (
            (['cat'], 0, CAT),
            (['web:*'], 0, WEB),
            (['web:'], 0, WEB),
            (['web:web_01', 'cat'], 0, row('web:web_01', 'RUNNING', 'pid N, uptime T') + CAT),
            (['idle'], 3, IDLE),
            (['nope'], 4, 'nope: ERROR (no such process)\n'),
            (['nope:*'], 4, 'nope: ERROR (no such group)\n'),
            (['cat', 'nope'], 4, 'nope: ERROR (no such process)\n' + CAT),
            (['idle', 'nope'], 3, 'nope: ERROR (no such process)\n' + IDLE)):
        result = d.ctl('status', *args)
        assert (result.status, mask(result.out)) == (status, out), args


def test_start_and_stop(d):
    for args, status, out in (
            (['start', 'idle'], 0, 'idle: started\n'),
            (['start', 'idle'], 0, 'idle: ERROR (already started)\n'),
            (['stop', 'idle', 'idle'], 0, 'idle: stopped\nidle: ERROR (not running)\n'),
            (['start', 'nope'], 1, 'nope: ERROR (no such process)\n'),
            (['start', 'nope:*'], 2, 'nope: ERROR (no such group)\n'),
            (['stop', 'nope:*'], 1, 'nope: ERROR (no such group)\n'),
            (['start', 'nofile'], 1, 'nofile: ERROR (no such file)\n'),
            (['start', 'quick'], 7, 'quick: ERROR (spawn error)\n'),
            (['stop', 'web:web_00'], 0, 'web:web_00: stopped\n'),
            (['start', 'web:*'], 0, 'web:web_00: started\n'),
            (['restart', 'cat'], 0, 'cat: stopped\ncat: started\n'),
            (['restart', 'idle'], 0, 'idle: ERROR (not running)\nidle: started\n')):
        assert d.ctl(*args) == (status, out, ''), args
    assert d.ctl('start').status == 2
    assert d.ctl('start').out.startswith('Error: start requires a process name\nstart <name>')
    assert d.ctl('stop').status == 1
    assert d.ctl('restart').status == 1


def test_start_all_with_failures(daemon):
    """What fails at once comes first.  (The reference may notice the end of `quick` after `idle` has settled.)"""
    d = daemon(CONFIG.replace('sleep 1000\nautostart', 'sleep 1000\nstartsecs=5\nautostart'))
    for name in ('cat', 'web:web_00', 'web:web_01'):
        d.wait_state(name, 'RUNNING')
    result = d.ctl('start', 'all')
    first, *others = result.out.splitlines()
    assert first == 'nofile: ERROR (no such file)'
    if d.impl.name == 'ours':
        assert others == ['quick: ERROR (spawn error)', 'idle: started']
    assert sorted(others) == ['idle: started', 'quick: ERROR (spawn error)']
    assert result.status == 7


def test_pid(d):
    pid = d.info('cat')['pid']
    assert d.ctl('pid') == (0, '%d\n' % d.pid, '')
    assert d.ctl('pid', 'cat') == (0, '%d\n' % pid, '')
    assert d.ctl('pid', 'idle') == (7, '0\n', '')
    assert d.ctl('pid', 'nope') == (1, 'No such process nope\n', '')
    assert len(d.ctl('pid', 'all').out.splitlines()) == 6


def test_version_is_the_daemons(d):
    result = d.ctl('version')
    assert result.status == 0
    assert result.out == d.run('-v').out
    assert d.ctl('version', 'x').status == 1


def test_unknown_command(d):
    assert d.ctl('frobnicate', 'x') == (1, '*** Unknown syntax: frobnicate x\n', '')


HELP = '''
default commands (type help <topic>):
=====================================
add    exit      open  reload  restart   start   tail   
avail  fg        pid   remove  shutdown  status  update 
clear  maintail  quit  reread  signal    stop    version

'''


def test_help(d):
    assert d.ctl('help') == (0, HELP, '')
    assert d.ctl('help', 'reload') == (0, 'reload \t\tRestart the remote supervisord.\n', '')
    assert d.ctl('help', 'nope') == (0, '*** No help on nope\n', '')


def test_shell_on_a_pipe(d):
    result = d.ctl(stdin='version\npid\nexit\n')
    assert result.status == 0
    version = d.run('-v').out
    assert mask(result.out).endswith(WEB + 'supervisor> %ssupervisor> %d\nsupervisor> \n' % (version, d.pid))
    # The history is of what was typed, not of what a script says.
    d.write('history', 'typed\n')
    d.ctl(stdin='version\n', options=['-r', d.path('history')])
    assert d.read('history') == 'typed\n'


def test_options(d):
    url = 'unix://' + d.socket
    assert d.ctl('pid', options=['-c', '', '-s', url]) == (0, '%d\n' % d.pid, '')
    assert d.ctl('pid', options=['-c', '', '--serverurl=' + url]) == (0, '%d\n' % d.pid, '')
    result = d.ctl('pid', options=['-s', url, '-s', url])
    assert result.status == 2
    assert result.err.startswith("Error: conflicting command line option '-s'\nFor help, use ")
    assert d.ctl('pid', options=['-Z']).err.startswith('Error: option -Z not recognized\n')
    assert d.ctl(options=['-h']).status == 0


def test_passwords_over_tcp(daemon):
    port = free_port()
    d = daemon('[inet_http_server]\nport=127.0.0.1:%d\nusername=me\npassword={SHA}%s\n' % (
        port, '40bd001563085fc35165329ea1ff5c5ecbdbbeef') + program('cat', '/bin/cat'))
    url = 'http://127.0.0.1:%d' % port
    good = ['-c', '', '-s', url, '-u', 'me', '-p', '123']
    assert d.ctl('pid', options=good) == (0, '%d\n' % d.pid, '')
    result = d.ctl('pid', options=good[:-1] + ['124'])
    assert result.status == 1
    assert result.out.startswith('Server requires authentication\n')
    assert 'running without any HTTP authentication' in d.log


def test_connection_refused(make_daemon, impl):
    d = make_daemon(impl)
    port = free_port()
    url = 'http://127.0.0.1:%d' % port
    options = ['-c', '', '-s', url]
    assert d.ctl('status', options=options) == (4, url + ' refused connection\n', '')
    assert d.ctl('start', 'x', options=options) == (4, url + ' refused connection\n', '')
    assert d.ctl('shutdown', options=options) == (
        1, 'ERROR: %s refused connection (already shut down?)\n' % url, '')


@pytest.mark.ours_only
def test_others_are_answered_while_many_start(daemon):
    """With 3,000 programs, nobody got an answer for seconds while `start all` made them.  We may be the ones who are too
    slow to see it, so it is looked at more than once."""
    n = 800
    d = daemon(program('s', '/bin/sleep infinity', numprocs=n, process_name='s_%(process_num)04d', autostart='false',
                       stdout_logfile='NONE', stderr_logfile='NONE', startsecs=0), supervisord='minfds=8192\n')
    seen = []
    rpc = d.rpc

    def runs(i):
        return rpc.supervisor.getProcessInfo('s:s_%04d' % i)['pid'] != 0

    def all_started():
        seen.append((runs(0), runs(n - 1)))
        return seen[-1][1]
    for _ in range(5):
        starter = threading.Thread(target=lambda: d.rpc.supervisor.startAllProcesses(False))
        starter.start()
        wait_until(all_started, 3 * DEADLINE, pause=0)
        starter.join()
        if (True, False) in seen:
            break
        rpc.supervisor.stopAllProcesses()
    assert (True, False) in seen
