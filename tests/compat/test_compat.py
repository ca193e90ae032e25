"""The same commands on ours and on the reference (Debian's package supervisor), and their answers compared.

Each scenario runs four times at once: our supervisorctl and the reference's, each on our supervisord and on the
reference's.
The runner is in four.py, and the commands one by one in test_matrix.py.
"""

import concurrent.futures
import os
import re
import sys

import pytest
from harness import OURS, REFERENCE, program

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from four import COMMANDS, PAIRS, Run, complaints, config, ctl, ctls, gone, log, play, ready, rpc, state  # noqa: E402

BASE = (program('cat', '/bin/cat', priority=10, stdout_logfile='%(here)s/log/cat.out',
                stderr_logfile='%(here)s/log/cat.err') +
        program('web', '/bin/sh -c "echo out %(process_num)d; echo err >&2; exec sleep 1000"', numprocs=2,
                process_name='%(program_name)s_%(process_num)02d', priority=20,
                stdout_logfile='%(here)s/log/web%(process_num)d.out', stderr_logfile='NONE') +
        program('idle', '/bin/sleep 1000', autostart='false', stdout_logfile='%(here)s/log/idle.out',
                stderr_logfile='NONE') +
        program('quick', '/bin/sh -c "sleep 0.3; exit 3"', startretries=0, startsecs=3, autostart='false') +
        program('nofile', '/nonexistent/prog arg', autostart='false') +
        program('noexec', '/etc/passwd', autostart='false') +
        program('badcmd', "sh -c 'abc", autostart='false'))
UP = ['cat', 'web:web_00', 'web:web_01']


