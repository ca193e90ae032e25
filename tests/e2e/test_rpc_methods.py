"""XML-RPC in depth: waiting, clients that leave, the end of the daemon, and what we mend.

The bytes of each method's answers are compared with the reference in compat/test_rpc_matrix.py.
"""

import os
import re
import socket
import xmlrpc.client

import pytest
from harness import DEADLINE, program

IDLE = program('idle', '/bin/cat', autostart='false')
#: Minds no SIGTERM, and ends when there is a file `go`.
STUBBORN = program('stubborn', "/bin/sh -c 'trap \"\" TERM; echo ready; while [ ! -e %(here)s/go ]; do sleep 0.05; done'",
                   stopwaitsecs=600, stdout_logfile='%(here)s/log/stubborn', startsecs=0, autorestart='false')


def fault(call, *args):
    with pytest.raises(xmlrpc.client.Fault) as error:
        call(*args)
    return error.value.faultCode, error.value.faultString


def document(method, *args):
    return xmlrpc.client.dumps(args, method, allow_none=True).encode()


def connect(d):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(DEADLINE)
    connection.connect(d.socket)
    return connection


def request(body, headers=''):
    return b'POST /RPC2 HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s' % (
        headers.encode(), len(body), body)


def read_reply(file):
    """One reply of a connection that stays open: status line, body."""
    status = file.readline()
    length = 0
    for line in iter(file.readline, b'\r\n'):
        assert line, 'the connection was closed'
        name, _, value = line.partition(b':')
        if name.lower() == b'content-length':
            length = int(value)
    return status.split()[1], file.read(length)


def test_types_of_all_config_info(daemon):
    d = daemon(program('b', '/bin/cat', autostart='false', exitcodes='0,3', directory='/tmp') + IDLE)
    infos = d.rpc.supervisor.getAllConfigInfo()
    assert [info['name'] for info in infos] == ['b', 'idle']
    b = infos[0]
    assert len(b) == 29
    assert (b['exitcodes'], b['directory'], b['uid'], b['serverurl']) == ([0, 3], '/tmp', 'none', 'none')
    assert (b['autostart'], b['inuse'], b['stopsignal'], b['startsecs']) == (False, True, 15, 1)
    assert {type(b[name]) for name in b if name.endswith('_maxbytes')} == {int}


def test_names_of_auto_logs(daemon):
    """Each reading of the configuration forgets them, until a process is made of it."""
    d = daemon(IDLE)
    s = d.rpc.supervisor
    assert s.getAllConfigInfo()[0]['stdout_logfile'] == s.getProcessInfo('idle')['stdout_logfile'] != ''
    d.write_config(IDLE + program('new', '/bin/cat', autostart='false'))
    s.reloadConfig()
    assert [info['stdout_logfile'] for info in s.getAllConfigInfo()] == ['auto', 'auto']
    s.addProcessGroup('new')
    assert [info['stdout_logfile'] for info in s.getAllConfigInfo()] == [
        'auto', s.getProcessInfo('new')['stdout_logfile']]
    s.restart()
    d.wait_log('supervisord started with pid', count=2)
    d.wait_ready()
    assert {info['stdout_logfile'] for info in s.getAllConfigInfo()} == {
        info['stdout_logfile'] for info in s.getAllProcessInfo()}


@pytest.mark.ours_only
def test_numbers_beyond_32_bits_are_capped(daemon):
    """The reference answers 500 as soon as one program has such a number."""
    d = daemon(program('big', '/bin/cat', autostart='false', stdout_logfile_maxbytes='4GB'))
    assert d.rpc.supervisor.getAllConfigInfo()[0]['stdout_logfile_maxbytes'] == 2 ** 31 - 1


@pytest.mark.ours_only
def test_wrong_types_are_faults(daemon):
    """The reference answers 500."""
    s = daemon(IDLE).rpc.supervisor
    assert fault(s.getProcessInfo, 5) == (2, 'INCORRECT_PARAMETERS')
    assert fault(s.readLog, 'x', 0) == (2, 'INCORRECT_PARAMETERS')
    assert fault(s.signalProcess, 'idle', []) == (2, 'INCORRECT_PARAMETERS')


