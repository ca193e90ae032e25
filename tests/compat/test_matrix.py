"""Each of the 21 commands of supervisorctl, with each form of its arguments, in the four combinations of programs.

One table: for each command its steps (four.py).  The four daemons are shared by all tests of a worker; before each they
are brought to the same state.  Each command must be seen to succeed and to fail at least once.
"""

import os
import re
import sys

import harness
import pytest
from harness import program, reference_is_installed

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from four import (COMMANDS, PAIRS, Run, complaints, config, ctl, ctls, finish, follow, gone, log, play, rpc,  # noqa: E402
                  state, write)

pytestmark = pytest.mark.skipif(not reference_is_installed(),
                                reason='the reference (package supervisor) is not installed')

#: Wider than the columns of status (30) and of avail (32).
LONG = 'n' * 45

QUICK = {'startsecs': 0, 'stopwaitsecs': 1}
NONE = {'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
IDLE = {'autostart': 'false', **QUICK, **NONE}

PROGRAMS = (
    program('cat', '/bin/cat', priority=10, stdout_logfile='%(here)s/log/cat.out', stderr_logfile='%(here)s/log/cat.err',
            **QUICK) +
    program('web', '/bin/sh -c "echo out %(process_num)d; echo err >&2; exec cat"', numprocs=2, priority=20,
            process_name='%(program_name)s_%(process_num)02d', redirect_stderr='true',
            stdout_logfile='%(here)s/log/web%(process_num)d', **QUICK) +
    program('idle', '/bin/cat', **IDLE) +
    '[group:mix]\nprograms=two,one\npriority=30\n\n' +
    program('one', '/bin/cat', priority=2, **IDLE) + program('two', '/bin/cat', priority=1, **IDLE) +
    program('nofile', '/nonexistent/prog arg', autostart='false', **NONE) +
    program('noexec', '/etc/passwd', autostart='false', **NONE) +
    program('badcmd', "sh -c 'abc", autostart='false', **NONE) +
    program('quick', '/bin/sh -c "sleep 0.3; exit 3"', startretries=0, startsecs=5, autostart='false', **NONE) +
    program('done', '/bin/sh -c "read line"', startsecs=0, autorestart='false', **NONE) +
    program(LONG, '/bin/cat', **IDLE))
UP = ['cat', 'web:web_00', 'web:web_01']



def say(text):
    """Makes the program cat write something."""
    return lambda run: run.daemon.rpc.supervisor.sendProcessStdin('cat', text)


CHANGED = (PROGRAMS.replace('/bin/cat\npriority=10', '/bin/cat -u\npriority=11').replace('[program:idle]', '[program:idle2]') +
           program('added', '/bin/cat', **IDLE))

MATRIX = {
    'status': ctls(
        'status', 'status cat', 'status web:*', 'status web:', 'status cat:cat cat', 'status all nope', 'status nope all',
        'status mix:one web:*', 'status nope', 'status web', 'status nope:*', 'status nope:', 'status :cat', 'status :',
        'status cat nope', 'status idle nope', 'status nope idle nope:x', 'status mix:nope mix:*', 'status %s cat' % LONG,
        'status gr\u00fcn', 'status:cat', 'status -x', 'status done'),
    'start': [*ctls(
        'start idle', 'start idle', 'start cat:cat', 'start mix:*', 'start mix:*', 'start mix:', 'start mix:one idle nope',
        'start web', 'start nope', 'start nofile', 'start noexec', 'start badcmd', 'start quick', 'start nope:*',
        'start nope: idle', 'start nope nope:* idle', 'start nope:* nope', 'start nofile idle', 'start idle nofile', 'start',
        'start :x', 'start :', 'start idle %s' % LONG, 'stop mix:*'), *ctls('start mix:two mix:one', 'start quick nope'),
        *ctls('start done'), finish('done')],
    'stop': [*ctls(
        'stop cat', 'stop cat', 'stop web:*', 'stop web:*', 'stop mix:', 'stop nope', 'stop nope:*', 'stop nope: idle',
        'stop web', 'stop idle nope', 'stop nope idle', 'stop', 'stop :', 'start cat web:web_01', 'stop web:web_01 cat:cat',
        'start cat', 'stop nope all', 'stop all')],
    'restart': [*ctls(
        'restart cat', 'restart web:*', 'restart web:web_00 cat', 'restart idle', 'restart mix:*', 'restart nope',
        'restart nope:*', 'restart nofile', 'restart cat nope', 'restart nope cat', 'restart', 'restart web',
        'restart mix:one mix:two', 'restart nope:* cat')],
    'signal': ctls(
        'signal CONT cat', 'signal cont cat:cat', 'signal SIGCONT web:*', 'signal 18 web:web_00 cat', 'signal CONT all',
        'signal CONT nope all', 'signal CONT mix:', 'signal FOO cat', 'signal FOO all', 'signal FOO web:*', 'signal FOO mix:*',
        'signal 99 cat', 'signal -1 cat', 'signal HUP idle', 'signal HUP nope', 'signal HUP nope:*', 'signal HUP nope: idle',
        'signal HUP idle nope', 'signal HUP nope idle', 'signal HUP idle cat:nope', 'signal', 'signal HUP', 'signal cat HUP'),
    'pid': ctls(
        'pid', 'pid cat', 'pid cat:cat web:web_01', 'pid all', 'pid nope all', 'pid idle', 'pid nope', 'pid web', 'pid web:*',
        'pid idle nope', 'pid nope idle', 'pid cat idle cat', 'pid :'),
    'version': [*ctls('version', 'version x'), ctl('version', ' '), ctl('version', '-x')],
    'avail': [*ctls('avail', 'avail x', 'avail all'), ctl('avail', ' ')],
    'tail': [
        log('log/web0', 'out 0\nerr'), write('log/cat.out', 'first line\nsecond gr\u00fcn line\n'), write('log/cat.err', 'oops\n'),
        *ctls('tail cat', 'tail -5 cat', 'tail -0 cat', 'tail cat stdout', 'tail cat stderr', 'tail cat STDERR', 'tail -3 cat stderr',
              'tail web:web_00', 'tail web:web_00 stderr', 'tail idle', 'tail idle stderr', 'tail nope', 'tail cat:nope', 'tail web',
              'tail web:*', 'tail -9999999 cat', 'tail', 'tail -f', 'tail -5', 'tail -', 'tail -x cat', 'tail -1.5 cat',
              'tail cat foo', "tail cat a'b", 'tail cat junk stderr', 'tail cat -f', 'tail a b c d', 'tail-5 cat',
              'tail -f nope', 'tail -f idle', 'tail -f web:web_00 stderr', 'tail -f web:*', 'tail -f cat foo'),
        follow('tail', '-f', 'cat', until=('line\n', 'seen\n'), more=say('seen\n')),
        follow('tail', '-f', 'cat', 'stderr', until=('oops\n',)),
        follow('tail', '-f', 'web:web_00', until=('err\n',))],
    'maintail': [
        rpc('supervisor.clearLog'), *ctls(
            'maintail', 'start idle', 'maintail', 'maintail -60', 'maintail -0', 'maintail -99999', 'maintail x', 'maintail -x',
            'maintail -', 'maintail a b', 'maintail -f x', 'maintail --f'),
        follow('maintail', '-f', until=('success: idle', 'success: one'),
               more=lambda run: run.daemon.rpc.supervisor.startProcess('mix:one'))],
    'clear': [
        write('log/cat.out', 'text\n'), *ctls(
            'clear cat', 'tail cat', 'clear cat:cat web:web_00', 'clear idle', 'clear nope', 'clear cat nope', 'clear nope cat', 'clear web',
            'clear web:*', 'clear web:', 'clear', 'clear all', 'clear nope all', 'clear mix:one mix:two')],
    'fg': [
        *ctls('fg', 'fg cat cat', 'fg nope', 'fg web:*', 'fg web', 'fg idle', 'fg done', 'fg all'),
        write('log/cat.out', ''), follow('fg', 'cat', until=('exit <==\n', 'hello\n'), stdin='hello\n'),
        write('log/cat.out', 'before\n'), follow('fg', 'cat:cat', until=('before\n', 'one\ntwo\n'), stdin='one\ntwo\n')],
    'add': [
        *ctls('add', 'add cat', 'add nope', 'add nope cat', 'add mix:one', 'add web:*', 'remove idle mix'),
        *ctls('add idle nope mix cat', 'status idle mix:*'), config(CHANGED), *ctls('add added', 'reread', 'add added'),
        config(PROGRAMS), *ctls('update', 'status')],
    'remove': [
        *ctls('remove', 'remove cat', 'remove nope', 'remove idle nope cat', 'status idle', 'start idle', 'remove cat:cat', 'remove web:*',
              'remove nope mix', 'avail', 'remove mix', 'add mix idle', 'stop cat', 'remove cat', 'signal CONT cat', 'add cat'),
        state('cat', 'RUNNING')],
    'reread': [
        *ctls('reread', 'reread x', 'reread all'), config(CHANGED), *ctls('reread', 'reread', 'avail'),
        config(PROGRAMS + '[program:x]\ncommand=/bin/cat\nstartsecs=soon\n'), *ctls('reread'), config(PROGRAMS), *ctls('reread')],
    'update': [
        *ctls('update', 'update all', 'update cat', 'update nope', 'update nope cat'), config(CHANGED),
        *ctls('update nope', 'update added', 'update idle', 'status', 'update cat nope'), state('cat', 'RUNNING'),
        *ctls('update nope all', 'update', 'update x'), config(PROGRAMS), *ctls('update all'), state('cat', 'RUNNING'),
        config(PROGRAMS + '[program:x]\ncommand=/bin/cat\nstartsecs=soon\n'), *ctls('update', 'update cat'), config(PROGRAMS),
        *ctls('update')],
    'open': [
        *ctls('open', 'open x', 'open ftp://x', 'open unix:///nonexistent/s', 'open UNIX:///nonexistent/s', 'open http://127.0.0.1:1',
              'open HTTP://127.0.0.1:1', 'open https://localhost'),
        lambda run: run.ctl(['open', 'unix://' + run.daemon.socket], '', None),
        lambda run: run.ctl(['open', 'unix://%s x' % run.daemon.socket], '', None)],
    'exit': [*ctls('exit', 'exit x', 'exit -x'), ctl(stdin='exit\nversion\n'), ctl(stdin='pid nope\nexit now\n')],
    'quit': [*ctls('quit', 'quit x'), ctl(stdin='  quit  \nversion\n'), ctl('-i', 'quit')],
    'reload': [
        *ctls('reload x', 'reload all'), ctl(stdin='reload\nn\nreload\n y\nreload\n'), ctl('-i', 'reload', stdin='no\n'),
        rpc('supervisor.clearLog'), *ctls('reload'), lambda run: run.daemon.wait_log('supervisord started'), *[state(name, 'RUNNING') for name in UP],
        finish('done'), *ctls('status', 'reload :')],
    'shutdown': [
        *ctls('shutdown x', 'shutdown all'), ctl(stdin='shutdown\nn\nshutdown\n y\nshutdown\n'), ctl('-i', 'shutdown', stdin='No\n'),
        ctl('-i', 'shutdown', stdin='Yes\n'), gone, *ctls('shutdown', 'status', 'status cat', 'open http://127.0.0.1:1'),
        *ctls(*(words for words in (
            'add cat', 'avail', 'clear cat', 'clear', 'fg cat', 'fg', 'maintail', 'maintail -f', 'pid', 'pid cat', 'reload', 'remove cat',
            'reread', 'restart cat', 'restart', 'signal HUP cat', 'signal', 'start cat', 'start', 'stop cat', 'stop', 'tail cat',
            'tail -f cat', 'tail', 'update', 'update cat', 'version', 'version x')))],
}

#: What cannot fail.
ALWAYS_WELL = ('exit', 'quit')


class Four:
    """The daemons of one worker, with the client that each is to be used with."""

    def __init__(self):
        self.runs = None

    def ready(self):
        """All four, in the same state."""
        if self.runs is None:
            self.runs = [Run(harness.Daemon(daemon, PROGRAMS, supervisord='loglevel=info'), client) for daemon, client in PAIRS]
            play(self.runs, [lambda run: run.start(UP), finish('done')])
        else:
            play(self.runs, [reset])
        return self.runs

    def end(self):
        for run in self.runs or ():
            run.daemon.cleanup()
        self.runs = None


def reset(run):
    """Stops what was started and starts what was stopped."""
    call = run.daemon.rpc.supervisor
    states = {'%(group)s:%(name)s' % info: info['statename'] for info in call.getAllProcessInfo()}
    wanted = [name if ':' in name else '%s:%s' % (name, name) for name in UP]
    for name, is_state in states.items():
        if name in wanted and is_state != 'RUNNING':
            call.startProcess(name)
        elif name not in wanted and is_state == 'RUNNING':
            call.stopProcess(name)


@pytest.fixture(scope='module')
def four(ours_runs):
    shared = Four()
    yield shared
    shared.end()


def exits(lines, command):
    """The exit statuses of a command in a transcript."""
    found, title = [], ''
    for line in lines:
        if line.startswith('$ supervisorctl'):
            title = re.sub(r'^\$ supervisorctl (?:-i )?', '', line)
        elif line.startswith('[exit ') and re.match(command + r'\b', title):
            found.append(int(re.search(r'\d+', line).group()))
    return found


@pytest.mark.parametrize('command', MATRIX)
def test_command(four, command):
    transcripts = play(four.ready(), MATRIX[command])
    problems = complaints(transcripts)
    if problems or command == 'shutdown':
        four.end()
    assert not problems, problems
    statuses = exits(transcripts[0], command)
    assert len(statuses) >= 2 and 0 in statuses
    assert command in ALWAYS_WELL or any(statuses)


def test_all_commands():
    assert sorted(MATRIX) == sorted(COMMANDS)