SCENARIOS = {
    'status': (BASE, ctls(
        'status', 'status cat', 'status idle', 'status web:*', 'status web:', 'status web', 'status all cat',
        'status web:web_01 cat cat', 'status nope', 'status nope:*', 'status web:nope', 'status cat nope idle',
        'status nope:x cat', 'status:x')),
    'start and stop': (BASE, ctls(
        'start cat', 'stop cat', 'stop cat', 'start cat', 'restart cat', 'start nope', 'stop nope', 'start nope:*',
        'stop nope:*', 'start web', 'stop web:web_00', 'start web:*', 'stop web:*', 'start web:web_01 web:web_00',
        'start nofile', 'start noexec', 'start badcmd', 'start quick', 'status quick', 'start nofile idle cat',
        'stop idle idle', 'restart idle nope', 'restart nope:*', 'restart web:web_00', 'start nope:* cat')),
    'signal': (BASE, ctls(
        'signal CONT cat', 'signal sigcont cat', 'signal 18 cat', 'signal FOO cat', 'signal 99 cat', 'signal HUP nope',
        'signal CONT web:*', 'signal CONT all', 'signal CONT idle', 'signal CONT nope:*', 'signal CONT idle nope',
        'signal CONT nope idle', 'signal CONT', 'signal')),
    'logs': (BASE, [log('log/web0.out', 'out 0')] + ctls(
        'tail web:web_00', 'tail -3 web:web_00', 'tail -0 web:web_00', 'tail web:web_00 stdout',
        'tail web:web_00 stderr', 'tail cat', 'tail nope', 'tail cat both', 'tail cat BOTH', 'tail -x cat', 'tail',
        'tail -f', 'tail -', 'tail a b c d', 'tail cat junk stdout', 'tail cat -f', 'clear web:web_00', 'tail web:web_00',
        'clear nope', 'clear cat web:web_01', 'clear web:*', 'clear all', 'clear', 'maintail x', 'maintail -x',
        'maintail a b', 'tail -f nope', 'tail -f web:web_00 stderr')),
    'pid and version': (BASE, ctls(
        'pid', 'pid cat', 'pid cat web:web_00', 'pid idle', 'pid nope', 'pid idle nope', 'pid nope idle', 'pid web:*',
        'pid all', 'version', 'version x', 'avail', 'avail x')),
    'update': (BASE, [
        *ctls('reread', 'update', 'update nope'),
        config(BASE.replace('/bin/cat', '/bin/cat -u') + program('new', '/bin/cat', priority=5, stdout_logfile='NONE')),
        *ctls('reread', 'avail', 'add nope', 'add new', 'add new', 'reread', 'update nope idle', 'update'),
        state('cat', 'RUNNING'), state('new', 'RUNNING'),
        config(program('cat', '/bin/cat', startsecs='soon')),
        *ctls('reread', 'update'),
        config(program('new', '/bin/cat', priority=5, stdout_logfile='NONE')),
        *ctls('reread', 'remove cat nope', 'stop cat', 'remove cat', 'status cat', 'update web', 'update all', 'status',
              'update', 'reread x', 'update x', 'add', 'remove')]),
    'help': (BASE, [*ctls('help', '?', '? start', 'help nope', 'help EOF', 'help start stop', 'help help'),
                    *ctls(*('help ' + name for name in COMMANDS))]),
    'syntax': (BASE, ctls(
        'frobnicate', 'frobnicate x', 'Status', 'stat', '!ls', 'start', 'stop', 'restart', 'signal', 'clear', 'tail',
        'reload x', 'shutdown x', 'reread x', 'version x', 'avail x', 'fg', 'fg a b', 'fg nope', 'fg idle', 'open',
        'open foo', 'open ftp://x', 'maintail a b', 'EOF', 'exit', 'quit x')),
    'shell': (BASE, [
        ctl(stdin='version\n\nstatus cat\nfrobnicate\nhelp start\n  status idle  \n?stop\nstart cat\nstop cat\nexit\n'),
        ctl(stdin='shutdown\nn\nreload\n\nversion'),
        ctl(stdin='EOF\n'),
        ctl(stdin='status web:*; x\npid nope\n'),
        ctl('-i', 'version', stdin=''),
        ctl('-i', 'shutdown', stdin='no\n')]),
    'shutdown': (BASE, [*ctls('shutdown'), gone, *ctls(
        'status', 'start cat', 'stop all', 'pid', 'version', 'tail cat', 'reread', 'update', 'avail', 'shutdown',
        'reload', 'clear all', 'signal HUP cat', 'add cat', 'maintail', 'open http://127.0.0.1:1')]),
    'reload': (BASE, [*ctls('reload'), ready, *[state(name, 'RUNNING') for name in UP],
                      *ctls('status', 'status cat', 'start idle')]),
    'options': (BASE, [ctl(*words.split()) for words in (
        '-Z', '--nope', '-c', '--serverurl', '--help=1', '--h', '-u a -u b', '-i -i', '-s x status', '-s http:// pid',
        '--serverurl x', '-c /nonexistent status', '-c / status', '-c /dev/null status', '-v', '--version')] + [
        ctl('pid', options=['-s', 'ftp://x/']), ctl('pid', options=['-s', 'https://localhost:1']),
        ctl('pid', options=['-s', 'http://127.0.0.1:99999']), ctl('pid', options=['-s', 'http://localhost:abc']),
        ctl('pid', options=['-s', 'unix:///nonexistent/s']), ctl('pid', 'cat', options=['--conf=c.conf'])]),
    'stop order': (''.join(program(name, '/bin/cat', priority=priority, autostart='false', stdout_logfile='NONE',
                                   stderr_logfile='NONE')
                           for name, priority in (('one', 10), ('two', 100), ('three', 1))),
                   ctls('start all', 'status', 'stop all', 'start two one', 'stop two one', 'restart one three')),
    'rpc': (BASE, [
        log('log/web0.out', 'out 0'),
        rpc('supervisor.getAPIVersion'), rpc('supervisor.getState'), rpc('supervisor.getIdentification'),
        rpc('supervisor.getPID'), rpc('supervisor.getAllProcessInfo'), rpc('supervisor.getProcessInfo', 'web:web_01'),
        rpc('supervisor.getProcessInfo', 'nope'), rpc('supervisor.getProcessInfo', 'web:*'),
        rpc('supervisor.getProcessInfo'), rpc('supervisor.nope'), rpc('nope'), rpc('supervisor.getState', 1),
        rpc('supervisor.stopProcess', 'cat'), rpc('supervisor.stopProcess', 'cat'),
        rpc('supervisor.startProcess', 'cat'), rpc('supervisor.startProcess', 'cat'),
        rpc('supervisor.startProcess', 'nofile'), rpc('supervisor.startProcess', 'noexec'),
        rpc('supervisor.startProcessGroup', 'web'), rpc('supervisor.startProcessGroup', 'nope'),
        rpc('supervisor.stopProcessGroup', 'web'), rpc('supervisor.signalProcess', 'cat', 'FOO'),
        rpc('supervisor.signalAllProcesses', 'CONT'), rpc('supervisor.readProcessStdoutLog', 'web:web_00', 0, 3),
        rpc('supervisor.tailProcessStdoutLog', 'web:web_00', 0, 3), rpc('supervisor.clearProcessLogs', 'web:web_00'),
        rpc('supervisor.reloadConfig'), rpc('supervisor.addProcessGroup', 'cat'),
        rpc('supervisor.addProcessGroup', 'nope'), rpc('supervisor.removeProcessGroup', 'cat'),
        rpc('supervisor.getAllConfigInfo'),
        rpc('system.methodSignature', 'supervisor.startProcess'), rpc('system.methodSignature', 'nope')]),
}

