"""Several logs in one pane: both channels of a program without a key, and what their files had before, put in order by the
runs of the programs."""

import re

import pytest
from harness import TUI, program, wait_until
from screen import Screen
from test_logs import wait_top
from test_screen import needs_tui, place, show  # noqa: F401  (fixtures)

import fake_daemon

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'In the table': 'l',
    'In the log': '1 { p g G',
}

LOGS = {'stdout_logfile': '/var/log/out', 'stderr_logfile': '/var/log/err'}
SEAM = 'above: of each run stdout, then stderr; below: as it comes'


def fail_often(fake, key, runs, lines=2, first=90000):
    """Runs that say something and die of an error; the last one runs."""
    pid = 100
    for run in range(runs):
        at = fake.now() - first + 100 * run
        fake.happened(key, 'start', at=at, pid=pid + run)
        fake.log(key, ''.join('%s run %d line %d of some text\n' % (key, run, i) for i in range(lines)))
        if run + 1 < runs:
            fake.log(key, 'Traceback of run %d\n' % run, 'stderr')
            fake.happened(key, 'end', at=at + 90, pid=pid + run, exitstatus=3)


@pytest.fixture
def one(place):
    """A program of three runs, and one whose stderr goes into its stdout."""
    fake = place.serve(fake_daemon.Fake())
    fake.add('app', 'app', **LOGS)
    fake.add('plain', 'plain', stdout_logfile='/var/log/plain')
    fail_often(fake, 'app:app', 3)
    return fake


def test_both_without_a_key(one, show):
    screen = show(rows=32)
    screen.wait('─ app stdout and stderr')
    screen.wait(r'started, pid 100.*\n +app:app run 0 line 0.*\n +app:app run 0 line 1.*\n e Traceback of run 0.*\n'
                r'.*exited 3 after 1 min.*\n.*started, pid 101.*\n +app:app run 1 line 0.*\n +app:app run 1 line 1.*\n'
                r' e Traceback of run 1.*\n')
    screen.wait(r'started, pid 102 .*\n +app:app run 2 line 0.*\n +app:app run 2 line 1.*$')
    one.log('app:app', 'cannot go on\n', 'stderr')
    one.log('app:app', 'going on\n')
    one.log('app:app', 'cannot again\n', 'stderr')
    screen.wait(r'%s .*\n e cannot go on *\n +going on *\n e cannot again' % SEAM)
    # One that has only one log is shown as it is, without a column for the channel.
    screen.keys('j')
    screen.wait('─ plain stdout ')
    one.log('plain:plain', 'of both\n', 'stdout')
    screen.wait('^ of both')
    screen.keys('k', 'Tab', '1')
    screen.wait('─ app stdout ')
    screen.wait_gone('Traceback')
    screen.keys('1')
    screen.wait('─ app stderr ')
    screen.wait_gone('line 1 of some text')
    screen.keys('1')
    screen.wait('─ app stdout and stderr ')


def test_run_under_way(one, place, show):
    """A worker that is well does not open with an old traceback of stderr: what it wrote last is last."""
    one.log('app:app', 'Traceback that was caught\n', 'stderr')
    one.written.update({'app:app:stderr': one.now() - 900, 'app:app:stdout': one.now() - 1})
    screen = show(rows=32)
    screen.wait(r'e Traceback of run 1.*\n.*exited 3.*\n.*started, pid 102 .*\n e Traceback that was caught *\n'
                r' +app:app run 2 line 0.*\n +app:app run 2 line 1')
    one.log('app:app', 'going on\n')
    screen.wait('above: of runs stdout, then stderr, of this stderr first; below: as it comes')


def test_setting(place, one, show):
    screen = show(args=('--set', 'channels=stdout'))
    screen.wait('─ app stdout ')
    screen.wait('app:app run 2 line 1')
    assert 'Traceback' not in screen.text()
    # What is ill tells why, in any case.
    one.add('bad', 'bad', 'FATAL', **LOGS)
    one.log('bad:bad', 'ImportError\n', 'stderr')
    one.send('process', one.procs['bad:bad'])
    screen.wait('bad +FATAL')
    screen.keys('j')
    screen.wait('─ bad stdout and stderr')
    screen.wait('e ImportError')


