"""How the screen feels: what it sends to the terminal and what it takes from it, settings, keys, mouse, themes."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import unicodedata

import harness
import pytest
from harness import wait_until
from screen import SHELL, Screen

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_daemon  # noqa: E402  (the path comes first)
from pty_screen import Pty  # noqa: E402  (the path comes first)
from test_screen import needs_tui, place, run_tui, show  # noqa: E402, F401

pytestmark = pytest.mark.usefixtures('needs_tui')

LIGHT = b'\x1b]11;rgb:ffff/ffff/eeee\x1b\\'
DARK = b'\x1b]11;rgb:1111/1111/1111\x07'
SYNC = b'\x1b[?2026;2$y'
LAST = b'\x1b[?62;22c'


@pytest.fixture
def raw(place):  # noqa: F811
    """raw(...) -> a Pty with supervisortui in it."""
    made = []

    def start(*args, before=(), **options):
        env = dict(place.env, LC_ALL='C.UTF-8', TZ='UTC', XDG_CONFIG_HOME=place.directory)
        terminal = Pty(['env', *before, harness.TUI, '-s', place.url, '--set', 'cursor=first', *args], env, **options)
        made.append(terminal)
        return terminal
    yield start
    for terminal in made:
        terminal.close()


def test_terminal_that_takes_nothing(place, raw):  # noqa: F811
    """Nobody reads what the screen sends, and it goes on: keys act, and it leaves when told."""
    fake = place.serve(fake_many(place, 300))
    terminal = raw(columns=250, rows=120)
    terminal.wait(rb'many')
    for turn in range(30):
        for i in range(0, 300, 3):
            fake.change('many:p%03d' % i, 'STOPPED' if turn % 2 else 'RUNNING')
        fake.wait_sent()
        terminal.type('G' if turn % 2 else 'g')
        time.sleep(0.02)
    terminal.type('Gr')
    wait_until(lambda: [c for c in fake.calls if c[0] == 'supervisor.startProcess'],
               what='the restart is asked for while the terminal takes nothing')
    terminal.type('q')
    assert terminal.wait_exit(read=False) == 0


def fake_many(place, n):  # noqa: F811
    fake = fake_daemon.Fake()
    for i in range(n):
        fake.add('many', 'p%03d' % i, 'RUNNING', description='x' * 60)
    return fake


def test_slow_terminal_gets_few_frames(place, raw):  # noqa: F811
    """A terminal that takes 40 kB a second is not sent more than it takes: what it shows is never old."""
    fake = place.serve(fake_many(place, 100))
    terminal = raw(columns=200, rows=100)
    terminal.wait(rb'p000')
    end = time.monotonic() + 2
    turn = 0
    while time.monotonic() < end:
        turn += 1
        for i in range(100):
            fake.change('many:p%03d' % i, 'STOPPED' if turn % 2 else 'RUNNING')
        # What the daemon has not sent yet would be more frames afterwards.
        fake.wait_sent()
        time.sleep(0.05)
        os.read(terminal.fd, 2000)
    fake.change('many:p000', 'FATAL')
    # What is in the kernel's buffers and one frame, at most.
    terminal.output = b''
    terminal.wait(rb'FATAL')
    assert len(terminal.output) < 150000


def type_in_pieces(terminal, data):
    """With more time between the pieces than between the bytes of a key.  False: it took so long that the rest is not waited
    for, which is the machine's fault."""
    last = time.monotonic()
    for i in range(0, len(data), 6):
        terminal.type(data[i:i + 6])
        if time.monotonic() - last > 0.8:
            return False
        last = time.monotonic()
        terminal.read(0.12)
    return True


def test_background_is_asked_for(place, raw):  # noqa: F811
    place.serve()
    for _ in range(20):
        terminal = raw()
        terminal.wait(rb'\x1b\]11;\?\x1b\\.*\x1b\[\?2026\$p\x1b\[c')
        terminal.wait(rb'\x1b\[32m')
        # The answer comes late and in pieces; no piece is a key.
        if type_in_pieces(terminal, LIGHT):
            break
        terminal.close()
    terminal.output = b''
    terminal.type(SYNC + LAST)
    terminal.type('\x0c')
    terminal.wait(rb'\x1b\[\?2026h.*\x1b\[38;5;28m.*\x1b\[\?2026l')
    assert not [c for c in place.fake.calls if c[0].startswith('supervisor.st')]
    terminal.type('q')
    assert terminal.wait_exit() == 0


