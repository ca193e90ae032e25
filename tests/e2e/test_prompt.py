"""The prompt of supervisorctl on a terminal, fg and the log streams, and what Ctrl-C does in each.

One daemon for all tests of this file; a test makes programs and logs of its own where it changes something.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import termios
import xmlrpc.client

import pexpect
import pytest
from harness import DEADLINE, OURS, Daemon, is_alive, program, wait_until

pytestmark = pytest.mark.ours_only

#: Says what it is told, "err" on stderr; ends when told so.
ECHO = ('/bin/sh -c "while read line; do case $line in die) exit 3;; err*) echo $line >&2;; *) echo got $line;; esac; '
        'done"')
CONFIG = (
    program('cat', '/bin/cat', startsecs=0) +
    program('echo', ECHO, startsecs=0, autorestart='false') +
    program('one', ECHO, startsecs=0, autorestart='false', redirect_stderr='true') +
    program('gather', "/bin/sh -c 'while read a && read b && read c; do printf \"got %%s\\n\" $a $b $c; done'", startsecs=0) +
    program('silent', '/bin/cat', startsecs=0, stdout_logfile='NONE', stderr_logfile='NONE') +
    program('turns', '/bin/cat', startsecs=0, stdout_logfile_maxbytes=100, stdout_logfile_backups=2) +
    program('flood', '/bin/sh -c "exec yes flooding"', startsecs=0, autostart='false', stdout_logfile_maxbytes='100KB',
            stdout_logfile_backups=1) +
    program('slow', '/bin/sleep 1000', startsecs=600, autostart='false') +
    program('web', '/bin/sleep 1000', startsecs=0, numprocs=2, process_name='%(program_name)s_%(process_num)02d') +
    program('many', '/bin/sleep 1000', numprocs=120, process_name='m%(process_num)03d', autostart='false',
            stdout_logfile='NONE', stderr_logfile='NONE'))

PROMPT = 'supervisor> '
PRESS = '==> Press Ctrl-C to exit <==\r\n'


@pytest.fixture(scope='module')
def d():
    # A flood in the main log as well would be one too many.
    d = Daemon(OURS, CONFIG, supervisord='loglevel=info\n')
    try:
        d.start()
        for name in ('cat', 'echo', 'one', 'silent', 'turns', 'web:web_00', 'web:web_01'):
            d.wait_state(name, 'RUNNING')
        yield d
    finally:
        d.cleanup()


class Terminal:
    """A supervisorctl on a terminal."""

    def __init__(self, d, *args, term='xterm', env=None, size=(40, 120)):
        environment = {name: value for name, value in d.env.items() if name != 'TERM'}
        environment.update({'TERM': term} if term else {}, HOME=d.path('home'), **(env or {}))
        self.child = pexpect.spawn(OURS.supervisorctl, ['-c', d.config, *args], cwd=d.dir, env=environment,
                                   encoding='utf-8', timeout=DEADLINE, dimensions=size)
        self.child.delaybeforesend = None
        self.child.delayafterclose = self.child.delayafterterminate = 0.01

    def prompt(self):
        """Waits for the prompt; what came before it."""
        self.child.expect_exact(PROMPT)
        return self.child.before

    def expect(self, text):
        self.child.expect_exact(text)
        return self.child.before

    def type(self, text):
        self.child.send(text)

    def run(self, line):
        """A command, and what it says."""
        self.type(line + '\r')
        return self.prompt()

    def get_modes(self):
        return termios.tcgetattr(self.child.child_fd)

    def ended(self, status=0):
        self.child.expect(pexpect.EOF)
        rest = self.child.before
        self.child.wait()
        self.child.close()
        assert (self.child.exitstatus, self.child.signalstatus) == (status, None)
        return rest


@pytest.fixture
def terminal(d):
    opened = []

    def open_terminal(*args, daemon=None, wait=True, **options):
        t = Terminal(daemon or d, *args, **options)
        opened.append(t)
        if wait:
            t.prompt()
        return t
    yield open_terminal
    for t in opened:
        t.child.close(force=True)


# -- the start, and the end ----------------------------------------------------------------------------------------

def test_status_comes_first(terminal):
    t = terminal(wait=False)
    rows = t.prompt()
    assert re.search(r'^cat +RUNNING +pid \d+', rows)
    assert t.run('status nope').endswith('nope: ERROR (no such process)\r\n')


@pytest.mark.parametrize('typed', ['\x04', '\x03', 'stat\x03', 'exit\r', 'quit now\r', 'EOF\r'])
def test_leaving(terminal, typed):
    """A new line, status 0, and the terminal as it was."""
    t = terminal()
    before = t.get_modes()
    t.type(typed)
    rest = t.ended()
    assert rest.endswith('\r\n') and '^D' not in rest
    # The line editor sets its modes for each line; what it found was a terminal with echo.
    assert before[3] & termios.ECHO == 0


def test_terminal_is_given_back(d, terminal):
    """In the state in which it was found, after each way of leaving."""
    for typed in ('\x04', '\x03', 'tail -f cat\r', 'fg cat\r'):
        script = 'trap : INT; stty -g; %s -c %s; stty -g' % (OURS.supervisorctl, d.config)
        with contextlib.closing(pexpect.spawn('/bin/sh', ['-c', script], env=dict(d.env, TERM='xterm'),
                                              encoding='utf-8', timeout=DEADLINE)) as shell:
            shell.delaybeforesend = None
            shell.expect_exact(PROMPT)
            modes = shell.before.split()[0]
            shell.send(typed)
            if len(typed) > 1:
                shell.expect_exact(PRESS)
                shell.send('\x03')
                shell.expect_exact(PROMPT)
                shell.send('\x04')
            shell.expect(pexpect.EOF)
            assert shell.before.split()[-1] == modes


@pytest.mark.parametrize('question,typed', [('shutdown', '\x03'), ('reload', 'y\x03')])
def test_interrupt_at_a_question(d, terminal, question, typed):
    t = terminal()
    t.type(question + '\r')
    t.expect('y/N? ')
    t.type(typed)
    assert t.ended().endswith('\r\n')
    assert is_alive(d.pid)


def test_interrupt_while_a_command_waits(d, terminal):
    """The shell ends, the daemon goes on with its work."""
    t = terminal()
    t.type('start slow\r')
    d.wait_state('slow', 'STARTING')
    t.type('\x03')
    t.ended()
    assert d.state('slow') == 'STARTING'
    d.rpc.supervisor.stopProcess('slow')


# -- completion and keys -------------------------------------------------------------------------------------------

#: typed, and the line that it makes; seen in the history
LINES = [
    ('ver\t', 'version '), ('stat\tca\t', 'status cat '), ('  \tver\t', '  version '), ('el re\t', 'el re'),
    ('pid web:web_00\t', 'pid web:web_00 '), ('tail w\tweb_01\t', 'tail web:web_01 '), ('add c\t', 'add cat '),
    ('remove w\t', 'remove web '), ('signal ec\t', 'signal echo '), ('signal HUP c\t', 'signal HUP cat '),
    ('stop web:*\tx', 'stop web:* x'), ('status cat,w\t', 'status cat,web:'), ('version x\t', 'version x'),
    ('maintail -\t', 'maintail -'), ('help st\tx', 'help stx'), ('frob x\t', 'frob x'),
    # As readline has them
    ('status cat\x01\x04', 'tatus cat'), ('aaa bbb\x17', 'aaa '), ('aaa bbb\x15x', 'x'),
    ('aaa bbb\x02\x02\x15x', 'xbb'),
    ('aaa bbb\x02\x02\x0bx', 'aaa bx'), ('abc\x02\x14', 'acb'), ('aaa bbb\x15\x19\x19', 'aaa bbbaaa bbb'),
    ('aaa\x7f\x7fb', 'ab'), ('aaa bbb\x1bbX', 'aaa Xbbb'), ('aaa bbb\x01\x1bfX', 'aaaX bbb'), ('aaa\x1b[DX', 'aaXa'),
    ('aaa\x1bODX', 'aaXa'), ('aaa\x1b[HX', 'Xaaa'), ('aaa\x1bOHX', 'Xaaa'), ('aaa\x1b[1~X', 'Xaaa'),
    ('aaa\x01\x1b[4~X', 'aaaX'), ('aaa\x01\x1b[FX', 'aaaX'), ('aaa\x01\x1b[3~X', 'Xaa'),
    ('aaa bbb\x1b[1;5DX', 'aaa Xbbb'), ('aaa bbb\x01\x1b[1;5CX', 'aaaX bbb'), ('\x1b[200~abc\x1b[201~', 'abc'),
    ('a\x1b[5~\x1b[2~\x1b[15~\x1b[Zb', 'ab'), ('gr\u00fcn\u65e5\x02\x02X', 'gr\u00fcXn\u65e5'),
    ('x' * 300 + '\x01y', 'y' + 'x' * 300),
    ('aaa\x04b', 'aaab'),
    # Undo: Ctrl-_ and Ctrl-X Ctrl-U; what was typed in one go goes in one go
    ('aaa bbb\x17\x1f', 'aaa bbb'), ('aaa bbb\x15\x18\x15', 'aaa bbb'), ('aaa\x17bbb\x1f\x1fc', 'aaac'),
    ('aaa\x1f\x1f\x1fb', 'b'), ('abc\x7f\x7f\x1fx', 'abx'), ('abc\x02\x02\x0b\x1fx', 'abcx'), ('ver\t\x1fx', 'verx'),
    ('abc\x14\x1fx', 'abcx'), ('gr\u00fcn\u65e5\x01\x0b\x1fx', 'gr\u00fcn\u65e5x'), ('x' * 45 + '\x1f', 'x' * 40),
    ('help st\tx\x1fy', 'y'), ('abc\x01\x04\x04\x1fx', 'bxc'), ('aaa bbb\x02\x15\x1fx', 'aaa bbxb'),
    # ... and what came from the history, which readline keeps
    ('aaa\x1b[A\x1f\x05x', 'aaax'),
    # Ended by the key itself, a search leaves nothing of its own behind
    ('aaa\x12mar\x1f\x05x', 'aaax'),
    # Alt-. and Alt-_: the last word of the line before; again, of the one before that ("mark" stands after each)
    ('one  two ', 'one  two '), ('x \x1b.y', 'x marky'), ('a \x1b.\x1b.', 'a marky'), ('b \x1b_\x1b_\x1b_\x1b_', 'b marky'),
    ('c \x1b.\x1b.\x1f.', 'c .'), ('d \x1b.\x1b[D\x1b.', 'd marmarkk'),
]


def test_lines(d, terminal):
    t = terminal('-r', d.path('lines'))
    for typed, _ in LINES:
        # A mark after each: the line may say nothing, or much.
        t.run(typed)
        t.type('mark\r')
        t.expect('*** Unknown syntax: mark\r\n')
        t.prompt()
    t.type('\x04')
    t.ended()
    # What stands in the history twice in a row stands there once.
    assert d.read('lines').split('mark\n')[:-1] == [line + '\n' for _, line in LINES]


def test_nothing_to_undo_or_to_yank(terminal):
    """A bell, and the line stays."""
    t = terminal()
    for key in ('\x1f', '\x18\x15', '\x1b.'):
        t.type(key)
        t.expect('\a')
    t.type('version\x1f')
    t.type('version \x1b.')
    t.expect('\a')
    t.type('\r')
    t.expect('5.0.0\r\n')
    t.prompt()
    # What was undone is gone from the screen as well, and a new line has nothing of the one before.
    t.type('status nope\x17')
    t.expect('nope')
    t.type('\x1f')
    t.expect('nope')
    t.type('\r')
    t.expect('nope: ERROR (no such process)\r\n')
    t.prompt()
    t.type('\x1f')
    t.expect('\a')
    t.type('\x1b.\x1b.')
    t.expect('nope')
    t.expect('version')
    t.type('\x1b.')
    t.expect('\a')
    t.type('\r')
    t.expect('5.0.0\r\n')
    t.prompt()


def test_candidates_are_listed(terminal):
    t = terminal()
    t.type('stop web:\t')
    t.child.expect(r'web:\*  +web:web_00  +web:web_01\s')
    t.expect('stop web:')
    t.type('\x15st\t')
    t.child.expect(r'start  +status  +stop\s')
    t.expect(PROMPT + 'st')
    t.type('\x15\t')
    listed = t.expect('version\r\n')
    assert 'maintail' in listed and 'help' in listed and 'EOF' not in listed and 'tui' not in listed
    t.prompt()
    t.type('version\r')
    t.expect('5.0.0\r\n')


def test_many_candidates(terminal):
    """More than a hundred do not fill the screen unasked."""
    t = terminal()
    t.type('stop many:\t')
    t.expect('Display all 121 possibilities? (y or n)')
    t.type('n')
    assert 'm000' not in t.expect('stop many:')
    t.type('\t')
    t.expect('Display all 121 possibilities? (y or n)')
    t.type('y')
    t.expect('many:m119')
    t.expect('stop many:')
    t.type('m11\t')
    t.expect('many:m110')
    t.expect('stop many:m11')


def test_search_and_older_lines(terminal):
    t = terminal()
    t.run('version')
    t.run('help exit')
    t.type('\x1b[A\x1b[A')
    t.expect('version')
    t.type('\r')
    t.expect('5.0.0\r\n')
    t.prompt()
    t.type('\x12xit')
    t.child.expect('help exit|xit')
    t.type('\r')
    t.expect('Exit the supervisor shell.')
    t.prompt()


@pytest.mark.parametrize('term', ['dumb', 'nosuchterm', None, 'vt100', 'tmux-256color'])
def test_terminals(terminal, term):
    t = terminal(term=term)
    t.type('ver\t\r')
    t.expect('5.0.0\r\n')
    t.prompt()
    t.type('\x04')
    assert '^D' not in t.ended()


@pytest.mark.parametrize('editrc', ['bind -v\n', 'edit off\n', 'bind ^I ed-insert\n', 'bind -e\n',
                                    'nonsense\nbind\nsettc x\n', 'setty -echo\n', '\xff\xfe\0\n'])
def test_editrc(d, terminal, editrc):
    """A file of the user's: it may change keys, and is never in the way."""
    os.makedirs(d.path('home'), exist_ok=True)
    with open(d.path('home', '.editrc'), 'w', encoding='latin-1') as file:
        file.write(editrc)
    try:
        t = terminal()
        off = editrc == 'edit off\n'
        assert t.run('version' if off else 'ver\t').endswith('5.0.0\r\n')
        t.type('\x04')
        t.ended()
    finally:
        shutil.rmtree(d.path('home'))


