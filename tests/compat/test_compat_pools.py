"""Mixed configurations with event listeners: all kinds of events, driven from outside."""

import os

import pytest
from scenario import BARE, FAST, IDLE, NEVER, listener, program, scenario
from test_compat_mixed import LIVES

# Where several start by themselves they have the usual startsecs: with 0 ours may say that the first is RUNNING before
# the last is spawned, when that takes longer than a slice.

#: What can be foreseen: all but TICK.
ALL = 'PROCESS_STATE,PROCESS_GROUP,PROCESS_LOG,PROCESS_COMMUNICATION,REMOTE_COMMUNICATION,SUPERVISOR_STATE_CHANGE'
#: Stops when there is a file `stop`, and is the first to be started, so the last program to be stopped: listeners live that
#: long.  `up` has a line for each of its starts.
ANCHOR = program('anchor', "/bin/sh -c 'trap \"while ! test -e %(here)s/stop; do sleep 0.02; done; exit 0\" TERM; "
                 "echo up >>%(here)s/up; while :; do sleep 0.05; done'", priority=0, **BARE)


@scenario(listener('all', ALL, buffer_size=100, startsecs=0) + program('cat', '/bin/cat', **IDLE))
def test_events_of_one_life(run):
    """Every header and payload of one program's life, in order, with serial numbers."""
    run.wait_event('all', 'STATE_RUNNING processname:all')
    run.rpc('startProcess', 'cat')
    run.wait_event('all', 'STATE_RUNNING processname:cat')
    run.rpc('stopProcess', 'cat')
    run.wait_event('all', 'STATE_STOPPED processname:cat')
    run.rpc('startProcess', 'cat')
    run.wait_event('all', 'STATE_RUNNING processname:cat', count=2)
    run.signal('cat', 'KILL')
    run.wait_event('all', 'STATE_RUNNING processname:cat', count=3)
    run.states()


@scenario(listener('all', 'PROCESS_STATE', buffer_size=100, startsecs=0) + LIVES, log='by process', events='by process')
def test_all_at_once(run):
    """Programs that run, crash, back off, give up, end well and badly, with a listener for all of their states."""
    run.wait('cat', 'RUNNING')
    run.wait('crash', 'FATAL')
    run.wait('missing', 'FATAL')
    for name in ('bad', 'code'):
        run.wait(name, 'RUNNING')
        run.finish(name)
        run.wait(name, 'EXITED')
    run.wait_event('all', 'STATE_FATAL processname:crash')
    run.ctl('status')
    run.states()


@scenario(listener('all', 'PROCESS_STATE', buffer_size=100, startsecs=0) +
          program('flaky', "/bin/sh -c 'read order; eval \"$order\"'", startsecs=4, startretries=5, autostart='false', **BARE))
def test_backoff_that_recovers(run):
    """The counter of tries in STARTING and BACKOFF events, and that RUNNING sets it back."""
    def order(what, tries, count=1):
        run.wait_event('all', 'STATE_STARTING processname:flaky .* tries:%d' % tries, count)
        run.rpc('sendProcessStdin', 'flaky', what + '\n')

    run.rpc('startProcess', 'flaky', False)
    order('exit 1', 0)
    order('exit 1', 1)
    order('exec cat', 2)
    run.wait_event('all', 'STATE_RUNNING processname:flaky')
    run.signal('flaky', 'TERM')
    order('exit 1', 0, 2)
    order('exec cat', 1, 2)
    run.wait_event('all', 'STATE_RUNNING processname:flaky', count=2)


@scenario(listener('all', 'PROCESS_STATE', buffer_size=100, startsecs=0) +
          program('stubborn', '%(ENV_CHILDREN)s/ignore_term', stopwaitsecs=5, autostart='false',
                  startsecs=0, stdout_logfile='%(here)s/log/stubborn', stderr_logfile='NONE'))