@pytest.mark.parametrize('before,term', [(['NO_COLOR=1'], 'xterm-256color'), ([], 'linux'), ([], 'vt100')])
def test_background_is_not_asked_for(place, raw, before, term):  # noqa: F811
    """Not when it would not matter, and not of terminals that might show the question."""
    place.serve()
    terminal = raw(before=before, term=term)
    terminal.wait(rb'migrate')
    assert b'\x1b]11;?' not in terminal.output
    if term != 'xterm-256color':
        assert b'\x1b]' not in terminal.output and b'$p' not in terminal.output


def test_colours_by_environment(place, raw):  # noqa: F811
    place.serve()
    terminal = raw(before=['COLORFGBG=0;15'])
    terminal.wait(rb'\x1b\[38;5;28m')


def test_log_colours(place, show):  # noqa: F811
    fake = place.serve()
    screen = show()
    screen.wait('migrate')
    screen.keys('j')
    fake.log('api:api_00', '\x1b[38;5;208morange\x1b[0m \x1b[48;5;17mon blue\x1b[0m \x1b[38;2;255;0;255mpink\x1b[m\n')
    screen.wait('orange on blue pink')
    text = screen.text(attributes=True)
    assert '\x1b[38;5;208morange' in text and '48;5;17mon blue' in text and '38;5;201mpink' in text


@pytest.mark.parametrize('sig', ['ABRT', 'SEGV', 'BUS', 'FPE', 'QUIT'])
def test_crash_gives_all_back(place, raw, sig):  # noqa: F811
    place.serve()
    terminal = raw()
    terminal.wait(rb'migrate')
    terminal.output = b''
    os.kill(terminal.pid, getattr(signal, 'SIG' + sig))
    assert os.WTERMSIG(terminal.wait_exit()) == getattr(signal, 'SIG' + sig)
    terminal.read()
    for sequence in (b'\x1b[?2026l', b'\x1b[?1006l', b'\x1b[?2004l', b'\x1b[?1049l', b'\x1b[23;2t'):
        assert sequence in terminal.output


def test_terminal_goes(place, raw):  # noqa: F811
    place.serve()
    terminal = raw()
    terminal.wait(rb'migrate')
    os.close(terminal.fd)
    terminal.fd = os.open('/dev/null', os.O_RDWR)
    wait_until(terminal.exited, what='it leaves with its terminal')


def test_log_scrolls_by_the_terminal(place, raw):  # noqa: F811
    """A line that is added to a log costs about that line, not the pane."""
    fake = place.serve()
    terminal = raw()
    terminal.wait(rb'migrate')
    terminal.type('jl')
    for i in range(60):
        fake.log('api:api_00', 'line %d %s\n' % (i, 'abcdefghij' * 6))
    terminal.wait(rb'line 59')
    costs = []

    # Something else may be drawn beside it (what was asked at the start and comes now), but not each time.
    def one_more():
        terminal.read(0.3)
        terminal.output = b''
        fake.log('api:api_00', 'the last one, %d\n' % len(costs))
        terminal.wait(b'the last one, %d' % len(costs))
        terminal.read(0.2)
        costs.append(len(terminal.output))
        return costs[-1] < 300
    wait_until(one_more, what='a line costs little', state=lambda: costs)


PRESSED = {
    'Everywhere': 'F2',
    'In the table': 'm p',
}


def test_scroll_region_is_the_screen(place, raw):  # noqa: F811
    """Curses writes to no terminal and cannot ask for its size: it must not believe the description's 24 lines."""
    place.serve()
    terminal = raw(columns=120, rows=50)
    terminal.wait(rb'migrate')
    assert b'\x1b[1;24r' not in terminal.output and b'\x1b[1;50r' in terminal.output


