"""Lines of a log leave the screen: to the clipboard, a pager, a file, and plainly to the terminal."""

import os
import re
import resource
import signal
import sys
import termios

import harness
import pytest
from harness import wait_until
from pty_screen import Pty
from test_logview import reading  # noqa: F401  (fixtures)
from test_screen import demo, needs_tui, place, show  # noqa: F401

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'In the log': 'y v o s',
}

EVIL = 'evil \x1b[31mred\x1b[0m \x1b]0;owned\x07 \x00 \u202e \x9b2J end\n'


@pytest.fixture
def clipboard(reading):  # noqa: F811
    fake, screen = reading
    screen.tmux('set', '-g', 'set-clipboard', 'on')
    return fake, screen


def buffer(screen):
    return screen.tmux('show-buffer') if screen.tmux('list-buffers') else ''


def test_copying(clipboard):
    fake, screen = clipboard
    # The line at the cursor, the selection, what is marked.
    screen.keys('y')
    screen.wait(r'copied 1 line, \d+ bytes \(a clipboard takes 74 kB\)')
    wait_until(lambda: buffer(screen) == '10.0.0.199 GET /health 200 199 ms\n',
               what='the line is in the clipboard')
    screen.type('/ 200 0 ms')
    screen.keys('Enter', 'V', 'j', 'J', 'y')
    screen.wait('copied 3 lines')
    wait_until(lambda: buffer(screen) == ''.join('10.0.0.%d GET /health 200 %d ms\n' % (i, i) for i in range(3)),
               what='the selection is in the clipboard')
    screen.wait_gone('selecting')
    screen.type('/ 100 ms')
    screen.keys('Enter', 'm', 'G', 'm', 'y')
    screen.wait('copied 2 lines')
    wait_until(lambda: buffer(screen) == '10.0.0.100 GET /health 200 100 ms\n10.0.0.199 GET /health 200 199 ms\n',
               what='the marked lines are in the clipboard', state=lambda: buffer(screen) + screen.text())


def test_copying_is_harmless_and_bounded(clipboard):
    fake, screen = clipboard
    fake.log('api:api_00', EVIL)
    screen.wait('evil red')
    screen.keys('y')
    screen.wait('copied 1 line')
    wait_until(lambda: 'evil red ^[]0;owned^G ^@ <U+202E> ' in buffer(screen),
               what='harmless text is in the clipboard')
    assert not re.search('[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]', buffer(screen))
    before = buffer(screen)
    for i in range(100):
        fake.log('api:api_00', '%d %s\n' % (i, 'x' * 900))
    screen.wait('^ 99 x')
    screen.keys('g', 'V', 'G', 'y')
    screen.wait('are more than the 74 kB that a terminal')
    screen.wait('selecting')
    assert buffer(screen) == before


def test_plain_lines(reading):  # noqa: F811
    fake, screen = reading
    fake.log('api:api_00', EVIL)
    fake.log('api:api_00', 'long ' + 'x' * 200 + ' line\n')
    screen.wait('evil red')
    screen.keys('v')
    screen.wait(r'^\[these lines can be selected and copied; Enter goes back\]')
    assert screen.tmux('display', '-p', '#{alternate_on}').strip() == '0'
    # It was written before what was waited for.
    text = screen.tmux('capture-pane', '-p', '-J', '-t', 'main')
    assert '\n10.0.0.199 GET /health 200 199 ms\nevil red ^[]0;owned^G ^@ <U+202E> ' in text
    assert 'long ' + 'x' * 200 + ' line\n' in text
    assert re.search('evil \x1b\\[31mred', screen.text(attributes=True))
    screen.keys('Enter')
    screen.wait('─ api:api_00 stdout ─')
    # ^C comes back as well.
    screen.type('/ 200 0 ms')
    screen.keys('Enter', 'J', 'J', 'v')
    screen.wait('^10.0.0.1 GET.*\n\n.*Enter goes back')
    screen.keys('C-c')
    screen.wait('─ api:api_00 stdout ─')
    screen.keys('Escape', 'q')
    screen.wait('migrate')


def test_pager(place, show):  # noqa: F811
    fake = place.serve()
    out = place.path('paged')
    pager = place.write('pager', '#!/bin/sh\necho "pager has $#"\ncat > "$1"\nsleep 0.1\nread -r line < /dev/tty\n'
                        'echo "got $line"\n')
    os.chmod(pager, 0o755)
    screen = show(before=['PAGER=%s %s' % (pager, out)])
    screen.wait('migrate')
    screen.keys('j', 'l')
    screen.wait('200 199 ms')
    fake.log('api:api_00', EVIL)
    screen.wait('evil red')
    screen.keys('o')
    screen.wait('pager has 1')
    screen.type('hello\r')
    screen.wait('─ api:api_00 stdout ─')
    with open(out, encoding='utf-8') as file:
        lines = file.read().split('\n')
    assert len(lines) == 202 and lines[0] == '10.0.0.0 GET /health 200 0 ms'
    assert lines[200].startswith('evil \x1b[0;31mred\x1b[0m ^[]0;owned^G ^@ <U+202E> ')
    # One that does not read, and one that fails.
    screen.keys('&')
    screen.type('no such line')
    screen.keys('Enter', 'o')
    screen.wait('there are no lines here')


