"""Event listeners from outside: those that talk nonsense, block, die and come back, the usual helper library, and what we
mend.  What is sent, byte for byte, is compared with the reference in compat/test_compat_listeners.py.
"""

import json
import os
import re
import time
import xmlrpc.client

import pytest
from harness import DEADLINE, open_files, program, status_field, wait_until

SAY = 'REMOTE_COMMUNICATION'
LIBRARY = '/usr/lib/python3/dist-packages/supervisor'
needs_library = pytest.mark.skipif(not os.path.exists(LIBRARY + '/childutils.py'), reason='no module supervisor.childutils')


def listener(name, command, events=SAY, **options):
    return program(name, command, section='eventlistener', **{
        'events': events, 'startsecs': 0, 'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE', **options})


def recorder(name, events=SAY, answers='', **options):
    """See tests/children/event_recorder."""
    return listener(name, '%%(ENV_CHILDREN)s/event_recorder %%(here)s/%%(program_name)s.events %s' % answers, events, **options)


def talker(name, *words, **options):
    """See tests/children/talker."""
    return listener(name, '%(ENV_CHILDREN)s/talker ' + ' '.join("'%s'" % word for word in words), **options)


class Heard:
    """What a recorder has received."""

    def __init__(self, daemon, name='ears'):
        self.daemon = daemon
        self.file = name + '.events'

    def all(self):
        return [json.loads(line) for line in self.daemon.read(self.file).split('\n')[:-1]]

    def payloads(self):
        return [event['payload'] for event in self.all()]

    def texts(self):
        """Of sendRemoteCommEvent: the second argument."""
        return [payload.split('\n', 1)[1] for payload in self.payloads()]

    def names(self):
        return [header(event)['eventname'] for event in self.all()]

    def wait(self, condition, deadline=DEADLINE):
        return wait_until(lambda: condition(self), deadline, 'the events that were expected',
                          state=lambda: '%s\n%s' % (self.all()[-10:], self.daemon.log[-2000:]))


def header(event):
    return dict(token.split(':', 1) for token in event['header'].split())


def say(d, *texts):
    for text in texts:
        assert d.rpc.supervisor.sendRemoteCommEvent('t', text) is True


def ready(d, name='ears', count=1):
    d.wait_log('DEBG %s: ACKNOWLEDGED -> READY$' % name, count=count)


def grown(d, before):
    """How much memory it has more than before, in kB.  Nobody knows under a sanitizer, which keeps what is freed."""
    with open('/proc/%d/maps' % d.pid) as maps:
        sanitized = 'libasan' in maps.read()
    return 0 if sanitized else int(status_field(d.pid, 'VmRSS').split()[0]) - before


# Blocked and noisy listeners


@pytest.mark.ours_only
def test_blocked_listener(daemon):
    """100 MB of events against a listener that takes none of them: it costs what its buffer holds, and nobody waits."""
    d = daemon(talker('ears', r'say:READY\n') + recorder('others', buffer_size=200, priority=5))
    ready(d)
    ready(d, 'others')
    others = Heard(d, 'others')
    say(d, 'small')
    others.wait(lambda heard: len(heard.all()) == 1)
    before = grown(d, 0)
    for number in range(100):
        say(d, '%03d' % number + 'x' * 1000000)
        # Who reads has read it: what waits is what the deaf one leaves.
        wait_until(lambda: os.path.getsize(d.path('others.events')) > (number + 1) * 1000000)
    others.wait(lambda heard: len(heard.all()) == 101)
    assert [text[:3] for text in others.texts()[1:]] == ['%03d' % number for number in range(100)]
    assert 'pool ears event buffer overflowed, discarding event 90' in d.log
    # The buffer of ten and the one that it was sent; what else the allocator holds is not ours to say.
    assert grown(d, before) < 40000
    assert d.state('ears') == 'RUNNING'


