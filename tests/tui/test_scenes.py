"""Whole screens in a real terminal, compared with files that somebody has looked at (tests/data/scenes): sizes, locales and
terminals, each pair of them at least once.

    CVISOR_ACCEPT=1 make check-tui PYTEST_ARGS='-k scenes'     writes them again: look at the difference
"""

import os
import re

import fake_daemon
import harness
import pytest
from harness import wait_until
from test_screen import place, needs_tui, show  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures('needs_tui')

SCENES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'scenes')
MINUTE, HOUR, DAY = 60, 3600, 86400

#: Each size with each terminal; the locales in turn, so that each meets each size and each terminal.
PLACES = [
    (80, 24, 'xterm-256color', 'C.UTF-8'),
    (80, 24, 'linux', 'C'),
    (80, 24, 'vt100', 'C.UTF-8'),
    (200, 50, 'xterm-256color', 'C'),
    (200, 50, 'linux', 'C.UTF-8'),
    (200, 50, 'vt100', 'C'),
    (40, 10, 'xterm-256color', 'C.UTF-8'),
    (40, 10, 'linux', 'C'),
    (40, 10, 'vt100', 'C.UTF-8'),
]

#: What is pressed to get there, and what tells that it is there.
VIEWS = {
    'table': ((), 'api_02'),
    'log': (('j', 'j', 'j', 'l'), 'ConnectionRefused'),
    'details': (('j', 'j', 'j', 'Enter'), 'BACKOFF'),
    'update': (('u',), 'mailer'),
    'help': (('?',), 'Programs'),
}


def scene(fake):
    """Ages are half a step from the next one, so that no test meets the moment in which they change."""
    now = int(fake.now()) - 30
    half = 30 * MINUTE
    fake.started = now - 12 * DAY - 4 * HOUR - half
    fake.add('api', 'api_00', start=now - 3 * DAY - 2 * HOUR - half)
    fake.add('api', 'api_01', start=now - 3 * DAY - 2 * HOUR - half, restarts=1)
    fake.add('api', 'api_02', 'BACKOFF', tries=4, next_try=0, restarts=3, start=now - 3 * HOUR, stop=now - 3 * HOUR,
             spawnerr='Exited too quickly (process log may have details)', exitstatus=1)
    fake.add('cron', 'cron', start=fake.started)
    fake.add('migrate', 'migrate', 'EXITED', start=now - 3 * HOUR, stop=now - 2 * HOUR, exitstatus=0)
    fake.add('worker', 'worker', 'FATAL', start=now - 2 * HOUR, stop=now - 41 * MINUTE, restarts=5, exitstatus=1,
             spawnerr='Exited too quickly (process log may have details)')
    for i in range(6):
        fake.add('web', 'web_%d' % i, start=now - DAY - i * HOUR - half)
    fake.metrics({'api:api_00': (15.1, 201 << 20), 'api:api_01': (16.1, 211 << 20), 'cron:cron': (0.0, 3250586),
                  **{'web:web_%d' % i: (0.8, 200 << 20) for i in range(6)}})
    for i in range(60):
        fake.log('api:api_00', '10.0.0.%d GET /health 200 %d ms\n' % (i, i * 7 % 100))
    fake.log('api:api_02', 'connecting to db:5432\n  File "app.py", line 88, in connect\n'
                           '\x1b[31mConnectionRefusedError\x1b[0m: [Errno 111] db:5432\n')
    fake.preview = {'added': ['mailer'], 'removed': ['migrate'], 'changed': [{'name': 'worker', 'options': [
        {'process': 'worker', 'option': 'startretries', 'old': '3', 'new': '10', 'file': 'conf.d/worker.conf', 'line': 7},
        {'process': 'worker', 'option': 'command', 'old': '/srv/worker/w.py --queue default',
         'new': '/srv/worker/w2.py --queue default', 'file': 'conf.d/worker.conf', 'line': 3}]}]}


def text_of(screen):
    """What is shown, with times of day that stay the same."""
    return re.sub(r'\b\d\d:\d\d:\d\d\b', '12:34:56', screen.text())


def settled(screen):
    """The screen, once it has stayed the same for a while."""
    seen = []

    def same():
        seen.append(text_of(screen))
        return len(seen) > 4 and len(set(seen[-4:])) == 1
    wait_until(same, what='the screen is at rest', pause=0.1)
    return seen[-1]


@pytest.mark.parametrize('view', VIEWS)
@pytest.mark.parametrize('columns,rows,term,locale', PLACES)
def test_scenes(place, show, columns, rows, term, locale, view):  # noqa: F811  (fixtures)
    fake = fake_daemon.Fake()
    scene(fake)
    place.serve(fake)
    screen = show(columns, rows, term, locale)
    screen.wait('api_02')
    keys, there = VIEWS[view]
    if keys:
        screen.keys(*keys)
    path = os.path.join(SCENES, '%s-%dx%d-%s-%s.txt' % (view, columns, rows, term, locale))
    if os.environ.get('CVISOR_ACCEPT'):
        screen.wait(there)
        text = settled(screen)
        os.makedirs(SCENES, exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return
    with open(path, encoding='utf-8') as file:
        want = file.read()
    harness.wait_until(lambda: text_of(screen) == want, what='the screen is as in %s' % os.path.basename(path),
                       state=lambda: '\nwanted:\n%s\nis:\n%s' % (want, text_of(screen)))