@pytest.mark.ours_only
def test_bytes_that_are_not_utf8(daemon):
    d = daemon(program('p', "/usr/bin/printf 'a\\303\\251\\377z'", startsecs=0, autorestart='false',
                       stdout_logfile='%(here)s/log/p'))
    d.wait_log('z', name='log/p')
    assert d.rpc.supervisor.readProcessLog('p', 0, 2) == 'a\ufffd'
    assert d.rpc.supervisor.readProcessLog('p', 0, 0) == 'a\u00e9\ufffdz'


@pytest.mark.ours_only
def test_doctype_is_refused(daemon):
    d = daemon(IDLE)
    bomb = ('<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "x">]><m><methodName>supervisor.getPID</methodName></m>')
    assert d.http('POST', '/RPC2', bomb)[0] == 400
    d.wait_log(r'ERRO XML-RPC request data .* is invalid: unmarshallable')


@pytest.mark.ours_only
def test_bad_requests_do_not_flood_the_log(daemon):
    d = daemon(IDLE)
    before = len(d.log)
    assert d.http('POST', '/RPC2', b'\xff' * 100000)[0] == 400
    d.wait_log('is invalid: unmarshallable')
    assert len(d.log) - before < 3000


def test_abnormal_termination(daemon):
    """Somebody waits for a start, somebody else stops the program."""
    d = daemon(program('slow', '/bin/cat', autostart='false', startsecs=30))
    with connect(d) as connection:
        connection.sendall(request(document('supervisor.startProcess', 'slow')))
        d.wait_state('slow', 'STARTING')
        assert d.rpc.supervisor.stopProcess('slow') is True
        status, body = read_reply(connection.makefile('rb'))
    assert status == b'200'
    assert b'ABNORMAL_TERMINATION: slow' in body


def test_start_that_fails(daemon):
    d = daemon(program('quick', "/bin/sh -c 'exit 3'", autostart='false', startretries=0, startsecs=30) +
               program('gone', '/nonexistent', autostart='false'))
    s = d.rpc.supervisor
    assert fault(s.startProcess, 'quick') == (50, 'SPAWN_ERROR: quick')
    assert fault(s.startProcess, 'quick:quick') == (50, 'SPAWN_ERROR: quick:quick')
    assert fault(s.startProcess, 'gone') == (20, "NO_FILE: can't find command '/nonexistent'")


def test_results_of_many(daemon):
    """What is known at once comes first; what runs already is left out."""
    d = daemon(program('a', '/bin/cat') + program('b', '/nonexistent', autostart='false', priority=2000) +
               program('c', '/bin/cat', autostart='false', startsecs=0))
    d.wait_state('a', 'RUNNING')
    results = d.rpc.supervisor.startAllProcesses()
    assert sorted((r['name'], r['status']) for r in results) == [('b', 20), ('c', 80)]
    assert {r['name']: r['description'] for r in results}['b'] == "NO_FILE: can't find command '/nonexistent'"
    assert [list(r) for r in results] == [['name', 'group', 'status', 'description']] * 2


@pytest.mark.ours_only
def test_order_of_results(daemon):
    """Failures first, then by whole seconds until each settled, then by priority and name: not a race."""
    d = daemon(program('slow', '/bin/cat', autostart='false', priority=1, startsecs=2) +
               program('quick', '/bin/cat', autostart='false', priority=3, startsecs=0) +
               program('brisk', '/bin/cat', autostart='false', priority=2, startsecs=0) +
               program('gone', '/nonexistent', autostart='false', priority=4))
    assert [r['name'] for r in d.rpc.supervisor.startAllProcesses()] == ['gone', 'brisk', 'quick', 'slow']
    assert [r['name'] for r in d.rpc.supervisor.stopAllProcesses()] == ['slow', 'brisk', 'quick']


def test_client_that_leaves(daemon):
    """Its work goes on, the daemon and other clients do not notice."""
    d = daemon(program('slow', '/bin/cat', autostart='false', startsecs=2) + STUBBORN)
    d.wait_log('ready', name='log/stubborn')
    for method, name, begun in (('supervisor.startProcess', 'slow', "INFO spawned: 'slow'"),
                                ('supervisor.stopProcess', 'stubborn', 'DEBG killing stubborn ')):
        with connect(d) as connection:
            connection.sendall(request(document(method, name)))
            d.wait_log(begun)
    assert d.answers()
    d.write('go', '')
    d.wait_state('slow', 'RUNNING')
    d.wait_state('stubborn', 'STOPPED')
    assert d.answers()