@pytest.mark.parametrize('name', SCENARIOS)
def test_same_answers(name, make_daemon):
    text, steps = SCENARIOS[name]
    runs = [Run(make_daemon(daemon, text), client) for daemon, client in PAIRS]
    up = UP if '[program:web]' in text else []
    problems = complaints(play(runs, [lambda run: run.start(up), *steps]))
    assert not problems, problems


LOG_STEPS = [*ctls('start idle', 'stop idle', 'start quick', 'signal HUP cat'),
             lambda run: run.daemon.wait_log('success: cat', count=2),
             *ctls('stop web:*', 'restart web:web_00', 'shutdown'), gone]


def test_same_log(make_daemon):
    """The main log of both, at info, without dates and pids.  Lines whose order is left to chance are not caused."""
    runs = [Run(make_daemon(impl, BASE.replace('startsecs=3', 'startsecs=5'), supervisord='loglevel=info'), impl)
            for impl in (REFERENCE, OURS)]

    def play(run):
        run.start(UP)
        for step in LOG_STEPS:
            step(run)
        run.lines = []
        run.say('\n'.join(run.daemon.log_messages()))
        # How often "waiting" is said depends on when one looks; who comes first in a group is left to the kernel.
        return sorted(line for line in run.lines if 'waiting for' not in line)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        reference, ours = list(pool.map(play, runs))
    assert ours == reference


def test_command_line_of_supervisord(make_daemon):
    """supervisord's own command line: texts and statuses."""
    answers = []
    for impl in (REFERENCE, OURS):
        daemon = make_daemon(impl, BASE)
        said = []
        for words in ('-Z', '--nope', '-c', '--nodaemon=1', '--log', 'x', '-c c.conf x y', '-n -n', '-e loud', '-m 9',
                      '-y 1TB', '-z many', '-a few', '-l /nonexistent/x', '-d /nonexistent', '-q /nonexistent',
                      '-c /nonexistent', '-c /', '-u no-such-user -c c.conf', '-n --nodaemon', '-s -k -t -Z'):
            result = daemon.run(*words.split())
            # Ours adds why a file cannot be read, and what is accepted.
            err = re.sub(r' \((Is a directory|accepted: .*)\)$', '', result.err, flags=re.M)
            err = err.replace(impl.supervisord, 'supervisord')
            said.append('$ supervisord %s\n%s%s[exit %d]' % (words, result.out, err, result.status))
        answers.append('\n'.join(said).splitlines())
    assert answers[0] == answers[1]


