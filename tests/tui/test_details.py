"""What lies over the panes about one program: every key of it in a real terminal, on a daemon made of nothing."""

import re

import pytest
from harness import wait_until
from test_screen import demo, needs_tui, place, show, wait_selected  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'In the table': 'e t H w E W M',
    'In a window over them': '/ n N',
    'In the details of a program': 'o e t H w Tab S-Tab c v s x F8 r l',
}


def select(screen, name, down):
    screen.keys(*['j'] * down)
    wait_selected(screen, name)


def test_sections_by_letters_and_tab(demo):  # noqa: F811
    fake, screen = demo
    select(screen, 'api_02', 3)
    screen.keys('Enter')
    screen.wait('BACKOFF: 4 of 5 tries, last exit 1 after 1.0 s')
    screen.wait(r'last stdout line: +ConnectionRefusedError|last stdout line: .*Errno 111')
    screen.wait(r'stdout +/var/log/api_02.log  \(\d+B\)')
    screen.keys('Tab')
    screen.wait('api:api_02: options')
    screen.wait('lines are those of /etc/supervisor/conf.d/api.conf')
    screen.keys('Tab')
    screen.wait('api:api_02: processes')
    screen.wait('it does not run')
    screen.keys('Tab')
    screen.wait('api:api_02: starts and ends')
    screen.keys('Tab')
    screen.wait('4 of 5 tries')
    screen.keys('BTab')
    screen.wait('api:api_02: starts and ends')
    screen.keys('o')
    screen.wait('4 of 5 tries')
    screen.keys('e')
    screen.wait('api:api_02: options')
    screen.keys('t')
    screen.wait('api:api_02: processes')
    screen.keys('H')
    screen.wait(r'end +exit 1 +after 1.0 s +not expected')
    screen.keys('w')
    screen.wait(r'^─ api:api_02 ─+$')
    screen.wait('4 of 5 tries')
    # It goes with its program.
    fake.remove_group('api')
    screen.wait('api:api_02 is not there any more')


def test_options(demo):  # noqa: F811
    fake, screen = demo
    select(screen, 'api_00', 1)
    screen.keys('e')
    screen.wait(r'startsecs +10 +line 8')
    screen.wait(r'autostart +true +default')
    screen.keys('c')
    screen.wait('only what is not default')
    screen.wait_gone('autostart')
    screen.keys('c')
    screen.wait('autostart')
    screen.keys('/')
    screen.type('stdout')
    screen.keys('Enter')
    screen.wait('stdout_logfile ')
    screen.keys('n')
    screen.keys('N', 'N')
    screen.wait("went on from the end|'stdout'")
    screen.keys('G')
    screen.wait(r'DB_PASSWORD="\*{8}"')
    screen.keys('v')
    screen.wait(r'show on this screen DB_PASSWORD, API_TOKEN of api:api_00\? y/N')
    screen.keys('n')
    screen.wait('they stay hidden')
    assert 'hunter2' not in screen.text()
    screen.keys('v', 'y')
    screen.wait('DB_PASSWORD="hunter2"')
    screen.keys('v')
    screen.wait_gone('hunter2')
    screen.keys('v', 'y')
    screen.wait('hunter2')
    screen.keys('q')
    screen.wait_gone('hunter2')
    screen.keys('e')
    screen.wait('startsecs')
    screen.keys('G')
    screen.wait(r'DB_PASSWORD="\*{8}"')


def test_tree_is_asked_for_while_it_is_open(demo):  # noqa: F811
    fake, screen = demo
    select(screen, 'api_00', 1)
    screen.keys('t')
    screen.wait(r'^ +\d+ +3\.0 +60M +worker: GET /health')
    screen.wait('zombie, it has ended')
    screen.wait('4 processes, 235M, 1 zombie')
    fake.tree[0]['cpu'] = 77.0
    screen.wait(r'77\.0 +60M')
    screen.keys('q')
    screen.wait_gone('worker: GET')