def test_client_that_leaves_a_multicall(daemon):
    """The call that waits goes on, those after it are not made."""
    d = daemon(STUBBORN + IDLE)
    d.wait_log('ready', name='log/stubborn')
    calls = [{'methodName': 'supervisor.stopProcess', 'params': ['stubborn']},
             {'methodName': 'supervisor.startProcess', 'params': ['idle']}]
    with connect(d) as connection:
        connection.sendall(request(document('system.multicall', calls)))
        d.wait_state('stubborn', 'STOPPING')
    assert d.state('stubborn') == 'STOPPING'  # it has learned of that meanwhile
    d.write('go', '')
    d.wait_state('stubborn', 'STOPPED')
    assert d.state('idle') == 'STOPPED'


def test_multicall_in_order(daemon):
    d = daemon(program('slow', '/bin/cat', autostart='false', startsecs=1) +
               STUBBORN.replace('stopwaitsecs=600', 'stopwaitsecs=2'))
    d.wait_log('ready', name='log/stubborn')
    results = d.rpc.system.multicall([
        {'methodName': 'supervisor.startProcess', 'params': ['slow']},
        {'methodName': 'supervisor.getProcessInfo', 'params': ['slow']},
        {'methodName': 'supervisor.stopProcess', 'params': ['stubborn']},
        {'methodName': 'supervisor.getProcessInfo', 'params': ['stubborn']},
        {'methodName': 'supervisor.stopAllProcesses'},
        {'methodName': 'supervisor.startProcess', 'params': ['nope']}])
    assert results[0] is True and results[1]['statename'] == 'RUNNING'
    assert results[2] is True and results[3]['statename'] == 'STOPPED'
    assert [r['name'] for r in results[4]] == ['slow']
    assert results[5] == {'faultCode': 10, 'faultString': 'BAD_NAME: nope'}


@pytest.mark.ours_only
def test_multicall_of_thousands(daemon):
    d = daemon(IDLE)
    assert d.rpc.system.multicall([{'methodName': 'supervisor.getPID'}] * 5000) == [d.pid] * 5000


@pytest.mark.ours_only
def test_multicall_of_too_much(daemon):
    """A small request may ask for more than there is memory: it ends where an answer has no more room."""
    d = daemon(program('big', '/bin/cat', autostart='false', stdout_logfile='%(here)s/big'))
    d.write('big', '<' * (16 << 20))
    code, text = fault(d.rpc.system.multicall, [
        {'methodName': 'supervisor.readProcessStdoutLog', 'params': ['big', 0, 0]}] * 1000)
    assert (code, text) == (30, 'FAILED: the answer is too large: only 4 of 1000 calls were made')
    assert d.answers()


@pytest.mark.ours_only
def test_multicall_holds_up_nobody(daemon):
    """Thousands of calls are made in slices: who asks meanwhile is answered before they are through."""
    d = daemon(program('many', '/bin/cat', numprocs=100, process_name='%(process_num)d', autostart='false') + IDLE)
    calls = [{'methodName': 'supervisor.getAllProcessInfo'}] * 1000 + [
        {'methodName': 'supervisor.startProcess', 'params': ['idle', False]}]
    with connect(d) as long, connect(d) as short:
        long.sendall(request(document('system.multicall', calls)))
        short.sendall(request(document('supervisor.getProcessInfo', 'idle')))
        assert b'STOPPED' in read_reply(short.makefile('rb'))[1]
        assert long.recv(1)
    assert d.state('idle') != 'STOPPED'


@pytest.mark.ours_only
def test_limits_are_told(daemon):
    """What is too much, and would be a call otherwise, gets a fault that says so."""
    d = daemon(IDLE)
    deep = 'x'
    for _ in range(70):
        deep = [deep]
    assert fault(d.rpc.supervisor.getProcessInfo, deep) == (2, 'INCORRECT_PARAMETERS: nested too deep')
    status, _, reply = d.http('POST', '/RPC2', '<a>' * 300000)
    assert status == 200 and b'INCORRECT_PARAMETERS: nested too deep' in reply
    assert d.answers()