def test_window_changes(terminal):
    """A narrower window: libedit wrote beyond its memory for the screen, and the shell was gone."""
    t = terminal(size=(24, 80))
    for columns in (30, 20, 80):
        t.type('help ' + 'x' * 100)
        t.expect('x')
        t.child.setwinsize(10, columns)
        t.expect(PROMPT)  # drawn anew
        t.type('yyy\x15version\r')
        t.expect('5.0.0\r\n')
        t.prompt()
    t.type('vers')
    t.child.setwinsize(24, 100)
    t.type('ion\r')
    t.expect('5.0.0\r\n')


def test_very_long_line(terminal):
    """Longer than what a terminal takes as one line when it edits it itself."""
    t = terminal()
    t.type('help ' + 'x' * 6000 + '\r')
    t.child.expect(r'\*\*\* No help on x{6000}\r\n')
    t.prompt()


# -- history -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize('end', ['\x04', '\x03', 'exit\r'])
def test_history_is_written_at_each_end(d, terminal, end):
    path = d.path('history')
    with contextlib.suppress(OSError):
        os.unlink(path)
    t = terminal('-r', path)
    for line in ('version', 'version', '', 'pid', 'version', 'version'):
        t.run(line)
    t.type('shutdown\r')
    t.expect('y/N? ')
    t.type('nobody knows\r')
    t.prompt()
    t.type('fg cat\r')
    t.expect(PRESS)
    t.type('secret\r')
    t.expect('secret\r\n')
    t.expect('secret\r\n')
    t.type('\x03')
    t.prompt()
    t.type(end)
    t.ended()
    kept = 'version\npid\nversion\nshutdown\nfg cat\n' + ('exit\n' if end == 'exit\r' else '')
    assert d.read('history') == kept
    assert os.stat(path).st_mode & 0o7777 == 0o600
    # The next session goes on from there.
    t = terminal('-r', path)
    t.type('\x1b[A' * (3 if end == 'exit\r' else 2) + '\x05\r')
    t.expect('y/N? ')
    t.type('\r')
    t.prompt()
    t.run('status cat')
    t.type('\x04')
    t.ended()
    assert d.read('history') == kept + 'shutdown\nstatus cat\n'