def test_sigkill_follows(run):
    """A program that ignores SIGTERM is STOPPING until SIGKILL; a second stop is refused meanwhile."""
    run.rpc('startProcess', 'stubborn')
    run.wait_log('ready', name='log/stubborn')
    run.rpc('stopProcess', 'stubborn', False)
    run.states('stubborn')
    run.rpc('stopProcess', 'stubborn')
    run.rpc('signalProcess', 'stubborn', 'CONT')
    run.wait('stubborn', 'STOPPED')
    run.wait_event('all', 'STATE_STOPPED processname:stubborn')


@scenario(listener('all', 'PROCESS_STATE', buffer_size=100, startsecs=0) +
          program('slow', '/bin/cat', startsecs=60, autostart='false', **BARE))
def test_stop_while_starting(run):
    """A program that is stopped before startsecs have passed: STOPPED, never RUNNING."""
    run.rpc('startProcess', 'slow', False)
    run.states('slow')
    run.rpc('startProcess', 'slow')
    run.rpc('stopProcess', 'slow')
    run.states('slow')
    run.wait_event('all', 'STATE_STOPPED processname:slow')


@scenario(listener('all', 'PROCESS_STATE', buffer_size=100, startsecs=0) +
          program('crash', '/bin/sh -c "sleep 0.2; exit 1"', startretries=100, startsecs=5, autostart='false', **BARE))
def test_stop_in_backoff(run):
    """A stop while it waits for the next try: STOPPED with pid 0, and no further try."""
    run.rpc('startProcess', 'crash', False)
    # Three failures: the next try is seconds away.
    run.wait_event('all', 'STATE_BACKOFF processname:crash .* tries:3')
    run.rpc('stopProcess', 'crash')
    run.wait_event('all', 'STATE_STOPPED processname:crash')
    run.states('crash')
    run.rpc('stopProcess', 'crash')


@scenario(listener('all', 'PROCESS_STATE,SUPERVISOR_STATE_CHANGE', buffer_size=100) +
          program('crash', '/bin/sh -c "sleep 0.2; exit 1"', startretries=100, startsecs=5, autostart='false', **BARE) +
          program('cat', '/bin/cat', autostart='false', **FAST) + ANCHOR,
          without={'events:STATE_STOPPED processname:anchor': 'the listener is stopped at the same moment'})
def test_shutdown_with_a_listener(run):
    """At the end the listeners stop last: they see the others stop, and one in BACKOFF go FATAL."""
    run.rpc('startProcess', 'cat')
    run.rpc('startProcess', 'crash', False)
    run.wait('crash', 'BACKOFF')
    # Twice more, so that it waits for two seconds and no try falls into the shutdown.
    run.wait_event('all', 'STATE_BACKOFF processname:crash .* tries:3')
    run.wait_log('up', name='up')
    run.rpc('shutdown')
    run.wait_event('all', 'STATE_STOPPING processname:anchor')
    run.write('stop', '')
    run.ended()


@scenario(listener('all', 'REMOTE_COMMUNICATION', 'together,together,refused,hang', startsecs=0, autostart='false'),
          level='debug')
def test_debug_lines_of_a_listener(run):
    """What the main log says, at debug, of events sent, answered, rejected, and held by a listener that is stopped.

    Started by a call, which has it RUNNING at once; by itself, the reference may read its READY first."""
    run.rpc('startProcess', 'all')
    run.wait_log('all: ACKNOWLEDGED -> READY')
    run.rpc('sendRemoteCommEvent', 'a', 'b')
    run.wait_log('event was processed')
    run.rpc('sendRemoteCommEvent', 'c', 'caf\u00e9')
    run.wait_log('event was processed', count=2)
    run.rpc('stopProcess', 'all')
    run.rpc('sendRemoteCommEvent', 'e', 'f')
    run.rpc('sendRemoteCommEvent', 'g', 'h')
    run.rpc('startProcess', 'all')
    run.wait_event('all', 'type:e', count=2)
    run.rpc('stopProcess', 'all')


# Groups


GROUPS = listener('all', 'PROCESS_GROUP,PROCESS_STATE', buffer_size=100, startsecs=0)


@scenario(GROUPS + program('old', '/bin/cat', **FAST) + program('kept', '/bin/cat', **FAST) +
          program('changed', '/bin/cat', **FAST), events='by process', log='by process')
