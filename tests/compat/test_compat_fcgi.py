"""FastCGI programs: the life of their socket, what the log says of it, who gets it."""

import os

import pytest
from scenario import FAST, IDLE, listener, program, scenario

SLEEP = '/bin/sleep 1000'


def pool(command=SLEEP, name='pool', socket='unix://%(here)s/pool', **options):
    return program(name, command, section='fcgi-program', socket=socket, **{**FAST, **options})


def pools(n, command=SLEEP, **options):
    return pool(command, numprocs=n, process_name='%(process_num)d', **options)


def look(run, *names):
    """The socket's file, and whether what is the standard input of all these is the same socket."""
    run.settle()
    run.sh('stat -c "%F %a %u:%g" pool')
    targets = {os.readlink('/proc/%d/fd/0' % run.daemon.info(name)['pid']) for name in names}
    run.say('%s: %d' % (', '.join(sorted({target.partition(':')[0] for target in targets})), len(targets)))


@scenario(pools(3, autostart='false'))
def test_one_socket_for_all(run):
    """Made before the first is spawned, closed after the last has stopped; its path stays."""
    run.sh('test -S pool && echo there')
    for n in range(3):
        run.rpc('startProcess', 'pool:%d' % n)
    look(run, 'pool:0', 'pool:1', 'pool:2')
    run.ctl('stop', 'pool:1')
    run.ctl('start', 'pool:1')
    look(run, 'pool:0', 'pool:1', 'pool:2')
    for n in range(3):
        run.ctl('stop', 'pool:%d' % n)
    run.sh('test -S pool && echo there')
    run.ctl('start', 'pool:2')
    run.states()


@scenario(pool(startsecs=1), log='in order')
def test_restart_of_the_only_one(run):
    """Closed and made anew each time."""
    run.wait('pool', 'RUNNING')
    run.signal('pool', 'KILL')
    run.wait_log('INFO success', count=2)
    run.ctl('restart', 'pool')
    look(run, 'pool')


@scenario(pools(2, startsecs=1), log='but deaths')
def test_restart_of_one_of_two(run):
    """The socket stays."""
    run.wait('pool:0', 'RUNNING')
    run.wait('pool:1', 'RUNNING')
    run.signal('pool:1', 'KILL')
    run.wait_log('INFO success', count=3)
    look(run, 'pool:0', 'pool:1')


@scenario(pool('/no/such/program', startretries=1))
def test_command_that_is_not_there(run):
    """Each try makes the socket and closes it again; a start by hand is refused before."""
    run.wait('pool', 'FATAL')
    run.rpc('startProcess', 'pool')
    run.states()


@scenario(pool('/bin/false', startretries=1, startsecs=5))
def test_program_that_fails(run):
    """Closed with each failure."""
    run.wait('pool', 'FATAL')
    run.rpc('startProcess', 'pool')
    run.wait('pool', 'FATAL')


@scenario(pool(directory='%(here)s/nowhere', startretries=0, startsecs=5, stderr_logfile='%(here)s/log/err'))
def test_directory_that_is_not_there(run):
    run.wait('pool', 'FATAL')
    run.file('log/err')


#: Owner and mode of a UNIX socket, and how many may wait.
ACCESS = {'open': 'socket_mode=0666', 'closed': 'socket_mode=0', 'user': 'user=nobody', 'owner': 'socket_owner=daemon',
          'both': 'socket_owner=nobody:daemon\nuser=daemon\nsocket_mode=0660', 'few': 'socket_backlog=5'}


@pytest.mark.root
@scenario(''.join(pool(name=name, socket='unix://%%(here)s/%s' % name, autostart='false') + options + '\n'
                  for name, options in ACCESS.items()))
def test_who_may_use_it(run):
    for name in ACCESS:
        run.rpc('startProcess', name)
        run.sh('stat -c "%%F %%a %%u:%%g" %s' % name)
        run.sh('ss -lxnH | awk -v p="$PWD/%s" \'index($0, p) {print $4}\'' % name)


@scenario(pool(), start=False)
def test_stale_socket(run):
    """A socket that is there already is replaced, whoever listens on it."""
    run.sh('python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'pool\')"')
    run.start()
    run.wait('pool', 'RUNNING')
    look(run, 'pool')


@scenario(pool(autostart='false'))
def test_stdin_cannot_be_written_to(run):
    run.rpc('sendProcessStdin', 'pool', 'x')
    run.rpc('startProcess', 'pool')
    run.rpc('sendProcessStdin', 'pool', 'x')
    run.rpc('sendProcessStdin', 'pool', '')


@scenario(pool('/bin/sh -c "readlink /proc/self/fd/0 | cut -d: -f1; exec sleep 1000"', autostart='false',
               stdout_logfile='%(here)s/log/out', redirect_stderr='true'))
def test_output(run):
    """Output goes to the logs as usual."""
    run.rpc('startProcess', 'pool')
    run.wait_log('socket', name='log/out')
    run.states()


@scenario(pool('/bin/cat', name='fast', autostart='false', socket_mode='nonsense') + '[group:g]\nprograms=fast\n')
def test_member_of_a_group(run):
    """An ordinary program: no socket, its options for it are not even read."""
    run.rpc('startProcess', 'g:fast')
    run.rpc('sendProcessStdin', 'g:fast', 'x')
    run.sh('ls')
    run.settle()
    run.say(os.readlink('/proc/%d/fd/0' % run.daemon.info('g:fast')['pid']).partition(':')[0])


@scenario(pool(autostart='false'))
def test_update(run):
    """Another socket is another group; other owner, mode and backlog are not seen."""
    run.rpc('startProcess', 'pool')
    run.config(pool(autostart='false', socket_mode='0777', socket_backlog=3))
    run.ctl('reread')
    run.config(pool(socket='unix://%(here)s/second'))
    run.ctl('update')
    run.wait('pool', 'RUNNING')
    run.sh('ls -F')
    run.config('')
    run.ctl('update')
    run.sh('ls -F')


@scenario(program('pool', SLEEP, **IDLE))
def test_program_becomes_pool_and_back(run):
    run.rpc('startProcess', 'pool')
    run.config(pool())
    run.ctl('update')
    run.wait('pool', 'RUNNING')
    look(run, 'pool')
    run.config(program('pool', SLEEP, **FAST))
    run.ctl('update')
    run.wait('pool', 'RUNNING')


@scenario(pools(2, startsecs=1), log='but deaths')
def test_reload(run):
    """All sockets are closed, tried, and made anew."""
    run.wait('pool:0', 'RUNNING')
    run.wait('pool:1', 'RUNNING')
    run.rpc('restart')
    run.wait_log('supervisord started', count=2)
    run.wait('pool:0', 'RUNNING')
    run.wait('pool:1', 'RUNNING')
    look(run, 'pool:0', 'pool:1')


@scenario(pools(2, autostart='false') + listener('all', 'PROCESS_STATE,PROCESS_GROUP', startsecs=0), log='by process')
def test_events(run):
    """Its processes' events are those of any others."""
    run.wait('all', 'RUNNING')
    run.rpc('startProcess', 'pool:0')
    run.rpc('stopProcess', 'pool:0')
    run.rpc('stopProcessGroup', 'pool')
    run.wait_event('all', 'eventname:PROCESS_STATE_STOPPED processname:0')
    run.rpc('removeProcessGroup', 'pool')
    run.wait_event('all', 'eventname:PROCESS_GROUP_REMOVED')
    run.rpc('addProcessGroup', 'pool')
    run.wait_event('all', 'eventname:PROCESS_GROUP_ADDED groupname:pool', count=2)