@pytest.mark.parametrize('kind', ['directory', 'below a file', 'missing directory', 'FIFO'])
def test_history_file_that_is_none(d, terminal, kind):
    """Nobody is told, and nothing hangs."""
    path = {'directory': d.path('log'), 'below a file': d.path('c.conf', 'x'), 'missing directory': d.path('none', 'x'),
            'FIFO': d.path('fifo')}[kind]
    if kind == 'FIFO' and not os.path.exists(path):
        os.mkfifo(path)
    t = terminal('-r', path)
    assert t.run('version').endswith('5.0.0\r\n')
    t.type('\x04')
    assert t.ended() == '\r\n'


# -- fg ------------------------------------------------------------------------------------------------------------

def test_fg(terminal):
    t = terminal()
    t.type('fg echo\r')
    t.expect(PRESS)
    for line in ('hello', 'err or', ''):
        t.type(line + '\r')
        t.expect(line + '\r\n')
        t.expect({'hello': 'got hello\r\n', 'err or': 'err or\r\n', '': 'got\r\n'}[line])
    t.type('half a line\x03')
    t.expect('Exiting foreground\r\n')
    t.prompt()
    t.type('fg echo\r')
    t.expect(PRESS)
    t.type('\x04')
    t.expect('Exiting foreground\r\n')
    t.prompt()
    assert t.run('version').endswith('5.0.0\r\n')