def test_groups_come_and_go(run):
    """update with a listener attached: one group added, one removed, one changed, one kept with its pid."""
    for name in ('old', 'kept', 'changed'):
        run.wait_event('all', 'STATE_RUNNING processname:%s ' % name)
    run.config(GROUPS + program('new', '/bin/cat', **FAST) + program('kept', '/bin/cat', **FAST) +
               program('changed', '/bin/cat -u', **FAST))
    run.ctl('reread')
    run.ctl('update')
    run.wait_event('all', 'STATE_RUNNING processname:new ')
    run.wait_event('all', 'STATE_RUNNING processname:changed ', count=2)
    run.states()


@scenario(GROUPS + program('one', '/bin/cat', **IDLE) + program('two', '/bin/cat', **IDLE))
def test_groups_by_rpc(run):
    """addProcessGroup, removeProcessGroup: results, faults, events in order."""
    run.wait_event('all', 'STATE_RUNNING processname:all')
    run.rpc('startProcess', 'one')
    run.wait_event('all', 'STATE_RUNNING processname:one')
    run.rpc('removeProcessGroup', 'one')
    run.rpc('removeProcessGroup', 'nope')
    run.rpc('addProcessGroup', 'one')
    run.rpc('addProcessGroup', 'nope')
    run.rpc('removeProcessGroup', 'two')
    run.rpc('getProcessInfo', 'two')
    run.rpc('addProcessGroup', 'two')
    run.rpc('startProcess', 'two')
    run.wait_event('all', 'STATE_RUNNING processname:two')
    run.rpc('stopProcess', 'one')
    run.rpc('removeProcessGroup', 'one')
    run.wait_event('all', 'GROUP_REMOVED groupname:one')
    run.rpc('reloadConfig')


@scenario(listener('all', ALL, buffer_size=100, startsecs=0) + program('cat', '/bin/cat', **IDLE))
def test_the_pool_itself_is_changed(run):
    """A listener's own section changes: it stops, goes, comes back, and counts its events from 0."""
    run.wait_event('all', 'STATE_RUNNING processname:all')
    run.config(listener('all', 'REMOTE_COMMUNICATION', buffer_size=100, startsecs=0) +
               program('cat', '/bin/cat', **IDLE))
    run.ctl('update')
    run.wait('all', 'RUNNING')
    run.rpc('sendRemoteCommEvent', 'after', 'the change')
    run.wait_event('all', 'REMOTE_COMMUNICATION type:after')
    run.config(program('cat', '/bin/cat', **IDLE))
    run.ctl('update')
    run.ctl('status')


@scenario(''.join(program(name, '/bin/cat', priority=priority, **BARE) for name, priority in (
    ('gamma', 1), ('beta', 500), ('alpha', 500), ('omega', 2000), ('delta', 999))) +
    listener('early', NEVER) + listener('late', NEVER, priority=5000))
def test_order_of_boot_and_shutdown(run):
    """Groups start by priority, then name, and stop the other way round, listeners among them."""
    for name in ('alpha', 'beta', 'gamma', 'delta', 'omega', 'early', 'late'):
        run.wait(name, 'RUNNING')
    run.states()


# Listeners in bad company


@scenario(listener('all', 'REMOTE_COMMUNICATION') + listener('none', NEVER))
def test_remote_communication(run):
    """sendRemoteCommEvent: texts of all kinds go through as they are, and numbers as Python writes them."""
    run.wait('all', 'RUNNING')
    for kind, data in (('type', 'data'), ('', ''), ('with blank', 'two\nlines\n'), ('t\u00e9', 'caf\u00e9 \u20ac \U0001f600'),
                       ('long', 'x' * 5000), ('number', 7), ('truth', True), ('real', 1.5), ('list', [1, 'a']),
                       ('struct', {'k': 1})):
        run.rpc('sendRemoteCommEvent', kind, data)
    run.rpc('sendRemoteCommEvent', 'one')
    run.wait_event('all', 'REMOTE_COMMUNICATION', count=10)


