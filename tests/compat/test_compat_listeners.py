"""Event listeners: what they are sent, in which order, and what becomes of what they answer.

What `protocol` records are the debug lines of the event system, which follow from the events and the answers.  What the
listeners write to their stdout, and in how many pieces it was read, is not compared: that is a matter of timing.

The pools of one scenario have priorities of their own: the reference puts a rejected event into every pool that has a
process of the same priority (mended, see doc/differences.md).
"""

import os
import re
import xmlrpc.client

import pytest
from scenario import NEVER, brief, listener, messages, program, scenario

PROTOCOL = re.compile(r'(?:DEBG|WARN|ERRO) (?:event \d+ sent|rebuffering event|epipe occurred|pool \S+ event buffer|'
                      r'\S+: (?:event |bad result line|has entered the UNKNOWN|[A-Z]+ -> [A-Z]+))')
DEBUG = {'supervisord': 'loglevel=debug'}
SAY = 'REMOTE_COMMUNICATION'
#: All but ticks, which come when they like.
FORESEEN = 'PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,REMOTE_COMMUNICATION'
#: Its start is done as soon as it is asked for, and its end is known.
SLEEPER = {'startsecs': 0, 'autostart': 'false', 'autorestart': 'false', 'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
#: Its stop takes until there is a file `stop`; meanwhile the others hear of it.
SLOW = ('/bin/sh -c "trap \'while ! test -e %(here)s/stop; do sleep 0.02; done; exit 0\' TERM; echo up >%(here)s/up; '
        'while :; do sleep 0.05; done"')


def ears(name='ears', events=SAY, answers='', **options):
    return listener(name, events, answers, **{'startsecs': 0, 'stderr_logfile': 'NONE', 'priority': 1, **options})


def talker(name, *words, **options):
    """A listener that does what the words say: see tests/children/talker."""
    command = '%(ENV_CHILDREN)s/talker ' + ' '.join("'%s'" % word for word in words)
    return program(name, command, section='eventlistener', **{
        'events': SAY, 'startsecs': 0, 'priority': 1, 'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE', **options})


def start(run, *names):
    """Starts them one by one: with startsecs=0 a start that was asked for is done when it is answered."""
    for name in names:
        run.rpc('startProcess', name)


def tell(run, *texts):
    for text in texts:
        run.rpc('sendRemoteCommEvent', 'to all', text)


def received(run, name, text, count=1):
    return run.wait_event(name, 'type:to all\n%s$' % text, count)


def protocol(run, only=''):
    """Ends the daemon and records the lines of the event system (those that have a pattern)."""
    run.end()
    run.say('the protocol')
    run.say('\n'.join(line for line in messages(run.daemon.log) if PROTOCOL.match(line) and re.search(only, line)))


def ready(run, name='ears', count=1):
    run.wait_log('DEBG %s: ACKNOWLEDGED -> READY' % name, count)


@scenario(ears(events='PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE', buffer_size=100) +
          program('cat', '/bin/cat', **SLEEPER) + program('three', brief('exit 3'), exitcodes='0,3', **SLEEPER) +
          program('one', brief('exit 1'), **SLEEPER) + program('killed', brief('kill -9 $$'), **SLEEPER) +
          program('nofile', '/no/such/file', autorestart='false', autostart='false', startretries=0,
                  stdout_logfile='NONE', stderr_logfile='NONE'))
def test_states_and_groups(run):
    """The life of a listener's own process, and of others: each state, its payload, its serial numbers."""
    run.wait_event('ears', 'RUNNING processname:ears')
    for name, end in (('cat', None), ('three', 'EXITED'), ('one', 'EXITED'), ('killed', 'EXITED')):
        run.rpc('startProcess', name)
        if end:
            run.finish(name)
        run.wait_event('ears', 'processname:%s .*%s' % (name, 'expected' if end else 'pid'))
    run.rpc('stopProcess', 'cat')
    run.wait_event('ears', 'STOPPED processname:cat')
    run.rpc('startProcess', 'cat')
    run.wait_event('ears', 'RUNNING processname:cat', 2)
    run.signal('cat', 'TERM')
    run.wait_event('ears', 'EXITED processname:cat')
    run.rpc('removeProcessGroup', 'cat')
    run.wait_event('ears', 'PROCESS_GROUP_REMOVED')
    run.rpc('addProcessGroup', 'cat')
    # The first one was at the start.
    run.wait_event('ears', 'PROCESS_GROUP_ADDED groupname:cat', 2)


@scenario(ears(events='PROCESS_STATE', buffer_size=100) +
          program('bad', '/bin/sh -c "sleep 0.2; exit 4"', startretries=1, startsecs=5, autostart='false', stdout_logfile='NONE', stderr_logfile='NONE'))
def test_backoff_and_fatal(run):
    """tries counts, and FATAL comes after the last one."""
    run.wait_event('ears', 'RUNNING processname:ears')
    run.rpc('startProcess', 'bad', False)
    run.wait_event('ears', 'FATAL processname:bad')


@pytest.mark.parametrize('what', [('t\u00e9', 'caf\u00e9 \u20ac'), ('', ''), ('a b:c', 'line\nanother: line\n'), (2, True),
                                  ([1, 'a'], {'k': 1}), (1.5, "it's"),
                                  (xmlrpc.client.Binary(b'caf\xc3\xa9'), [1.25, [], {}, 'x\n'])],
                         ids=['text', 'empty', 'lines', 'numbers', 'structures', 'double', 'base64'])
@scenario(lambda what: ears())
def test_remote_communication(run, what):
    """Both texts go out as they are; len counts characters."""
    run.rpc('sendRemoteCommEvent', *what)
    run.wait_event('ears', 'REMOTE_COMMUNICATION')


@scenario(ears('first', 'PROCESS_GROUP', priority=1, buffer_size=50, autostart='false') +
          ears('later', 'PROCESS_GROUP', priority=2, autostart='false') +
          ears('added', FORESEEN, priority=3, autostart='false'))
def test_group_events_of_pools(run):
    """A pool hears of itself and of those that come after it, and never of its own end."""
    start(run, 'first', 'later', 'added')
    run.wait_event('later', 'ADDED groupname:added')
    run.wait_event('added', 'RUNNING processname:added')
    run.rpc('stopProcess', 'later')
    run.rpc('removeProcessGroup', 'later')
    run.wait_event('first', 'REMOVED groupname:later')
    run.rpc('addProcessGroup', 'later')
    run.wait_event('first', 'ADDED groupname:later', 2)
    start(run, 'later')
    run.wait_event('later', 'ADDED groupname:later', 2)
    run.wait_event('added', 'RUNNING processname:later', 2)
    # What the last pool of all hears of the end differs, see doc/differences.md.
    run.rpc('stopProcess', 'added')


@scenario(ears('a', SAY, priority=1, autostart='false') + ears('b', FORESEEN, priority=2, buffer_size=50, autostart='false') +
          ears('c', NEVER, priority=3, autostart='false') +
          ears('d', 'remote_communication , PROCESS_GROUP', priority=4, autostart='false'))
def test_serials_of_several_pools(run):
    """One serial for an event in all pools, a poolserial for each; what nobody wants uses no number up."""
    start(run, 'a', 'b', 'c', 'd')
    run.wait_event('b', 'RUNNING processname:d')
    for text in ('one', 'two', 'three'):
        tell(run, text)
        for name in 'abd':
            received(run, name, text)
    run.rpc('stopProcess', 'b')


@scenario(ears(answers='wait:go', buffer_size=2), **DEBUG)
def test_overflow(run):
    """A buffer that is full loses its oldest event; the one that a listener has in hand is not counted."""
    ready(run)
    tell(run, '0')
    received(run, 'ears', '0')
    tell(run, '1', '2', '3', '4')
    run.wait_log('discarding event', 2)
    run.write('go', '')
    received(run, 'ears', '4')
    ready(run, count=4)
    protocol(run)


@scenario(ears(buffer_size=2, autostart='false'), **DEBUG)
def test_pool_that_does_not_run_buffers(run):
    """A pool collects from its group's beginning on, whatever its processes do."""
    tell(run, '0', '1', '2')
    run.wait_log('discarding event 0')
    run.rpc('startProcess', 'ears')
    received(run, 'ears', '2')
    ready(run, count=3)
    protocol(run)


@scenario(ears(answers='FAIL,NO,FAIL'), **DEBUG)
def test_rejected(run):
    """What was rejected comes again, with both its numbers, before newer ones."""
    ready(run)
    tell(run, 'zero')
    received(run, 'ears', 'zero', 4)
    ready(run, count=5)
    tell(run, 'one')
    received(run, 'ears', 'one')
    ready(run, count=6)
    protocol(run)


@scenario(talker('ears', r'say:READY\n', 'read', 'wait:go', r'say:RESULT 4\nFAIL', buffer_size=2), **DEBUG)
def test_rejected_into_a_full_buffer(run):
    """The event in hand goes to the head, and the oldest that waits is lost for it."""
    ready(run)
    tell(run, '0', '1', '2')
    run.write('go', '')
    run.wait_log('pool ears event buffer overflowed')
    protocol(run)


@pytest.mark.parametrize('word', ['nonsense', 'length', 'newline', 'chatty', 'slow'])
@scenario(lambda word: ears(answers=word), differences=('what a listener said',), **DEBUG)
def test_answers(run, word):
    """Whoever breaks the protocol is not listened to any more, and keeps running; pieces are put together."""
    ready(run)
    tell(run, 'zero')
    received(run, 'ears', 'zero')
    if word == 'slow':
        ready(run, count=2)
    elif word != 'length':
        run.wait_log('has entered the UNKNOWN state')
    tell(run, 'one')
    if word == 'slow':
        received(run, 'ears', 'one')
        ready(run, count=3)
    run.states()
    protocol(run)


@pytest.mark.parametrize('words', [
    r'RESULT 2\nOK', r'RESULT 002\nOK', r'RESULT +2\nOK', r'RESULT  2 \nOK', r'RESULT 2\r\nOK', r'RESULT 0_2\nOK',
    r'FOOBAR 2\nOK', r'RESULT 4\nFAIL', r'RESULT 2\nok', r'RESULT 3\nOK\n', r'OK\n', r'\n', r'RESULT2\n', r'RESULT x\n',
    r'RESULT 0x2\n', r'RESULT 2.0\n', r'RESULT 2_\n', r'RESULT 2 2\n', r'\xff x\n', r'RESULT \xff\n', r'it\x27s none\n',
    r'RESULT 0\nx', r'hello', r'RESULT 2\nO'], ids=repr)
@scenario(lambda words: talker('ears', r'say:READY\n', 'read', 'say:' + words), **DEBUG)
def test_result_lines(run, words):
    """What is a length and what is not."""
    ready(run)
    tell(run, 'zero')
    run.wait_log('event 0 sent to listener ears')
    if words not in ('hello', r'RESULT 2\nO'):
        run.wait_log('DEBG ears: BUSY -> ')
    run.rpc('stopProcess', 'ears')
    protocol(run)


@pytest.mark.parametrize('words', ['READY', 'hello', 'hello!', r'READY\nx', r'READY\nREADY\n', r'ready\n', r'\nREADY\n'])
@scenario(lambda words: talker('ears', 'say:' + words), differences=('what a listener said',), **DEBUG)
def test_first_words(run, words):
    """What is READY and what is not."""
    run.wait_log("'ears' stdout output")
    if words == 'READY' or words == 'hello':
        tell(run, 'nobody takes it')
    elif words in (r'READY\nx', r'READY\nREADY\n'):
        run.wait_log('ears: READY -> UNKNOWN')
    else:
        run.wait_log('ears: ACKNOWLEDGED -> UNKNOWN')
    run.states()
    protocol(run)


@pytest.mark.parametrize('word', ['die', 'kill', 'bye'])
@scenario(lambda word: ears(answers=word, autorestart='true'), **DEBUG)
def test_listener_that_ends(run, word):
    """An event that was not answered is sent again after the restart, before newer ones; an answered one is not."""
    ready(run)
    tell(run, 'zero')
    received(run, 'ears', 'zero', 1 if word == 'bye' else 2)
    ready(run, count=2 if word == 'bye' else 3)
    tell(run, 'one')
    received(run, 'ears', 'one')
    ready(run, count=3 if word == 'bye' else 4)
    protocol(run)


@scenario(ears(answers='hang'), **DEBUG)
def test_stopped_while_busy(run):
    """An event in hand goes back when its listener is stopped."""
    ready(run)
    tell(run, 'zero', 'one')
    received(run, 'ears', 'zero')
    run.rpc('stopProcess', 'ears')
    run.rpc('startProcess', 'ears')
    received(run, 'ears', 'one')
    ready(run, count=4)
    protocol(run)


@scenario(program('ears', '%(ENV_CHILDREN)s/event_recorder %(here)s/events/%(process_num)d hang', section='eventlistener',
                  events=SAY, startsecs=0, numprocs=3, autostart='false', process_name='%(program_name)s_%(process_num)d',
                  stdout_logfile='NONE', stderr_logfile='NONE'), log='by process', **DEBUG)
def test_pool_of_three(run):
    """The first that is READY gets it, in the order of names."""
    for number in range(3):
        start(run, 'ears:ears_%d' % number)
        ready(run, 'ears_%d' % number)
    for number in range(3):
        tell(run, 'event %d' % number)
        received(run, '%d' % number, 'event %d' % number)
    tell(run, 'waits')
    run.rpc('stopProcess', 'ears:ears_1')
    run.rpc('startProcess', 'ears:ears_1')
    received(run, '1', 'waits')
    ready(run, 'ears_1', 3)
    protocol(run, '^(?!.*rebuffering)')  # all are stopped at once, and die in any order


@scenario(program('ears', "%(ENV_CHILDREN)s/talker 'say:READY\\n' wait:go%(process_num)d close:%(process_num)d",
                  section='eventlistener', events=SAY, startsecs=0, numprocs=2, process_name='%(program_name)s_%(process_num)d',
                  stdout_logfile='NONE', stderr_logfile='NONE', directory='%(here)s'), log='by process', **DEBUG)
def test_closed_stdin_and_stdout(run):
    """Who has closed its stdin is passed over; who has closed its stdout can be sent one event more."""
    for number in range(2):
        ready(run, 'ears_%d' % number)
        run.write('go%d' % number, '')
    run.wait_log('fd .* closed, stopped monitoring .*with name ears_1 .*stdout')
    # Nothing tells when a stdin is closed.
    run.wait_until(lambda: not any(os.path.exists('/proc/%d/fd/0' % pid) for pid in run.daemon.spawned('ears_0')))
    tell(run, 'zero', 'one')
    run.wait_log('rebuffering event 1 for')
    run.end()
    run.say('\n'.join(dict.fromkeys(line for line in messages(run.daemon.log) if re.match(
        'DEBG (event|epipe|rebuffering event 1)', line))))


@scenario(ears(startsecs=1), **DEBUG)
def test_ready_before_running(run):
    """READY counts only when startsecs is over."""
    ready(run)
    tell(run, 'early')
    received(run, 'ears', 'early')
    run.say('RUNNING before the event was sent: %r' % bool(
        re.search('entered RUNNING.*event 0 sent to listener ears', run.daemon.log, re.S)))


@scenario(ears(events='TICK_5,SUPERVISOR_STATE_CHANGE'))
def test_tick(run):
    """A tick every five seconds, on the wall clock's fives."""
    run.wait_event('ears', 'TICK_5', 2)
    run.rpc('stopProcess', 'ears')


@scenario(ears(events='SUPERVISOR_STATE_CHANGE,PROCESS_GROUP', autostart='false') +
          ears('other', SAY, priority=2, autostart='false') + program('slow', SLOW, **SLEEPER))
def test_restart(run):
    """After a restart the serial goes on, the poolserial begins again."""
    start(run, 'ears', 'other', 'slow')
    run.wait_event('ears', 'STATE_CHANGE_RUNNING')
    tell(run, 'before')
    received(run, 'other', 'before')
    run.wait_log('up', name='up')
    run.kill('HUP')
    run.wait_event('ears', 'STATE_CHANGE_STOPPING')
    run.write('stop', '')
    run.wait_log('supervisord started', 2)
    run.wait_until(run.daemon.answers)
    start(run, 'ears', 'other')
    run.wait_event('ears', 'STATE_CHANGE_RUNNING', 2)
    tell(run, 'after')
    received(run, 'other', 'after')
    run.rpc('stopProcess', 'ears')


@scenario(ears(events='PROCESS_STATE,SUPERVISOR_STATE_CHANGE', buffer_size=50, priority=-1, autostart='false') +
          program('slow', SLOW, priority=5, **SLEEPER) +
          program('first', '/bin/cat', priority=9, **SLEEPER), without={
              'events:STATE_STOPPED processname:slow': 'the end of the last program is told by ours alone'})
def test_shutdown(run):
    """Listeners hear of the end of ordinary programs, and can be told things meanwhile."""
    for name in ('ears', 'slow', 'first'):
        start(run, name)
        run.wait_event('ears', 'RUNNING processname:' + name)
    run.wait_log('up', name='up')
    run.kill('TERM')
    run.wait_event('ears', 'STOPPING processname:slow')
    run.rpc('sendRemoteCommEvent', 'still', 'works')
    run.write('stop', '')
    run.ended()


@scenario(ears('a', SAY, 'FAIL', priority=1, autostart='false') + ears('b', SAY, priority=2, autostart='false') +
          ears('c', NEVER, priority=3, autostart='false'))
def test_rejection_stays_in_the_pool(run):
    """Others do not get what one has rejected (priorities differ here: see the module's text)."""
    start(run, 'a', 'b', 'c')
    tell(run, 'zero')
    received(run, 'a', 'zero', 2)
    tell(run, 'one')
    received(run, 'a', 'one')
    received(run, 'b', 'one')


@scenario(ears(events='PROCESS_LOG,PROCESS_COMMUNICATION', autostart='false') +
          talker('odd', r'say:READY\n', 'wait:%(here)s/go',
                 r'err:<!--XSUPERVISOR:BEGIN-->a message<!--XSUPERVISOR:END-->and enough to be passed on\n', priority=2,
                 autostart='false', **{'%s_%s' % (channel, option): value for channel in ('stdout', 'stderr') for option, value
                                       in (('capture_maxbytes', '1KB'), ('events_enabled', 'true'))}))
def test_output_of_a_listener(run):
    """What a listener writes to its stderr makes events as of any program; its stdout is the protocol and nothing else."""
    start(run, 'ears', 'odd')
    run.write('go', '')
    run.wait_event('ears', 'LOG_STDERR processname:odd .*\n.*passed on')


@scenario(talker('ears', r'say:\x1b[31mREADY\n', stdout_logfile='%(here)s/ears.log', autostart='false') +
          talker('odd', r'say:READY\n', 'read', r'say:RESULT 2\x1b[0m\nOK', stdout_logfile='%(here)s/odd.log', priority=2,
                 autostart='false'),
          supervisord='loglevel=debug\nstrip_ansi=true',
          differences=('what a listener said',))
def test_log_of_a_listener(run):
    """The protocol is in the listener's log, without escape sequences if so asked; the parser sees them."""
    start(run, 'ears')
    run.wait_log('ears: ACKNOWLEDGED -> UNKNOWN')
    start(run, 'odd')
    ready(run, 'odd')
    tell(run, 'zero')
    run.wait_log('odd: BUSY -> ')
    protocol(run)
