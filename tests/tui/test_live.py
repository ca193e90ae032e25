"""The screen beside a real daemon: what happens elsewhere is seen here, without a key being pressed."""

import os
import signal

import pytest
from harness import TUI, program, wait_until
from screen import Screen

pytestmark = pytest.mark.ours_only

CONFIG = (program('cat', '/bin/cat', startsecs=0) + program('sleeper', '/bin/sleep 1000', startsecs=0) +
          program('asleep', '/bin/cat', autostart='false'))


@pytest.fixture
def d(daemon):
    d = daemon(CONFIG)
    d.wait_state('cat', 'RUNNING')
    d.wait_state('sleeper', 'RUNNING')
    return d


@pytest.fixture
def screen(d):
    with Screen([TUI, '-c', d.config], d) as screen:
        screen.wait(r'cat\s+RUNNING')
        yield screen


def test_table(d, screen):
    screen.wait(r'cat\s+RUNNING\s+.*\b%d\b' % d.info('cat')['pid'])
    screen.wait(r'asleep\s+STOPPED')


def test_stop_elsewhere_is_seen(d, screen):
    assert d.ctl('stop', 'cat').status == 0
    screen.wait(r'cat\s+STOPPED')
    assert d.ctl('start', 'cat').status == 0
    screen.wait(r'cat\s+RUNNING\s+.*\b%d\b' % d.info('cat')['pid'])


def test_restart_after_kill_is_seen(d, screen):
    old = d.info('cat')['pid']
    os.kill(old, signal.SIGKILL)
    new = wait_until(lambda: d.info('cat')['pid'] not in (0, old) and d.info('cat')['pid'], what='it runs again')
    screen.wait(r'cat\s+RUNNING\s+.*\b%d\b' % new)


def test_quit_restores_the_terminal(d, screen):
    screen.keys('q')
    assert screen.wait_exit() == 0
    assert d.answers()


def test_stop_and_start_with_keys(d, screen):
    screen.keys('g')
    screen.wait(r'^▐\W*asleep\s')
    screen.keys('s')
    d.wait_state('asleep', 'RUNNING')
    screen.wait(r'asleep\s+RUNNING')
    screen.keys('x')
    d.wait_state('asleep', 'STOPPED')
    screen.wait(r'asleep\s+STOPPED')


def test_daemon_goes_away_and_comes_back(d, screen):
    assert d.stop() == 0
    screen.wait(r'cat')
    d.start()
    pid = d.wait_state('cat', 'RUNNING')['pid']
    screen.wait(r'cat\s+RUNNING\s+.*\b%d\b' % pid)


def test_resize(d, screen):
    screen.resize(200, 50)
    screen.wait(r'cat\s+RUNNING')
    screen.resize(40, 10)
    screen.resize(80, 24)
    screen.wait(r'cat\s+RUNNING')
    assert screen.exit_status() is None


def test_supervisorctl_tui(d):
    with Screen([d.impl.supervisorctl, '-c', d.config, 'tui'], d,
                env={'PATH': os.path.dirname(TUI) + ':' + os.environ['PATH']}) as screen:
        screen.wait(r'cat\s+RUNNING')


@pytest.mark.parametrize('term', ['xterm', 'vt100', 'linux', 'tmux-256color'])
def test_terminals(d, term):
    with Screen(['env', 'TERM=' + term, TUI, '-c', d.config], d) as screen:
        screen.wait(r'cat\s+RUNNING')
        screen.keys('q')
        assert screen.wait_exit() == 0


def test_c_locale(d):
    with Screen(['env', 'LC_ALL=C', TUI, '-c', d.config], d) as screen:
        screen.wait(r'cat\s+RUNNING')
        assert screen.text().isascii()


FLOOD = program('flood', '/usr/bin/yes a line of a log as programs write them, of a hundred bytes or so, again and again',
                startsecs=0, autostart='false')


def test_flood_in_the_log(daemon):
    """A program that writes as fast as it can, in sight: keys are answered, and nobody's memory grows."""
    d = daemon(CONFIG + FLOOD)
    d.wait_state('cat', 'RUNNING')
    with Screen([TUI, '-c', d.config], d) as screen:
        screen.wait('flood')
        screen.keys('G')
        screen.wait(r'▐ +sleeper')
        screen.keys('k')
        screen.wait(r'▐ +flood')
        assert d.ctl('start', 'flood').status == 0
        screen.keys('l')
        screen.wait('a line of a log')
        for _ in range(5):
            for shown in (True, False):
                screen.keys('w')
                screen.wait('wrapped' if shown else r'─ following')
        assert d.ctl('stop', 'flood').status == 0
        screen.wait('killed by SIGTERM|stopped')