# Settings

def conf(place, text):  # noqa: F811
    os.makedirs(place.path('config/cvisor'), exist_ok=True)
    return place.write('config/cvisor/tui.conf', text)


def kept(place):  # noqa: F811
    try:
        with open(place.path('config/cvisor/tui.conf'), encoding='utf-8') as file:
            return file.read()
    except FileNotFoundError:
        return None


def leave(screen):
    screen.keys('q')
    assert screen.wait_exit() == 0


def test_nothing_changed_nothing_written(place, show):  # noqa: F811
    place.serve()
    screen = show()
    screen.wait('migrate')
    leave(screen)
    assert not os.path.exists(place.path('config'))


def test_state_is_remembered(place, show):  # noqa: F811
    place.serve()
    screen = show()
    screen.wait('migrate')
    screen.keys('h', 'G')
    screen.keys(':')
    screen.type('theme mono')
    screen.keys('Enter')
    screen.wait('theme=mono')
    leave(screen)
    text = kept(place)
    assert 'folded = api' in text and 'theme = mono' in text
    assert os.stat(place.path('config/cvisor/tui.conf')).st_mode & 0o777 == 0o600
    mine = '# my own\n[settings]\nbell = on\n\n'
    conf(place, mine + text)
    screen = show()
    screen.wait('▸ api')
    assert not re.search('\x1b\\[[0-9;]*3[0-7]', screen.text(attributes=True))
    screen.keys(':')
    screen.type('sort cpu')
    screen.keys('Enter')
    screen.wait('sort=cpu')
    leave(screen)
    assert kept(place).startswith(mine) and 'sort = cpu' in kept(place)
    # Through a link, which stays one.
    os.rename(place.path('config/cvisor/tui.conf'), place.path('real.conf'))
    os.symlink(place.path('real.conf'), place.path('config/cvisor/tui.conf'))
    screen = show()
    screen.wait('migrate')
    screen.keys('I')
    leave(screen)
    assert os.path.islink(place.path('config/cvisor/tui.conf'))
    assert 'reverse = on' in kept(place)
    # ... and to where there is no file yet, or no folder either.
    os.unlink(place.path('real.conf'))
    screen = show()
    screen.wait('migrate')
    screen.keys('I')
    leave(screen)
    assert os.path.islink(place.path('config/cvisor/tui.conf'))
    assert 'reverse = on' in kept(place)
    os.unlink(place.path('config/cvisor/tui.conf'))
    os.symlink('../../gone/tui.conf', place.path('config/cvisor/tui.conf'))
    screen = show(before=['sh', '-c', 'exec "$@" 2>%s' % place.path('said'), 'sh'])
    screen.wait('migrate')
    screen.keys('I')
    leave(screen)
    with open(place.path('said'), encoding='utf-8') as file:
        assert re.search("is a link to '.*/gone/tui.conf', and there is no such folder", file.read())
    assert os.path.islink(place.path('config/cvisor/tui.conf')) and not os.path.exists(place.path('gone'))


def test_narrowed_view_is_remembered(place, show):  # noqa: F811
    """Who comes back in the morning sees at once that rows are hidden."""
    place.serve()
    screen = show()
    screen.wait('migrate')
    screen.keys('!')
    screen.wait_gone('migrate')
    leave(screen)
    assert 'ill = on' in kept(place)
    screen = show()
    screen.wait('worker +FATAL')
    screen.wait('only what is not well is shown: Esc shows all')
    screen.wait('only ill *$')
    assert 'migrate' not in screen.text()
    screen.keys('Escape')
    screen.wait('migrate')
    for value, there in (('on', False), ('off', True)):
        screen.keys(':')
        screen.type('set ill=' + value)
        screen.keys('Enter')
        screen.wait('ill=' + value)
        wait_until(lambda there=there: ('migrate' in screen.text()) == there, what='ill=' + value, state=screen.text)
    leave(screen)
    assert kept(place) is None or 'ill = on' not in kept(place)
    conf(place, '[state]\nfilter = cron\n')
    screen = show()
    screen.wait("only rows with 'cron' are shown: Esc shows all")
    screen.wait('filter cron *$')


