"""The screen on Supervisor's own daemon (Debian's package): it has no stream, so it is polled, and does not know all that ours
does.  What it does know works as on ours, and where it has no answer the screen says so."""

import os
import re
import subprocess
import sys

import pytest
from harness import REFERENCE, TUI, program, wait_until
from screen import Screen

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_screen import needs_tui  # noqa: E402, F401  (the path comes first)

pytestmark = [pytest.mark.usefixtures('needs_tui'), pytest.mark.ours_only]

TALKER = r"""/bin/sh -c 'printf "one\r\ntwo\r\n"; exec cat'"""
CONFIG = (program('asleep', '/bin/cat', autostart='false') + program('talker', TALKER, startsecs=0) +
          program('twins', '/bin/cat', startsecs=0, numprocs=2, process_name='%(process_num)d') +
          program('wrong', "/bin/sh -c 'exit 3'", startsecs=0, autorestart='false'))


@pytest.fixture
def shown(make_daemon):
    """(Supervisor's daemon, the screen on it)"""
    d = make_daemon(REFERENCE, CONFIG).start()
    d.wait_state('wrong', 'EXITED')
    with Screen([TUI, '-c', d.config, '--set', 'cursor=first'], d, columns=100) as screen:
        screen.wait(r'wrong +EXITED')
        yield d, screen


def test_table_actions_and_log(shown):
    d, screen = shown
    screen.wait(r'^ \S+  supervisor \d[.\d]+  no push, asked every 2 s +3 running  1 stopped  1 exited$')
    screen.wait(r'asleep +STOPPED +- .* not started')
    screen.wait(r'talker +RUNNING +%d' % d.info('talker')['pid'])
    screen.wait(r'^ ▾ twins +2/2')
    screen.wait(r'wrong +EXITED +- .* exit 3')
    # Somebody else does something.
    d.rpc.supervisor.stopProcess('twins:0')
    screen.wait('0 +STOPPED')
    # The log is followed; CR before LF, which XML loses, is not shown either way.
    screen.keys('j')
    screen.wait('talker stdout .* following')
    screen.wait('^ +one *\n +two *$')
    # Keys: what is asked shows as soon as it is done, and has its marks in the log.
    first = d.info('talker')['pid']
    screen.keys('x')
    screen.wait('talker +STOPPED')
    screen.wait('killed by a signal')
    screen.keys('s')
    screen.wait('started, pid %d' % d.wait_state('talker', 'RUNNING')['pid'])
    screen.wait(r'started, pid \d+ .*\n +one *\n +two *$')
    second = d.info('talker')['pid']
    screen.keys('r')
    wait_until(lambda: d.info('talker')['pid'] not in (0, first, second))
    screen.wait('talker restarted, pid %d' % d.info('talker')['pid'])
    # The daemon's own log, and its past.
    screen.keys('L')
    screen.wait("INFO spawned: 'talker' with pid")


def test_what_it_does_not_tell(shown):
    d, screen = shown
    screen.keys('G')
    screen.keys('Enter')
    screen.wait('last end .*: exit 3')
    screen.wait('group +wrong$')
    for key, what in (('e', 'options'), ('t', 'process trees'), ('H', 'starts and ends')):
        screen.keys(key)
        screen.wait("this daemon does not tell %s: it is Supervisor's own, and polled" % what)
    screen.keys('Escape')
    screen.wait_gone('does not tell')
    screen.keys('w')
    screen.wait(r'EXITED .*exit 3')
    screen.keys('E')
    screen.wait("this daemon does not tell what happened: it is Supervisor's own, and polled")
    screen.keys('Escape')
    # Its own supervisorctl is not needed for commands.
    screen.type(':status talker')
    screen.keys('Enter')
    screen.wait(r'^talker +RUNNING +pid %d, uptime' % d.info('talker')['pid'])
    screen.keys('Escape')
    # An update of what is written is its own work, too.
    d.write_config(CONFIG + program('fresh', '/bin/cat', startsecs=0))
    screen.keys('u')
    screen.wait('fresh')
    screen.keys('y')
    screen.wait('fresh +RUNNING')


def test_it_goes_and_comes_back(shown):
    d, screen = shown
    d.destroy()
    screen.wait(r'^ \S+  no answer for \d+ s')
    d.start()
    screen.wait('connected again after')
    screen.wait(r'talker +RUNNING +%d' % d.info('talker')['pid'])
    screen.wait(r'\A.*no push')


def test_once(make_daemon):
    d = make_daemon(REFERENCE, CONFIG).start()
    done = subprocess.run([TUI, '--once', '-c', d.config], capture_output=True, text=True, env=d.env, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.search(r'talker +(RUNNING|STARTING)', done.stdout)
    assert 'no push' in done.stdout
