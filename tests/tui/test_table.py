"""The table in a real terminal: columns, order, filter, marks."""

import os
import re
import sys

import pytest
from harness import wait_until

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_screen import demo, needs_tui, place, show, wait_selected  # noqa: E402, F401

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'In the table': 'V o P C A',
    'In the list of troubles': 'c',
    'In the menu of columns': 'Space < K Left > J Right =',
}


def head_of(screen):
    """The titles of the columns, from left to right."""
    return screen.lines()[1].split()


def test_columns_menu(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('C')
    screen.wait(r'\[x\] STATE')
    screen.keys('j', 'j', 'Space')
    screen.wait(r'\[ \] STATE')
    # Each way of moving: to the right and back.
    for right, left in (('>', '<'), ('J', 'K'), ('Right', 'Left')):
        screen.keys(right)
        screen.wait(r'\[x\] PID.*\n.*\[ \] STATE')
        screen.keys(left)
        screen.wait(r'\[ \] STATE.*\n.*\[x\] PID')
    screen.keys('j', '>', 'Escape')
    screen.wait(r'NAME +UPTIME +PID')
    assert 'STATE' not in head_of(screen)
    screen.keys('C', '=', 'q')
    screen.wait(r'NAME +STATE +PID +UPTIME')


def test_sort_menu_and_trouble_first(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('o')
    screen.wait(r'\* NAME')
    screen.keys('j', 'j', 'j', 'j', 'Enter')
    screen.wait('ordered by CPU%')
    screen.keys('g')
    wait_selected(screen, 'api:api_01')
    screen.keys('P')
    screen.wait('trouble first')
    screen.keys('g')
    wait_selected(screen, 'worker')
    fake.change('cron:cron', 'FATAL', spawnerr='no')
    screen.wait(r'cron +FATAL(.*\n){1,2}.*worker +FATAL')
    wait_selected(screen, 'worker')
    screen.keys('P')
    screen.wait('ordered by NAME')
    screen.keys('g')
    wait_selected(screen, 'api  2/3')


def test_range_of_marks(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'V', 'j', 'j')
    screen.wait('3 marked')
    screen.keys('Escape')
    screen.wait_gone('marked,|[0-9] marked')
    screen.keys('V', 'k', 'V', 'G')
    screen.wait('2 marked')
    screen.keys('U', ':')
    screen.type('mark web_*')
    screen.keys('Enter')
    screen.wait('6 marked')
    screen.keys(':')
    screen.type('unmark web:web_1')
    screen.keys('Enter')
    screen.wait('5 marked')


def test_filter_words(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('\\')
    screen.type('~^web:.*[1')
    screen.wait(r"filter '\^web:\.\*\[1'")
    screen.type('3]$')
    screen.wait_gone('web_0')
    screen.wait_that(lambda text: re.findall(r'web_\d', text) == ['web_1', 'web_3'], 'web_1 and web_3 are left')
    screen.keys('C-u')
    screen.type('state:fatal')
    screen.wait_gone('web_1')
    screen.wait(r'worker +FATAL')
    screen.keys('C-u')
    screen.type('host:web-03 !state:running !worker')
    screen.wait(r'api_02 +BACKOFF')
    screen.wait_that(lambda text: 'worker' not in text.split('─ ')[0], 'worker is not shown')
    screen.keys('Enter', 'Escape')
    screen.wait(r'cron +RUNNING')


def test_last_15_minutes(place, show):  # noqa: F811
    """What was before the screen was opened, and what happens while it is open."""
    fake = place.serve()
    now = fake.now()
    fake.happened('cron:cron', 'end', now - 301, pid=3, expected=True, cause='request')
    fake.happened('cron:cron', 'start', now - 300, pid=fake.procs['cron:cron']['pid'])
    screen = show()
    screen.wait(r'cron +RUNNING.*  ·+[│╵]')
    fake.change('web:web_0', 'EXITED', exitstatus=1)
    fake.change('web:web_0', 'RUNNING')
    screen.wait(r'web_0 +RUNNING.*·!·?$')


def test_troubles(demo):  # noqa: F811
    fake, screen = demo
    fake.change('web:web_1', 'FATAL', spawnerr='no such file')
    screen.wait(r'◆ +web_1|web_1 +FATAL')
    screen.keys('A')
    screen.wait(r'web:web_1 +FATAL +\d\d:\d\d:\d\d +\d+ s +no such file')
    screen.wait(r'worker +FATAL .* 41 min')
    fake.change('cron:cron', 'FATAL')
    fake.change('cron:cron', 'RUNNING')
    screen.wait(r'cron +FATAL .* over')
    screen.keys('c')
    screen.wait_gone(r'cron +FATAL .* over')
    screen.keys('Enter')
    wait_selected(screen, 'web_1')


def test_figures_that_nobody_sees(place, show):  # noqa: F811
    """Without a column for them the daemon was asked for figures all the same: what the first picture wants is known only after
    the stream is asked for. It reads all of /proc for them every 3 s."""
    fake = place.serve()
    screen = show(args=['--set', 'columns=name,state'])
    screen.wait('migrate')

    def asked():
        """By the newest stream; None: there is none."""
        streams = dict(fake.streams)
        return streams[max(streams)].metrics if streams else None
    wait_until(lambda: asked() is False, what='no figures are asked for')
    screen.type(':set columns=name,state,cpu')
    screen.keys('Enter')
    wait_until(asked, what='figures are asked for')
    screen.wait(r'api_01 .* 16\.1')


def test_activity_and_silence(demo):  # noqa: F811
    """Marks of programs that have written and of those that have not; the columns of both."""
    fake, screen = demo
    figures = {'cron:cron': (0.0, 3 << 20), 'web:web_1': (0.5, 9 << 20)}
    screen.type(':set activity=on')
    screen.keys('Enter')
    screen.wait('activity=on')
    fake.metrics(figures, {'cron:cron': (100, 0, fake.now() - 20 * 60), 'web:web_1': (5000, 310, fake.now() + 5)})
    screen.wait('▪ web_1')
    assert '▪ web_2' not in screen.text() and '◇' not in screen.text()
    screen.type(':silence 10 cron web:*')
    screen.keys('Enter')
    screen.wait('◇ cron')
    screen.keys('A')
    screen.wait(r'cron +SILENT +\d\d:\d\d:\d\d +2\d min +up to 10 min')
    fake.metrics(figures, {'cron:cron': (200, 33, fake.now())})
    screen.wait(r'cron +SILENT .* over')
    screen.keys('q')
    screen.wait_gone('◇')
    screen.type(':set columns=name,state,last-out,out-rate')
    screen.keys('Enter')
    screen.wait('NAME +STATE +LAST OUT +OUT/S')
    screen.wait(r'cron +RUNNING +(now|<1 min) +33B')
    screen.wait(r'web_2 +RUNNING +- +-')


def test_rows_that_change_are_lit(demo):  # noqa: F811
    fake, screen = demo
    # For some seconds only: who looks too late has it change again.
    def lit():
        fake.change('web:web_1', 'STOPPED' if fake.procs['web:web_1']['pid'] else 'RUNNING')
        return wait_until(lambda: re.search(r'◆ *web_1', screen.text()), 2)
    wait_until(lit, what='it is lit')
    screen.wait_gone('◆')