def test_fg_of_one_that_dies(d, terminal):
    """It is told at once, by itself; what is half typed is thrown away, and the prompt works."""
    t = terminal()
    for how in ('line', 'signal', 'stop'):
        if d.state('one') != 'RUNNING':
            d.rpc.supervisor.startProcess('one')
        t.type('fg one\r')
        t.expect(PRESS)
        t.expect('Cannot read, status code 404\r\n')  # redirect_stderr
        t.type('err in one\r')
        t.expect('err in one\r\n')
        t.expect('err in one\r\n')
        if how == 'line':
            t.type('die\r')
        else:
            t.type('shut')
            t.expect('shut')
            if how == 'signal':
                os.kill(d.info('one')['pid'], signal.SIGKILL)
            else:
                d.rpc.supervisor.stopProcess('one')
        t.expect('Process got killed\r\nExiting foreground\r\n')
        t.prompt()
        assert t.run('version') == 'version\r\n5.0.0\r\n'
    assert 'ERROR: process not running' in t.run('fg one')
    d.rpc.supervisor.startProcess('one')


def test_fg_without_logs(d, terminal):
    t = terminal('fg', 'silent', wait=False)
    t.expect(PRESS)
    # Each on its own connection, so in any order.
    channels = set()
    while len(channels) < 2:
        t.child.expect(r'/logtail/silent/(stdout|stderr) Cannot read, status code 404\r\n')
        channels.add(t.child.match.group(1))
    t.type('hello\r')
    t.expect('hello\r\n')
    t.type('\x03')
    assert t.ended().endswith('Exiting foreground\r\n')


