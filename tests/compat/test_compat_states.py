"""Starting, failing, ending, stopping: the states of processes, what is said of them, and what signals do."""

import os
import resource

import pytest
from harness import is_alive, lonely_uid, process_state, raise_nproc, wait_until
from scenario import listener, program, scenario

#: Runs until somebody writes a file `go` with an exit status, or a shell command; then it takes the file away and does it.
ON_ORDER = ("/bin/sh -c 'while [ ! -s %(here)s/go ]; do sleep 0.02; done; "
            "read order <%(here)s/go; rm %(here)s/go; eval \"$order\"'")


def quick(how='exit 3', name='quick', **options):
    return program(name, "/bin/sh -c '%s'" % how, **{'startsecs': 30, 'startretries': 0, **options})


def give_order(run, order):
    run.write('go.new', order + '\n')
    os.rename(run.daemon.path('go.new'), run.daemon.path('go'))


def files(run, name):
    return run.daemon.read(name).split()


# Failing to stay up

@scenario(quick(startretries=2, autostart='false') + listener('all', 'PROCESS_STATE', startsecs=0))
def test_backoff_and_giving_up(run):
    """Three tries, each a little later, then FATAL; a start by hand begins anew."""
    run.wait_log('success: all')
    run.rpc('startProcess', 'quick')
    run.wait('quick', 'FATAL')
    run.wait_event('all', 'PROCESS_STATE_FATAL processname:quick')
    run.states('quick')
    run.ctl('start', 'quick')
    run.wait_event('all', 'PROCESS_STATE_FATAL processname:quick', count=2)
    run.ctl('status', 'quick')


@pytest.mark.parametrize('how', ['exit 0', 'exit 1', 'exit 255', 'kill -KILL $$', 'kill -USR1 $$', 'kill -34 $$',
                                 'kill -40 $$'])
@scenario(lambda how: quick(how))
def test_too_quick(run, how):
    run.wait('quick', 'FATAL')
    run.states()
    run.rpc('stopProcess', 'quick')
    run.rpc('signalProcess', 'quick', 'HUP')


@pytest.mark.parametrize('startretries', ['0', '1', '-1'])
@scenario(lambda startretries: quick(startretries=startretries, autorestart='true'))
def test_startretries(run, startretries):
    """autorestart has no say in how often a start is tried."""
    run.wait('quick', 'FATAL')


@scenario(quick('sleep 0.5; exit 3', startretries=50, autostart='false'), level='debug')
def test_stop_in_backoff(run):
    run.rpc('startProcess', 'quick', False)
    # Four failures: the next try is seconds away.
    run.wait_log('exited: quick', count=4)
    run.wait('quick', 'BACKOFF')
    run.rpc('startProcess', 'quick')
    run.rpc('signalProcess', 'quick', 'HUP')
    run.rpc('stopProcess', 'quick')
    run.states('quick')


@scenario(program('cat', '/bin/cat', startsecs=30, startretries=1))
def test_killed_before_startsecs(run):
    run.wait('cat', 'STARTING')
    run.signal('cat', 'KILL')
    run.wait_log('spawned: .cat.', count=2)
    run.rpc('stopProcess', 'cat')
    run.states()


@pytest.mark.parametrize('startsecs', ['0', '-1', '1'])
@scenario(lambda startsecs: program('cat', '/bin/cat', startsecs=startsecs, autostart='false'))
def test_startsecs(run, startsecs):
    run.rpc('startProcess', 'cat')
    run.rpc('startProcess', 'cat')
    run.states()


# Ending by itself

ENDS = [('exit 0', None), ('exit 7', None), ('exit 1', None), ('', 'KILL')]


@pytest.mark.parametrize('autorestart', ['false', 'unexpected', 'true'])
@pytest.mark.parametrize('order, signal', ENDS)
@scenario(lambda autorestart, order, signal: program('p', ON_ORDER, autorestart=autorestart, exitcodes='0,7', startsecs=0, autostart='false') +
          listener('all', 'PROCESS_STATE', startsecs=0))
