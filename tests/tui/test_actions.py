"""What is done to programs from the screen: signals, lines for stdin, logs emptied, rolling restarts, menus, the equal
command line, messages, read-only, and fg, which needs a real daemon."""

import os
import re
import sys

import harness
import pytest
from harness import program, wait_until
from screen import Screen

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_screen import demo, needs_tui, place, show, wait_selected  # noqa: E402, F401  (the path comes first)

pytestmark = pytest.mark.usefixtures('needs_tui')

PRESSED = {
    'Everywhere': 'a',
    'In the table': 'R K F9 i f c Z y Y M',
    'In the details of a program': 'a',
    'In the preview of an update': 'Space y',
}


def called(fake, method):
    return [params for name, params in fake.calls if name == 'supervisor.' + method]


def test_signals(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'K')
    screen.wait('signal to api:api_00')
    screen.wait(r'15 TERM +asks it to end')
    screen.type('usr1')
    screen.keys('Enter')
    screen.wait('USR1 sent to api:api_00; signals cannot be taken back')
    assert called(fake, 'signalProcess') == [('api:api_00', 'USR1')]
    # A key of all windows stays one.
    screen.keys('F9', 'q')
    screen.wait_gone('signal to api:api_00')
    screen.keys('F9')
    screen.type('9')
    screen.keys('Enter')
    screen.wait(r'send KILL to 1 process: api:api_00\? y/N')
    screen.keys('Enter')
    screen.wait('nothing was done')
    # A group, of which one does not run: both are told, and which one it was.
    screen.keys('g', 'K')
    screen.wait('signal to 3 processes of group api')
    screen.type('hup')
    screen.keys('Enter')
    screen.wait(r'send HUP to 3 processes of group api: api_00, api_01, api_02\? y/N')
    screen.keys('y')
    screen.wait('HUP sent to 2 programs, 1 failed: api:api_02: is not running')
    assert len(called(fake, 'signalProcess')) == 4
    screen.keys('M')
    screen.wait('─ messages')
    screen.wait(r'\d\d:\d\d:\d\d  api:api_02: is not running')
    screen.keys('g', '/')
    screen.type('api_02')
    screen.keys('Enter', 'n', 'N', 'q')
    screen.wait_gone('─ messages')


def test_line_for_stdin(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'i')
    screen.wait('line to api:api_00:')
    screen.type('reload please')
    screen.keys('Enter')
    screen.wait('the line was sent to api:api_00')
    screen.wait('^ reload please')
    assert called(fake, 'sendProcessStdin') == [('api:api_00', 'reload please\n')]
    screen.keys('i', 'Up')
    screen.wait('line to api:api_00: reload please')
    screen.keys('Escape', 'G', 'i')
    screen.type('x')
    screen.keys('Enter')
    screen.wait('worker: is not running')


def test_logs_are_emptied(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'c')
    screen.wait(r'empty for good the logs of 1 process: api:api_00\? y/N')
    screen.keys('n')
    screen.wait('nothing was done')
    screen.keys('c')
    screen.wait(r'\? y/N')
    screen.keys('y')
    screen.wait('logs of api:api_00 emptied; what was in the logs is gone')
    assert called(fake, 'clearProcessLogs') == [('api:api_00',)]


def test_rolling_restart(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'j', 'j', 'j', 'j', 'j', 'j')
    wait_selected(screen, 'web_0')
    screen.keys('R')
    screen.wait(r'rolling restart of 6 processes: web:web_0, web:web_1')
    screen.keys('y')
    screen.wait('6 restarted, one after the other')
    order = [(name.split('.')[1][:5], params[0]) for name, params in fake.calls
             if name in ('supervisor.stopProcess', 'supervisor.startProcess')]
    assert order == [(verb, 'web:web_%d' % i) for i in range(6) for verb in ('stopP', 'start')]
    # The second does not come up: the rest is left alone.
    fake.start_result['web:web_1'] = 'FATAL'
    screen.keys('R')
    screen.wait('rolling restart')
    screen.keys('y')
    screen.wait('1 of 6 restarted, 4 left alone: web:web_1: FATAL Exited too')
    screen.wait(r'web_2 +RUNNING')


def test_undo(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'Space', 'Space', 'x')
    screen.wait(r'stop 2 processes')
    screen.keys('y')
    screen.wait('2 stopped; Z starts them')
    screen.keys('Z')
    screen.wait(r'start 2 processes: api:api_00, api:api_01\? y/N')
    screen.keys('y')
    screen.wait('2 started; Z stops them')
    screen.keys('x')
    screen.wait(r'api:api_0\d stopped; s starts it|api:api_02')