def test_wrong_conf_is_refused(place):  # noqa: F811
    path = conf(place, '[settings]\ntheme = pink\n')
    done = run_tui('-s', place.url, XDG_CONFIG_HOME=place.path('config'))
    assert done.returncode == 2
    assert "theme: 'pink' is not accepted (auto, dark, light, mono); see %s:2" % path in done.stderr
    done = run_tui('-s', place.url, '--settings', place.path('none'))
    assert done.returncode == 2 and 'cannot read' in done.stderr
    assert run_tui('--no-settings', '--settings', 'x').returncode == 2
    # What is wrong there does nothing to the terminal.
    path = place.write('evil.conf', 'a \x1b]0;owned\x07 \x9b2J\n')
    done = run_tui('-s', place.url, '--settings', path)
    assert done.returncode == 2 and 'owned' in done.stderr
    assert not re.search('[\x00-\x09\x0b-\x1f\x7f-\x9f]', done.stderr)


def test_set_of_the_line(place, show):  # noqa: F811
    """It holds for this time, and is not remembered."""
    place.serve()
    screen = show(args=['--set', 'theme=mono', '--set', 'cursor=problem'])
    screen.wait('▐ +worker +FATAL')
    assert not re.search('\x1b\\[[0-9;]*3[0-7]', screen.text(attributes=True))
    screen.keys('I')
    leave(screen)
    assert 'reverse = on' in kept(place) and 'theme' not in kept(place)
    for what, said in (('theme=pink', 'is not accepted (auto, dark'), ('hue=1', 'there is no such setting'),
                       ('theme', 'there is no such setting')):
        done = run_tui('-s', place.url, '--set', what)
        assert done.returncode == 2 and said in done.stderr


def test_conf_that_cannot_be_written(place, show):  # noqa: F811
    place.serve()
    place.write('config', 'not a folder')
    screen = show()
    screen.wait('migrate')
    screen.keys('I')
    leave(screen)
    screen.wait('Not a directory')


def test_keys_of_ones_own(place, show):  # noqa: F811
    fake = place.serve()
    conf(place, '[keys]\nstop = X F7\nlog.follow = f\n')
    screen = show()
    screen.wait('migrate')
    screen.wait('X stop')
    screen.keys('j', 'x')
    screen.keys('F7')
    screen.wait('api:api_00 stopped')
    assert len([c for c in fake.calls if c[0] == 'supervisor.stopProcess']) == 1
    screen.keys('?')
    screen.wait('X F7 +stop')


def test_set(place, show):  # noqa: F811
    place.serve()
    screen = show(100, 40)
    screen.wait('migrate')
    screen.keys(':')
    screen.type('set')
    screen.keys('Enter')
    screen.wait('settings .:set NAME=VALUE')
    screen.wait('theme +=')
    screen.keys('q', ':')
    screen.type('set hin')
    screen.keys('Tab')
    screen.wait(':set hints=')
    screen.keys('Tab')
    screen.wait(':set hints=o')
    screen.type('ff')
    screen.keys('Enter')
    screen.wait_gone('q quit')
    for command, said in (('set theme', r'theme=auto \(auto, dark, light, mono\)'),
                          ('set theme=pink', "theme: 'pink' is not accepted"),
                          ('set hue=1', "'hue' is not a setting"),
                          ('sort cpu', 'sort=cpu'),
                          ('sort nothing', "'nothing' is not a column")):
        screen.keys(':')
        screen.type(command)
        screen.keys('Enter')
        screen.wait(said)


