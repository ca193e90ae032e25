"""The HTTP servers from outside: limits, many clients at once, several servers, who may call, logs that are followed.

What is answered byte for byte is in compat/test_http_bytes.py, what is hard to time in unit/test_httpd.c.
"""

import base64
import contextlib
import http.client
import os
import resource
import signal
import socket

import pytest
from harness import DEADLINE, OURS, Daemon, LargeAnswer, free_port, open_files, program, status_field, wait_until

pytestmark = pytest.mark.ours_only

CALL = b'<m><methodName>supervisor.getState</methodName></m>'
ASK = b'POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s' % (len(CALL), CALL)
GUARDED = 'username=NAME\npassword=NAME-secret\n'


@pytest.fixture(scope='module')
def port():
    return free_port()


@pytest.fixture(scope='module')
def shared(ours_runs, port):
    d = Daemon(OURS, '[unix_http_server:second]\nfile=%(here)s/s2\n' + GUARDED.replace('NAME', 'second') +
               '[unix_http_servers]\nfile=%(here)s/s3\nchmod=0750\nrequest_maxbytes=64KB\n' +
               '[inet_http_server:x]\nport=127.0.0.1:{}\n'.format(port) + GUARDED.replace('NAME', 'inet') +
               program('cat', '/bin/cat', startsecs=0))
    try:
        d.start()
        d.wait_state('cat', 'RUNNING')
        yield d
    finally:
        d.cleanup()


def dial(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(DEADLINE)
    connection.connect(path)
    return connection


def hear(connection, end):
    got = b''
    while not got.endswith(end):
        piece = connection.recv(65536)
        assert piece, 'the connection ended after %r' % got
        got += piece
    return got


def status_of(d, method, path, headers=None, body=None, server='s', port=None):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=DEADLINE) if port else None
    if connection is None:
        connection = http.client.HTTPConnection('localhost', timeout=DEADLINE)
        connection.sock = dial(d.path(server))
    with contextlib.closing(connection):
        connection.request(method, path, body, headers or {})
        return connection.getresponse().status


def login(text):
    return {'Authorization': 'Basic ' + base64.b64encode(text.encode()).decode()}


def descriptors(d):
    return len(open_files(d.pid))


def memory(d):
    """In kB; 0 under a sanitizer, which keeps what is freed."""
    with open('/proc/%d/maps' % d.pid) as maps:
        sanitized = 'libasan' in maps.read()
    return 0 if sanitized else int(status_field(d.pid, 'VmRSS').split()[0])


def ticks(d):
    """Hundredths of a second that it has used of the processor."""
    with open('/proc/%d/stat' % d.pid) as stat:
        return sum(map(int, stat.read().rpartition(')')[2].split()[11:13]))


