"""Reading a log in a real terminal: searching, filtering, times, marks, and what hostile text in it cannot do."""

import re

import pytest
from harness import wait_until
from test_screen import demo, needs_tui, place, show, wait_selected  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'Everywhere': '/ n N Esc G',
    'In the log': "& + - t P e E 0 2 3 4 5 6 m ' V J K M C",
}


@pytest.fixture
def reading(demo):  # noqa: F811
    """(fake daemon, screen): the log of api_00, 200 lines, alone on the screen."""
    fake, screen = demo
    screen.keys('j', 'l')
    screen.wait(r'─ api:api_00 stdout ─.*following')
    screen.wait('200 199 ms')
    return fake, screen


def test_searching(reading):
    fake, screen = reading
    screen.type('/health 200 19')
    # While it is typed, from what is in sight on.
    screen.wait('hit 2 of 11')
    screen.wait('^▐.*200 190 ms')
    screen.type('5')
    screen.wait('hit 1 of 1,')
    screen.keys('Escape')
    screen.wait_gone('hit 1 of 1')
    screen.wait('following')
    screen.type('/~ 1?[05]0 ms')
    screen.keys('Enter')
    screen.wait(r'~ 1\?\[05\]0 ms: 3 of 3')
    screen.keys('n')
    screen.wait('1 of 3, on from the beginning')
    screen.wait('▐.*200 50 ms')
    screen.keys('N')
    screen.wait('3 of 3, on from the end')
    screen.wait_that(lambda text: re.search('\x1b\\[[0-9;]*7m 150 ms', text), 'the hit is marked', attributes=True)
    screen.keys('Escape')
    screen.wait_gone('hit 3 of 3')


def test_filtering(reading):
    fake, screen = reading
    screen.type('&0.17 ')
    screen.wait('filter: 0.17 , 1 of 200 lines')
    screen.wait_gone('200 199 ms')
    screen.keys('Enter')
    fake.log('api:api_00', '10.0.0.17 GET /new 200 1 ms\nnot this\n')
    screen.wait('2 of 202 lines, following')
    screen.wait('^ 10.0.0.17 GET /health.*\n 10.0.0.17 GET /new')
    screen.keys('+')
    screen.wait('1 line around')
    screen.wait('10.0.0.16 .*\n.*10.0.0.17 .*\n.*10.0.0.18 .*\n.*10.0.0.199 .*\n.*/new.*\n not this')
    screen.keys('-')
    screen.wait_gone('not this')
    screen.keys('&', 'C-u', 'Enter')
    screen.wait_gone('filter:')
    screen.wait('not this')
    screen.type('&!health')
    screen.keys('Enter')
    screen.wait('filter: !health, 2 of 202')
    screen.keys('Escape')
    screen.wait('200 199 ms')


def test_times(reading):
    fake, screen = reading
    fake.log('api:api_00', 'it came just now\n')
    screen.keys('t')
    screen.wait(r'^ \d\d:\d\d:\d\d it came just now')
    screen.keys('t')
    screen.wait(r'^ +(now|\d+ s) it came just now')
    screen.keys('t')
    screen.wait('^ it came just now')


def test_going_to_times_and_errors(reading):
    fake, screen = reading
    fake.log('api:api_00', 'level=error it burns\nall is well\n', time=fake.now() - 2000)
    for minutes in (40, 20, 10, 3, 0):
        for i in range(30):
            fake.log('api:api_00', '%d minutes ago, %d\n' % (minutes, i), time=fake.now() - 60 * minutes)
    screen.wait('^ 0 minutes ago, 29')
    for key, minutes in (('2', 0), ('3', 3), ('4', 10), ('5', 20), ('6', 40)):
        screen.keys(key)
        wait_until(lambda m=minutes: ('▐%d minutes ago, 0' % m) in screen.text() or (
            m == 40 and '▐level=error' in screen.text()), what='the first line of those', state=screen.text)
    screen.keys('0')
    screen.wait('following')
    fake.log('api:api_00', 'ValueError: no\n')
    screen.wait('ValueError')
    screen.keys('E')
    screen.wait('▐ValueError')
    screen.keys('E')
    screen.wait('▐level=error')
    screen.keys('e')
    screen.wait('lines like errors: 2 of 2')


def test_marking(reading):
    fake, screen = reading
    screen.keys('m')
    screen.wait('^•.*200 199 ms')
    screen.type('/ 200 0 ms')
    screen.keys('Enter', 'm')
    screen.wait('2 marked')
    screen.keys("'")
    screen.wait('^•.*200 199 ms')
    screen.keys("'", 'm')
    screen.wait('1 marked')
    screen.keys('J', 'J', 'K', 'J')
    screen.wait('selecting')
    screen.wait_that(lambda text: len(re.findall('\x1b\\[[0-9;]*7m[^\n]*GET /health', text)) == 2, 'two lines are selected',
                     attributes=True)
    screen.keys('Escape')
    screen.wait_gone('selecting')
    screen.keys('V', 'j', 'j', 'm')
    screen.wait('4 marked')
    screen.keys('M', 'G')
    screen.wait(r'┄ mark \d\d:\d\d:\d\d ┄')
    screen.keys('C')
    screen.wait('nothing was written yet')
    fake.log('api:api_00', '{"level":"warn","msg":"slow query","ms":312}\n')
    screen.wait('^ {"level"')
    screen.keys('P')
    screen.wait('^ warn slow query ms=312')