def test_title_and_bell(place, raw):  # noqa: F811
    fake = place.serve()
    conf(place, '[settings]\nbell = on\n')
    terminal = raw(before=['XDG_CONFIG_HOME=' + place.path('config')])
    terminal.wait(rb'\x1b\[22;2t.*\x1b\]2;2 ill - web-03 - supervisor\x1b')
    terminal.read(0.1)
    assert b'\x07' not in terminal.output
    fake.change('cron:cron', 'FATAL')
    terminal.wait(rb'\x1b\]2;3 ill - web-03 - supervisor\x1b\\.*\x07')
    # What runs and keeps dying is not well, as in the head line.
    for _ in range(3):
        fake.change('api:api_00', 'EXITED', exitstatus=1)
        fake.change('api:api_00', 'RUNNING')
    terminal.wait(rb'3 ill.*\x1b\]2;4 ill - web-03 - supervisor\x1b\\.*\x07')
    place.server.die()
    terminal.wait(rb'\x1b\]2;no answer - web-03')
    terminal.type('q')
    assert terminal.wait_exit() == 0
    terminal.read()
    assert b'\x1b[23;2t' in terminal.output


def test_title_can_be_off(place, raw):  # noqa: F811
    place.serve()
    conf(place, '[settings]\ntitle = off\n')
    terminal = raw(before=['XDG_CONFIG_HOME=' + place.path('config')])
    terminal.wait(rb'migrate')
    terminal.read(0.1)
    assert b'\x1b]2;' not in terminal.output and b'\x1b[22;2t' not in terminal.output


# Mouse, pause, help

def click(terminal, x, y, button=0):
    terminal.type('\x1b[<%d;%d;%dM\x1b[<%d;%d;%dm' % (button, x + 1, y + 1, button, x + 1, y + 1))


def tmux_click(screen, text, button=0):
    """Clicks where the text begins."""
    x, y = wait_until(lambda: next(((line.index(text), y) for y, line in enumerate(screen.lines()) if text in line), None),
                      what='%r is shown' % text, state=screen.text)
    sequence = '\x1b[<%d;%d;%dM' % (button, x + 1, y + 1)
    screen.tmux('send-keys', '-t', 'main', '-H', *('%x' % ord(c) for c in sequence))


def selected(screen):
    return next((line for line in screen.lines() if line.startswith('▐')), '')


def test_mouse(place, show):  # noqa: F811
    fake = place.serve()
    screen = show()
    screen.wait('migrate')
    screen.keys('m')
    screen.wait('mouse on')
    wait_until(lambda: screen.tmux('display', '-p', '#{mouse_sgr_flag}').strip() == '1', what='the mouse is asked for')
    tmux_click(screen, 'api_01')
    wait_until(lambda: 'api_01' in selected(screen), what='api_01 is selected', state=screen.text)
    screen.wait('─ api:api_01 stdout')
    tmux_click(screen, 'api_01')
    screen.wait('─ api:api_01 ─')
    tmux_click(screen, 'q back')
    screen.wait_gone('─ api:api_01 ─')
    tmux_click(screen, 'STATE')
    screen.wait('ordered by STATE')
    tmux_click(screen, 'STATE')
    screen.wait('ordered by STATE, reversed')
    tmux_click(screen, 'NAME')
    screen.wait('▾ api')
    # The wheel goes to what is under it.
    screen.keys('g')
    tmux_click(screen, 'cron', 65)
    wait_until(lambda: 'api_02' in selected(screen), what='the selection goes down', state=screen.text)
    tmux_click(screen, 'cron', 64)
    wait_until(lambda: 'api_02' not in selected(screen), what='the selection goes up', state=screen.text)
    screen.keys('j')
    screen.wait('health 200 199 ms')
    tmux_click(screen, 'health 200 199', 64)
    screen.wait_gone('health 200 199 ms')
    tmux_click(screen, 's start')
    wait_until(lambda: [c for c in fake.calls if c[0] == 'supervisor.startProcess'], what='the hint is pressed')
    screen.wait('api_00: is running already')
    # A question is not answered by it.
    screen.keys('g', 'x')
    screen.wait('y/N')
    tmux_click(screen, 'cron')
    screen.keys('n')
    screen.wait('nothing was done')
    screen.keys('F2')
    screen.wait('mouse off')
    wait_until(lambda: screen.tmux('display', '-p', '#{mouse_sgr_flag}').strip() == '0', what='the mouse is given back')


