"""The log pane in a real terminal: what it shows (a program, a group, what is marked, the daemon's own log, stdout and
stderr), the past of the file, and the marks of restarts."""

import re

import pytest
from harness import wait_until
from test_screen import demo, needs_tui, place, show, wait_selected  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'Everywhere': 'L',
    'In the table': 'l',
    'In the log': '1 { } p',
}


def test_channels(demo):
    fake, screen = demo
    screen.keys('j')
    wait_selected(screen, 'api_00')
    screen.wait(r'GET /health 200 199 ms')
    screen.keys('Tab', '1')
    screen.wait('─ api:api_00 stderr')
    screen.wait('Traceback')
    screen.wait_gone('GET /health')
    screen.keys('1')
    screen.wait('─ api:api_00 stdout and stderr')
    # Both are here before more comes.
    screen.wait('GET /health 200 199 ms')
    screen.wait('Traceback')
    fake.log('api:api_00', 'half a line, ')
    fake.log('api:api_00', 'an error between\n', 'stderr')
    fake.log('api:api_00', 'and its end\n')
    screen.wait('half a line, and its end\n.*an error between')
    # It stays so for the next program.
    screen.keys('Tab', 'j')
    screen.wait('─ api:api_01 stdout and stderr')


def test_group(demo):
    fake, screen = demo
    screen.keys('g', 'l')
    screen.wait('─ group api, 3 programs, stdout')
    screen.wait('api_02 ConnectionRefusedError')
    fake.log('api:api_01', 'from the second\n')
    fake.log('api:api_02', 'from the third\n')
    screen.wait('api_01 from the second\n *api_02 from the third')
    # One more comes.
    fake.add('api', 'api_03', 'STARTING')
    fake.change('api:api_03', 'RUNNING')
    screen.wait('group api, 4 programs')
    fake.log('api:api_03', 'from the new one\n')
    screen.wait('api_03 from the new one')


def test_marked(demo):
    fake, screen = demo
    screen.keys('j', 'Space', 'Space', 'l')
    screen.wait('─ 2 marked programs, stdout')
    # Both are followed when one is here.
    screen.wait('api:api_00 10.0.0.199 GET /health 200 199 ms')
    fake.log('api:api_01', 'second\n')
    fake.log('api:api_02', 'not marked\n')
    fake.log('api:api_00', 'first\n')
    screen.wait('api:api_01 second\n *api:api_00 first')
    assert 'not marked' not in screen.text()


def test_own_log(demo):
    fake, screen = demo
    fake.log('', 'spawned: api_00\n', 'main')
    screen.keys('L')
    screen.wait('─ supervisord on web-03, its own log')
    screen.wait('spawned: api_00')
    fake.log('', 'exited: api_00\n', 'main')
    screen.wait('exited: api_00')
    screen.keys('1')
    screen.wait('without stdout and stderr')
    # Back in the table, the next selection shows its program's.
    screen.keys('Escape', 'j')
    screen.wait('─ api:api_00 stdout')


def write_runs(fake, key='api:api_00'):
    """A log of three runs, longer than what the stream sends of it; the last one is the present."""
    now = fake.now()
    fake.logs[key + ':stdout'] = ''
    fake.history[key] = []
    for run, (start, end) in enumerate(((now - 90000, now - 4000), (now - 4000, now - 300), (now - 300, None))):
        fake.happened(key, 'start', at=start, pid=100 + run)
        fake.log(key, ''.join('run %d line %d of 2000, some more text\n' % (run, i) for i in range(2000)))
        if end:
            fake.happened(key, 'end', at=end, pid=100 + run, exitstatus=3)


def top(screen):
    return screen.lines()[2]


def wait_top(screen, pattern):
    wait_until(lambda: re.search(pattern, top(screen)), what='%r is at the top' % pattern, state=lambda: '\n' + screen.text())


def test_runs(place, show):
    fake = place.serve()
    write_runs(fake)
    screen = show()
    screen.wait('migrate')
    screen.keys('j', 'l')
    screen.wait('run 2 line 1999')
    screen.keys('{')
    wait_top(screen, 'started, pid 102')
    screen.keys('{')
    wait_top(screen, 'exited 3 after 1h 01m')
    screen.keys('}')
    wait_top(screen, 'started, pid 102')
    screen.keys('G')
    screen.wait('run 2 line 1999')
    screen.keys('p')
    wait_top(screen, 'started, pid 101')
    wait_until(lambda: 'run 1 line 0 of' in screen.lines()[3], what='the run begins below it', state=screen.text)
    screen.keys('p')
    wait_top(screen, r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d started, pid 100')
    screen.keys('p')
    screen.wait('no run before that is known of')
    screen.keys('g')
    wait_top(screen, 'the file begins here')
    # What happens now, and what was missed meanwhile.
    screen.keys('G')
    fake.change('api:api_00', 'BACKOFF', exitstatus=1, tries=1, next_try=fake.now() + 60)
    screen.wait(r'exited 1.*, start 2 at \d\d:')
    fake.change('api:api_00', 'STARTING', pid=4711, tries=1)
    fake.change('api:api_00', 'BACKOFF', exitstatus=1, tries=2, next_try=0)
    screen.wait(r'exited 1.*, given up')


def test_beginning(place, show):
    fake = place.serve()
    write_runs(fake)
    screen = show()
    screen.wait('migrate')
    screen.keys('j', 'l')
    screen.wait('run 2 line 1999')
    screen.keys('g')
    wait_top(screen, 'the file begins here')
    screen.wait('run 0 line 0 of')
    screen.keys('G')
    screen.wait('following')


def test_polled(place, show):
    fake = place.serve(events=False)
    fake.log('', 'spawned: api_00\n', 'main')
    screen = show()
    screen.wait('migrate')
    screen.keys('j', 'Tab', '1', '1', 'Tab')
    screen.wait('─ api:api_00 stdout and stderr')
    screen.wait('Traceback')
    fake.log('api:api_00', 'new out\n')
    fake.log('api:api_00', 'new err\n', 'stderr')
    screen.wait('new out')
    screen.wait('new err')
    screen.keys('L')
    screen.wait('spawned: api_00')
    fake.log('', 'exited: api_00\n', 'main')
    screen.wait('exited: api_00')
    assert len(re.findall('spawned: api_00', screen.text())) == 1
