"""By whom something was asked for: kept with what was started, stopped, read, added, and told by the history, the changes
and the push stream."""

import base64
import contextlib
import os
import pwd
import re
import signal
import subprocess
import sys
import xmlrpc.client

import pytest
from harness import DEADLINE, program, wait_until

pytestmark = pytest.mark.ours_only

CAT = program('cat', '/bin/cat', startsecs=0)

#: No other test of this machine has this address, so the ports cannot be taken.
ADDRESS = '127.%d.%d.%d' % (os.getpid() >> 16 & 127 | 64, os.getpid() >> 8 & 255, os.getpid() & 255)

#: Stops a program through the socket in argv[1].
STOP = """
import socket, sys
body = b'<?xml version="1.0"?><methodCall><methodName>supervisor.stopProcess</methodName>' \\
    b'<params><param><value><string>cat</string></value></param></params></methodCall>'
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b'POST /RPC2 HTTP/1.0\\r\\nContent-Type: text/xml\\r\\nContent-Length: %d\\r\\n\\r\\n%s' % (len(body), body))
answer = b''
while True:
    piece = s.recv(65536)
    if not piece:
        break
    answer += piece
assert b'<boolean>1</boolean>' in answer, answer
"""


def user_name(uid):
    """As /etc/passwd has it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return 'uid %d' % uid


def who_of(pid, uid=None):
    """What is said of a process, as a regular expression: its command is not looked at."""
    return r'%s \(.*pid %s\)' % (re.escape(user_name(os.getuid() if uid is None else uid)), pid)


def history_of(d, count=20):
    return [(h['event'], h['cause'], h['who']) for h in d.rpc.cvisor.getHistory('cat', count)]


def test_supervisorctl(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    events = d.events()
    events.snapshot()
    assert d.ctl('restart', 'cat').status == 0
    history = history_of(d)
    assert [h[:2] for h in history] == [('start', 'request'), ('end', 'request'), ('start', 'autostart')]
    who = history[0][2]
    assert re.fullmatch(r'%s \(supervisorctl, pid \d+\)' % re.escape(user_name(os.getuid())), who), who
    assert [h[2] for h in history] == [who, who, '']
    # Each change tells it, as long as it is the reason for it.
    running = events.until(lambda e: e.event == 'process' and e.data['statename'] == 'RUNNING')
    assert running.data['who'] == who
    assert [e.data['who'] for e in events.seen if e.event == 'process' and e.data['from'] in ('STOPPING', 'STOPPED')] == [who] * 2
    os.kill(d.info('cat')['pid'], signal.SIGKILL)
    exited = events.until(lambda e: e.event == 'process' and e.data['statename'] == 'EXITED')
    assert exited.data['cause'] == 'crash' and 'who' not in exited.data
    again = events.until(lambda e: e.event == 'process' and e.data['statename'] == 'RUNNING')
    assert again.data['cause'] == 'autorestart' and 'who' not in again.data
    assert [h[2] for h in history_of(d, 2)] == ['', '']


def test_a_stream_that_is_resumed_tells_it_too(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    events = d.events()
    events.snapshot()
    assert re.fullmatch(who_of(os.getpid()), events.seen[0].data['you'])
    last = events.seen[-1].id
    d.rpc.supervisor.stopProcess('cat')
    d.rpc.supervisor.startProcess('cat')
    events = d.events(headers={'Last-Event-ID': last})
    events.until(lambda e: e.event == 'process' and e.data['statename'] == 'RUNNING')
    told = [e.data['who'] for e in events.seen if e.event == 'process']
    assert len(told) >= 4 and {re.fullmatch(who_of(os.getpid()), who) is None for who in told} == {False}, told


@pytest.mark.root
def test_another_user(daemon):
    d = daemon(CAT, http='chmod=0777')
    d.wait_state('cat', 'RUNNING')
    nobody = pwd.getpwnam('nobody')
    with subprocess.Popen([sys.executable, '-I', '-c', STOP, d.socket], user=nobody.pw_uid, group=nobody.pw_gid,
                          extra_groups=[], cwd='/') as process:
        assert process.wait(DEADLINE) == 0
    event, cause, who = history_of(d, 1)[0]
    assert (event, cause) == ('end', 'request')
    assert re.fullmatch(who_of(process.pid, nobody.pw_uid), who), who
    # Nobody has this number.
    uid = 40000 + os.getpid() % 10000
    d.rpc.supervisor.startProcess('cat')
    with subprocess.Popen([sys.executable, '-I', '-c', STOP, d.socket], user=uid, group=uid, extra_groups=[],
                          cwd='/') as process:
        assert process.wait(DEADLINE) == 0
    assert re.fullmatch(r'uid %d \(.*pid %d\)' % (uid, process.pid), history_of(d, 1)[0][2])


def test_credentials_on_a_socket(daemon):
    d = daemon(CAT, http='username=admin\npassword=secret', ctl='username=admin\npassword=secret')
    assert d.ctl('stop', 'cat').status == 0
    login = {'Authorization': 'Basic ' + base64.b64encode(b'admin:secret').decode()}
    events = d.events('?events=process', login)
    events.snapshot()
    assert re.fullmatch(r'%s as admin \(.*pid %d\)' % (re.escape(user_name(os.getuid())), os.getpid()),
                        events.seen[0].data['you'])
    assert d.ctl('start', 'cat').status == 0
    started = events.until(lambda e: e.event == 'process' and e.data['statename'] == 'RUNNING')
    assert re.fullmatch(r'%s as admin \(supervisorctl, pid \d+\)' % re.escape(user_name(os.getuid())), started.data['who'])


def test_tcp(daemon):
    d = daemon(CAT + '[inet_http_server:open]\nport=%s:9001\n\n' % ADDRESS +
               '[inet_http_server:shut]\nport=%s:9002\nusername=admin\npassword=secret\n' % ADDRESS)
    d.wait_state('cat', 'RUNNING')
    for url, who in (('http://%s:9001' % ADDRESS, '127.0.0.1'), ('http://admin:secret@%s:9002' % ADDRESS, '127.0.0.1 as admin')):
        with xmlrpc.client.ServerProxy(url) as server:
            assert server.supervisor.stopProcess('cat') and server.supervisor.startProcess('cat')
        assert history_of(d, 2) == [('start', 'request', who), ('end', 'request', who)]


def test_several_in_one_call(daemon):
    """A group, all, and calls within a call."""
    d = daemon(program('cat', '/bin/cat', startsecs=0, numprocs=3, process_name='c%(process_num)d'))
    d.wait_state('cat:c2', 'RUNNING')
    d.rpc.supervisor.stopProcessGroup('cat')
    d.rpc.supervisor.startAllProcesses()
    calls = xmlrpc.client.MultiCall(d.rpc)
    calls.supervisor.stopProcess('cat:c1')
    calls.supervisor.startProcess('cat:c1', False)
    calls()
    asked = [h['who'] for h in d.rpc.cvisor.getHistory('', 100) if h['cause'] == 'request']
    assert len(asked) == 8
    assert all(re.fullmatch(who_of(os.getpid()), who) for who in asked), asked


def test_the_page(daemon):
    """A restart from the page is asked for by who sent the form, both halves of it."""
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    status, _, _ = d.http('POST', '/index.html', 'processname=cat&action=restart',
                          {'Content-Type': 'application/x-www-form-urlencoded'})
    assert status == 303
    history = history_of(d, 2)
    assert [h[0] for h in history] == ['start', 'end']
    assert all(re.fullmatch(who_of(os.getpid()), who) for _, _, who in history), history


def test_changes(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    events = d.events()
    events.snapshot()
    d.write_config(CAT.replace('/bin/cat', '/bin/cat -u') + program('new', '/bin/cat'))
    assert d.ctl('update').status == 0
    changes = d.rpc.cvisor.getChanges(4)
    who = changes[0]['who']
    assert re.fullmatch(r'%s \(supervisorctl, pid \d+\)' % re.escape(user_name(os.getuid())), who), who
    assert [(c['change'], c['who']) for c in changes] == [
        ('added', who), ('added', who), ('removed', who), ('reread', who)]
    # What was there from the beginning nobody has asked for.
    assert {c['who'] for c in d.rpc.cvisor.getChanges()[4:]} == {''}
    events.until(lambda e: e.event == 'group' and e.data['name'] == 'new')
    assert [(e.event, e.data['who']) for e in events.seen if e.event in ('group', 'config')] == [
        ('config', who), ('group', who), ('group', who), ('group', who)]
    # The programs of a group that was added start by themselves.
    d.wait_state('new', 'RUNNING')
    assert [h['who'] for h in d.rpc.cvisor.getHistory('new')] == ['']


@pytest.mark.parametrize('how', ['signal', 'call'])
def test_reload(daemon, how):
    """The history begins anew; who wanted that is the first that it tells."""
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    boot = d.rpc.cvisor.getApi()['boot']
    events = d.events()
    events.snapshot()
    if how == 'signal':
        os.kill(d.pid, signal.SIGHUP)
    else:
        d.rpc.supervisor.restart()
    told = events.until(lambda e: e.event == 'supervisor')
    assert told.data['statename'] == 'RESTARTING'
    assert re.fullmatch(who_of(os.getpid()), told.data['who']), told.data

    def again():
        with contextlib.suppress(OSError, xmlrpc.client.Error):
            return d.rpc.cvisor.getApi()['boot'] != boot
        return False
    wait_until(again)
    states = [c for c in d.rpc.cvisor.getChanges() if c['change'] == 'state']
    assert [c['statename'] for c in states] == ['RUNNING']
    assert re.fullmatch(who_of(os.getpid()), states[0]['who'])
    # And it is not repeated for what comes later.
    d.rpc.supervisor.reloadConfig()
    d.wait_state('cat', 'RUNNING')
    assert history_of(d) == [('start', 'autostart', '')]


@pytest.mark.parametrize('how', ['signal', 'call'])
def test_shutdown(daemon, how):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    events = d.events()
    events.snapshot()
    if how == 'signal':
        os.kill(d.pid, signal.SIGTERM)
    else:
        d.rpc.supervisor.shutdown()
    told = events.until(lambda e: e.event == 'supervisor')
    assert told.data['statename'] == 'SHUTDOWN'
    assert re.fullmatch(who_of(os.getpid()), told.data['who']), told.data
    stopped = events.until(lambda e: e.event == 'process' and e.data['statename'] == 'STOPPED')
    assert stopped.data['cause'] == 'shutdown' and 'who' not in stopped.data
    assert d.process.wait(DEADLINE) == 0
    # Supervisor's lines do not tell it.
    assert 'pid %d)' % os.getpid() not in d.log


def test_log(daemon):
    """At trace alone: one line for each call that changes something, with what it names."""
    d = daemon(CAT, supervisord='loglevel=trace')
    d.wait_state('cat', 'RUNNING')
    d.rpc.supervisor.signalProcess('cat', 'CONT')
    d.rpc.supervisor.sendProcessStdin('cat', 'secret\n')
    d.rpc.supervisor.clearProcessLogs('cat')
    d.rpc.supervisor.stopAllProcesses()
    d.rpc.supervisor.startProcess('cat')
    d.rpc.supervisor.reloadConfig()
    said = [line for line in d.log_messages() if ' asked by ' in line]
    assert len(said) == 6, said
    for line, call in zip(said, ("signalProcess 'cat'", "sendProcessStdin 'cat'", "clearProcessLogs 'cat'", 'stopAllProcesses',
                                 "startProcess 'cat'", 'reloadConfig')):
        assert re.fullmatch(r'TRAC supervisor\.%s asked by %s' % (re.escape(call), who_of(os.getpid())), line), line
    assert 'secret' not in ''.join(said)