@pytest.mark.ours_only
def test_answers_without_reading(daemon):
    """A listener that answers without reading is sent more than its pipe holds (this ends Supervisor's daemon), up to a
    limit of 4 MiB; then events wait in the pool.  When it reads, all of them arrive."""
    d = daemon(program('ears', '/usr/bin/python3 -IS %(here)s/lazy', section='eventlistener', events=SAY, startsecs=0,
                       stdout_logfile='NONE', stderr_logfile='NONE', buffer_size=20, autostart='false'))
    d.write('lazy', '''
import os, select, time
def say(text):
    os.write(1, text)
say(b'READY\\n')
for number in range(4):
    while not os.path.exists('%(dir)s/answer%%d' %% number):
        time.sleep(0.02)
    say(b'RESULT 2\\nOKREADY\\n')
while not os.path.exists('%(dir)s/read'):
    time.sleep(0.02)
left = b''
count = 0
while True:
    data = os.read(0, 1 << 20)
    if not data:
        break
    left += data
    while b'\\n' in left:
        header, rest = left.split(b'\\n', 1)
        length = int(header.rsplit(b':', 1)[1])
        if len(rest) < length:
            break
        with open('%(dir)s/got', 'a') as file:
            file.write('%%s %%s\\n' %% (header.decode(), rest[2:5].decode()))
        left = rest[length:]
        count += 1
        if count > 4:
            say(b'RESULT 2\\nOKREADY\\n')
''' % {'dir': d.dir})
    d.rpc.supervisor.startProcess('ears')
    ready(d)
    for number in range(9):
        say(d, '%03d' % number + 'x' * 1000000)
    for number in range(4):
        d.wait_log('DEBG event %d sent to listener ears' % number)
        d.write('answer%d' % number, '')
        ready(d, count=number + 2)
    assert d.rpc.supervisor.getState()  # a turn of the loop later
    assert 'event 4 sent' not in d.log
    d.write('read', '')
    wait_until(lambda: d.read('got').count('\n') == 9, what='nine events', state=lambda: d.read('got'))
    assert re.findall(r'serial:(\d+) pool', d.read('got')) == [str(number) for number in range(9)]
    assert re.findall(r'len:(\d+)', d.read('got')) == ['1000010'] * 9


@pytest.mark.ours_only
def test_closed_stdin_is_said_once(daemon):
    """Supervisor's debug log gets two lines for each turn of its loop, for ever."""
    d = daemon(talker('ears', r'say:READY\n', 'close:0', 'wait:never') + recorder('others', priority=5))
    ready(d)
    wait_until(lambda: not any(os.path.exists('/proc/%d/fd/0' % pid) for pid in d.spawned('ears')))
    say(d, *'abcdef')
    Heard(d, 'others').wait(lambda heard: heard.texts() == list('abcdef'))
    assert d.log.count('epipe occurred while sending event 0 to listener ears, listener state unchanged') == 1
    assert d.log.count('rebuffering event 0 for pool ears (buf size=0, max=10)') == 1
    assert 'epipe occurred while sending event 1' not in d.log


def test_fails_for_ever(daemon):
    """The same event, with the same numbers, again and again; others go on, and so does the daemon."""
    d = daemon(recorder('ears', answers=','.join(['FAIL'] * 300)) + recorder('others', priority=5))
    ready(d)
    ready(d, 'others')
    say(d, 'a', 'b')
    Heard(d).wait(lambda heard: len(heard.all()) > 300)
    assert len({json.dumps(dict(event, run=0)) for event in Heard(d).all()[:300]}) == 1
    Heard(d, 'others').wait(lambda heard: heard.texts() == ['a', 'b'])
    Heard(d).wait(lambda heard: heard.texts()[-2:] == ['a', 'b'])


@pytest.mark.ours_only
def test_negative_length(daemon):
    """Endless recursion in Supervisor, and a listener that stays BUSY."""
    d = daemon(talker('ears', r'say:READY\n', 'read', r'say:RESULT -1\nx') + recorder('others', priority=5))
    ready(d)
    say(d, 'a')
    d.wait_log("WARN ears: bad result line: 'RESULT -1'$")
    d.wait_log('WARN ears: has entered the UNKNOWN state')
    assert d.state('ears') == 'RUNNING'


