"""The screen in a real terminal, on a daemon made of nothing (fake_daemon.py): sizes, terminals, locales, every key of
the key table, a daemon that goes and comes back, suspending.  What the views draw is the unit tests' affair; here it is
shown that a terminal shows it and that keys arrive."""

import ast
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import harness
import pytest
from harness import wait_until
from screen import SHELL, Screen

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_daemon  # noqa: E402  (the path comes first)

pytestmark = pytest.mark.usefixtures('needs_tui')


@pytest.fixture(scope='session')
def needs_tui(tui_runs):
    if not tui_runs:
        pytest.skip('supervisortui is not built')
    if not shutil.which('tmux'):
        pytest.skip('tmux is not installed')


class Place:
    """What Screen wants of a daemon: a directory and an environment; and the fake daemon in it."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix='cvt')
        self.env = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'LANG', 'LC_CTYPE')}
        self.env['XDG_STATE_HOME'] = self.path('state')
        self.server = None
        self.fake = None

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)
        return self.path(name)

    @property
    def url(self):
        return 'unix://' + self.path('s')

    def serve(self, fake=None, **options):
        if fake is None:
            fake = fake_daemon.Fake(**options)
            fake_daemon.demo(fake)
        self.fake = fake
        self.server = fake_daemon.Server(self.path('s'), fake).start()
        return fake

    def close(self):
        if self.server and self.server.alive:
            self.server.die()
        shutil.rmtree(self.directory, ignore_errors=True)


@pytest.fixture
def place():
    p = Place()
    yield p
    p.close()


@pytest.fixture
def show(place):
    """show(...) -> a Screen with supervisortui in it."""
    shown = []

    def start(columns=80, rows=24, term='xterm-256color', locale='C.UTF-8', args=(), before=()):
        # Tests count rows from the first.
        command = ['env', 'LC_ALL=' + locale, 'TERM=' + term, *before, harness.TUI, '-s', place.url,
                   '--set', 'cursor=first', *args]
        screen = Screen(command, place, columns, rows)
        shown.append(screen)
        return screen
    yield start
    for screen in shown:
        screen.close()


@pytest.fixture
def demo(place, show):
    """(fake daemon, screen with all of it on it)"""
    fake = place.serve()
    screen = show()
    screen.wait('migrate')
    # Figures come after the table.
    screen.wait(r'api_01 .* 16\.1 ')
    return fake, screen


def selected(screen):
    """The line with the cursor."""
    lines = [line for line in screen.lines() if line.startswith(('▐', '>'))]
    return lines[0] if lines else ''


def wait_selected(screen, text):
    wait_until(lambda: text in selected(screen), what='%r is selected' % text, state=lambda: '\n' + screen.text())


# Sizes, terminals, locales

SCENES = [
    (80, 24, 'xterm-256color', 'C.UTF-8'),
    (200, 50, 'xterm-256color', 'C.UTF-8'),
    (40, 10, 'xterm', 'C.UTF-8'),
    (80, 24, 'xterm', 'C'),
    (200, 50, 'vt100', 'C'),
    (80, 24, 'vt100', 'C.UTF-8'),
    (40, 10, 'linux', 'C'),
    (80, 24, 'linux', 'C.UTF-8'),
    (80, 24, 'tmux-256color', 'C.UTF-8'),
    (80, 24, 'screen', 'C'),
]


@pytest.mark.parametrize('columns,rows,term,locale', SCENES)
def test_sizes_terminals_locales(place, show, columns, rows, term, locale):
    fake = place.serve()
    screen = show(columns, rows, term, locale)
    screen.wait('api_02 +BACKOFF')
    screen.wait(r'\A.*web-03')
    screen.wait(r'\? help')
    if locale == 'C':
        text = screen.text()
        assert all(ord(c) < 128 for c in text), text
    elif term.startswith(('xterm', 'tmux')):
        screen.wait('▾ api')
    if columns >= 80:
        screen.wait(r'api_00 +RUNNING +\d+ +3d 02h +15.1 +201M +0')
    screen.keys('j', 'r')
    screen.wait(r'api:api_00 restarted, pid \d+')
    fake.log('api:api_00', 'the last line\n')
    screen.wait('the last line')
    screen.keys('?')
    screen.wait('keys in the table')
    screen.keys('q')
    screen.wait_gone('keys in the table')
    screen.keys('q')
    assert screen.wait_exit() == 0


def test_resizing(demo):
    fake, screen = demo
    for columns, rows in [(200, 50), (40, 10), (1, 1), (2, 30), (150, 2), (20, 3), (80, 24)]:
        screen.resize(columns, rows)
        if columns >= 40 and rows >= 10:
            screen.wait('api_02 +BACKOFF')
        elif (columns, rows) == (20, 3):
            screen.wait(r'worker FATAL \(\+1\)')
        screen.keys('j', 'k')
    screen.wait(r'LAST 15 MIN')
    assert screen.exit_status() is None


# Keys

def test_moving(demo):
    fake, screen = demo
    for keys, there in [(['j'], 'api_00'), (['Down'], 'api_01'), (['C-n'], 'api_02'), (['k'], 'api_01'),
                        (['Up'], 'api_00'), (['C-p'], 'api  2/3'), (['G'], 'worker'), (['Home'], 'api  2/3'),
                        (['End'], 'worker'), (['g'], 'api  2/3'), (['C-d'], 'migrate'), (['C-u'], 'api  2/3'),
                        (['NPage'], 'web_3'), (['PPage'], 'api  2/3')]:
        screen.keys(*keys)
        wait_selected(screen, there)


def test_folding(demo):
    fake, screen = demo
    screen.keys('h')
    screen.wait('▸ api')
    screen.wait_gone('api_00 +RUNNING')
    screen.keys('Right')
    screen.wait('▾ api')
    screen.keys('Left')
    screen.wait('▸ api')
    screen.keys('Enter')
    screen.wait('api_00 +RUNNING')


def test_start_stop_restart(demo):
    fake, screen = demo
    screen.keys('j', 'x')
    screen.wait('api:api_00 stopped')
    screen.wait('api_00 +STOPPED')
    screen.keys('s')
    screen.wait(r'api:api_00 started, pid \d+')
    screen.keys('F8')
    screen.wait('api:api_00 stopped')
    screen.keys('s', 'r')
    screen.wait(r'api:api_00 restarted, pid \d+')
    # What another one does shows without a key.
    fake.change('cron:cron', 'STOPPED')
    screen.wait('cron +STOPPED')
    fake.start_result['worker:worker'] = 'FATAL'
    screen.keys('G', 's')
    screen.wait('worker: FATAL Exited too quickly')


def test_many_ask_first(demo):
    fake, screen = demo
    screen.keys('x')
    screen.wait(r'stop 3 processes of group api: api_00, api_01, api_02\? y/N')
    screen.keys('Enter')
    screen.wait('nothing was done')
    assert not [c for c in fake.calls if c[0].startswith('supervisor.stop')]
    screen.keys('j', 'Space', 'Space')
    screen.wait('2 marked')
    screen.keys('x')
    screen.wait(r'stop 2 processes: api:api_00, api:api_01\? y/N')
    screen.keys('y')
    screen.wait('2 stopped')
    screen.wait_gone('marked')
    screen.keys('g', 'S')
    screen.wait(r'start 3 processes of group api')
    screen.keys('y')
    screen.wait(r'api_01 +RUNNING')
    screen.keys('*')
    screen.wait('12 marked')
    screen.keys('U')
    screen.wait_gone('marked')


def test_update(demo):
    fake, screen = demo
    screen.keys('u')
    screen.wait(r'startretries +3 → 10 +conf.d/worker.conf:7')
    screen.keys('Escape')
    screen.wait('nothing was changed')
    screen.keys('u')
    screen.wait(r'\+ mailer')
    screen.keys('y')
    screen.wait('updated: 1 added, 1 changed, 1 removed')
    screen.wait('mailer +RUNNING')
    screen.wait_gone('migrate')


def test_shutdown_wants_the_word(demo):
    fake, screen = demo
    screen.keys('D')
    screen.wait('type shutdown to end web-03 and its 12 programs')
    screen.type('yes')
    screen.keys('Enter')
    screen.wait("that was not 'shutdown'")
    screen.keys('D')
    screen.type('shutdown')
    screen.keys('Enter')
    screen.wait('SHUTDOWN')


def test_log(demo):
    fake, screen = demo
    screen.keys('j')
    screen.wait('api:api_00 stdout')
    screen.wait('GET /health 200 199 ms')
    fake.log('api:api_00', 'pushed line\n')
    screen.wait('pushed line')
    screen.keys('Tab', '1')
    screen.wait('api:api_00 stderr')
    screen.wait('Traceback: something is wrong')
    screen.keys('1')
    screen.wait('pushed line')
    screen.keys('Tab')
    screen.keys('l')
    screen.wait_gone('NAME')
    screen.keys('PPage')
    screen.wait('F follows')
    fake.log('api:api_00', 'one more\n')
    screen.wait(r'\+1 new')
    screen.keys('F')
    screen.wait('one more')
    for keys, there in [(['b'], 'F follows'), (['Space'], 'following'), (['g'], 'line 1 of'), (['G'], 'following'),
                        (['C-u'], 'F follows'), (['C-d'], 'following'), (['k'], 'F follows'), (['j'], 'following'),
                        (['F'], 'F follows'), (['F'], ' following')]:
        screen.keys(*keys)
        screen.wait(there)
    fake.log('api:api_00', 'begin ' + 'x' * 200 + ' end\n')
    screen.wait('begin xxx')
    screen.keys('w')
    screen.wait('x end')
    screen.keys('w')
    screen.wait_gone('x end')
    screen.keys('l')
    screen.wait_gone('begin')
    screen.keys('Right', 'h')
    screen.keys('Left')
    screen.wait('begin')
    screen.keys('/')
    screen.type('health 200 57 ')
    screen.keys('Enter')
    screen.wait('^▐.*health 200 57 ms')
    screen.keys('/')
    screen.type('pushed')
    screen.keys('Enter', 'n', 'N')
    screen.wait('^▐ +pushed line')
    screen.keys('q')
    screen.wait('NAME')


def test_panes(demo):
    fake, screen = demo
    screen.keys('Tab')
    screen.wait('w wrap')
    screen.keys('BTab')
    screen.wait('u update')
    screen.keys('z')
    screen.wait_gone('following')
    screen.keys('z')
    screen.wait('following')
    screen.keys('Tab', 'z')
    screen.wait_gone('NAME')
    screen.keys('Escape')
    screen.wait('NAME')


def test_views(demo):
    fake, screen = demo
    screen.keys('!')
    screen.wait('only ill')
    screen.wait_gone('cron')
    screen.keys('!')
    screen.wait('cron')
    screen.keys('\\')
    screen.type('web')
    screen.wait('only rows with: web')
    screen.wait_gone('cron')
    screen.keys('Enter')
    screen.wait('filter web')
    screen.keys('Escape')
    screen.wait('cron')
    screen.keys('F4')
    screen.wait('only rows with')
    screen.keys('C-c', '>')
    screen.wait('ordered by STATE')
    screen.keys('g')
    wait_selected(screen, 'worker')
    screen.keys('I', 'g')
    wait_selected(screen, 'RUNNING')
    screen.keys('<')
    screen.wait('▾ api')
    screen.keys('/')
    screen.type('worker')
    screen.keys('Enter')
    wait_selected(screen, 'worker')


def test_details_and_help(demo):
    fake, screen = demo
    screen.keys('j', 'j', 'j', 'Enter')
    screen.wait('Starts and ends')
    screen.wait(r'end +exit 1 +after 1.0 s +not expected')
    screen.keys('C-c')
    screen.wait_gone('Starts and ends')
    screen.keys('F1')
    screen.wait('keys in the table')
    for key in ('j', 'Down', 'C-n', 'Enter', 'k', 'Up', 'C-p', 'C-d', 'C-u', 'NPage', 'PPage', 'Space', 'b', 'End',
                'Home', 'G'):
        screen.keys(key)
    screen.wait('The log, the table and each window')
    screen.keys('g')
    screen.wait('keys in the table')
    screen.keys('?', 'y', 'C-l', 'F10')
    screen.wait_gone('keys in the table')


def test_commands(demo, place):
    fake, screen = demo
    screen.keys(':')
    screen.type('status')
    screen.keys('Enter')
    screen.wait(r'supervisorctl status')
    screen.wait(r'worker +FATAL')
    screen.wait(r'exit status 3')
    screen.keys(':')
    screen.type('version')
    screen.keys('Enter')
    screen.wait(r'^4\.2\.5')
    screen.keys('q', ':')
    screen.type('stop cron')
    screen.keys('Enter')
    screen.wait('cron stopped')
    screen.keys(':')
    screen.type('fg cron')
    screen.keys('Enter')
    screen.wait('fg: cron does not run')
    # A command that runs on does not hold up the screen, and leaving ends it.
    screen.keys(':', 'Up', 'C-u')
    screen.type('quit')
    screen.keys('Enter')
    assert screen.wait_exit() == 0


def test_leaving(place, show):
    place.serve()
    for keys in (['q'], ['C-c'], ['F10']):
        screen = show()
        screen.wait('migrate')
        # Esc never leaves.
        screen.keys('Escape', 'Escape')
        screen.keys(*keys)
        assert screen.wait_exit() == 0


#: The keys that the tests of this file press, by the title that their list has in the help.  Each file of tests here has
#: its own PRESSED.
PRESSED = {
    'Everywhere': 'j Down ^N k Up ^P ^D ^U PgDn PgUp g Home G End Tab S-Tab z | x F8 r F / n N : ^L F5 ^Z Esc q F10 ^C ? F1',
    'In the table': 's S l u D Space * U Enter h Left Right ! \\ F4 > < I',
    'In the log': '1 w h Left l Right Space b',
    'In a window over them': 'j Down ^N k Up ^P ^D ^U PgDn Space PgUp b g Home G End Enter : ? F1 ^L F5 ^Z q Esc F10 ^C',
    'In the preview of an update': 'y',
}


def all_pressed():
    """PRESSED of all files here, together."""
    pressed = {}
    for path in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'test_*.py')):
        with open(path, encoding='utf-8') as file:
            tree = ast.parse(file.read())
        for node in tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == 'PRESSED':
                for title, keys in ast.literal_eval(node.value).items():
                    pressed.setdefault(title, set()).update(keys.split())
    return pressed


def keys_of_the_table():
    """The keys by the titles of their lists, as the manual prints them from the key table."""
    printed = subprocess.run([os.path.join(harness.BUILDDIR, 'keys_manual')], capture_output=True, text=True, check=True)
    keys, title = {}, None
    for line in printed.stdout.replace('\\&', '').replace('\\(ha', '^').replace('\\e', '\\').split('\n'):
        if line.startswith('.Ss '):
            title = line[4:]
        elif line.startswith('.It Ic '):
            keys.setdefault(title, set()).update(line[7:].split(' '))
    return keys


def test_every_key_is_tested(tui_runs):
    """A key that is in the key table and in nobody's PRESSED has no test."""
    keys, pressed = keys_of_the_table(), all_pressed()
    assert len(keys) >= 5
    assert {t: k - pressed.get(t, set()) for t, k in keys.items() if k - pressed.get(t, set())} == {}