def test_autorestart(run, autorestart, order, signal):
    """What ends is started again, or not: autorestart and exitcodes decide, and the log says what was expected."""
    again = autorestart == 'true' or autorestart == 'unexpected' and order not in ('exit 0', 'exit 7')
    run.wait_log('success: all')
    run.rpc('startProcess', 'p')
    if signal:
        run.signal('p', signal)
    else:
        give_order(run, order)
    run.wait_event('all', 'PROCESS_STATE_EXITED processname:p')
    if again:
        run.wait_log('success: p', count=2)
        run.wait_event('all', 'PROCESS_STATE_RUNNING processname:p', count=2)
    run.states('p')
    run.rpc('stopProcess', 'p')
    if again:
        run.wait_event('all', 'PROCESS_STATE_STOPPED processname:p')


@scenario(program('p', ON_ORDER, startsecs=0, autorestart='true', startretries=0))
def test_startsecs_zero_is_never_given_up(run):
    for n in range(1, 4):
        run.wait_log('success: p', count=n)
        give_order(run, 'exit 1')
        run.wait_log('exited: p', count=n)
    run.wait_log('success: p', count=4)


@scenario(program('p', "/bin/sh -c 'sleep 1000 & echo $! >%(here)s/left; exit 0'", startsecs=30, startretries=0))
def test_daemonizes_too_quickly(run):
    """A program that puts itself into the background has ended, for who supervises it; what it left goes on."""
    run.daemon.strays_allowed = True
    run.wait('p', 'FATAL')
    run.say('alive: %s' % [is_alive(int(pid)) for pid in files(run, 'left')])
    os.unlink(run.daemon.path('left'))
    run.states()


@scenario(program('p', ON_ORDER, startsecs=0, autorestart='false', stdout_logfile='%(here)s/log/out'))
def test_daemonizes_later(run):
    run.daemon.strays_allowed = True
    run.wait('p', 'RUNNING')
    give_order(run, 'sleep 1000 & echo $! >%s; exit 0' % run.daemon.path('left'))
    run.wait('p', 'EXITED')
    run.say('alive: %s' % [is_alive(int(pid)) for pid in files(run, 'left')])
    os.unlink(run.daemon.path('left'))
    run.states()


# What cannot be executed

def unexecutable(run):
    for name, text, mode in [('interpreter', '#!/nonexistent/interpreter\n', 0o755), ('noline', 'echo hello\n', 0o755),
                             ('notme', '#!/bin/sh\n', 0o644), ('empty', '', 0o755)]:
        run.write(name, text)
        os.chmod(run.daemon.path(name), mode)


COMMANDS = ['nosuchcommand', '%(here)s/nothing', '/', '%(here)s', 'log', '%(here)s/notme', "sh -c 'abc", 'sh -c "a', 'a\\',
            '""', '%(here)s/interpreter', '%(here)s/noline', '%(here)s/empty', '/bin/echo ' + 'x' * 140000,
            "it's", '"it\'s a file"', 'caf\u00e9', "''/bin/cat/nothing"]


@pytest.mark.parametrize('command', COMMANDS, ids=range(len(COMMANDS)))
@scenario(lambda command: program('bad', command, startsecs=30, startretries=0, stderr_logfile='%(here)s/log/err',
                                  stdout_logfile='%(here)s/log/out'), before=unexecutable)
def test_cannot_be_executed(run, command):
    """State, spawnerr, log line, fault, exit status of supervisorctl, and what the child says in its log."""
    run.wait('bad', 'FATAL')
    run.states()
    run.rpc('startProcess', 'bad')
    run.wait('bad', 'FATAL')
    if not run.daemon.read('log/err'):  # else there is a child, and whether it is dead already is a race
        run.rpc('startProcess', 'bad', False)
        run.wait('bad', 'FATAL')
    run.ctl('start', 'bad')
    run.wait('bad', 'FATAL')
    run.ctl('status')


DIRECTORIES = ['%(here)s/nowhere', '%(here)s/c.conf', '%(here)s/closed']


def closed_directory(run):
    os.mkdir(run.daemon.path('closed'), 0o700)


@pytest.mark.root
@pytest.mark.parametrize('directory', DIRECTORIES, ids=['missing', 'a file', 'closed'])
@scenario(lambda directory: program('bad', '/bin/cat', directory=directory, user='nobody', startsecs=30, startretries=0,
                                    stderr_logfile='%(here)s/log/err', stdout_logfile='%(here)s/log/out'),
          before=closed_directory)
