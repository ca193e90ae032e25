"""Shell patterns in the names that supervisorctl's commands take."""

import re

import pexpect
import pytest

from harness import DEADLINE, OURS, Daemon, program

pytestmark = pytest.mark.ours_only

CONFIG = (program('a1', '/bin/cat', startsecs=0) +
          program('a[1]', '/bin/cat', startsecs=0) +
          program('beta', '/bin/sh -c "echo hello; exec sleep 1000"', startsecs=0,
                  stdout_logfile='%(here)s/log/beta.out') +
          program('web', '/bin/sleep 1000', numprocs=2, process_name='web_%(process_num)02d', startsecs=0) +
          program('work', '/bin/sleep 1000', numprocs=12, process_name='worker_%(process_num)02d', startsecs=0) +
          program('two', '/bin/bash -c "trap \'echo got one\' USR1; echo hello; while :; do sleep 1000 & wait; done"',
                  numprocs=2, process_name='two_%(process_num)d', startsecs=0, stopasgroup='true') +
          program('aa', '/bin/cat', priority=20, startsecs=0, autostart='false') +
          program('bb', '/bin/cat', priority=15, startsecs=0, autostart='false') +
          program('zz', '/bin/cat', priority=10, startsecs=0, autostart='false') +
          '[group:gr]\nprograms=aa,bb,zz\n\n' +
          program('quick', '/nonexistent', autostart='false'))


@pytest.fixture(scope='module')
def running(ours_runs):
    d = Daemon(OURS, CONFIG)
    d.start()
    yield d
    d.cleanup()


@pytest.fixture
def d(running):
    """All of it runs, but quick."""
    for group in ('a1', 'a[1]', 'beta', 'two', 'web', 'work'):
        running.rpc.supervisor.startProcessGroup(group)
    return running


def names(out):
    return [line.split()[0] for line in out.splitlines()]


def test_status(d):
    for words, expected in (
            (['w*'], ['web:web_00', 'web:web_01'] + ['work:worker_%02d' % i for i in range(12)]),
            (['work:worker_0[34]'], ['work:worker_03', 'work:worker_04']),
            (['*:w*_?1'], ['web:web_01', 'work:worker_01', 'work:worker_11']),
            (['[ab]*'], ['a1', 'a[1]', 'beta']),
            (['web:*', 'w?b'], ['web:web_00', 'web:web_01']),
            (['web:web_01', 'web*', 'web:web_01'], ['web:web_01', 'web:web_00', 'web:web_01']),
            (['a[1]'], ['a[1]']),
            (['b*', 'a[1'], ['a[1:', 'beta'])):
        assert names(d.ctl('status', *words).out) == expected, words
    assert d.ctl('status', 'x*', 'x*:*') == (
        4, 'x*: ERROR (no such process)\nx*: ERROR (no such group)\n', '')
    assert d.ctl('status', 'web_0*').status == 4
    assert d.ctl('status', 'q*').status == 3


def test_stop_and_start(d):
    assert d.ctl('stop', 'web:web_01', 'w*:w*_01') == (0, 'web:web_01: stopped\nwork:worker_01: stopped\n', '')
    # What is stopped already is passed over, as in a group; those that are left come in the table's order.
    assert d.ctl('stop', 'w?b') == (0, 'web:web_00: stopped\n', '')
    assert d.ctl('stop', 'w?b') == (0, '', '')
    assert d.ctl('start', '*:w*_01') == (0, 'web:web_01: started\nwork:worker_01: started\n', '')
    assert d.ctl('start', '[qw]*') == (1, 'quick: ERROR (no such file)\nweb:web_00: started\n', '')
    assert d.ctl('restart', 'work:worker_0?') == (0, ''.join(
        'work:worker_%02d: %s\n' % (i, done) for done in ('stopped', 'started') for i in range(10)), '')


def test_nothing_is_like_it(d):
    """The complaint is that of an unknown name, in each command."""
    for args, status, line in (
            (['start', 'x*'], 1, 'x*: ERROR (no such process)'),
            (['start', 'x*:*'], 2, 'x*: ERROR (no such group)'),
            (['stop', 'web:x?'], 1, 'web:x?: ERROR (no such process)'),
            (['signal', 'HUP', '[x]'], 1, '[x]: ERROR (no such process)'),
            (['clear', 'x*'], 1, 'x*: ERROR (no such process)'),
            (['pid', 'x*'], 1, 'No such process x*'),
            (['tail', 'x*'], 1, 'x*: ERROR (no such process name)')):
        assert d.ctl(*args) == (status, line + '\n', ''), args
    assert d.ctl('restart', 'x*') == (1, 'x*: ERROR (no such process)\n' * 2, '')