def test_history(demo):  # noqa: F811
    fake, screen = demo
    select(screen, 'api_00', 1)
    fake.change('api:api_00', 'EXITED', exitstatus=3)
    screen.keys('H')
    screen.wait(r'end +exit 3 .*not expected')
    # It goes on by itself.
    fake.change('api:api_00', 'RUNNING')
    screen.wait(r'start pid \d+')
    screen.keys('q', 'k')
    wait_selected(screen, 'api ')
    screen.keys('H')
    screen.wait('group api: starts and ends')
    screen.wait('api:api_02 end')
    screen.wait('api:api_00 start')
    screen.keys('q')
    screen.type(':history')
    screen.keys('Enter')
    screen.wait('starts and ends of all programs')


def test_why(demo):  # noqa: F811
    fake, screen = demo
    select(screen, 'api_01', 2)
    screen.keys('w')
    screen.wait(r'RUNNING: it runs, pid \d+, since')
    fake.add('idle', 'idle', 'STOPPED', start=0)
    fake.change('idle:idle', 'STOPPED', start=0, stop=0)
    screen.wait('idle +STOPPED')
    screen.type('/idle')
    screen.keys('Enter')
    wait_selected(screen, 'idle')
    screen.keys('w')
    screen.wait('STOPPED: never started since the daemon runs')
    screen.type('/worker')
    screen.keys('Enter')
    wait_selected(screen, 'worker')
    screen.keys('w')
    screen.wait('FATAL: given up 41 min ago after 5 tries')


def test_acting_on_what_is_shown(demo):  # noqa: F811
    """In the details, the letters are for their program, wherever the selection and the marks are."""
    fake, screen = demo
    select(screen, 'api_00', 1)
    screen.keys('Space', 'k', 'Enter')
    screen.wait(r'RUNNING: it runs')
    screen.keys('x')
    screen.wait('STOPPED .*: somebody asked for it')
    screen.keys('s')
    screen.wait('RUNNING: it runs')
    screen.keys('F8')
    screen.wait('STOPPED .*: somebody asked for it')
    screen.keys('r')
    screen.wait('RUNNING: it runs')
    assert {params[0] for method, params in fake.calls if method.endswith(('startProcess', 'stopProcess'))} == \
        {'api:api_00'}
    screen.keys('l')
    screen.wait(r'^─ api:api_00 stdout')
    screen.wait_gone('MEM')


def test_supervisors_own_daemon(place, show):  # noqa: F811
    place.serve(events=False)
    screen = show()
    screen.wait('migrate')
    select(screen, 'api_00', 1)
    screen.keys('e')
    screen.wait("this daemon does not tell options: it is Supervisor's own, and polled")
    screen.keys('t')
    screen.wait('this daemon does not tell process trees')
    screen.keys('H')
    screen.wait('this daemon does not tell starts and ends')
    screen.keys('w')
    screen.wait('RUNNING: it runs, pid')


def test_small(place, show):  # noqa: F811
    place.serve()
    screen = show(40, 10)
    screen.wait('api_02')
    select(screen, 'api_02', 3)
    screen.keys('Enter')
    screen.wait('4 of 5 tries')
    # More of it comes when the daemon has answered.
    screen.keys_until('start pid 21012', 'G')
    screen.keys('g', 'e')
    screen.wait(r'--workers 4')


def test_log_of_then(demo):  # noqa: F811
    fake, screen = demo
    fake.log('api:api_00', 'last words\n', 'stderr')
    fake.change('api:api_00', 'EXITED', exitstatus=3)
    fake.change('api:api_00', 'RUNNING')
    fake.log('api:api_00', 'first words\n', 'stderr')
    select(screen, 'api_00', 1)
    screen.keys('H')
    screen.wait(r'end +exit 3 .*not expected')
    screen.keys('j', 'Enter')
    screen.wait('last words')
    screen.wait('exit(ed)? 3')
    screen.wait('first words')
    screen.wait_gone('starts and ends')
    # Rotated away: it says so, and the list stays.
    screen.keys('q')
    fake.happened('api:api_01', 'end', pid=77, exitstatus=1, expected=False, stdout_offset=-1.0, stderr_offset=-1.0)
    screen.keys('j')
    wait_selected(screen, 'api_01')
    screen.keys('H')
    screen.wait(r'end +exit 1')
    screen.keys('Enter')
    screen.wait('rotated|not in the log|any more')
    screen.wait('api:api_01: starts and ends')


