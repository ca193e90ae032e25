"""XML-RPC: several who wait for the same, names that XML cannot carry, logs that change while they are read, and memory
that is short.  One daemon for all of it; each test leaves its programs stopped."""

import concurrent.futures
import json
import os
import re
import resource
import subprocess
import xmlrpc.client

import pytest
from harness import BUILDDIR, DEADLINE, OURS, Daemon, program, server_proxy, status_field, wait_until

pytestmark = pytest.mark.ours_only

ODD = 'a\x01\x1bb'
CONFIG = (program('slow', '/bin/cat', autostart='false', startsecs=1) +
          program('stubborn', "/bin/sh -c 'trap \"\" TERM; echo ready; while ! test -e go; do sleep 0.05; done'",
                  directory='%(here)s', stopwaitsecs=60, startsecs=0, autostart='false', stdout_logfile='%(here)s/log/stubborn') +
          program('count', "/bin/sh -c 'i=100000; while :; do i=$((i+1)); echo $i; done'", autostart='false', startsecs=0,
                  stdout_logfile='%(here)s/log/count', stdout_logfile_maxbytes='20KB', stdout_logfile_backups=1) +
          program('big', '/bin/cat', autostart='false', startsecs=0, stdout_logfile='%(here)s/log/big',
                  stdout_logfile_maxbytes=0) +
          program(ODD, '/bin/cat', autostart='false', startsecs=0, stdout_logfile='%(here)s/log/odd'))


@pytest.fixture(scope='module')
def d(ours_runs):
    daemon = Daemon(OURS, CONFIG)
    try:
        yield daemon.start()
    finally:
        daemon.cleanup()


def fault(call, *args):
    with pytest.raises(xmlrpc.client.Fault) as error:
        call(*args)
    return error.value.faultCode, error.value.faultString


def at_once(d, *calls):
    """Results (or faults) of calls that are all made before one has ended."""
    def one(call):
        try:
            return getattr(server_proxy(d.socket), call[0])(*call[1:])
        except xmlrpc.client.Fault as error:
            return error.faultString
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def by_our_client(d, *calls):
    done = subprocess.run([os.path.join(BUILDDIR, 'tests/tools/rpc_call'), 'unix://' + d.socket], env=d.env, timeout=DEADLINE,
                          input=''.join(json.dumps(call) + '\n' for call in calls), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, '')
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_several_wait_for_a_start(d):
    """One starts it, the others learn that it is under way; who waits for all is not kept."""
    results = at_once(d, *[('supervisor.startProcess', 'slow')] * 3)
    assert sorted(map(str, results)) == ['ALREADY_STARTED: slow', 'ALREADY_STARTED: slow', 'True']
    assert d.rpc.supervisor.stopProcess('slow') is True


def test_several_wait_for_a_stop(d):
    d.rpc.supervisor.startProcess('stubborn')
    d.wait_log('ready', name='log/stubborn')
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(d.rpc.supervisor.stopProcess, 'stubborn')
        d.wait_state('stubborn', 'STOPPING')
        second = pool.submit(d.rpc.system.multicall, [
            {'methodName': 'supervisor.stopProcess', 'params': ['stubborn']},
            {'methodName': 'supervisor.startProcess', 'params': ['slow']},
            {'methodName': 'supervisor.stopProcessGroup', 'params': ['slow']},
            {'methodName': 'supervisor.getState'}])
        assert second.result(DEADLINE) == [
            {'faultCode': 70, 'faultString': 'NOT_RUNNING: stubborn'}, True,
            [{'name': 'slow', 'group': 'slow', 'status': 80, 'description': 'OK'}],
            {'statecode': 1, 'statename': 'RUNNING'}]
        assert not first.done()
        d.write('go', '')
        assert first.result(DEADLINE) is True
    os.remove(d.path('go'))


def test_names_with_control_characters(d):
    """They are listed, so they can be addressed: by clients that speak as they read."""
    assert by_our_client(d, ['supervisor.startProcess', ODD], ['supervisor.sendProcessStdin', ODD, 'x\x1b[1m\n'],
                         ['supervisor.startProcess', ODD]) == [
        {'result': True}, {'result': True}, {'fault': [60, 'ALREADY_STARTED: ' + ODD]}]
    d.wait_log('x\x1b', name='log/odd')
    assert by_our_client(d, ['supervisor.readProcessLog', ODD, 0, 0], ['supervisor.stopProcess', ODD]) == [
        {'result': 'x\x1b[1m\n'}, {'result': True}]
    # Others get what Supervisor gives for what is no XML.
    with pytest.raises(xmlrpc.client.ProtocolError) as error:
        d.rpc.supervisor.getProcessInfo(ODD)
    assert error.value.errcode == 400
    assert d.ctl('status', ODD).status == 3


def truncated(path):
    try:
        os.truncate(path, 0)
    except FileNotFoundError:
        return False
    return True


