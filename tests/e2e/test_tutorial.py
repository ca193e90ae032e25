"""The walk-through of the tutorial that this project comes from, word for word."""

import re
import subprocess

from harness import program


def test_walkthrough(make_daemon, impl):
    d = make_daemon(impl, whole=True)
    sample = subprocess.run([impl.echo_conf], capture_output=True, text=True, env=d.env)
    assert sample.returncode == 0
    # The tutorial's file lives in /tmp; a test's lives in its own directory.
    text = sample.stdout.replace('/tmp/', d.dir + '/')
    test = program('test', '/bin/cat')
    # Whether it quits too quickly is not to depend on what else runs here.
    test2 = program('test2', '/usr/bin/ls', startsecs=30)
    d.write('c.conf', text + '\n' + test + test2)
    d.socket = d.path('supervisor.sock')
    d.start()

    d.wait_state('test2', 'FATAL')
    result = d.ctl('status')
    assert result.status == 3
    rows = result.out.splitlines()
    assert re.fullmatch(r'test {29}RUNNING   pid \d+, uptime 0:00:\d\d', rows[0])
    assert rows[1] == 'test2                            FATAL     Exited too quickly (process log may have details)'

    d.write('c.conf', text + '\n' + test)
    assert d.ctl('update') == (0, 'test2: stopped\ntest2: removed process group\n', '')
    assert d.ctl('stop', 'test') == (0, 'test: stopped\n', '')
    result = d.ctl('status')
    assert result.status == 3
    assert re.fullmatch(r'test {29}STOPPED   [A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M\n', result.out)
    assert d.ctl('start', 'test') == (0, 'test: started\n', '')
    assert re.fullmatch(r'test {29}RUNNING   pid \d+, uptime 0:00:\d\d\n', d.ctl('status').out)


THREE = (program('test', '/bin/cat', priority=10, autostart='false') +
         program('test2', '/bin/cat', priority=100, autostart='false') +
         program('test3', '/bin/cat', priority=1, autostart='false'))


def test_start_all_and_stop_all_by_priority(daemon):
    d = daemon(THREE)
    assert d.ctl('start', 'all') == (0, 'test3: started\ntest: started\ntest2: started\n', '')
    assert re.findall(r"spawned: '(\w+)'", d.log) == ['test3', 'test', 'test2']
    result = d.ctl('stop', 'all')
    lines = result.out.splitlines()
    if d.impl.name == 'reference':
        # It tells them as its loop finds them, on a busy machine in another order.
        assert sorted(lines) == ['test2: stopped', 'test3: stopped', 'test: stopped']
    else:
        assert lines == ['test3: stopped', 'test: stopped', 'test2: stopped']
    assert result.status == 0


def test_shutdown_in_reverse_order(daemon):
    d = daemon(THREE.replace('autostart=false', 'autostart=true'))
    for name in ('test', 'test2', 'test3'):
        d.wait_state(name, 'RUNNING')
    assert re.findall(r"spawned: '(\w+)'", d.log) == ['test3', 'test', 'test2']
    assert d.stop() == 0
    assert re.findall(r'stopped: (\w+) \(terminated by SIGTERM\)', d.log) == ['test2', 'test', 'test3']
    assert re.search(r'INFO waiting for test3, test, test2 to die$', d.log, re.M)


def test_shutdown_goes_group_by_group(daemon):
    """The group of higher priority is asked only when the later one is gone."""
    d = daemon(program('slow', '%(ENV_CHILDREN)s/ignore_term', priority=20, stopwaitsecs=1, startsecs=0,
                       stdout_logfile='%(here)s/log/slow') +
               program('base', '/bin/cat', priority=10))
    d.wait_state('base', 'RUNNING')
    d.wait_log('ready', name='log/slow')
    assert d.stop() == 0
    messages = d.log_messages()
    killed = next(i for i, m in enumerate(messages) if m.startswith("WARN killing 'slow' ("))
    gone = messages.index('WARN stopped: slow (terminated by SIGKILL)')
    asked = next(i for i, m in enumerate(messages) if m.startswith('DEBG killing base (pid'))
    assert killed < gone < asked