def test_log_beside_the_table(place, show):
    place.serve()
    screen = show(160, 24)
    screen.wait('migrate')
    screen.keys('|')
    screen.wait('the log is beside the table')
    screen.wait(r'NAME.*│.*─ api:api_00 stdout')
    screen.keys('|')
    screen.wait('the log is below the table')
    screen.wait(r'^─ api:api_00 stdout')


# The daemon goes and comes back

def test_daemon_dies_and_returns(place, show):
    fake = place.serve()
    screen = show()
    screen.wait('migrate')
    screen.keys('j', 'Space')
    screen.wait('1 marked')
    place.server.die()
    screen.wait(r'no answer for \d+ s, trying again')
    assert 'api_00' in screen.text(), 'the table stays'
    screen.keys('j', 'x')
    screen.wait('does not answer')
    fake = fake_daemon.Fake()
    fake_daemon.demo(fake)
    fake.remove_group('migrate')
    place.serve(fake)
    screen.keys('C-l')
    screen.wait('the daemon was restarted')
    screen.wait('1 marked')
    screen.wait_gone('migrate')
    fake.change('cron:cron', 'FATAL')
    screen.wait('cron +FATAL')


def test_no_daemon_at_first(place, show):
    screen = show()
    screen.wait('no daemon: the socket does not exist')
    place.serve()
    screen.wait('api_00 +RUNNING')