@pytest.mark.ours_only
def test_endless_answers(daemon):
    """A result and a result line without an end are not kept."""
    d = daemon(listener('long', "/bin/bash -c \"printf 'READY\\\\n'; read x; printf 'RESULT 1000000000000\\\\n'; "
                        "head -c 100000000 /dev/zero; echo done > long; exec sleep 1000\"", directory='%(here)s') +
               listener('line', "/bin/bash -c \"printf 'READY\\\\n'; read x; head -c 100000000 /dev/zero; echo done > line; "
                        "exec sleep 1000\"", directory='%(here)s', priority=5), supervisord='loglevel=info')
    before = grown(d, 0)
    wait_until(lambda: d.state('long') == d.state('line') == 'RUNNING')
    say(d, 'a')
    wait_until(lambda: d.read('long') == 'done\n' and d.read('line') == 'done\n', 3 * DEADLINE)
    assert grown(d, before) < 20000
    d.wait_log('line: bad result line: ')
    assert d.state('long') == 'RUNNING'
    assert len(d.log) < 100000


# Pools


@pytest.mark.ours_only
def test_rejection_stays_in_the_pool(daemon):
    """Supervisor gives what one listener has rejected to every pool that has a process of the same priority."""
    d = daemon(recorder('ears', answers='FAIL,FAIL') + recorder('others') + recorder('hours', 'TICK_3600'))
    for name in ('ears', 'others', 'hours'):
        ready(d, name)
    say(d, 'a')
    Heard(d).wait(lambda heard: heard.texts() == ['a', 'a', 'a'])
    say(d, 'b')
    Heard(d, 'others').wait(lambda heard: heard.texts() == ['a', 'b'])
    assert SAY not in Heard(d, 'hours').names()


@pytest.mark.ours_only
def test_overlapping_subscriptions(daemon):
    """One copy, however often a type is named; Supervisor sends two."""
    d = daemon(recorder('ears', 'REMOTE_COMMUNICATION,EVENT,remote_communication', buffer_size=100))
    ready(d)
    say(d, 'a')
    Heard(d).wait(lambda heard: 't:a' in [payload.replace('type:t\n', 't:') for payload in heard.payloads()])
    names = [(header(event)['serial'], header(event)['poolserial']) for event in Heard(d).all()]
    assert names == [(str(number), str(number)) for number in range(len(names))]


def test_big_buffer(daemon):
    """Thousands of events wait for a listener that comes late; the oldest are lost when it is too late."""
    count, kept = 3000, 2500
    d = daemon(recorder('ears', buffer_size=kept, autostart='false'), supervisord='loglevel=info')
    for begin in range(0, count, 500):
        assert d.rpc.system.multicall([{
            'methodName': 'supervisor.sendRemoteCommEvent', 'params': ['t', str(number)]
        } for number in range(begin, begin + 500)]) == [True] * 500
    assert d.log.count('pool ears event buffer overflowed, discarding event') == count - kept
    d.rpc.supervisor.startProcess('ears')
    Heard(d).wait(lambda heard: len(heard.all()) == kept, 3 * DEADLINE)
    assert Heard(d).texts() == [str(number) for number in range(count - kept, count)]
    assert [header(event)['poolserial'] for event in Heard(d).all()] == Heard(d).texts()


def test_pool_of_several(daemon):
    """While one has an event in hand the next ones get theirs; one that dies gives it back."""
    d = daemon(program('ears', '%(ENV_CHILDREN)s/event_recorder %(here)s/%(process_num)d.events wait:%(here)s/go',
                       section='eventlistener', events=SAY, startsecs=0, numprocs=2, stdout_logfile='NONE',
                       stderr_logfile='NONE', process_name='%(program_name)s_%(process_num)d', autorestart='false'))
    ready(d, 'ears_0')
    ready(d, 'ears_1')
    say(d, 'a', 'b', 'c')
    Heard(d, '0').wait(lambda heard: heard.texts() == ['a'])
    Heard(d, '1').wait(lambda heard: heard.texts() == ['b'])
    d.rpc.supervisor.signalProcess('ears:ears_0', 'KILL')
    d.wait_state('ears:ears_0', 'EXITED')
    d.write('go', '')
    Heard(d, '1').wait(lambda heard: heard.texts() == ['b', 'a', 'c'])


def test_pool_name_is_stripped(make_daemon, impl):
    """`[eventlistener: foo ]` is the pool `foo`, as for programs (Supervisor leaves the blanks in the header)."""
    d = make_daemon(impl, recorder(' foo ').replace('[eventlistener: foo ]', '[eventlistener: foo ]')).start()
    names = {info['group'].strip(): info['name'] for info in d.rpc.supervisor.getAllProcessInfo()}
    assert names == {'foo': 'foo'}