def test_menu(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('j', 'a')
    screen.wait('─ actions for api:api_00')
    screen.wait(r's +\(runs already\) start')
    screen.keys('s')
    screen.wait('not now: runs already')
    screen.keys('x')
    screen.wait('api:api_00 stopped; s starts it')
    screen.wait('api_00 +STOPPED')
    # So in the details; Esc leaves.
    screen.keys('Enter', 'a')
    screen.wait('─ actions for api:api_00')
    screen.keys('Escape')
    # In the log it is about the program that is shown there; Enter takes the line.
    screen.keys('Tab', 'a')
    screen.wait('─ actions for api:api_00')
    screen.keys('Enter')
    screen.wait('api:api_00 started')


def test_equal_command(demo, place):  # noqa: F811
    fake, screen = demo
    screen.tmux('set', '-g', 'set-clipboard', 'on')
    screen.keys('y')
    screen.wait('copied: api:api_00 api:api_01 api:api_02')
    wait_until(lambda: screen.tmux('show-buffer') == 'api:api_00 api:api_01 api:api_02', what='the clipboard has it')
    screen.keys('r')
    screen.wait('restart 3 processes')
    screen.keys('y')
    screen.wait('3 restarted|failed')
    screen.keys('Y')
    screen.wait(r"copied: supervisorctl -s unix://\S+ restart 'api:\*'")
    line = 'supervisorctl -s unix://%s restart \'api:*\'' % place.path('s')
    wait_until(lambda: screen.tmux('show-buffer') == line, what='the clipboard has it')


def test_update_chooser(demo):  # noqa: F811
    fake, screen = demo
    screen.keys('u')
    screen.wait('─ update: 1 added, 1 changed, 1 removed')
    screen.wait(r'\[x\] \+ mailer +numprocs 2')
    screen.wait(r'\[x\] ~ worker')
    screen.keys('G', 'Space')
    screen.wait(r'\[ \] - migrate')
    screen.keys('g', 'j', 'Enter')
    screen.wait(r'\[ \] ~ worker')
    screen.keys('y')
    screen.wait('updated: 1 added, 0 changed, 0 removed')
    screen.wait('mailer +RUNNING')
    assert not called(fake, 'removeProcessGroup')
    screen.keys('Y')
    screen.wait('copied: .* update mailer')
    fake.refusal = ("/etc/supervisor/conf.d/web.conf:12: [program:web] stopsignal: 'TERN' is not a signal "
                    "(TERM, HUP, INT, QUIT, KILL, USR1, USR2)")
    screen.keys('u')
    screen.wait('the configuration is refused, nothing was changed')
    screen.wait_that(lambda text: fake.refusal in re.sub(r'\s+', ' ', text), 'the reason is shown')


def test_readonly(place, show):  # noqa: F811
    fake = place.serve()
    screen = show(args=['--readonly'])
    screen.wait('migrate')
    for key in ('j', 'x', 'K', 'c', 'i', 'f', 'R', 'S', 'D', 'Z', 'r', 's'):
        screen.keys(key)
    screen.wait('read-only: nothing is changed from here')
    screen.keys('u')
    screen.wait(r'\[x\] \+ mailer')
    screen.keys('y')
    screen.wait('read-only')
    screen.keys('q', ':')
    screen.type('stop all')
    screen.keys('Enter')
    screen.wait('read-only')
    screen.keys('q')
    assert screen.wait_exit() == 0
    assert not [name for name, _ in fake.calls if not name.startswith('cvisor.')]


def test_commands(demo):  # noqa: F811
    fake, screen = demo
    screen.keys(':')
    screen.type('stpo cron')
    screen.keys('Enter')
    screen.wait(r"there is no command 'stpo'; did you mean stop\?")
    screen.keys(':')
    screen.type('signal HU\tcr\t')
    screen.keys('Enter')
    screen.wait('HUP sent to cron')
    screen.keys(':')
    screen.type('stop web*')
    screen.keys('Enter')
    screen.wait('stop 6 processes: web:web_0')
    screen.keys('y')
    screen.wait('6 stopped; Z starts them')
    screen.keys(':')
    screen.type('help')
    screen.keys('Enter')
    screen.wait(r'silence +MINUTES')
    screen.keys('G')
    screen.wait('help maintail open')
    screen.keys('q', ':')
    screen.type('help connect')
    screen.keys('Enter')
    screen.wait('connect URL: show one more daemon')
    screen.keys(':')
    screen.type('help maintail')
    screen.keys('Enter')
    screen.wait('supervisorctl help maintail')
    screen.keys('/')
    screen.type('maintail')
    screen.keys('Enter', 'q')
    screen.wait_gone('supervisorctl help')


def test_history_of_commands(place, show):  # noqa: F811
    """What was typed is there in the next session; the file is nobody else's."""
    place.serve()
    for turn in range(2):
        screen = show(before=['XDG_STATE_HOME=' + place.directory])
        screen.wait('migrate')
        screen.keys(':')
        if turn == 0:
            screen.type('messages')
            screen.keys('Enter')
            screen.wait('nothing was said so far')
        else:
            screen.keys('Up')
            screen.wait('^ :messages')
            screen.keys('Escape')
        screen.keys('q')
        assert screen.wait_exit() == 0
    path = place.path('cvisor/tui_history')
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path, encoding='utf-8') as file:
        assert file.read() == 'messages\n'