@scenario(listener('all', 'REMOTE_COMMUNICATION', 'OK,FAIL,NO,FAIL,OK', startsecs=0))
def test_rejected(run):
    """A rejected event comes again, before newer ones, with the same numbers."""
    run.wait('all', 'RUNNING')
    for number in range(4):
        run.rpc('sendRemoteCommEvent', 'number', str(number))
    run.wait_event('all', 'number\n3')
    run.rpc('sendRemoteCommEvent', 'number', 'last')
    run.wait_event('all', 'number\nlast')


@scenario(listener('all', 'REMOTE_COMMUNICATION', 'OK,die,OK,kill,OK', startsecs=0, autorestart='true'))
def test_dies_on_an_event(run):
    """A listener that dies of an event gets it again after its restart."""
    run.wait('all', 'RUNNING')
    for number in range(3):
        run.rpc('sendRemoteCommEvent', 'number', str(number))
    run.wait_event('all', 'number\n2', count=2)
    run.wait('all', 'RUNNING')


@pytest.mark.parametrize('answer', ['nonsense', 'newline', 'length'])
@scenario(lambda answer: listener('bad', 'REMOTE_COMMUNICATION', answer) +
          listener('good', 'REMOTE_COMMUNICATION', priority=5), differences=('what a listener said',))
def test_nonsense(run, answer):
    """A listener that breaks the protocol gets no more events, and is not restarted; another pool goes on."""
    run.wait('bad', 'RUNNING')
    run.wait('good', 'RUNNING')
    for number in range(3):
        run.rpc('sendRemoteCommEvent', 'number', str(number))
    run.wait_event('good', 'number\n2')
    run.wait_event('bad', 'number\n0')
    if answer != 'length':
        run.wait_log('WARN bad: has entered the UNKNOWN state')
    run.states()
    # After a restart it speaks again, and gets what waits.
    run.ctl('restart', 'bad')
    run.wait_event('bad', 'number\n2')


@scenario(listener('full', 'REMOTE_COMMUNICATION', 'mute', startsecs=0, buffer_size=3) +
          listener('off', 'REMOTE_COMMUNICATION', autostart='false', startsecs=0, buffer_size=2))
def test_overflow(run):
    """Nobody is READY: the oldest event goes, with a line in the log; what is kept is delivered to one that starts."""
    run.wait('full', 'RUNNING')
    for number in range(6):
        run.rpc('sendRemoteCommEvent', 'number', str(number))
    run.rpc('startProcess', 'off')
    run.wait_event('off', 'number\n5')


@scenario(listener('pool', 'REMOTE_COMMUNICATION', 'slow,OK,slow', numprocs=3, priority=7,
                   process_name='%(program_name)s_%(process_num)d'))
def test_pool_of_three(run):
    """The first that is READY, in the order of names, gets an event."""
    for number in range(3):
        run.wait('pool:pool_%d' % number, 'RUNNING')
    run.rpc('stopProcess', 'pool:pool_0')
    run.rpc('stopProcess', 'pool:pool_1')
    run.rpc('stopProcess', 'pool:pool_2')
    run.rpc('startProcess', 'pool:pool_2')
    for number in range(4):
        run.rpc('sendRemoteCommEvent', 'number', str(number))
        run.wait_event('pool', 'number\n%d' % number)


@scenario(listener('slow', 'REMOTE_COMMUNICATION', 'wait:%(here)s/go', startsecs=0, buffer_size=10))
def test_busy(run):
    """While a listener is busy others wait in the buffer; they come when it answers."""
    run.wait('slow', 'RUNNING')
    for number in range(3):
        run.rpc('sendRemoteCommEvent', 'number', str(number))
    run.wait_event('slow', 'number\n0')
    run.write('go', '')
    run.wait_event('slow', 'number\n2')