@pytest.mark.ours_only
def test_requests_behind_one_that_waits(daemon):
    """They are left unread until its answer is out; the reference mixes them up."""
    d = daemon(program('slow', '/bin/cat', autostart='false', startsecs=1))
    with connect(d) as connection:
        connection.sendall(request(document('supervisor.startProcess', 'slow')) +
                           request(document('supervisor.getPID')))
        file = connection.makefile('rb')
        assert b'<boolean>1</boolean>' in read_reply(file)[1]
        assert b'<int>%d</int>' % d.pid in read_reply(file)[1]


@pytest.mark.ours_only
def test_length_of_late_answers_counts_bytes(daemon):
    """The reference counts characters, and cuts the answer."""
    name = '\u00e9\u20ac'
    d = daemon(program(name, '/bin/cat', autostart='false', startsecs=1))
    assert [r['name'] for r in d.rpc.supervisor.startAllProcesses()] == [name]
    assert d.rpc.supervisor.stopProcess(name) is True


def test_kept_connection(daemon):
    d = daemon(IDLE)
    with connect(d) as connection:
        file = connection.makefile('rb')
        for _ in range(3):
            connection.sendall(request(document('supervisor.getIdentification')))
            status, body = read_reply(file)
            assert status == b'200' and b'<string>supervisor</string>' in body


def test_answers_while_shutting_down(daemon):
    d = daemon(STUBBORN + IDLE)
    d.wait_log('ready', name='log/stubborn')
    rpc = d.rpc
    assert rpc.supervisor.shutdown() is True
    for call, args in ((rpc.supervisor.getState, ()), (rpc.supervisor.getPID, ()), (rpc.supervisor.shutdown, ()),
                       (rpc.supervisor.restart, ()), (rpc.supervisor.startProcess, ('nope',)),
                       (rpc.supervisor.readLog, (0, 0))):
        assert fault(call, *args) == (6, 'SHUTDOWN_STATE')
    assert fault(rpc.supervisor.getPID, 1) == (2, 'INCORRECT_PARAMETERS')
    assert fault(rpc.supervisor.nope) == (1, 'UNKNOWN_METHOD')
    assert rpc.supervisor.sendRemoteCommEvent('a', 'b') is True
    assert rpc.system.methodSignature('supervisor.getPID') == ['int']
    assert rpc.system.multicall([{'methodName': 'supervisor.getPID'}]) == [
        {'faultCode': 6, 'faultString': 'SHUTDOWN_STATE'}]
    d.write('go', '')
    d.wait_end()


def test_waiting_over_the_end_of_the_daemon(daemon):
    """A stop that is waited for is answered, or the connection ends with the daemon; it never hangs."""
    d = daemon(STUBBORN)
    d.wait_log('ready', name='log/stubborn')
    with connect(d) as connection:
        connection.sendall(request(document('supervisor.stopProcess', 'stubborn')))
        d.wait_state('stubborn', 'STOPPING')
        assert d.rpc.supervisor.shutdown() is True
        d.write('go', '')
        d.wait_end()
        answer = connection.recv(65536)
    assert answer == b'' or b'<boolean>1</boolean>' in answer


def test_restart_keeps_the_pid(daemon):
    d = daemon(IDLE)
    assert d.rpc.supervisor.restart() is True
    d.wait_log('supervisord started with pid', count=2)
    d.wait_ready()
    assert d.rpc.supervisor.getPID() == d.pid