def test_directory(run, directory):
    run.wait('bad', 'FATAL')
    run.states()
    run.rpc('startProcess', 'bad')


@scenario(program('bad', '/bin/cat', user='nosuchuser'), differences=('where',), start=False)
def test_user_that_is_unknown(run):
    run.supervisord('-n', '-c', run.daemon.config)


@pytest.mark.parametrize('redirect', ['false', 'true'])
@scenario(lambda redirect: program('bad', '/bin/cat', startsecs=30, startretries=1, redirect_stderr=redirect,
                                   stdout_logfile='%(here)s/log/sub/out'), differences=('which log',), start=False)
def test_log_whose_directory_goes(run, redirect):
    os.mkdir(run.daemon.path('log/sub'))
    run.config(program('bad', '/bin/cat', startsecs=30, startretries=1, redirect_stderr=redirect, autostart='false',
                       stdout_logfile='%(here)s/log/sub/out', stderr_logfile='NONE'))
    run.start()
    os.rmdir(run.daemon.path('log/sub'))
    run.rpc('startProcess', 'bad')
    run.wait('bad', 'FATAL')
    run.states()
    os.mkdir(run.daemon.path('log/sub'))
    run.rpc('startProcess', 'bad', False)
    run.wait('bad', 'STARTING')
    run.rpc('stopProcess', 'bad')


@scenario(program('bad', '/bin/cat', startsecs=30, startretries=0, stdout_logfile='%(here)s/log', stderr_logfile='NONE'),
          differences=('which log',))
def test_log_that_is_a_directory(run):
    run.wait('bad', 'FATAL')
    run.states()
    run.ctl('start', 'bad')


@scenario(program('cat', '/bin/cat', autostart='false', startsecs=0, startretries=0, stdout_logfile='NONE',
                  stderr_logfile='NONE'))
def test_no_descriptors(run):
    """Not all pipes can be made; when there are descriptors again it starts."""
    # One for the connection, two for a pipe, one that is not enough.
    limits = run.daemon.no_more_descriptors(4)
    run.rpc('startProcess', 'cat')
    run.wait('cat', 'FATAL')
    run.states()
    resource.prlimit(run.daemon.pid, resource.RLIMIT_NOFILE, limits)
    run.rpc('startProcess', 'cat')


# A daemon that may do less

@pytest.mark.root
@scenario(program('cat', '/bin/cat', autostart='false', startsecs=0, startretries=0, stdout_logfile='NONE',
                  stderr_logfile='NONE'), supervisord='minprocs=1', start=False)
def test_no_processes(run):
    """fork fails with EAGAIN; when there may be processes again it starts."""
    uid = lonely_uid(run.impl)
    run.daemon.start_as(uid, 'prlimit', '--nproc=1:1000')
    run.rpc('startProcess', 'cat')
    run.wait('cat', 'FATAL')
    run.states()
    raise_nproc(run.daemon.pid, uid, 1000)
    run.rpc('startProcess', 'cat')


@pytest.mark.root
@scenario(program('bad', '%(here)s/mine', startsecs=30, startretries=0, autostart='false') +
          program('root', '/bin/cat', user='root', startsecs=30, startretries=0, autostart='false',
                  stderr_logfile='%(here)s/log/err'), start=False)
def test_not_root(run):
    """A command that others may run, and a user that only root can become."""
    run.write('mine', '#!/bin/sh\n')
    os.chmod(run.daemon.path('mine'), 0o700)
    run.daemon.start_as(54321)
    run.rpc('startProcess', 'bad')
    run.wait('bad', 'STOPPED')
    run.rpc('startProcess', 'root')
    run.wait('root', 'FATAL')
    run.states()


@pytest.mark.root
@pytest.mark.parametrize('method, args', [('stopProcess', ()), ('signalProcess', ('HUP',))], ids=['stop', 'signal'])
@scenario(lambda method, args: program('cat', '/bin/cat', user='nobody', startsecs=0, autostart='false', stdout_logfile='NONE',
                                       stderr_logfile='NONE') + listener('all', 'PROCESS_STATE', startsecs=0),
          differences=('why it cannot be killed',), start=False)