# fg

@pytest.fixture
def real(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=0) +
               program('quitter', "/bin/sh -c 'read line; exit 3'", startsecs=0, autorestart='false'))
    d.wait_state('cat', 'RUNNING')
    d.wait_state('quitter', 'RUNNING')
    return d


@pytest.mark.ours_only
def test_fg(real):
    with Screen([harness.TUI, '-c', real.config], real) as screen:
        screen.wait(r'quitter +RUNNING')
        wait_selected(screen, 'cat')
        screen.keys('f')
        screen.wait('Press Ctrl-C to exit')
        screen.wait_gone('quitter +RUNNING')
        screen.type('hello cat')
        screen.keys('Enter')
        screen.wait('^hello cat\n(.*\n)*hello cat')
        # What changes meanwhile is on the screen afterwards.
        real.ctl('stop', 'quitter')
        screen.keys('C-c')
        screen.wait(r'quitter +STOPPED')
        screen.wait('cat had the terminal')
        assert screen.exit_status() is None
        # ^Z there is no way to lose the screen.
        screen.keys(':')
        screen.type('fg cat')
        screen.keys('Enter')
        # What was there of the time before comes back first.
        screen.wait('Press Ctrl-C to exit', count=2)
        screen.keys('C-z')
        screen.wait(r'quitter +STOPPED')
        # The keys are ours again.
        screen.keys('j')
        wait_selected(screen, 'quitter')
        screen.type(':start quitter')
        screen.keys('Enter')
        screen.wait(r'quitter +RUNNING')
        screen.keys('f')
        screen.wait('Press Ctrl-C to exit', count=3)
        screen.type('end')
        screen.keys('Enter')
        screen.wait(r'quitter +EXITED')
        screen.keys('q')
        assert screen.wait_exit() == 0


@pytest.mark.ours_only
def test_fg_killed(real):
    """supervisorctl dies, or fails: the screen comes back when that was read."""
    with Screen([harness.TUI, '-c', real.config], real) as screen:
        screen.wait(r'quitter +RUNNING')
        screen.keys('f')
        screen.wait('Press Ctrl-C to exit')
        pid = wait_until(lambda: harness.child_named(screen.pid(), 'supervisorctl'), what='it runs')
        os.kill(pid, 9)
        screen.wait(r'ended by signal 9\) Enter goes back')
        screen.keys('Enter')
        screen.wait(r'quitter +RUNNING')
        # The screen itself ends while it is away: nothing is left behind.
        screen.keys('f')
        screen.wait('Press Ctrl-C to exit', count=2)
        pid = wait_until(lambda: harness.child_named(screen.pid(), 'supervisorctl'), what='it runs')
        os.kill(screen.pid(), 15)
        screen.wait_exit()
        wait_until(lambda: not os.path.exists('/proc/%d' % pid), what='supervisorctl has ended')


@pytest.mark.ours_only
def test_password_is_on_no_command_line(daemon):
    """supervisorctl is told the password without anybody being able to read it from the list of processes."""
    port = harness.free_port()
    d = daemon(program('cat', '/bin/cat', startsecs=0) +
               '[inet_http_server]\nport=127.0.0.1:%d\nusername=anna\npassword=50%%%% ice\n' % port)
    d.wait_state('cat', 'RUNNING')
    with Screen([harness.TUI, '-s', 'http://anna:50%%25%%20ice@127.0.0.1:%d' % port], d) as screen:
        screen.wait(r'cat +RUNNING')
        screen.keys('f')
        screen.wait('Press Ctrl-C to exit')
        pid = wait_until(lambda: harness.child_named(screen.pid(), 'supervisorctl'), what='it runs')
        with open('/proc/%d/cmdline' % pid, encoding='utf-8') as file:
            assert 'ice' not in file.read()
        screen.keys('C-c')
        screen.wait('cat had the terminal')