def test_without_events_it_polls(place, show):
    fake = place.serve(events=False)
    screen = show()
    screen.wait('no push, asked every 2 s')
    screen.wait('api_00 +RUNNING')
    screen.wait_gone('CPU')
    screen.keys('j')
    screen.wait('GET /health 200 199 ms')
    fake.log('api:api_00', 'polled line\n')
    screen.wait('polled line')
    fake.change('cron:cron', 'STOPPED')
    screen.wait('cron +STOPPED')
    screen.keys('x')
    screen.wait('api:api_00 stopped')
    screen.keys('u')
    screen.wait(r'\+ mailer')
    screen.keys('Escape')
    place.server.die()
    screen.wait('no answer for')
    place.serve(fake)
    screen.wait('no push')


# The terminal

def test_suspend_and_fg(place, show):
    place.serve()
    screen = Screen(SHELL, place, 80, 24)
    try:
        screen.wait_prompt()
        screen.type('%s --set cursor=first -s %s\n' % (harness.TUI, place.url))
        screen.wait('migrate')
        screen.keys('C-z')
        screen.wait('Stopped')
        screen.wait_prompt()
        screen.type('echo and the shell is $((6*7))\n')
        screen.wait('and the shell is 42')
        screen.wait_prompt()
        place.fake.change('cron:cron', 'STOPPED')
        screen.type('fg\n')
        screen.wait('cron +STOPPED')
        screen.keys('j')
        wait_selected(screen, 'api_00')
        screen.keys('C-z')
        screen.wait('Stopped', count=2)
        screen.wait_prompt()
        screen.resize(100, 30)
        screen.type('fg\n')
        wait_until(lambda: len(screen.lines()[29].strip()) > 0, what='the last line has the keys', state=screen.text)
        screen.keys('q')
        # What is typed before the shell has the terminal again is lost.
        screen.wait_prompt()
        screen.type('stty -a | grep -c " echo "\n')
        screen.wait('^1$')
    finally:
        screen.close()


