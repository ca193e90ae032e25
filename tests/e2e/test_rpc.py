"""XML-RPC as Python's own client sees it."""

import xmlrpc.client

import pytest
from harness import DEADLINE, program

FIELDS = {'name': str, 'group': str, 'start': int, 'stop': int, 'now': int, 'state': int, 'statename': str,
          'spawnerr': str, 'exitstatus': int, 'logfile': str, 'stdout_logfile': str, 'stderr_logfile': str, 'pid': int,
          'description': str}


def test_get_all_process_info(daemon):
    d = daemon(program('cat', '/bin/cat') + program('idle', '/bin/cat', autostart='false') +
               program('w', '/bin/cat', numprocs=2, process_name='w%(process_num)d'))
    d.wait_state('cat', 'RUNNING')
    infos = d.rpc.supervisor.getAllProcessInfo()
    assert [info['name'] for info in infos] == ['cat', 'idle', 'w0', 'w1']
    for info in infos:
        assert {name: type(value) for name, value in info.items()} == FIELDS
    cat, idle = infos[0], infos[1]
    assert (cat['state'], cat['statename'], cat['stop']) == (20, 'RUNNING', 0)
    assert 0 <= cat['now'] - cat['start'] < 60
    assert (idle['state'], idle['statename'], idle['description'], idle['pid']) == (0, 'STOPPED', 'Not started', 0)
    assert d.rpc.supervisor.getProcessInfo('w:w1')['name'] == 'w1'


def fault(call, *args):
    with pytest.raises(xmlrpc.client.Fault) as error:
        call(*args)
    return error.value.faultCode, error.value.faultString


def test_faults(daemon):
    s = daemon(program('cat', '/bin/cat') + program('idle', '/bin/cat', autostart='false')).rpc.supervisor
    assert fault(s.getProcessInfo, 'nope') == (10, 'BAD_NAME: nope')
    assert fault(s.startProcess, 'nope') == (10, 'BAD_NAME: nope')
    assert fault(s.stopProcess, 'idle') == (70, 'NOT_RUNNING: idle')
    assert fault(s.startProcess, 'cat') == (60, 'ALREADY_STARTED: cat')
    assert fault(s.signalProcess, 'cat', 'FOO') == (11, 'BAD_SIGNAL: FOO')
    assert fault(s.noSuchMethod) == (1, 'UNKNOWN_METHOD')
    assert fault(s.getProcessInfo) == (2, 'INCORRECT_PARAMETERS')
    assert fault(s.addProcessGroup, 'nope') == (10, 'BAD_NAME: nope')
    assert fault(s.removeProcessGroup, 'cat')[0] == 91


def test_identity(daemon):
    d = daemon(supervisord='identifier=me')
    s = d.rpc.supervisor
    assert s.getAPIVersion() == s.getVersion() == '3.0'
    assert s.getSupervisorVersion() + '\n' == d.run('-v').out
    assert s.getIdentification() == 'me'
    assert s.getPID() == d.pid
    assert s.getState() == {'statecode': 1, 'statename': 'RUNNING'}


def test_system_methods(daemon):
    rpc = daemon(program('cat', '/bin/cat')).rpc
    names = rpc.system.listMethods()
    assert names == sorted(names)
    for name in ('supervisor.startProcess', 'supervisor.getAllProcessInfo', 'system.multicall', 'system.listMethods',
                 'system.methodHelp', 'system.methodSignature'):
        assert name in names
    results = rpc.system.multicall([
        {'methodName': 'supervisor.getPID', 'params': []},
        {'methodName': 'supervisor.getProcessInfo', 'params': ['nope']},
        {'methodName': 'supervisor.getState', 'params': []}])
    assert isinstance(results[0], int)
    assert results[1] == {'faultCode': 10, 'faultString': 'BAD_NAME: nope'}
    assert results[2]['statename'] == 'RUNNING'


def test_multicall_waits(daemon):
    """A call that takes its time takes it inside a multicall too."""
    rpc = daemon(program('a', '/bin/cat', autostart='false') + program('b', '/bin/cat', autostart='false')).rpc
    results = rpc.system.multicall([{'methodName': 'supervisor.startProcess', 'params': [name]} for name in 'ab'])
    assert results == [True, True]
    assert {info['statename'] for info in rpc.supervisor.getAllProcessInfo()} == {'RUNNING'}


def test_start_without_waiting(daemon):
    d = daemon(program('a', '/bin/cat', autostart='false', startsecs=30))
    assert d.rpc.supervisor.startProcess('a', False) is True
    assert d.state('a') == 'STARTING'
    assert d.rpc.supervisor.stopProcess('a') is True


def test_process_group_calls(daemon):
    rpc = daemon(program('w', '/bin/cat', numprocs=2, process_name='w%(process_num)d', autostart='false')).rpc
    ok = [{'name': 'w%d' % n, 'group': 'w', 'status': 80, 'description': 'OK'} for n in range(2)]
    assert rpc.supervisor.startProcessGroup('w') == ok
    assert rpc.supervisor.signalProcessGroup('w', 'CONT') == ok
    assert rpc.supervisor.stopProcessGroup('w') == ok
    assert rpc.supervisor.startAllProcesses() == ok


def test_logs(daemon):
    d = daemon(program('p', "/bin/sh -c 'printf 0123456789; exec sleep 1000'", stdout_logfile='%(here)s/log/out'))
    d.wait_log('9', name='log/out')
    s = d.rpc.supervisor
    assert s.readProcessStdoutLog('p', 0, 4) == '0123'
    assert s.readProcessStdoutLog('p', -3, 0) == '789'
    assert s.readProcessLog('p', 2, 3) == '234'
    assert s.tailProcessStdoutLog('p', 0, 4) == ['6789', 10, True]
    assert s.tailProcessStdoutLog('p', 0, 100) == ['0123456789', 10, False]
    assert fault(s.readProcessStdoutLog, 'p', -1, 5)[0] == 3
    assert s.clearProcessLogs('p') is True
    assert d.read('log/out') == ''
    assert 'supervisord started with pid' in s.readLog(0, 0)


def test_several_clients_at_once(daemon):
    """A client that waits for a start does not hold up another."""
    import threading
    d = daemon(program('slow', '/bin/cat', autostart='false', startsecs=1000))
    done = []
    thread = threading.Thread(target=lambda: done.append(fault(d.rpc.supervisor.startProcess, 'slow')))
    thread.start()
    d.wait_state('slow', 'STARTING')
    assert d.rpc.supervisor.getState()['statename'] == 'RUNNING'
    assert done == []
    d.rpc.supervisor.stopProcess('slow')
    thread.join(DEADLINE)
    assert done == [(40, 'ABNORMAL_TERMINATION: slow')]


def test_http_errors(daemon):
    d = daemon()
    status, _, _ = d.http('POST', '/RPC2', 'this is not XML', {'Content-Type': 'text/xml'})
    assert status in (400, 500)
    assert d.http('GET', '/nonexistent')[0] == 404
    assert d.answers()