# Coming and going


def test_update_brings_and_takes_pools(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=0))
    d.write_config(program('cat', '/bin/cat', startsecs=0) + recorder('ears', 'PROCESS_GROUP,' + SAY, 'wait:%(here)s/go'))
    assert d.ctl('update').out == 'ears: added process group\n'
    ready(d)
    Heard(d).wait(lambda heard: heard.payloads() == ['groupname:ears\n'])
    say(d, 'a')
    d.write_config(program('cat', '/bin/cat', startsecs=0))
    assert d.ctl('update').out == 'ears: stopped\nears: removed process group\n'
    say(d, 'nobody hears it')
    d.write_config(program('cat', '/bin/cat', startsecs=0) + recorder('ears', 'PROCESS_GROUP,' + SAY))
    assert d.ctl('update').out == 'ears: added process group\n'
    say(d, 'b')
    Heard(d).wait(lambda heard: heard.texts()[-1] == 'b')
    # A new pool counts from 0, the daemon goes on.
    assert header(Heard(d).all()[-1])['poolserial'] == '1'
    assert header(Heard(d).all()[-1])['serial'] == '3'


def test_tick_in_the_background(daemon):
    """The timer is made before the daemon goes into the background, and works there."""
    d = daemon(recorder('clock', 'TICK_5'), daemonize=True)
    Heard(d, 'clock').wait(lambda heard: len(heard.all()) == 1)


@pytest.mark.parametrize('change', [{'events': 'TICK_60'}, {'buffer_size': 20}], ids=str)
def test_changed_pool_is_replaced(daemon, change):
    """Its events and its buffer_size are of the pool, so another value is another pool."""
    d = daemon(recorder('ears'))
    ready(d)
    d.write_config(recorder('ears', **change))
    assert d.ctl('update').out == 'ears: stopped\nears: updated process group\n'
    ready(d, count=2)