def test_logs_while_they_rotate(d):
    """Whatever is read is a piece of what was written: whole, in order, of one file."""
    s = d.rpc.supervisor
    s.startProcess('count')
    d.wait_log('1', name='log/count.1')
    pieces = []
    for turn in range(60):
        offset = turn * 997 % 21000
        pieces.append(s.readProcessLog('count', offset, 5000))
        pieces.append(s.readProcessLog('count', -offset - 1, 0))
        text, size, overflow = s.tailProcessLog('count', offset, 3000)
        assert len(text) <= 3000 and isinstance(overflow, bool) and size <= 20 * 1024 + 65536
        pieces.append(text)
        if turn % 20 == 10:
            assert s.clearProcessLogs('count') is True
        if turn % 20 == 15:
            # It is not there for a moment while it is rotated.
            wait_until(lambda: truncated(d.path('log/count')))
    s.stopProcess('count')
    assert sum(map(len, pieces)) > 10000
    for piece in pieces:
        lines = [int(line) for line in piece.split('\n')[1:-1]]
        assert lines == list(range(lines[0], lines[0] + len(lines))) if lines else True


def test_offset_from_the_end_of_a_growing_log(d):
    """What a client does that follows a log by tailProcessLog: nothing is lost, nothing comes twice."""
    s = d.rpc.supervisor
    s.startProcess('big')
    offset, seen = s.tailProcessLog('big', 0, 0)[1], ''
    sent = ''
    for n in range(20):
        line = 'line %d\n' % n
        s.sendProcessStdin('big', line)
        sent += line
        wait_until(lambda: s.tailProcessLog('big', 0, 0)[1] >= len(sent))
        size = s.tailProcessLog('big', offset, 0)[1]
        text, offset, overflow = s.tailProcessLog('big', offset, size - offset)
        assert not overflow
        seen += text
    assert seen == sent
    s.stopProcess('big')


def test_memory_is_short(d):
    """One request fails; the daemon and the next request do not notice."""
    if any(b'libasan' in line for line in open('/proc/%d/maps' % d.pid, 'rb')):
        pytest.skip('address space cannot be limited under sanitizers')
    with open(d.path('log/big'), 'w') as log:
        log.write('<' * (24 << 20))
    before = resource.prlimit(d.pid, resource.RLIMIT_AS)
    now = int(status_field(d.pid, 'VmSize').split()[0]) * 1024
    s = d.rpc.supervisor
    try:
        resource.prlimit(d.pid, resource.RLIMIT_AS, (now + (8 << 20), before[1]))
        code, text = fault(s.readProcessLog, 'big', 0, 0)
        assert code == 30
        resource.prlimit(d.pid, resource.RLIMIT_AS, (now + (60 << 20), before[1]))
        code, text = fault(s.readProcessLog, 'big', 0, 0)
        assert (code, text) == (30, 'FAILED: the answer is too large')
        results = d.rpc.system.multicall([{'methodName': 'supervisor.readProcessLog', 'params': ['big', 0, 0]},
                                          {'methodName': 'supervisor.readProcessLog', 'params': ['big', 0, 5]}])
        assert results[1] == '<<<<<' if isinstance(results, list) else True
    except xmlrpc.client.Fault as error:
        assert error.faultCode == 30
    finally:
        resource.prlimit(d.pid, resource.RLIMIT_AS, before)
    os.truncate(d.path('log/big'), 0)
    assert s.getPID() == d.pid


def test_our_methods_by_both_clients(d):
    """cvisor.*: the same values by xmlrpc.client and by our library."""
    d.rpc.supervisor.startProcess('slow')
    calls = [['cvisor.getApi'], ['cvisor.getProcessConfig', 'slow'], ['cvisor.getProcessConfig', 'slow', True],
             ['cvisor.getProcessConfig', 'nope'], ['cvisor.previewUpdate'], ['cvisor.previewUpdate', 1],
             ['cvisor.getHistory', 'slow'], ['cvisor.getHistory', 'slow', 1], ['cvisor.getHistory', 'slow', -1],
             ['cvisor.getHistory', 'slow', 'x'], ['cvisor.getHistory', '', 9], ['cvisor.getHistory', '', 9, 1.5],
             ['cvisor.getHistory', '', 9, 'x'], ['cvisor.getProcessTree', 'slow'], ['cvisor.getProcessTree', 'big'],
             ['cvisor.getProcessTree', 'slow:*'], ['cvisor.follow', 99999, []], ['cvisor.follow', 1, ['nope']],
             ['cvisor.follow', 1], ['cvisor.nope']]
    answers = by_our_client(d, *calls)
    for (method, *args), answer in zip(calls, answers):
        try:
            expected = {'result': getattr(d.rpc, method)(*args)}
        except xmlrpc.client.Fault as error:
            expected = {'fault': [error.faultCode, error.faultString]}
        for name in ('cpu', 'rss'):  # of this very moment
            expected, answer = (re.sub(r'"%s": [0-9.e-]+' % name, '', json.dumps(v, sort_keys=True)) if isinstance(v, dict)
                                else re.sub(r'"%s": [0-9.e-]+' % name, '', v) for v in (expected, answer))
        # Another test's program has such a name; only our client asks for control characters as they are.
        answer = answer.replace('\\u0001', '\\ufffd').replace('\\u001b', '\\ufffd')
        assert expected == answer, method
    kinds = [next(iter(answer)) for answer in answers]
    assert kinds == ['result'] * 3 + ['fault', 'result', 'fault'] + ['result'] * 2 + ['fault'] * 2 + ['result'] * 2 + [
        'fault'] + ['result'] * 2 + ['fault'] * 5
    d.rpc.supervisor.stopProcess('slow')