def test_may_not_kill(run, method, args):
    """A child that the daemon may not send signals to is UNKNOWN, and left alone at the end."""
    run.daemon.start(by=['setpriv', '--bounding-set=-kill'])
    run.wait_log('success: all')
    run.rpc('startProcess', 'cat')
    run.settle()
    run.daemon.strays_allowed = True
    run.rpc(method, 'cat', *args)
    run.wait_event('all', 'PROCESS_STATE_UNKNOWN processname:cat')
    run.states('cat')
    run.rpc('startProcess', 'cat')
    run.rpc('stopProcess', 'cat')
    run.rpc('signalProcess', 'cat', 'HUP')
    run.ctl('status', 'cat')


# Stopping

@pytest.mark.parametrize('trap', ['exit 0', 'exit 3', 'kill -KILL $$'])
@scenario(lambda trap: program('p', "/bin/sh -c 'trap \"%s\" TERM; echo ready; while :; do sleep 0.05; done'" % trap,
                               startsecs=0, autorestart='true', stdout_logfile='%(here)s/log/out'))
def test_stopped_how(run, trap):
    run.wait_log('ready', name='log/out')
    run.rpc('stopProcess', 'p')
    run.states()
    run.rpc('stopProcess', 'p')


@pytest.mark.parametrize('name', ['HUP', 'SIGINT', 'QUIT', 'USR1', '12', 'KILL'])
@scenario(lambda name: program('sleep', '/bin/sleep 1000', stopsignal=name, startsecs=0))
def test_stopsignal(run, name):
    run.wait('sleep', 'RUNNING')
    run.ctl('stop', 'sleep')
    run.states()


@scenario(program('hard', '%(ENV_CHILDREN)s/ignore_term', startsecs=0, stopwaitsecs=5, autostart='false',
                  stdout_logfile='%(here)s/log/out') + listener('all', 'PROCESS_STATE', startsecs=0))
def test_sigkill_follows(run):
    """SIGKILL after stopwaitsecs, and what can be done with it meanwhile."""
    run.wait_log('success: all')
    run.rpc('startProcess', 'hard')
    run.wait_log('ready', name='log/out')
    run.rpc('stopProcess', 'hard', False)
    run.states('hard')
    run.rpc('stopProcess', 'hard')
    run.rpc('startProcess', 'hard', False)
    run.rpc('signalProcess', 'hard', 'CONT')
    run.rpc('sendProcessStdin', 'hard', 'x')
    run.wait('hard', 'STOPPED')
    run.wait_event('all', 'PROCESS_STATE_STOPPED processname:hard')
    run.states('hard')


@scenario(program('sleep', '/bin/sleep 1000', startsecs=0, stopwaitsecs=1), level='debug')
def test_stop_while_suspended(run):
    """SIGTERM does not reach who is suspended; SIGKILL does."""
    run.wait('sleep', 'RUNNING')
    run.rpc('signalProcess', 'sleep', 'STOP')
    pid = run.daemon.info('sleep')['pid']
    run.wait_until(lambda: process_state(pid) == 'T', 'it is suspended')
    run.rpc('stopProcess', 'sleep')
    run.states()


@scenario(program('cat', '/bin/cat', startsecs=30), level='debug')
def test_stop_while_starting(run):
    run.wait('cat', 'STARTING')
    run.rpc('signalProcess', 'cat', 'CONT')
    run.rpc('stopProcess', 'cat')
    run.states()


@pytest.mark.parametrize('stopasgroup', ['false', 'true'])
@pytest.mark.parametrize('ignore', ['', 'ignore'])
@scenario(lambda stopasgroup, ignore: program(
    'family', '%(ENV_CHILDREN)s/family %(here)s/pids ' + ignore, startsecs=0, stopwaitsecs=1, stopasgroup=stopasgroup,
    killasgroup='true' if stopasgroup == 'true' or ignore else 'false'), level='debug')
def test_grandchildren(run, stopasgroup, ignore):
    """Who of a family is left after a stop: stopasgroup, killasgroup, and members that do not mind SIGTERM."""
    run.daemon.strays_allowed = True
    pids = [int(pid) for pid in run.wait_until(lambda: files(run, 'pids'), 'the family has started')]
    run.wait('family', 'RUNNING')
    run.rpc('stopProcess', 'family')
    left = 2 if stopasgroup == 'false' and not ignore else 0
    wait_until(lambda: sum(is_alive(pid) for pid in pids) == left, what='%d are left' % left)
    run.say('alive: %s' % [is_alive(pid) for pid in pids])
    os.unlink(run.daemon.path('pids'))