def test_past_of_both(place, show):
    fake = place.serve(fake_daemon.Fake())
    fake.add('app', 'app', **LOGS)
    fail_often(fake, 'app:app', 30, lines=400)
    screen = show()
    screen.wait('app:app run 29 line 399')
    screen.keys('l')
    screen.wait_gone('RUNNING')
    screen.keys('p')
    wait_top(screen, 'started, pid 128')
    screen.keys('{')
    wait_top(screen, 'exited 3')
    # From the beginning on each run has all of its lines, of both logs.
    screen.keys('g')
    wait_top(screen, 'the files begin here')
    screen.wait(r'the files begin here.*\n.*started, pid 100 .*\n +app:app run 0 line 0 ')
    screen.keys('/')
    screen.type('traceback of run 0\n')
    screen.wait(r'app:app run 0 line 399 .*\n.*e Traceback of run 0 *\n.*exited 3.*\n.*started, pid 101.*\n'
                r' +app:app run 1 line 0 ')
    screen.keys('G')
    screen.wait('app:app run 29 line 399')


def test_group(place, show):
    fake = place.serve(fake_daemon.Fake())
    for name in ('a', 'b'):
        fake.add('g', name, **LOGS)
    fail_often(fake, 'g:a', 2, first=9000)
    fail_often(fake, 'g:b', 2, first=8950)
    screen = show(columns=100, rows=40)
    screen.wait('b +RUNNING')
    screen.keys('g', 'l')
    screen.wait('─ group g, 2 programs, stdout and stderr')
    screen.wait(r'a [\d:]+ started, pid 100.*\n(.*run 0.*\n){3}.*a [\d:]+ exited 3.*\n'
                r'.*b [\d:]+ started, pid 100.*\n(.*run 0.*\n){3}.*b [\d:]+ exited 3.*\n'
                r'.*a [\d:]+ started, pid 101.*\n(.*g:a run 1.*\n){2}.*b [\d:]+ started, pid 101.*\n(.*g:b run 1.*\n){2}'
                r'.*above: run after run, as they began; below: as it comes')


def test_no_history(place, show):
    fake = place.serve(fake_daemon.Fake(events=False))
    fake.add('app', 'app', **LOGS)
    fail_often(fake, 'app:app', 2)
    screen = show()
    screen.wait(r'app:app run 1 line 1 .*\n e Traceback of run 0 *\n.*above: stdout, then stderr; when it was written is not '
                'known')


@pytest.mark.ours_only
def test_real_daemon(daemon):
    """Somebody logs in after a program has died of an exception: both its logs are there, each death where it was."""
    d = daemon(program('app', "/bin/sh -c 'echo begin $$; echo Traceback of $$ >&2; exit 3'", startsecs=0,
                       autorestart='false', stdout_logfile='%(here)s/out', stderr_logfile='%(here)s/err'))

    def pids():
        with open(d.path('out'), encoding='utf-8') as file:
            return [int(word) for word in re.findall(r'begin (\d+)\n', file.read())]

    d.wait_state('app', 'EXITED')
    wait_until(lambda: len(pids()) == 1)
    d.rpc.supervisor.startProcess('app', False)
    wait_until(lambda: len(pids()) == 2)
    d.wait_state('app', 'EXITED')
    with Screen([TUI, '-c', d.path('c.conf')], d, 80, 24) as screen:
        screen.wait('─ app stdout and stderr')
        screen.wait(r'started, pid {0} .*\n +begin {0} *\n e Traceback of {0} *\n.*exited 3.*\n'
                    r'.*started, pid {1} .*\n +begin {1} *\n e Traceback of {1} *\n.*exited 3'.format(*pids()))
        assert len(re.findall('Traceback', screen.text())) == 2