def test_fg_of_a_flood(d, terminal):
    d.rpc.supervisor.startProcess('flood')
    try:
        t = terminal()
        t.type('fg flood\r')
        for _ in range(20):
            t.expect('flooding\r\n')
        t.type('\x03')
        t.expect('Exiting foreground\r\n')
        t.prompt()
        assert t.run('version').endswith('5.0.0\r\n')
        # Fed by a pipe it ends although the output does not.
        assert d.ctl('fg', 'flood', stdin='x\n').out.endswith('Exiting foreground\n')
    finally:
        d.rpc.supervisor.stopProcess('flood')


def test_fg_on_a_pipe(d):
    """What the process says to the last line is still seen.  (One that said something and is then quiet for 0.2 s is taken to
    have said all, so this one says it at once.)"""
    d.rpc.supervisor.clearProcessLogs('gather')
    assert d.ctl('fg', 'gather', stdin='').out == '==> Press Ctrl-C to exit <==\nExiting foreground\n'
    result = d.ctl('fg', 'gather', stdin='one\r\ntwo\nlast')
    assert (result.status, result.err) == (0, '')
    assert result.out == '==> Press Ctrl-C to exit <==\ngot one\ngot two\ngot last\nExiting foreground\n'


# -- log streams ---------------------------------------------------------------------------------------------------

def test_tail_f(d, terminal):
    t = terminal()
    t.type('tail -f cat\r')
    t.expect(PRESS)
    d.rpc.supervisor.sendProcessStdin('cat', 'seen live\n')
    t.expect('seen live\r\n')
    t.type('\x03')
    assert t.prompt() == '^C\r\n'
    t.type('maintail -f\r')
    t.expect(PRESS)
    t.expect('INFO')
    t.type('\x03')
    t.prompt()
    t.type('tail -f silent\r')
    t.child.expect(r'/logtail/silent/stdout Cannot read, status code 404\r\n')
    t.prompt()
    assert t.run('version').endswith('5.0.0\r\n')