@pytest.mark.parametrize('sig', ['TERM', 'HUP', 'SEGV'])
def test_terminal_is_given_back(place, show, sig):
    place.serve()
    screen = Screen(SHELL, place, 80, 24)
    try:
        screen.wait_prompt()
        screen.type('%s --set cursor=first -s %s\n' % (harness.TUI, place.url))
        screen.wait('migrate')
        os.kill(harness.child_named(screen.pid(), 'supervisortui'), getattr(signal, 'SIG' + sig))
        screen.wait_gone('migrate')
        screen.wait_prompt()
        screen.type('echo and the shell is $((6*7))\n')
        screen.wait('and the shell is 42')
        screen.wait_prompt()
        screen.type('stty -a | grep -c " echo "\n')
        screen.wait('^1$')
    finally:
        screen.close()


def test_hostile_text(place, show):
    fake = place.serve()
    fake_daemon.hostile(fake)
    screen = show()
    screen.wait(r'a\^\[\[2J<U\+202E>b +FATAL')
    screen.keys('j')
    screen.wait(r'title \^\[\]0;owned\^G clear \^\[\[2J')
    title = screen.tmux('display', '-p', '#{pane_title}')
    assert 'owned' not in title
    screen.wait('你好 wide')


def test_no_color(place, show):
    place.serve()
    screen = show(before=['NO_COLOR=1'])
    screen.wait('migrate')
    assert not re.search('\x1b\\[[0-9;]*3[0-7]', screen.text(attributes=True))