@scenario(listener('busy', 'REMOTE_COMMUNICATION', 'hang', startsecs=0))
def test_killed_while_busy(run):
    """A listener that is stopped while it holds an event: it comes again after the start."""
    run.wait('busy', 'RUNNING')
    run.rpc('sendRemoteCommEvent', 'number', '0')
    run.wait_event('busy', 'number\n0')
    run.rpc('stopProcess', 'busy')
    run.rpc('sendRemoteCommEvent', 'number', '1')
    run.rpc('startProcess', 'busy')
    run.wait_event('busy', 'number\n0', count=2)
    run.wait_event('busy', 'number\n1')


@scenario(listener('ticks', 'TICK') + program('cat', '/bin/cat', **BARE),
          without={'events:TICK_(60|3600) ': 'follows if it is a full minute, and may be for one of the two only'})
def test_tick(run):
    """TICK_5 comes at a multiple of five seconds."""
    run.wait('cat', 'RUNNING')
    run.wait_event('ticks', 'TICK_5 when:')


# The whole daemon


def everything(worker='/bin/cat'):
    return (listener('events', 'PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE', buffer_size=200, startsecs=0) +
            '[group:site]\nprograms=front,back\npriority=50\n\n' +
            program('front', '/bin/cat', priority=2, **FAST) + program('back', '/bin/cat', priority=1, **FAST) +
            program('worker', worker, numprocs=2, process_name='%(program_name)s-%(process_num)02d', **FAST) +
            '[include]\nfiles=%(here)s/conf.d/*.ini\n\n')


@scenario(everything, supervisord='identifier=production\nenvironment=SITE="a,b"', start=False,
          events='by process', log='by process')
def test_everything_at_once(run):
    """Groups, a pool, includes and an environment; then a changed program and a new include, applied with update."""
    os.mkdir(run.daemon.path('conf.d'))
    run.write('conf.d/a.ini', program('shown', "/bin/sh -c 'echo $SITE $SUPERVISOR_PROCESS_NAME $SUPERVISOR_GROUP_NAME; "
                                      "exec sleep 1000'", startsecs=0, stdout_logfile='%(here)s/../log/shown',
                                      stderr_logfile='NONE'))
    run.start()
    run.wait_log('shown', name='log/shown')
    for name in ('site:front', 'site:back', 'worker:worker-00', 'worker:worker-01'):
        run.wait(name, 'RUNNING')
    run.wait_event('events', 'STATE_RUNNING processname:worker-01')
    run.states()
    run.rpc('getIdentification')
    run.write('conf.d/b.ini', program('added', '/bin/cat', **FAST))
    run.config(everything('/bin/cat -u'))
    run.ctl('reread')
    run.ctl('avail')
    run.ctl('update')
    run.wait_event('events', 'STATE_RUNNING processname:added')
    run.wait_event('events', 'STATE_RUNNING processname:worker-01', count=2)
    run.ctl('status')


@scenario(listener('all', ALL, buffer_size=100) + program('cat', '/bin/cat', **BARE) + ANCHOR,
          without={'events:STATE_STOPPED processname:anchor': 'the listener is stopped at the same moment'})
def test_restart_with_a_listener(run):
    """HUP restarts everything: the serial number goes on, that of the pool begins again."""
    run.wait_event('all', 'STATE_RUNNING processname:cat')
    run.wait_log('up', name='up')
    run.kill('HUP')
    run.wait_event('all', 'STATE_STOPPING processname:anchor')
    run.write('stop', '')
    run.wait_event('all', 'STATE_RUNNING processname:cat', count=2)
    run.wait_log('up', name='up', count=2)
    run.states()


@scenario(listener('all', 'PROCESS_STATE', buffer_size=100, startsecs=0) +
          program('cat', '/bin/cat', **IDLE), ctl='prompt=mine')
def test_shell_session(run):
    """A session at the prompt, with a listener attached."""
    run.wait_event('all', 'STATE_RUNNING processname:all')
    run.ctl(stdin='status\nstart cat\nstatus cat\nsignal CONT cat\nsignal KILL cat\nexit\n')
    run.wait_event('all', 'STATE_RUNNING processname:cat', count=2)
    run.ctl('-i', stdin='stop cat\nstop cat\nrestart cat\nremove cat\nadd cat\navail\nversion\n')
    run.wait_event('all', 'STATE_RUNNING processname:cat', count=3)