def test_tail_f_across_rotations_and_clears(d, terminal):
    t = terminal('tail', '-f', 'turns', wait=False)
    t.expect(PRESS)
    for n in range(30):
        line = 'line %04d of those that turn the log\r\n' % n
        d.rpc.supervisor.sendProcessStdin('turns', line.replace('\r', ''))
        assert t.expect(line) in ('', '==> File truncated <==\r\n')
        if n == 20:
            d.rpc.supervisor.clearProcessLogs('turns')
    assert os.path.exists(d.path('log', [name for name in os.listdir(d.path('log')) if name.startswith('turns-stdout')
                                         and name.endswith('.1')][0]))
    t.type('\x03')
    assert t.ended() == '^C\r\n'


def test_tail_f_that_is_not_read(d):
    """The daemon and the program go on; the reader misses nothing of what it reads in time, and ends when told."""
    d.rpc.supervisor.startProcess('flood')
    tail = subprocess.Popen([OURS.supervisorctl, '-c', d.config, 'tail', '-f', 'flood'], env=d.env,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert tail.stdout.readline() == b'==> Press Ctrl-C to exit <==\n'
        assert tail.stdout.readline() != b''
        pid = d.info('cat')['pid']
        assert d.ctl('pid', 'cat').out == '%d\n' % pid
        d.rpc.supervisor.stopProcess('flood')
        assert is_alive(tail.pid)
        tail.send_signal(signal.SIGINT)
        out, err = tail.communicate(timeout=DEADLINE)
        assert err == b'' and tail.returncode == 0
        # The first and the last may be cut.
        assert set(out.splitlines()[1:-1]) <= {b'flooding', b''}
    finally:
        tail.kill()
        tail.wait()


@pytest.mark.parametrize('command', ['tail -f cat', 'tail -f web*', 'maintail -f', 'fg cat'])
def test_interrupt_as_soon_as_it_is_offered(d, command):
    """One that came with the line that offers it killed the client, since it was not heard yet."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(writer, b'x' * 4096):
            pass
    os.set_blocking(writer, True)
    with subprocess.Popen([OURS.supervisorctl, '-c', d.config, *command.split()], env=d.env, stdin=subprocess.DEVNULL,
                          stdout=writer, stderr=subprocess.PIPE) as child:
        os.close(writer)

        def is_writing():
            with open('/proc/%d/syscall' % child.pid) as file:
                return file.read().split()[1:2] == ['0x1']
        wait_until(is_writing, what='it waits for its reader')
        child.send_signal(signal.SIGINT)
        with open(reader, 'rb') as out:
            said = out.read()
        assert (child.wait(DEADLINE), child.stderr.read()) == (0, b'')
        assert said.lstrip(b'x').startswith(b'==> Press Ctrl-C to exit <==\n')


def pipe_into_head(d, command):
    """A stream learns that nobody reads when it has something to say."""
    pipe = subprocess.Popen(['/bin/sh', '-c', '"$@" </dev/null | head -n 1', 'sh', OURS.supervisorctl, '-c', d.config,
                             *command.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=d.env)

    def ended():
        if '-f' in command:
            d.rpc.supervisor.sendProcessStdin('cat', 'more\n')
        if command == 'maintail -f':
            for call in (d.rpc.supervisor.stopProcess, d.rpc.supervisor.startProcess):
                with contextlib.suppress(xmlrpc.client.Fault):
                    call('web:web_01')
        return pipe.poll() is not None
    wait_until(ended)
    out, err = pipe.communicate()
    return subprocess.CompletedProcess([], pipe.returncode, out, err)


@pytest.mark.parametrize('command', ['status', 'tail -f cat', 'maintail -f', 'help', 'fg cat'])
def test_reader_that_leaves(d, command):
    """`supervisorctl status | head -1` is quiet."""
    done = pipe_into_head(d, command)
    assert done.stderr == ''
    assert len(done.stdout.splitlines()) == 1


def test_daemon_dies_meanwhile():
    """Streams end without a word, the shell tells at the next command."""
    d = Daemon(OURS, program('cat', '/bin/cat', startsecs=0))
    try:
        d.strays_allowed = True
        d.start()
        d.wait_state('cat', 'RUNNING')
        t = Terminal(d)
        t.prompt()
        t.type('tail -f cat\r')
        t.expect(PRESS)
        d.rpc.supervisor.sendProcessStdin('cat', 'hello\n')
        t.expect('hello\r\n')
        d.kill(signal.SIGKILL)
        assert t.prompt() == ''
        d.process.wait(DEADLINE)
        assert t.run('version').endswith('unix://%s refused connection\r\n' % d.socket)
        assert t.run('fg cat').endswith('unix://%s refused connection\r\n' % d.socket)
        t.type('\x04')
        t.ended()
    finally:
        d.process.wait()
        d.cleanup()