# Without a screen

def run_tui(*args, **env):
    return subprocess.run([harness.TUI, *args], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'XDG_CONFIG_HOME': '/dev/null/none', 'XDG_STATE_HOME': '/dev/null/none', **env})


def test_once(place):
    place.serve()
    done = run_tui('-s', place.url, '--set', 'cursor=first', '--once', '--size', '100x30')
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split('\n')
    assert len(lines) == 31 and lines[30] == ''
    assert 'web-03  supervisor 5.0.0' in lines[0]
    assert re.search(r'api_02 +BACKOFF', done.stdout)
    assert 'GET /health 200 199 ms' in done.stdout


def test_once_of_a_slow_daemon(place):
    """The log was missing when the daemon took longer than half a second to answer."""
    fake = place.serve()
    fake.slow = 1
    done = run_tui('-s', place.url, '--set', 'cursor=first', '--once', '--size', '100x30')
    assert done.returncode == 0, done.stderr
    assert 'GET /health 200 199 ms' in done.stdout


@pytest.mark.parametrize('slow', (0, 1))
def test_once_has_the_notes(place, slow):
    """Equal lines stood below each other, without the starts and ends between them that the screen shows."""
    fake = place.serve()
    fake.logs['api:api_00:stdout'] = ''
    for run in range(3):
        fake.happened('api:api_00', 'start', at=fake.now() - 60 + 10 * run, pid=100 + run)
        fake.logs['api:api_00:stdout'] += 'e config missing\n'
        fake.happened('api:api_00', 'end', at=fake.now() - 55 + 10 * run, pid=100 + run, exitstatus=2, expected=False, cause='exit')
    fake.slow = slow
    done = run_tui('-s', place.url, '--set', 'cursor=first', '--once', '--size', '100x40')
    assert done.returncode == 0, done.stderr
    found = re.findall('e config missing|started, pid 10[0-9]|exited 2 after 5.0 s', done.stdout)
    assert found == [word for run in range(3) for word in (
        'started, pid 10%d' % run, 'e config missing', 'exited 2 after 5.0 s')], done.stdout


def test_once_without_daemon(place):
    done = run_tui('-s', place.url, '--once')
    assert done.returncode == 1
    assert 'no daemon: the socket does not exist' in done.stderr


def test_command_line(place):
    assert run_tui('-v').stdout.strip() == '5.0.0'
    assert '--once' in run_tui('-h').stdout
    assert run_tui('-x').returncode == 2
    assert run_tui('--once', '--size', '0x4').returncode == 2
    done = run_tui('-s', place.url)
    assert done.returncode == 1 and 'not a terminal' in done.stderr
    done = run_tui('-c', place.path('none.conf'))
    assert done.returncode == 2 and done.stderr.count('\n') <= 2
    conf = place.write('s.conf', '[supervisord]\n[supervisorctl]\nserverurl=%s\n' % place.url)
    place.serve()
    assert run_tui('-c', conf, '--once').returncode == 0
