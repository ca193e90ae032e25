"""--record and --replay: what happened is written down and shown once more, without a daemon."""

import json
import os
import stat

import harness
import pytest
from screen import Screen
from test_feel import run_tui
from test_screen import needs_tui, place, selected, show  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {'In a recording (--replay)': 'Space . + = - [ ] ? F1'}

START = 1764000000.0
HEAD = {'recording': 'supervisortui', 'format': 1, 'daemons': ['unix:///run/s']}
HELLO = {'identification': 'supervisor', 'version': '5.0.0', 'host': 'web-03', 'boot': 'b', 'statename': 'RUNNING',
         'stream': 1, 'now': START}


def process(name, state, pid):
    return {'group': name, 'name': name, 'state': state, 'pid': pid}


@pytest.fixture
def replay(place):  # noqa: F811
    """replay(file) -> a Screen with the recording on it."""
    shown = []

    def start(file):
        shown.append(Screen([harness.TUI, '--set', 'cursor=first', '--replay', file], place))
        return shown[-1]
    yield start
    for screen in shown:
        screen.close()


def write_recording(place, *events):  # noqa: F811
    """events: (seconds after the start, event, data)"""
    first = [(0, 'hello', HELLO), (0, 'snapshot-begin', {}), (0.1, 'process', process('web', 20, 11)), (0.2, 'snapshot-end', {})]
    lines = [HEAD] + [{'time': START + t, 'daemon': 0, 'event': e, 'data': d} for t, e, d in first + list(events)]
    return place.write('r.json', ''.join(json.dumps(line) + '\n' for line in lines))


def test_what_was_recorded_is_replayed(place, show, replay):  # noqa: F811
    fake = place.serve()
    file = place.path('incident.json')
    screen = show(args=['--record', file])
    screen.wait('migrate')
    fake.change('cron:cron', 'FATAL', spawnerr='no way')
    screen.wait(r'cron +FATAL')
    fake.change('cron:cron', 'RUNNING', pid=4711)
    screen.wait(r'cron +RUNNING +4711')
    place.server.die()
    screen.wait('no answer')
    screen.keys('q')
    assert screen.wait_exit() == 0
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with open(file, encoding='utf-8') as lines:
        assert all(json.loads(line) for line in lines)
    # A second time nothing is written over.
    done = run_tui('-s', place.url, '--record', file)
    assert done.returncode == 1 and 'nothing is written over' in done.stderr
    screen = replay(file)
    screen.wait(r'REPLAY .* web-03')
    # It stops, wherever it is by now: Space at its end would play it again.
    screen.keys('.')
    screen.wait('REPLAY .* (stopped|end) ')
    # From the beginning, where it is for a moment only.
    screen.keys('[')
    screen.wait(r'cron +RUNNING +21003')
    screen.keys('.', '.', '.', '.', '.', '.')
    screen.wait('no answer')


def test_keys_of_the_player(place, replay):  # noqa: F811
    file = write_recording(place, (40, 'process', process('web', 200, 0)), (90, 'metrics', {}), (7200, 'process', process('web', 20, 99)))
    screen = replay(file)
    screen.wait(r'web +RUNNING +11')
    screen.keys('Space')
    screen.wait(r'REPLAY 16:00:[0-3]\d stopped')
    screen.keys('.')
    screen.wait(r'REPLAY 16:00:40 stopped')
    screen.wait(r'web +FATAL')
    screen.keys(']')
    screen.wait(r'REPLAY 16:01:40 stopped')
    screen.keys('[', '[')
    screen.wait(r'REPLAY 16:00:00 stopped')
    screen.wait(r'web +RUNNING +11')
    # Keys of the table work as ever, but for those that would ask a daemon.
    screen.keys('r')
    screen.wait('this is a recording: there is no daemon to ask')
    for key in ('?', 'F1'):
        screen.keys(key)
        screen.wait('a minute forward')
        screen.keys('q')
        screen.wait_gone('a minute forward')
    screen.keys('+', '=', '-', 'Space')
    screen.wait(r'REPLAY 16:00:\d\d x2')
    screen.keys(*['+'] * 11)
    screen.wait('the recording ends here')
    screen.wait(r'web +RUNNING +99')
    screen.wait(r'REPLAY 18:00:00 end')
    screen.keys('q')
    assert screen.wait_exit() == 0


@pytest.mark.parametrize('text, message', [
    ('{}\n', r'r.json:1: this is no recording of supervisortui'),
    (json.dumps(HEAD) + '\n{"time":1,"daemon":0,"event":"x","data":{}}\nrubbish\n', r'r.json:3: this is no JSON object'),
])
def test_broken_file(place, text, message):  # noqa: F811
    done = run_tui('--replay', place.write('r.json', text))
    assert done.returncode == 1 and message in done.stderr


def test_what_excludes_what(place):  # noqa: F811
    assert run_tui('--replay', place.path('x'), '-s', place.url).returncode == 2
    assert run_tui('--replay', place.path('x'), '--once').returncode == 2
    assert 'No such file' in run_tui('--replay', place.path('x')).stderr
    assert "is no file" in run_tui('--replay', '/dev/null').stderr


def test_a_file_that_cannot_grow(place, show):  # noqa: F811
    """The screen goes on, and says so."""
    assert 'cannot record' in run_tui('-s', place.url, '--record', place.path('no/such/folder')).stderr
    fake = place.serve()
    screen = show(before=['prlimit', '--fsize=4000'], args=['--record', place.path('small.json')])
    screen.wait('the recording .*ends here|ends here: File too large')
    fake.change('cron:cron', 'FATAL')
    screen.wait(r'cron +FATAL')
    screen.keys('q')
    assert screen.wait_exit() == 0