def test_reload_config(daemon):
    d = daemon(IDLE + program('old', '/bin/cat', autostart='false'))
    s = d.rpc.supervisor
    assert s.reloadConfig() == [[[], [], []]]
    d.write_config(program('idle', '/bin/cat', autostart='false', startsecs=7) + program('new', '/bin/cat'))
    assert s.reloadConfig() == [[['new'], ['idle'], ['old']]]
    assert s.addProcessGroup('new') is True
    d.wait_state('new', 'RUNNING')
    assert s.removeProcessGroup('old') is True
    assert fault(s.removeProcessGroup, 'new') == (91, 'STILL_RUNNING: new')
    assert s.reloadConfig() == [[[], ['idle'], []]]
    d.write_config(program('bad', '/bin/cat', startsecs='soon'))
    code, text = fault(s.reloadConfig)
    assert (code, text.split(':')[0]) == (92, 'CANT_REREAD')
    assert [p['name'] for p in s.getAllProcessInfo()] == ['idle', 'new']


@pytest.mark.ours_only
def test_bad_reload_names_file_and_line(daemon):
    d = daemon(IDLE)
    d.write_config(program('bad', '/bin/cat', startsecs='soon'))
    text = fault(d.rpc.supervisor.reloadConfig)[1]
    assert re.search(r'c\.conf:\d+', text), text


def test_other_namespaces(daemon):
    d = daemon(IDLE + '[rpcinterface:alt]\nsupervisor.rpcinterface_factory = '
               'supervisor.rpcinterface:make_main_rpcinterface\n')
    assert d.rpc.alt.getPID() == d.rpc.supervisor.getPID()
    names = [name for name in d.rpc.system.listMethods() if not name.startswith('cvisor.')]
    assert len(names) == 37 * 2 + 4 and names == sorted(names)


@pytest.mark.ours_only
def test_list_of_methods(daemon):
    names = daemon(IDLE).rpc.system.listMethods()
    assert names == sorted(names)
    assert len([name for name in names if not name.startswith('cvisor.')]) == 41
    assert {'cvisor.getHistory', 'cvisor.previewUpdate', 'cvisor.follow'} <= set(names)


@pytest.mark.ours_only
def test_every_method_has_help(daemon):
    rpc = daemon(IDLE).rpc
    for name in rpc.system.listMethods():
        text = rpc.system.methodHelp(name)
        types = [words.split()[0] for words in re.findall(r'@(?:param|return) (.*)', text)]
        assert types[-1:] + types[:-1] == rpc.system.methodSignature(name)


def test_stdin_beyond_the_pipe(daemon):
    """More than a pipe holds: the rest is queued."""
    d = daemon(program('count', "/bin/sh -c 'sleep 1; head -c 300000 | wc -c'", stdout_logfile='%(here)s/log/count',
                       startsecs=0, autorestart='false'))
    assert d.rpc.supervisor.sendProcessStdin('count', 'x' * 300000) is True
    d.wait_log('300000', name='log/count')


@pytest.mark.ours_only
def test_stdin_of_a_full_pipe(daemon):
    """The reference answers 500 although the text is queued."""
    d = daemon(program('count', "/bin/sh -c 'while ! test -e go; do sleep 0.1; done; head -c 400000 | wc -c'",
                       stdout_logfile='%(here)s/log/count', startsecs=0, autorestart='false', directory='%(here)s'))
    for _ in range(2):
        assert d.rpc.supervisor.sendProcessStdin('count', 'x' * 200000) is True
    d.write('go', '')
    d.wait_log('400000', name='log/count')


def test_stdin_of_one_that_closed_it(daemon):
    d = daemon(program('deaf', "/bin/sh -c 'exec <&-; echo closed; exec sleep 1000'", stdout_logfile='%(here)s/log/deaf'))
    d.wait_log('closed', name='log/deaf')
    assert fault(d.rpc.supervisor.sendProcessStdin, 'deaf', 'x') == (20, 'NO_FILE: deaf')


@pytest.mark.ours_only
def test_read_of_too_much(daemon):
    d = daemon(program('p', "/bin/sh -c 'printf 0123; exec sleep 1000'", stdout_logfile='%(here)s/log/p',
                       stdout_logfile_maxbytes=0))
    d.wait_log('0123', name='log/p')
    os.truncate(d.path('log/p'), 2 ** 30)
    assert d.rpc.supervisor.tailProcessLog('p', 0, 0)[1] == 2 ** 30
    code, text = fault(d.rpc.supervisor.readProcessLog, 'p', 0, 0)
    assert code == 30 and 'offset and length' in text
    assert d.rpc.supervisor.readProcessLog('p', 1, 3) == '123'