def test_500_connections(shared):
    """Each is open and asks, each is answered, and nothing is left afterwards."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2048)), hard))
    before, small = descriptors(shared), memory(shared)
    connections = [dial(shared.socket) for _ in range(500)]
    try:
        for _ in range(2):
            for connection in connections:
                connection.sendall(ASK[:30])
            for connection in connections:
                connection.sendall(ASK[30:])
            for connection in connections:
                assert hear(connection, b'</methodResponse>\n').startswith(b'HTTP/1.1 200 OK\r\n')
        assert descriptors(shared) >= 500
        assert memory(shared) - small < 8 * 1024
    finally:
        for connection in connections:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    wait_until(lambda: descriptors(shared) <= before, what='all descriptors are closed',
               state=lambda: descriptors(shared))


def test_no_descriptor_for_a_client(daemon):
    """It waits, without a loop that spins, and is served when one is free."""
    d = daemon()
    limits = d.no_more_descriptors(1)
    first = dial(d.socket)
    first.sendall(ASK)
    hear(first, b'</methodResponse>\n')
    second = dial(d.socket)
    second.sendall(ASK)
    before = ticks(d)
    first.close()
    hear(second, b'</methodResponse>\n')
    assert ticks(d) - before < 50
    second.close()
    resource.prlimit(d.pid, resource.RLIMIT_NOFILE, limits)


def test_each_server_has_its_own_credentials(shared, port):
    ask = {'method': 'POST', 'path': '/RPC2', 'body': CALL}
    assert status_of(shared, **ask) == 200
    assert status_of(shared, **ask, server='s3') == 200
    for where, right, wrong in (({'server': 's2'}, 'second:second-secret', 'inet:inet-secret'),
                                ({'port': port}, 'inet:inet-secret', 'second:second-secret')):
        assert status_of(shared, **ask, **where) == 401
        assert status_of(shared, **ask, **where, headers=login(right)) == 200
        assert status_of(shared, **ask, **where, headers=login(wrong)) == 401
    assert os.stat(shared.path('s3')).st_mode & 0o777 == 0o750
    assert "CRIT Server 'unix_http_servers' running without any HTTP authentication checking" in shared.log_messages()


PATHS = ['/', '/index.html', '/ok.html', '/RPC2', '/events', '/logtail/cat', '/mainlogtail', '/metrics', '/nope', '//', '*']


@pytest.mark.parametrize('path', PATHS)
def test_who_may_call(shared, port, path):
    """Before anything else, on every path: credentials, other sites, foreign names."""
    for method in ('GET', 'POST', 'HEAD', 'FROB'):
        assert status_of(shared, method, path, server='s2') == 401
        assert status_of(shared, method, path, login('second:'), server='s2') == 401
        assert status_of(shared, method, path, {'Origin': 'http://elsewhere.example'}) == 403
        assert status_of(shared, method, path, {'Sec-Fetch-Site': 'cross-site'}) == 403
        assert status_of(shared, method, path, {**login('inet:inet-secret'), 'Origin': 'null'}, port=port) == 403


def test_body_limit(shared):
    """One MiB, or what the section says; beyond it a status that says so, which a client that is still sending sees."""
    def with_body(size):
        return CALL + b' ' * (size - len(CALL))
    assert status_of(shared, 'POST', '/RPC2', body=with_body(1 << 20)) == 200
    assert status_of(shared, 'POST', '/RPC2', body=with_body((1 << 20) + 1)) == 413
    assert status_of(shared, 'POST', '/RPC2', body=with_body(65536), server='s3') == 200
    assert status_of(shared, 'POST', '/RPC2', body=with_body(65537), server='s3') == 413
    assert status_of(shared, 'POST', '/RPC2', body=with_body(10 << 20), server='s3') == 413
    assert status_of(shared, 'GET', '/nope', {'X': 'y' * 60000}) == 404
    assert status_of(shared, 'GET', '/nope', {'X': 'y' * 70000}) == 431


@pytest.mark.parametrize('value, what', [('1', '65536'), ('2GB', '1073741824'), ('many', 'many')])
def test_body_limit_out_of_range(make_daemon, value, what):
    d = make_daemon(OURS, http='request_maxbytes=' + value)
    result = d.run('-n', '-c', d.config)
    assert result.status == 2 and 'request_maxbytes' in result.err and what in result.err


def test_no_body_of_a_stranger_is_kept(shared):
    """The refusal is there before the body."""
    connection = dial(shared.path('s2'))
    connection.sendall(b'POST /RPC2 HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n')
    assert hear(connection, b'</body>\r\n').startswith(b'HTTP/1.1 401 ')
    connection.close()


def test_socket_of_a_killed_daemon(make_daemon):
    """The next one takes its place."""
    config = '[unix_http_server:second]\nfile=%(here)s/s2\n'
    d = make_daemon(OURS, config)
    d.start()
    os.kill(d.pid, 9)
    d.process.wait()
    assert os.path.exists(d.socket) and os.path.exists(d.path('s2'))
    d.start()
    assert d.read('stderr').count('Unlinking stale socket') == 2
    assert d.stop() == 0
    assert not os.path.exists(d.socket) and not os.path.exists(d.path('s2'))


def test_host_without_an_address(make_daemon):
    d = make_daemon(OURS, '[inet_http_server]\nport=no-such-host.invalid:%d\n' % free_port())
    result = d.run('-n', '-c', d.config)
    assert result.status == 2
    assert 'Error: Cannot open an HTTP server: socket.error reported -' in result.err
    assert "host 'no-such-host.invalid': " in result.err


def test_log_that_others_write(daemon):
    """The program writes its file itself, and another program empties it: both are seen at once, while the log pump is
    silent."""
    d = daemon(program('mute', 'sleep 100', startsecs=0, stdout_logfile='%(here)s/log/mute'))
    path = d.path('log', 'mute')
    wait_until(lambda: os.path.exists(path), what='the log')
    follower, other = dial(d.socket), dial(d.socket)
    for s in follower, other:
        s.sendall(b'GET /logtail/mute HTTP/1.0\r\n\r\n')
        hear(s, b'\r\n\r\n')
    with open(path, 'a') as f:
        f.write('one\n')
    assert hear(follower, b'one\n') == b'one\n'
    assert hear(other, b'one\n') == b'one\n'
    other.close()
    with open(path, 'a') as f:
        f.write('two\n')
    assert hear(follower, b'two\n') == b'two\n'
    os.truncate(path, 0)
    assert hear(follower, b'<==\n') == b'==> File truncated <==\n'
    with open(path, 'a') as f:
        f.write('three\n')
    assert hear(follower, b'three\n') == b'three\n'
    # The file is taken away, and made anew as logrotate does: what the new one gets follows.
    os.rename(path, path + '.old')
    with open(path + '.old', 'a') as f:
        f.write('four\n')
    assert hear(follower, b'four\n') == b'four\n'
    follower.close()


def test_log_is_followed_over_rotations(daemon):
    """By many; also by one that does not read before all is over.  Nothing is lost and nothing comes twice."""
    size = 1600000
    d = daemon(program('flood', '%%(ENV_CHILDREN)s/flood %d' % size, autostart='false', startsecs=0,
                       stdout_logfile='%(here)s/log/flood', stdout_logfile_maxbytes=100000, stdout_logfile_backups=50))
    d.write('log/flood', '')
    followers = []
    for _ in range(9):
        follower = dial(d.socket)
        follower.sendall(b'GET /logtail/flood HTTP/1.0\r\n\r\n')
        assert hear(follower, b'\r\n\r\n').startswith(b'HTTP/1.0 200 ')
        followers.append(follower)
    last = b'%015d\n' % (size // 16 - 1)
    d.rpc.supervisor.startProcess('flood')
    want = b''.join(b'%015d\n' % n for n in range(size // 16))
    for follower in followers[:-1]:
        assert hear(follower, last) == want
    # The files are all there, and the last follower has read nothing yet.
    assert os.path.exists(d.path('log', 'flood.10'))
    assert hear(followers[-1], last) == want
    # Cleared: what the new file gets.
    d.rpc.supervisor.clearProcessLogs('flood')
    d.rpc.supervisor.stopProcess('flood')
    d.rpc.supervisor.startProcess('flood')
    for follower in followers:
        assert hear(follower, last) == want
        follower.close()


ENDS = {'TERM': lambda d: d.kill(signal.SIGTERM),
        'shutdown': lambda d: d.rpc.supervisor.shutdown(),
        'restart': lambda d: d.rpc.supervisor.restart()}


@pytest.mark.parametrize('how', ENDS)
def test_large_answer_at_the_end(make_daemon, how):
    # What is read must not be rotated away.
    d = make_daemon(OURS, supervisord='logfile_maxbytes=0\n')
    d.write('supervisord.log', ('x' * 1023 + '\n') * (16 << 10))
    d.start()
    with LargeAnswer(d) as answer:
        ENDS[how](d)
        answer.check()
    if how != 'restart':
        assert d.wait_end() == 0
    else:
        d.wait_log('supervisord started', count=2)
