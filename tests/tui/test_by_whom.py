"""Who has asked for it: in the table, in the starts and ends (H), in the sentence (w), in the report (E) and in plain lines;
and that two operators who are at one program at the same time are told."""

import os
import pwd
import re
import signal
import subprocess
import threading

import harness
import pytest
from harness import TUI, program, wait_until
from screen import Screen

pytestmark = pytest.mark.ours_only

PRESSED = {'Everywhere': 'x q', 'In the table': 's H w E'}

CONFIG = program('cat', '/bin/cat', startsecs=0) + program('idle', '/bin/cat', startsecs=0, autostart='false')


def me():
    try:
        return re.escape(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return 'uid %d' % os.getuid()


@pytest.fixture
def d(daemon):
    d = daemon(CONFIG)
    d.wait_state('cat', 'RUNNING')
    return d


@pytest.fixture
def show(d):
    shown = []

    def start(columns=158, lines=24, args=()):
        shown.append(Screen([TUI, '-c', d.config, '--set', 'cursor=first', *args], d, columns, lines))
        shown[-1].wait(r'cat\s+RUNNING')
        return shown[-1]
    yield start
    for screen in shown:
        screen.close()


def test_history_and_why(d, show):
    screen = show(args=['--set', 'confirm=never'])
    assert d.ctl('stop', 'cat').status == 0
    screen.wait(r'cat +STOPPED.* by %s \(supervisorctl, pid \d+\)' % me())
    screen.keys('w')
    screen.wait(r'STOPPED .* ago, at \d\d:\d\d:\d\d, by %s \(supervisorctl, pid \d+\)' % me())
    screen.keys('H')
    screen.wait(r'end +killed by SIGTERM +after .* by %s \(supervisorctl, pid \d+\)' % me())
    screen.wait(r'start +pid \d+ .* by autostart')
    screen.keys('q', 's')
    screen.wait(r'cat +RUNNING')
    screen.keys('w')
    screen.wait(r'RUNNING: .* started by %s \(supervisortui, pid' % me())


def test_narrow(d, show):
    """What does not fit goes first."""
    screen = show(50, 24)
    assert d.ctl('stop', 'cat').status == 0
    screen.wait(r'cat +STOPPED')
    screen.keys('H')
    screen.wait(r'end killed by SIGTERM after')
    assert 'supervisorctl' not in screen.text()


def test_report(d, show):
    screen = show()
    assert d.ctl('restart', 'cat').status == 0
    screen.keys('E')
    screen.wait(r'^ +cat +2 starts, RUNNING, last asked by %s \(supervisorctl, pid \d+\)' % me())


def test_two_operators(d, show):
    screen = show()
    # What needs no question otherwise.
    d.rpc.supervisor.stopProcess('cat')
    d.rpc.supervisor.startProcess('cat')
    screen.wait(r'cat +RUNNING +%d' % d.info('cat')['pid'])
    screen.keys('x')
    screen.wait(r'%s \(.*pid %d\) started cat \d+ s ago; stop 1 process: cat\? y/N' % (me(), os.getpid()))
    screen.keys('y')
    d.wait_state('cat', 'STOPPED')
    # What one has done oneself is no news.
    screen.wait(r'cat +STOPPED.* by %s \(supervisortui, pid' % me())
    screen.keys('s')
    screen.wait(r'cat +RUNNING')
    screen.keys('x')
    screen.wait(r'^ ?cat stopped')
    # Who wants no questions has it in the list of messages.
    d.rpc.supervisor.startProcess('cat')
    screen.wait(r'cat +RUNNING')
    screen.type(':set confirm=never')
    screen.keys('Enter', 'x')
    screen.wait(r'cat +STOPPED')
    screen.type(':messages')
    screen.keys('Enter')
    screen.wait(r'%s \(.*pid %d\)\s+started\s+cat\s+\d+\s+s\s+ago' % (me(), os.getpid()))


def test_reload_by_another(d, show):
    screen = show()
    os.kill(d.pid, signal.SIGHUP)
    screen.wait('the daemon was restarted, pid')
    screen.type(':messages')
    screen.keys('Enter')
    screen.wait(r'the daemon is reloaded, asked by %s \(.*pid %d\)' % (me(), os.getpid()))


def test_plain(d):
    lines = []
    with subprocess.Popen([TUI, '-c', d.config, '--plain'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=d.env) as process:
        reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, '')))
        reader.start()

        def wait(pattern):
            wait_until(lambda: re.search(pattern, ''.join(lines), re.M), what=pattern, state=lambda: ''.join(lines))
        try:
            wait(r'^cat RUNNING')
            wait(r'^idle STOPPED')
            d.rpc.supervisor.stopProcess('cat')
            wait(r'cat is now STOPPED: by %s \(.*pid %d\)$' % (me(), os.getpid()))
            d.rpc.supervisor.startProcess('idle')
            wait(r'idle is now RUNNING, pid \d+, asked by %s \(.*pid %d\)$' % (me(), os.getpid()))
        finally:
            process.stdin.close()
            process.wait(harness.DEADLINE)
            reader.join()


def test_replay(d, show):
    """Recorded with the rest, and there without a daemon."""
    file = d.path('incident.json')
    screen = show(args=['--record', file])
    assert d.ctl('stop', 'cat').status == 0
    screen.wait(r'cat +STOPPED')
    screen.keys('q')
    assert screen.wait_exit() == 0
    with Screen([TUI, '--set', 'cursor=first', '--replay', file], d, 158, 24) as replay:
        replay.wait('the recording ends here')
        replay.wait(r'cat +STOPPED.* by %s \(supervisorctl, pid \d+\)' % me())