def test_pager_that_fails(place, show):  # noqa: F811
    place.serve()
    screen = show(before=['PAGER=/no/such/pager'])
    screen.wait('migrate')
    screen.keys('j', 'l')
    screen.wait('200 199 ms')
    screen.keys('o')
    screen.wait(r'\(exit status 127\) Enter goes back')
    screen.keys('Enter')
    screen.wait('─ api:api_00 stdout ─')


def test_saving(place, show):  # noqa: F811
    fake = place.serve()
    screen = show(before=['sh', '-c', 'cd "$0" && exec "$@"', place.directory])
    screen.wait('migrate')
    screen.keys('j', 'l')
    screen.wait('200 199 ms')
    fake.log('api:api_00', 'raw \x1b[31mred\x1b[0m\n')
    screen.wait('raw red')
    screen.keys('s')
    screen.wait(r'save these lines to: api-api_00-stdout-\d{8}-\d{6}\.log')
    screen.keys('C-u')
    screen.type('saved.log')
    screen.keys('Enter')
    screen.wait("saved 201 lines to 'saved.log'")
    path = place.path('saved.log')
    with open(path, encoding='utf-8') as file:
        text = file.read()
    assert text.startswith('10.0.0.0 GET /health 200 0 ms\n') and text.endswith('199 ms\nraw \x1b[31mred\x1b[0m\n')
    # What passes the filter; never over a file without a question.
    screen.type('&raw')
    screen.keys('Enter', 's', 'C-u')
    screen.type('saved.log')
    screen.keys('Enter')
    screen.wait(r"overwrite the file 'saved.log'\? y/N")
    screen.keys('Enter')
    screen.wait('nothing was saved')
    assert os.path.getsize(path) == len(text)
    screen.keys('s', 'C-u')
    screen.type('saved.log')
    screen.keys('Enter')
    screen.wait(r"overwrite the file 'saved.log'\? y/N")
    screen.keys('y')
    screen.wait("saved 1 line to 'saved.log'")
    with open(path, encoding='utf-8') as file:
        assert file.read() == 'raw \x1b[31mred\x1b[0m\n'
    for name, why in (('no/such/place', "'no/such/place': No such file or directory"), ('.', 'it is a directory'),
                      ('/dev/null', 'it is not a file')):
        screen.keys('s', 'C-u')
        screen.type(name)
        screen.keys('Enter')
        screen.wait('cannot save to .*' + why)


RAW = '#!/bin/sh\nstty raw -echo < /dev/tty\necho "pager runs"\n%s\n'


def gives_lines(terminal):
    modes = termios.tcgetattr(terminal.fd)
    return modes[3] & termios.ICANON and modes[3] & termios.ECHO and modes[0] & termios.ICRNL


@pytest.mark.parametrize('how', ['killed', 'the screen is ended'])
def test_pager_that_cannot_clean_up(place, how):  # noqa: F811
    place.serve()
    pager = place.write('pager', RAW % ('kill -KILL $$' if how == 'killed' else 'sleep 60'))
    os.chmod(pager, 0o755)
    env = dict(place.env, LC_ALL='C.UTF-8', PAGER=pager, XDG_STATE_HOME=place.path('state'))
    with Pty([harness.TUI, '-s', place.url, '--no-settings', '--set', 'cursor=first'], env) as terminal:
        terminal.wait(b'migrate')
        terminal.type('jl')
        terminal.wait(b'199 ms')
        terminal.type('o')
        terminal.wait(b'pager runs')
        if how == 'killed':
            terminal.wait(b'Enter goes back')
            assert gives_lines(terminal)
            terminal.type('\r')
            terminal.wait(b'goes back.*199 ms')
            terminal.type('qq')
        else:
            os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_exit() == 0
        assert gives_lines(terminal)


#: Runs its arguments with more descriptors open than the guard closes.
MANY = """
import os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
null = os.open('/dev/null', os.O_RDONLY)
for fd in range(10, 1100):
    os.dup2(null, fd)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize('many', [False, True], ids=['few files', 'many files'])
def test_pager_ends_with_a_killed_screen(place, show, many):  # noqa: F811
    """kill -9 of the screen: the pager went on, took keys from the shell, and nobody knew whose it was. So it did later still
    when the screen was given more than 1,000 open files."""
    if many and resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 1200:
        pytest.skip('not so many files may be open here')
    place.serve()
    pids = place.path('pids')
    pager = place.write('pager', '#!/bin/sh\nsleep 600 &\necho $$ $! > %s\necho "pager runs"\nwait\n' % pids)
    os.chmod(pager, 0o755)
    screen = show(before=['PAGER=' + pager, 'sh', '-c', '"$@"; echo "shell again"; exec sleep 600', 'sh'] +
                  ([sys.executable, '-c', MANY] if many else []))
    screen.wait('migrate')
    screen.keys('j', 'l')
    screen.wait('200 199 ms')
    screen.keys('o')
    screen.wait('pager runs')
    with open(pids, encoding='utf-8') as file:
        started = [int(word) for word in file.read().split()]
    assert len(started) == 2 and all(harness.is_alive(pid) for pid in started)
    # The guard is a child of the screen by the same name.
    os.kill(harness.child_named(screen.pid(), 'supervisortui'), signal.SIGKILL)
    wait_until(lambda: not any(harness.is_alive(pid) for pid in started), what='the pager ends, with what it started')
    screen.wait('shell again')