def test_pause(place, show):  # noqa: F811
    fake = place.serve()
    screen = show()
    screen.wait('migrate')
    screen.keys('j', 'p')
    screen.wait('PAUSED, any key goes on')
    fake.change('cron:cron', 'FATAL')
    fake.change('migrate:migrate', 'RUNNING')
    screen.wait('PAUSED, 2 changes wait')
    assert 'FATAL' not in next(line for line in screen.lines() if 'cron' in line)
    screen.resize(100, 30)
    screen.wait('PAUSED')
    # The key that ends it does nothing else.
    screen.keys('x')
    screen.wait('cron +FATAL')
    screen.wait_gone('PAUSED')
    assert not [c for c in fake.calls if c[0] == 'supervisor.stopProcess']
    screen.keys('p')
    screen.wait('PAUSED')
    screen.keys('p')
    screen.wait_gone('PAUSED')


def test_help_of_each_view(place, show):  # noqa: F811
    place.serve()
    screen = show(80, 24)
    screen.wait('migrate')
    screen.keys('?')
    screen.wait('keys in the table')
    assert 'only what is not well' not in screen.text() or 'wrap long lines' not in screen.text()
    screen.keys('q', 'Tab', '?')
    screen.wait('keys in the log')
    screen.keys('q')
    screen.wait_gone('keys in the log')
    screen.resize(200, 50)
    screen.keys('?')
    # Two columns, and one again when there is no room.
    screen.wait(r'^ Programs +.*[A-Z]')
    screen.wait(r'^   \S.* {3,}\S.*')
    screen.resize(80, 24)
    screen.wait(r'^ Programs$')
    # Over another window, which is there again afterwards.
    screen.keys('q')
    screen.wait_gone('keys in the log')
    screen.keys('Tab', 'G', 'e')
    screen.wait(': options')
    screen.keys('?')
    screen.wait('keys in the details of a program')
    screen.keys('q')
    screen.wait(': options')
    screen.keys('q')
    screen.wait_gone(': options')


def test_hints_tell_what_is_possible(place, show):  # noqa: F811
    place.serve()
    screen = show()
    screen.wait('migrate')

    def stop_is_possible(text):
        return re.search('\x1b\\[[0-9;]*1ms', text.split('\n')[23])
    screen.wait_that(stop_is_possible, 'the key is bold', attributes=True)
    place.server.die()
    screen.wait('no answer for')
    screen.wait_that(lambda text: not stop_is_possible(text), 'the key is not bold any more', attributes=True)


def test_traffic(place, show):  # noqa: F811
    place.serve()
    conf(place, '[settings]\ntraffic = on\n')
    screen = show(120, 24)
    screen.wait(r' \d+ k?B/s')


# Without a screen

def test_plain(place):  # noqa: F811
    fake = place.serve()
    with subprocess.Popen([harness.TUI, '-s', place.url, '--plain'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=dict(place.env, LC_ALL='C.UTF-8', TZ='UTC', XDG_CONFIG_HOME='/dev/null/none', XDG_STATE_HOME='/dev/null/none')) as program:
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(iter(program.stdout.readline, '')))
        reader.start()

        def wait(pattern):
            wait_until(lambda: re.search(pattern, ''.join(lines), re.M), what=pattern, state=lambda: ''.join(lines))

        def command(text):
            program.stdin.write(text + '\n')
            program.stdin.flush()
        wait(r'^web-03: 12 programs, 2 ill$')
        wait(r'^api:api_00 RUNNING, pid \d+$')
        fake.change('cron:cron', 'FATAL', spawnerr='no\x1b[2J\u202e way')
        wait(r'^\d\d:\d\d:\d\d cron is now FATAL: no\^\[\[2J<U\+202E> way$')
        command('stop api:api_00')
        wait(r'^api:api_00 stopped\b')
        wait(r'api:api_00 is now STOPPED')
        # No key is named, for there are none.
        wait(r'^api:api_00 stopped$')
        command(':nonsense')
        wait("^there is no command 'nonsense'; :help lists them$")
        fake.send('config', {'change': 'reread', 'available': ['mailer'], 'changed': [], 'disappeared': []})
        wait('^configuration read again: 1 new, 0 changed, 0 gone; update shows and applies$')
        command('stop all')
        wait(r'^stop \d+ processes.* y/N')
        command('no')
        wait(r'^nothing was done$')
        command('help')
        wait(r'^ +silence +MINUTES')
        command('report')
        wait(r'^ +api:api_02 +1 start')
        command('status')
        wait(r'^supervisorctl status$')
        wait(r'^worker +FATAL')
        command('update')
        wait(r'^ *(\[x\] )?\+ mailer')
        wait('^y does it')
        command('')
        wait(r'^nothing was changed$')
        fake.remove_group('migrate')
        wait(r'migrate:migrate is removed$')
        place.server.die()
        wait(r'no answer from web-03')
        program.stdin.close()
        assert program.wait(harness.DEADLINE) == 0
        reader.join()
        assert '\x1b' not in ''.join(lines)