HOSTILE = [
    'title \x1b]0;owned\x07 \x1b]2;owned\x1b\\ icon \x1b]1;owned\x07',
    'clipboard \x1b]52;c;b3duZWQ=\x07 \x1b]52;c;b3duZWQ=\x1b\\',
    'cursor \x1b[H\x1b[5;5Hhere \x1b[2J\x1b[3J\x1b[K \x1b[1000D \x1b[99A up \x1b7\x1b8',
    'modes \x1b[?1049l\x1b[?1000h\x1b[?25l\x1b[?2004h\x1bc\x1b[!p \x1b(0qqq\x1b(B \x0e\x0f',
    'c1 \x9b2J \x9d0;owned\x9c \x90q\x9c \x84\x85\x8d',
    'control \x00 \x07\x07 \x08\x08\x08\x08 \x0b\x0c back\rover \x7f',
    'bidi \u202eabc\u2066def\u200f \u061c \u2028 \u2029 \ufeff zero\u200bwidth soft\u00adhyphen tag\U000e0041',
    'tmux \x1bPtmux;\x1b\x1b]52;c;b3duZWQ=\x07\x1b\\ \x1b]50;x\x07 \x1b[6n\x1b[c\x1b[>c\x05 answers',
    'marks a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307 ' + 'x' + '\u0310' * 200,
    'wide \u4f60\u597d \U0001f468\u200d\U0001f469\u200d\U0001f467 \ud800'.encode('utf-8', 'surrogatepass').decode('latin-1'),
    'invalid \udcff\udcfe\udcc0\udc80 \udced\udca0\udc80',
    'unfinished \x1b[', '\x1b]0;never ends', '\x1b[38;5;', '\x1b[38;2;1;2;3;4;5;6;7;8;9;' + '1;' * 500 + 'm long',
    'colours \x1b[7m\x1b[5m\x1b[8m\x1b[41m\x1b[38;2;255;0;0m\x1b[48;2;0;255;0m left on',
]


def test_hostile_log(demo, place):  # noqa: F811
    """It changes nothing outside the cells of the log: not the table, the head, the title, the clipboard."""
    fake, screen = demo
    screen.tmux('set', '-g', 'set-clipboard', 'on')
    screen.keys('j')
    screen.wait('200 199 ms')

    def outside():
        lines = screen.text(attributes=True).split('\n')
        top = next(i for i, line in enumerate(lines) if 'api:api_00 stdout' in line)
        # But for what time alone changes: ages, countdowns, the graph (of which a cell is added each minute).
        graph = '(?:\x1b\\[[0-9;]*m|[·│╵!])*[·│╵!](?:\x1b\\[[0-9;]*m|[·│╵!])*'
        table = [re.sub(r'(in )?\d+ (s|min)|\d+h \d\dm|now|' + graph, 'time', line) for line in lines[1:top]]
        return [re.sub(' +', ' ', line) for line in table] + lines[-3:]
    before = outside()
    title = screen.tmux('display', '-p', '#{pane_title}')
    modes = '#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{wrap_flag} #{insert_flag} #{origin_flag}'
    flags = screen.tmux('display', '-p', modes)
    for i, text in enumerate(HOSTILE):
        fake.log('api:api_00', text.encode('utf-8', 'surrogateescape').decode('utf-8', 'replace') + '\n')
        fake.log('api:api_00', 'after %d\n' % i)
        screen.wait('after %d$' % i)
        # The keys of the turn before may be still on their way.
        wait_until(lambda: outside() == before, what='nothing else has changed after %r' % text,
                   state=lambda: '\n'.join(['before:', *before, 'now:', *outside()]))
        screen.keys('Tab', 'w', 'w', 'l', 'h', 'k', 'G', 'Tab')
    fake.log('api:api_00', '\x1b[31mx\x1b]0;' * 130000 + '\n')
    fake.log('api:api_00', 'after all\n')
    screen.wait('after all$')
    wait_until(lambda: outside() == before, what='nothing else has changed',
               state=lambda: '\n'.join(['before:', *before, 'now:', *outside()]))
    assert screen.tmux('display', '-p', '#{pane_title}') == title
    assert screen.tmux('display', '-p', modes) == flags
    assert screen.tmux('list-buffers') == ''
    # Keys that the terminal's answers would have been.
    assert not [c for c in fake.calls if c[0].startswith('supervisor.st')]


def test_search_in_a_long_log(reading):
    """100,000 lines: what is found comes as it is found."""
    fake, screen = reading
    for i in range(100):
        fake.log('api:api_00', ''.join('line %d of many: %s\n' % (1000 * i + j, 'x' * 60) for j in range(1000)))
    screen.wait('line 99999 of')
    screen.keys('g')
    screen.wait('line 0 of|200 199')
    screen.type('/line 99998')
    screen.wait(r'▐line 99998')
    screen.keys('Escape')
    screen.type('&9998')
    screen.wait(r'filter: 9998, \d+ of 100,000 lines')