def test_signal_clear_pid(d):
    assert d.ctl('signal', 'CONT', 'w?b') == (0, 'web:web_00: signalled\nweb:web_01: signalled\n', '')
    assert d.ctl('signal', 'FOO', 'w?b', 'beta').out == (
        'web:web_00: ERROR (bad signal name)\nweb:web_01: ERROR (bad signal name)\nbeta: ERROR (bad signal name)\n')
    assert d.ctl('clear', 'w?b', 'beta') == (0, 'web:web_00: cleared\nweb:web_01: cleared\nbeta: cleared\n', '')
    pids = [d.info(name)['pid'] for name in ('web:web_00', 'web:web_01')]
    assert d.ctl('pid', 'w?b') == (0, '%d\n%d\n' % tuple(pids), '')
    assert d.ctl('pid', 'w?b', 'q*').status == 7


def test_a_name_wins(d):
    """A program that is called like a pattern is meant by its name, a[1], and not what the pattern would match."""
    assert d.ctl('stop', 'a[1]') == (0, 'a[1]: stopped\n', '')
    assert d.state('a1') == 'RUNNING'
    assert d.ctl('start', 'a\\[1\\]') == (0, 'a[1]: started\n', '')


def test_all_wins(d):
    """`all` among the names stays what it is, and nothing else is looked at."""
    out = d.ctl('stop', 'x*', 'all').out
    assert len(out.splitlines()) == 19 and re.fullmatch(r'([^ ]+: stopped\n)+', out)


def test_tail(d):
    """One that matches is meant; several can only be followed."""
    d.rpc.supervisor.stopProcess('beta')  # another test may have cleared its log
    d.rpc.supervisor.startProcess('beta')
    d.wait_log('hello', name='log/beta.out')
    assert d.ctl('tail', '-6', 'bet?') == (0, 'hello\n\n', '')
    result = d.ctl('tail', 'w?b')
    assert (result.status, result.err) == (1, '')
    assert result.out == 'Error: w?b is 2 processes (at most 64, and only with -f): web:web_00 web:web_01\n'


def test_tail_of_several(d):
    # What its log has from before says nothing of the trap of the present one.
    d.rpc.supervisor.stopProcessGroup('two')
    for name in ('two:two_0', 'two:two_1'):
        d.rpc.supervisor.clearProcessLogs(name)
    d.rpc.supervisor.startProcessGroup('two')
    child = pexpect.spawn(OURS.supervisorctl, ['-c', d.config, 'tail', '-f', 't*'], encoding='utf-8', timeout=DEADLINE,
                          env=dict(d.env, TERM='xterm', NO_COLOR='1'))
    child.expect_exact('==> Press Ctrl-C to exit <==\r\n')
    child.expect(r'two:two_(\d) \| hello\r\n')
    first = child.match.group(1)
    child.expect(r'two:two_%d \| hello\r\n' % (1 - int(first)))
    d.ctl('signal', 'USR1', 'two:two_1')
    child.expect_exact('two:two_1 | got one\r\n')
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.signalstatus) == (0, None)


def test_whole_groups(d):
    """A group of which all are meant is asked for as a whole, as by GROUP:*: the daemon goes by priority."""
    d.ctl('stop', 'gr:*')
    before = len(d.log)
    assert d.ctl('start', 'gr*') == (0, 'gr:zz: started\ngr:bb: started\ngr:aa: started\n', '')
    assert re.findall(r"INFO spawned: '(aa|bb|zz)'", d.log[before:]) == ['zz', 'bb', 'aa']
    # Of a part each is asked for by itself, and told of in the order of status.
    assert d.ctl('stop', 'gr*:[!b]*') == (0, 'gr:aa: stopped\ngr:zz: stopped\n', '')


def test_many_at_once(d):
    """Each process takes as long as it takes; they do so together, on connections of their own."""
    slow = Daemon(OURS, program('s', '/bin/sleep 1000', numprocs=101, process_name='s_%(process_num)03d',
                                autostart='false', startsecs=1))
    try:
        slow.start()
        result = slow.ctl('start', 's*:s_0*', 's*')
        assert result == (0, ''.join('s:s_%03d: started\n' % i for i in range(101)), '')
        # One after another the last would be a hundred seconds later.
        assert slow.rpc.supervisor.getProcessInfo('s:s_099')['start'] - \
            slow.rpc.supervisor.getProcessInfo('s:s_000')['start'] < 60
    finally:
        slow.cleanup()