def test_plain_by_itself(place, show):  # noqa: F811
    place.serve()
    screen = show(term='dumb')
    screen.wait('^worker FATAL')
    screen.type('quit')
    screen.keys('Enter')
    assert screen.wait_exit() == 0


@pytest.mark.parametrize('locale', ['C.UTF-8', 'C', 'POSIX'])
def test_once_of_several_in_each_locale(place, locale):  # noqa: F811
    """The snapshot for a bug mail: whoever reads it has the sender's bytes and nothing else."""
    place.serve()
    other = fake_daemon.Fake()
    other.host = 'db-01'
    other.add('base', 'b\u00e4se', 'FATAL')
    server = fake_daemon.Server(place.path('o'), other).start()
    try:
        done = run_tui('-s', place.url, '-s', 'unix://' + place.path('o'), '-s', 'unix://' + place.path('gone'), '--once',
                       '--size', '120x60', LC_ALL=locale)
    finally:
        server.die()
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split('\n')
    assert len(lines) == 61 and 'web-03' in done.stdout
    assert re.search(r'api_02 +BACKOFF', done.stdout) and re.search(r'b.se +FATAL', done.stdout)
    assert '\x1b' not in done.stdout
    if locale != 'C.UTF-8':
        assert done.stdout.isascii()


def test_wide_characters_and_marks(place, show):  # noqa: F811
    """Columns stay in line whatever a name is made of."""
    fake = fake_daemon.Fake()
    for i, name in enumerate(['plain', '\u4f60\u597d\u4e16\u754c', 'e\u0301a\u0308', '\U0001f600smile', 'a\u202eb\x1b[31m']):
        fake.add('g', name, 'RUNNING', pid=1000 + i)
    place.serve(fake)
    screen = show(100, 24)
    screen.wait('plain')

    def in_line(text):
        before = [line[:line.index('RUNNING')] for line in text.split('\n') if 'RUNNING' in line]
        return len(before) == 5 and len({sum(0 if unicodedata.combining(c) else
                                             2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in line)
                                         for line in before}) == 1
    screen.wait_that(in_line, 'the states stand below each other')


def test_stopped_from_outside(place):  # noqa: F811
    """After SIGSTOP, which nobody can prepare for, fg brings keys and picture back."""
    fake = place.serve()
    screen = Screen(SHELL, place, 80, 24)
    try:
        screen.wait_prompt()
        screen.type('%s --set cursor=first -s %s\n' % (harness.TUI, place.url))
        screen.wait('migrate')
        os.kill(harness.child_named(screen.pid(), 'supervisortui'), signal.SIGSTOP)
        screen.wait('Stopped')
        screen.wait_prompt()
        screen.type('stty sane; clear\n')
        screen.wait_gone('migrate')
        screen.wait_prompt()
        screen.type('fg\n')
        screen.wait('migrate')
        screen.keys('j', 'x')
        screen.wait('api:api_00 stopped')
        screen.keys('q')
        screen.wait_gone('migrate')
        assert [c for c in fake.calls if c[0] == 'supervisor.stopProcess']
    finally:
        screen.close()