def test_many_lives(daemon):
    """A listener that dies of each event: it gets each again and again, and nothing is left behind."""
    d = daemon(recorder('ears', answers=','.join(['die', 'OK'] * 15), autorestart='true'))
    for number in range(15):
        say(d, str(number))
        Heard(d).wait(lambda heard: heard.texts() == [str(i // 2) for i in range(2 * number + 2)])
        ready(d, count=2 * number + 3)
        if number == 0:
            first = len(open_files(d.pid))
    wait_until(lambda: len(open_files(d.pid)) <= first, state=lambda: (first, open_files(d.pid)))


def test_restarted_listener_is_heard_again(daemon):
    """UNKNOWN lasts as long as the child."""
    d = daemon(recorder('ears', answers='nonsense'))
    ready(d)
    say(d, 'a')
    d.wait_log('ears: BUSY -> UNKNOWN')
    say(d, 'b')
    assert Heard(d).texts() == ['a']
    assert d.ctl('restart', 'ears').out == 'ears: stopped\nears: started\n'
    Heard(d).wait(lambda heard: heard.texts() == ['a', 'a', 'b'])


def test_grandchild_of_a_dead_listener(daemon):
    """What it writes to the pipe that it has inherited is nobody's answer."""
    d = daemon(listener('ears', "/bin/bash -c \"printf 'READY\\\\n'; (while [ ! -e go ]; do sleep 0.05; done; "
                        "printf 'RESULT 2\\\\nOK'; touch gone) & read x; exit 0\"", directory='%(here)s', autorestart='false'))
    d.strays_allowed = True
    ready(d)
    say(d, 'a')
    d.wait_state('ears', 'EXITED')
    d.write('go', '')
    wait_until(lambda: os.path.exists(d.path('gone')))
    d.rpc.supervisor.getState()
    assert 'event was processed' not in d.log
    assert d.log.count('rebuffering event 0 ') == 1


@pytest.mark.ours_only
def test_end_is_heard(daemon):
    """Listeners hear of the end of all programs, the last one's too, before they are stopped."""
    d = daemon(recorder('ears', 'PROCESS_STATE_STOPPED,SUPERVISOR_STATE_CHANGE_STOPPING', answers='slow,slow') +
               program('cat', '/bin/cat', startsecs=0))
    ready(d)
    d.wait_state('cat', 'RUNNING')
    assert d.stop() == 0
    assert Heard(d).names() == ['SUPERVISOR_STATE_CHANGE_STOPPING', 'PROCESS_STATE_STOPPED']
    assert 'processname:cat ' in Heard(d).payloads()[1]


@pytest.mark.ours_only
def test_end_does_not_wait_for_ever(daemon):
    """A listener that hangs is given three seconds."""
    d = daemon(recorder('ears', 'EVENT', answers='hang', buffer_size=100) + program('cat', '/bin/cat', startsecs=0))
    Heard(d).wait(lambda heard: len(heard.all()) == 1)
    assert d.stop() == 0


def test_restart_of_the_daemon(daemon):
    """SIGHUP: new pools, and the serial goes on."""
    d = daemon(recorder('ears', SAY + ',SUPERVISOR_STATE_CHANGE_RUNNING', answers='OK,hang'))
    ready(d)
    say(d, 'a')
    Heard(d).wait(lambda heard: len(heard.all()) == 2)
    d.kill(1)
    d.wait_log('supervisord started with pid', count=2)
    Heard(d).wait(lambda heard: len(heard.all()) == 3)
    again = Heard(d).all()[2]
    assert (header(again)['eventname'], header(again)['poolserial']) == ('SUPERVISOR_STATE_CHANGE_RUNNING', '0')
    assert header(again)['serial'] == '2'


def test_events_while_shutting_down(daemon):
    """sendRemoteCommEvent works until the end, and listeners get it."""
    d = daemon(recorder('ears') + program('slow', '/bin/sh -c "trap \'\' TERM; echo up; while [ ! -e go ]; do sleep 0.05; done"',
                                          stopwaitsecs=600, startsecs=0, directory='%(here)s', stdout_logfile='%(here)s/log/slow'))
    ready(d)
    d.wait_log('up', name='log/slow')
    d.kill(15)
    d.wait_log('waiting for .* to die')
    say(d, 'a')
    Heard(d).wait(lambda heard: heard.texts() == ['a'])
    d.write('go', '')
    assert d.wait_end() == 0


# Ticks


def timers(d):
    return list(open_files(d.pid).values()).count('anon_inode:[timerfd]')


@pytest.mark.ours_only
@pytest.mark.parametrize('background', [False, True])
def test_ticks_only_for_subscribers(daemon, background):
    """No timer of the wall clock without a listener for ticks, and none is left behind."""
    d = daemon(recorder('ears'), daemonize=background)
    without = timers(d)
    d.write_config(recorder('ears') + recorder('clock', 'TICK_5'))
    began = time.time()
    d.ctl('update')
    assert timers(d) == without + 1
    Heard(d, 'clock').wait(lambda heard: len(heard.all()) == 1)
    when = Heard(d, 'clock').payloads()[0]
    assert re.fullmatch(r'when:\d+[05]', when)
    assert began - 5 < int(when[5:]) <= time.time()
    d.write_config(recorder('ears'))
    d.ctl('update')
    assert timers(d) == without


@pytest.mark.ours_only
def test_hours_do_not_wake_the_daemon(daemon):
    """With TICK_3600 alone the daemon sleeps.  The seconds are what is watched, they wait for nothing."""
    d = daemon(recorder('ears', 'TICK_3600'), supervisord='loglevel=info')
    d.wait_state('ears', 'RUNNING')
    if time.time() % 3600 > 3480:
        pytest.skip('the hour is about to begin')
    last = []

    def settled():
        last.append(status_field(d.pid, 'voluntary_ctxt_switches'))
        return len(last) > 5 and last[-1] == last[-6]
    wait_until(settled, what='the daemon is at rest', state=lambda: last[-6:], pause=0.2)
    time.sleep(7)
    assert status_field(d.pid, 'voluntary_ctxt_switches') == last[-1]


# The usual library and the samples that come with it, unchanged

CHILDUTILS = '''
import json, sys
from supervisor import childutils
while True:
    headers, payload = childutils.listener.wait()
    tokens = data = None
    if '\\n' in payload:
        tokens, data = childutils.eventdata(payload)
    elif payload:
        tokens = childutils.get_headers(payload)
    with open(sys.argv[1], 'a', encoding='utf-8') as file:
        file.write(json.dumps([headers, tokens, data]) + '\\n')
    childutils.listener.ok()
'''


def childutils(d):
    """What CHILDUTILS has heard: [headers, tokens, data] of each event."""
    return [json.loads(line) for line in d.read('heard').split('\n')[:-1]]


@needs_library
def test_childutils(daemon):
    """supervisor.childutils reads events of every type (ticks of minutes and hours need more patience)."""
    d = daemon(listener('ears', '/usr/bin/python3 -u %(here)s/listen.py %(here)s/heard', 'EVENT', buffer_size=1000,
                        autostart='false', priority=-1) +
               program('cat', '/bin/cat', startsecs=0) + program('bad', '/bin/false', startretries=0, startsecs=30) +
               program('done', '/bin/true', startsecs=0, autorestart='false'))
    d.write('listen.py', CHILDUTILS)
    rpc = d.rpc.supervisor
    rpc.startProcess('ears')
    d.wait_state('cat', 'RUNNING')
    d.wait_state('bad', 'FATAL')
    rpc.sendRemoteCommEvent('t\u00e9', 'caf\u00e9\nline')
    pid = str(d.info('cat')['pid'])
    rpc.stopProcess('cat')
    rpc.removeProcessGroup('cat')

    def names():
        return {headers['eventname'] for headers, _, _ in childutils(d)}
    wanted = {'PROCESS_STATE_' + name for name in 'STARTING RUNNING BACKOFF STOPPING EXITED STOPPED FATAL'.split()} | {
        'REMOTE_COMMUNICATION', 'SUPERVISOR_STATE_CHANGE_RUNNING', 'TICK_5', 'PROCESS_GROUP_ADDED', 'PROCESS_GROUP_REMOVED'}
    wait_until(lambda: names() >= wanted, what='all types', state=lambda: wanted - names())
    events = {headers['eventname']: (tokens, data) for headers, tokens, data in childutils(d)}
    assert events['REMOTE_COMMUNICATION'] == ({'type': 't\u00e9'}, 'caf\u00e9\nline')
    assert events['PROCESS_GROUP_REMOVED'] == ({'groupname': 'cat'}, '')
    assert events['PROCESS_STATE_STOPPED'] == (
        {'processname': 'cat', 'groupname': 'cat', 'from_state': 'STOPPING', 'pid': pid}, None)
    assert int(events['TICK_5'][0]['when']) % 5 == 0
    d.stop()
    assert 'SUPERVISOR_STATE_CHANGE_STOPPING' in names()


@needs_library
def test_childutils_and_output(daemon):
    """supervisor.childutils reads what programs write, as lines of their log and as messages."""
    talk = {'startsecs': 0, 'autostart': 'false', 'stdout_capture_maxbytes': '1MB', 'stderr_capture_maxbytes': '1MB',
            'stdout_events_enabled': 'true', 'stderr_events_enabled': 'true'}
    d = daemon(listener('ears', '/usr/bin/python3 -u %(here)s/listen.py %(here)s/heard', 'PROCESS_LOG,PROCESS_COMMUNICATION',
                        autostart='false') + program('talk', '/bin/sh %(here)s/talk', **talk))
    d.write('listen.py', CHILDUTILS)
    d.write('talk', r"""
printf 'caf\303\251, and enough to be let go by the reference'; sleep 0.5
printf '<!--XSUPERVISOR:BEGIN-->hello\nyou<!--XSUPERVISOR:END-->. '; sleep 0.5
printf 'an error, and enough to be let go by the reference' >&2; sleep 0.5
printf '<!--XSUPERVISOR:BEGIN-->oh<!--XSUPERVISOR:END-->. ' >&2
exec sleep 1000
""")
    d.rpc.supervisor.startProcess('ears')
    d.rpc.supervisor.startProcess('talk')
    process = {'processname': 'talk', 'groupname': 'talk', 'pid': str(d.info('talk')['pid'])}

    def of(name):
        return [(tokens, data) for headers, tokens, data in childutils(d) if headers['eventname'] == name]
    wait_until(lambda: of('PROCESS_COMMUNICATION_STDERR'), state=lambda: childutils(d))
    assert of('PROCESS_LOG_STDOUT')[0] == (dict(process, channel='stdout'), 'caf\u00e9, and enough to be let go by the reference')
    assert of('PROCESS_LOG_STDERR')[0] == (dict(process, channel='stderr'), 'an error, and enough to be let go by the reference')
    assert of('PROCESS_COMMUNICATION_STDOUT') == [(process, 'hello\nyou')]
    assert of('PROCESS_COMMUNICATION_STDERR') == [(process, 'oh')]


def sample(name, *args):
    return '/usr/bin/python3 -u %s/scripts/%s.py %s' % (LIBRARY, name, ' '.join(args))


@needs_library
def test_sample_listener(daemon):
    d = daemon(listener('ears', sample('sample_eventlistener'), SAY, stderr_logfile='%(here)s/heard'))
    ready(d)
    say(d, 'one', 'two')
    wait_until(lambda: d.read('heard').endswith('type:t\ntwo'), state=lambda: d.read('heard'))
    assert re.fullmatch(r'(ver:3\.0 server:supervisor serial:\d pool:ears poolserial:\d eventname:REMOTE_COMMUNICATION len:10\n'
                        r'type:t\n(one|two)){2}', d.read('heard'))
    ready(d, count=3)


@needs_library
def test_sample_exiting_listener(daemon):
    """It ends after each event, and is started again for the next one."""
    d = daemon(listener('ears', sample('sample_exiting_eventlistener'), SAY, stderr_logfile='%(here)s/heard', autorestart='true'))
    for number in range(3):
        ready(d, count=number + 1)
        say(d, str(number))
        wait_until(lambda: d.read('heard').endswith('type:t\n%d' % number), state=lambda: d.read('heard'))
    assert len(set(d.spawned('ears'))) >= 3
    assert 'rejected' not in d.log


@needs_library
def test_sample_comm_event(daemon):
    d = daemon(program('sample', sample('sample_commevent', '0.1'), startsecs=0, stdout_capture_maxbytes='1KB') +
               recorder('ears', 'PROCESS_COMMUNICATION'))
    Heard(d).wait(lambda heard: len(heard.all()) >= 3)
    assert set(Heard(d).payloads()) == {'processname:sample groupname:sample pid:%d\nthe data' % d.info('sample')['pid']}


@needs_library
def test_loop_listener(daemon):
    """The sample that answers a program's messages by RPC, at its stdin; its partner does not run on Python 3, so this one
    speaks for it."""
    d = daemon(listener('ears', sample('loop_listener'), 'PROCESS_COMMUNICATION') +
               program('gen', "/bin/bash -c 'for i in 1 2 3; do printf \"<!--XSUPERVISOR:BEGIN-->data<!--XSUPERVISOR:END-->\"; "
                       "read x; echo $i $x >> said; done; exec sleep 1000'", directory='%(here)s', startsecs=0,
                       stdout_capture_maxbytes='1KB'))
    wait_until(lambda: d.read('said') == '1 Got it yo\n2 Got it yo\n3 Got it yo\n', state=lambda: d.read('said') + d.log[-2000:])


def test_bad_calls(daemon):
    d = daemon(recorder('ears'))
    for args in ((), ('a',), ('a', 'b', 'c')):
        with pytest.raises(xmlrpc.client.Fault) as error:
            d.rpc.supervisor.sendRemoteCommEvent(*args)
        assert error.value.faultCode == 2


@pytest.mark.ours_only
def test_what_was_said(daemon):
    """The log tells whoever wrote the listener what is wrong with it: the usual mistake, and the next but one."""
    d = daemon(talker('newline', r'say:READY\n', 'read', r'say:RESULT 2\nOK\nREADY\n') + talker('words', r'say:started \xff\n'))
    ready(d, 'newline')
    say(d, 'a')
    words = 'has entered the UNKNOWN state .* the eventlistener protocol; it said '
    d.wait_log(r"WARN newline: %s'\\nREADY\\n', not 'READY\\n'$" % words)
    d.wait_log(r"WARN words: %s'started \\xff\\n', not 'READY\\n'$" % words)