@scenario(program('sleep', '/bin/sleep 1000', startsecs=0))
def test_never_reads_its_stdin(run):
    """More than a pipe takes: it waits for the program, which is stopped all the same."""
    run.wait('sleep', 'RUNNING')
    run.rpc('sendProcessStdin', 'sleep', 'x' * 200000)
    run.states()
    run.rpc('stopProcess', 'sleep')
    run.rpc('sendProcessStdin', 'sleep', 'x')


@scenario(program('cat', '/bin/cat', startsecs=0) + program('off', '/bin/cat', autostart='false'), level='debug')
def test_signals_to_processes(run):
    run.wait('cat', 'RUNNING')
    for signal in ('CONT', 'sigwinch', '18', 'FOO', '0', '-1', '99', ''):
        run.rpc('signalProcess', 'cat', signal)
    for name in ('off', 'nope', 'cat:nope'):
        run.rpc('signalProcess', name, 'HUP')
    run.rpc('signalProcess', 'cat', 'USR1')
    run.wait_log('success: cat', count=2)
    run.rpc('signalAllProcesses', 'CONT')
    run.rpc('signalProcessGroup', 'cat', 'CONT')


# The daemon's own signals

STUBBORN = program('hard', '%(ENV_CHILDREN)s/ignore_term', startsecs=0, stopwaitsecs=5, stdout_logfile='%(here)s/log/out')


@pytest.mark.parametrize('signal', ['TERM', 'INT', 'QUIT'])
@scenario(lambda signal: STUBBORN)
def test_exit_requests(run, signal):
    """Each is said, a second one changes nothing; HUP has come too late."""
    run.wait_log('ready', name='log/out')
    run.kill(signal)
    run.wait_log('waiting for hard to die')
    run.kill(signal)
    run.wait_log('received SIG%s' % signal, count=2)
    run.kill('HUP')
    run.wait_log('ignored SIGHUP')
    run.rpc('startProcess', 'hard')
    run.rpc('getState')
    run.ended()


@scenario(STUBBORN)
def test_hup_twice_and_usr2(run):
    """A restart that is asked for again is said again; logs are opened again in its midst."""
    run.wait_log('ready', name='log/out')
    run.kill('HUP')
    run.wait_log('waiting for hard to die')
    run.kill('HUP')
    run.wait_log('received SIGHUP', count=2)
    run.kill('USR2')
    run.wait_log('supervisord logreopen')
    run.wait_log('supervisord started', count=2)
    run.wait_log('ready', name='log/out', count=2)
    run.wait('hard', 'RUNNING')


@scenario(STUBBORN)
def test_term_while_restarting(run):
    run.wait_log('ready', name='log/out')
    run.kill('HUP')
    run.wait_log('waiting for hard to die')
    run.kill('TERM')
    run.ended()


@scenario(program('p', '/bin/sleep 1000', startsecs=0))
def test_signal_that_is_not_handled(run):
    """It kills the daemon; its children stay, as do its socket and pid file."""
    run.daemon.strays_allowed = True
    run.wait('p', 'RUNNING')
    pid = run.daemon.info('p')['pid']
    run.kill('USR1')
    run.ended()
    run.say('alive: %s' % is_alive(pid))


@scenario(quick(startretries=50, startsecs=30) + program('off', '/bin/cat', autostart='false') +
          program('on', '/bin/cat', startsecs=0) + program('done', ON_ORDER, startsecs=0, autorestart='false') +
          program('young', '/bin/cat', startsecs=30), log='by process')
def test_end_in_each_state(run):
    """What waits for a further try is given up without a word; what is stopped is not mentioned."""
    run.wait('on', 'RUNNING')
    run.wait('done', 'RUNNING')
    give_order(run, 'exit 0')
    run.wait('done', 'EXITED')
    run.states('off', 'on', 'young', 'done')
    # Three failures: the next try is seconds away.
    run.wait_log('exited: quick', count=3)
    run.end()