def count_calls(fake, method):
    return len([name for name, _ in fake.calls if name == method])


def test_report_of_what_happened_meanwhile(place, show):  # noqa: F811
    fake = place.serve()
    screen = show()
    screen.wait('migrate')
    assert 'since you left' not in screen.text()
    screen.keys('E')
    screen.wait('the last day, since')
    screen.wait(r'api:api_02 +1 start, 1 bad end, the last exit 1, BACKOFF for')
    screen.keys('j', 'Enter')
    screen.wait_gone('the last day')
    screen.keys('q')
    assert screen.wait_exit() == 0
    for _ in range(3):
        fake.change('api:api_00', 'EXITED', exitstatus=1)
        fake.change('api:api_00', 'RUNNING')
    fake.change('cron:cron', 'FATAL', spawnerr='no such file')
    fake.changes.append({'time': fake.now(), 'change': 'reread', 'name': '', 'statename': ''})
    screen = show(160, 24)
    screen.wait(r'since you left \(\d+ s\): cron .*FATAL for \d+ s; 3 starts of api:api_00; configuration read 1 time')
    screen.keys('E')
    screen.wait('since you left, ')
    screen.wait(r'api:api_00 +3 starts, 3 bad ends, the last exit 1, RUNNING')
    screen.keys('j', 'Enter')
    wait_selected(screen, 'api_00')
    screen.type(':report')
    screen.keys('Enter')
    screen.wait('since you left, ')
    screen.keys('q', 'q')
    assert screen.wait_exit() == 0
    # Nothing happened: nothing is said.
    asked = count_calls(fake, 'cvisor.getChanges')
    screen = show(160, 24)
    screen.wait('migrate')
    wait_until(lambda: count_calls(fake, 'cvisor.getChanges') > asked, what='it is asked what happened')
    # The answer is there before that of what is asked next.
    screen.keys('E')
    screen.wait('nothing happened')
    screen.keys('q')
    screen.wait('migrate')
    assert not re.search(r'since you left \(', screen.text())


def test_watch_words(demo):  # noqa: F811
    fake, screen = demo
    select(screen, 'api_00', 1)
    screen.type(':watch ERR[0-9] web:web_1 api:api_01')
    screen.keys('Enter')
    screen.wait("watching 2 programs for 'ERR\\[0-9\\]'")
    wait_until(lambda: any('web:web_1:stdout' in params[1] for method, params in fake.calls if method == 'cvisor.follow'),
               what='the log is followed')
    fake.log('web:web_1', 'all is well\nhalf a line with ER')
    fake.log('web:web_1', 'R7 in it\nfurther\n')
    screen.wait(r'! web_1 ')
    # What was answered a moment ago stays on the line: the list of what was said has it in any case.
    screen.keys('M')
    screen.wait(r'web:web_1: half a line with ERR7 in it \(W lists\)')
    screen.keys('q')
    # What the pane shows goes on.
    fake.log('api:api_00', 'the pane goes on\n')
    screen.wait('the pane goes on')
    screen.keys('W')
    screen.wait(r'web:web_1  half a line with ERR7 in it')
    screen.wait('watching api:api_01 for ERR')
    fake.log('api:api_01', 'ERR9 in stderr\n', 'stderr')
    screen.wait('api:api_01  ERR9 in stderr')
    screen.keys('g', 'j', 'Enter')
    screen.wait('web:web_1 around')
    screen.wait('all is well')
    screen.wait('further')
    screen.keys('q')
    screen.wait('migrate')
    screen.wait_gone('! web_1')
    screen.type(':unwatch')
    screen.keys('Enter')
    screen.wait('2 ended, 0 watched still')
    screen.type(':watch ( cron')
    screen.keys('Enter')
    screen.wait(r"watch '\('")
    screen.type(':watch x nobody')
    screen.keys('Enter')
    screen.wait("there is no program 'nobody'")
