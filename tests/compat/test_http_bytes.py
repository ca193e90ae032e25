"""Raw HTTP requests to both daemons: the answers, head and body, byte for byte, and whether the connection goes on.

Each row is a request.  After it goes a probe that ends the connection, and then our side of it is closed: who still reads
requests answers the probe too, and nobody has to wait.  Where we differ, the row names the line of doc/differences.md
that says so, and what ours answers: the statuses, the probe's among them.
"""

import base64
import re
import socket

import pytest
from harness import DEADLINE, OURS, REFERENCE, Daemon, program, reference_is_installed

CALL = '<?xml version="1.0"?><methodCall><methodName>supervisor.getAPIVersion</methodName></methodCall>'
PROBE = b'GET /probe HTTP/1.0\r\n\r\n'
CONFIG = (program('cat', '/bin/cat', autostart='false', stdout_logfile='%(here)s/log/cat', redirect_stderr='true') +
          program('none', '/bin/cat', autostart='false', stdout_logfile='NONE', stderr_logfile='%(here)s/log/none.err') +
          program('gone', '/bin/cat', autostart='false', stdout_logfile='%(here)s/log/nothing'))
LINES = 'first line\nsecond line\n'


def request(method, uri, *headers, version='HTTP/1.1', body=''):
    return '\r\n'.join(['%s %s%s' % (method, uri, version and ' ' + version), *headers, '', '']) + body


def get(uri, *headers, **rest):
    return request('GET', uri, *headers, **rest)


def post(*headers, uri='/RPC2', body=CALL, length=None, **rest):
    return request('POST', uri, 'Content-Length: %s' % (len(body) if length is None else length), *headers, body=body,
                   **rest)


def login(text, scheme='Basic'):
    return 'Authorization: %s %s' % (scheme, base64.b64encode(text.encode()).decode())


class Differs:
    """A row in which ours answers something else: the line of doc/differences.md, and our statuses."""

    def __init__(self, line, statuses, *requests):
        self.line = line
        self.statuses = statuses
        self.requests = requests


BODY = 'The body of a request that takes none'
HEAD = 'The answer to a HEAD has a body'
LENGTH = '`Content-Length: 0` hangs'
NUMBER = 'A `Content-Length` that is no number'
HEADERS = 'A header counts only if exactly one blank follows its colon'
SEVERAL = 'The first of several `Content-Length` counts'
CHUNKS = 'A request in chunks with a `Content-Length`'
VERSION = 'A request line without a version'
NUL = 'Heads with NUL bytes'
TAILS = '`/logtail` alone answers 500'
DEAD = 'After a 401 the connection is open and dead'
COLON = 'Credentials without a colon answer 500'

TABLE = {
    'calls': [
        post(), post(version='HTTP/1.0'), post() + post(), post() + get('/nope') + post(), post(version='HTTP/1.0') + post(),
        post(body='<foo'), post(body='<methodCall></methodCall>'), post('Content-Type: text/plain'),
        post('Expect: 100-continue'), post('Expect: else'), post('Accept-Encoding: gzip, br', 'Range: bytes=0-1'),
        post(uri='/RPC2foo?x'), post(uri='/RPC2/'), post(uri='/%52PC2'), post(uri='/RPC2;a'), post(uri='/RPC2#a'),
        post(uri='/RPC2?a#b'), *[request(method, '/RPC2') for method in ('GET', 'OPTIONS', 'PUT', 'FROB', 'get', 'post')],
        Differs(HEAD, [400, 404], request('HEAD', '/RPC2')),
        Differs(BODY, [400, 404], *[post(uri=uri) for uri in (
            'http://x/RPC2', '//RPC2', '/rpc2', 'RPC2', '*', '/nope', '/logtail/cat', '/mainlogtail', '/logtailx')])],
    'lengths': [
        request('POST', '/RPC2'), request('POST', '/RPC2', 'Content-Length:'), request('POST', '/RPC2', 'Content-Length: '),
        post(length=' %d ' % len(CALL)), post(length='+%d' % len(CALL)),
        post('content-length: %d' % len(CALL)), post('A: Content-Length: 3'), post('Content-Length-A : 3'),
        Differs(SEVERAL, [400], post('Content-Length: 3'), post('content-length: 3'), post('Content-Length : 3'),
                post('A: b\nContent-Length: 3'), post('A: b\rTransfer-Encoding : chunked')),
        Differs(SEVERAL, [404], get('/nope', 'Content-Length : 5'), get('/nope', 'Transfer-Encoding : chunked')),
        request('POST', '/RPC2', 'content-LENGTH: %d' % len(CALL), body=CALL),
        request('POST', '/RPC2', 'Content-Length: 9', ' 5', body=CALL), request('POST', '/nope'), request('PUT', '/nope'),
        Differs(LENGTH, [400, 404], post(body='')), Differs(LENGTH, [400], post(length=0), post(length=-3)),
        Differs(NUMBER, [400], post(length='abc'), post(length='0x5f'), post(length='9_5'), post(length='-')),
        Differs('Body, header, nesting, connections without limit', [413], post(length=2 ** 20 + 1),
                post(length='9' * 30)),
        Differs(NUMBER, [404], get('/nope', 'Content-Length: abc'), get('/nope', 'Content-Length: -5')),
        Differs(CHUNKS, [411], post('Transfer-Encoding: chunked'),
                request('POST', '/RPC2', 'Transfer-Encoding: chunked', body='%x\r\n%s\r\n0\r\n\r\n' % (len(CALL), CALL))),
        Differs(CHUNKS, [404], get('/nope', 'Transfer-Encoding: chunked')),
        Differs(HEADERS, [200, 404], request('POST', '/RPC2', 'Content-Length:%d' % len(CALL), body=CALL),
                request('POST', '/RPC2', 'Content-Length:', ' %d' % len(CALL), body=CALL))],
    'bodies where none belong': [
        get('/nope', 'Content-Length: 0'),
        Differs(BODY, [404, 404], get('/nope', 'Content-Length: 5', body='hello'),
                get('/logtail/nope', 'Content-Length: 50000', body='x' * 50000),
                request('HEAD', '/nope', 'Content-Length: 5', body='hello')),
        Differs(BODY, [400, 404], *[request(method, uri, 'Content-Length: 5', body='hello') for method, uri in (
            ('GET', '/RPC2'), ('POST', '/nope'), ('PUT', '/nope'), ('FROB', '/nope'), ('OPTIONS', '*'), ('DELETE', '/x'),
            ('TRACE', '/nope'))])],
    'request lines': [
        get('/nope'), get('nope'), get('*'), get('/../../etc/passwd'), get('/nope', version='HTTP/1.0'),
        *[get('/nope', version=version) for version in (
            'HTTP/1.1 ', 'HTTP/1.1 x', 'http/1.1', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/11', 'HTTP/1', 'HTTP/...',
            'HTTP/', 'HTTP/x', 'HTTP/1.1x')],
        *[request(method, '/nope') for method in (
            'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'FROB', 'get', 'G"T', '')],
        request('CONNECT', 'host:80'), 'GET  /nope HTTP/1.1\r\n\r\n', 'GET /nope  HTTP/1.1\r\n\r\n', 'HELLO\r\n\r\n',
        'GET /no pe HTTP/1.1\r\n\r\n', 'GET \r\n\r\n', '\r\n\r\n', '\r\n\r\n' + get('/nope'), '\r\n' + get('/nope'),
        'GET /nope HTTP/1.1\n\n', 'GET /nope HTTP/1.1\nA: b\n\n', '\x16\x03\x01\r\n\r\n', b'GET /n\xc3\xa9 HTTP/1.1\r\n\r\n',
        b'GET /n\xff HTTP/1.1\r\n\r\n', get('/%zz'), get('/%'), get('/%ff'), get('/%00'), get('/a%0ab'), get('/nope?%zz'),
        get('/a"<>\\^`{|}b'), get('/nope?a"<>\\^`{|}b'), get('/[x]'), get('//x:y@z/'), get('http://a:b/'),
        get('http:///nope'), get(':/'), get('/nope:80'), get('/' + 'n' * 20000),
        Differs(VERSION, [404], get('/nope', version='')), Differs(VERSION, [200], post(version='')),
        Differs(HEAD, [404, 404], request('HEAD', '/nope')), Differs(HEAD, [404], request('HEAD', '/nope', version='HTTP/1.0')),
        Differs(NUL, [], b'GET /n\0pe HTTP/1.1\r\n\r\n', b'GET /nope HTTP/1.1\r\nA: a\0b\r\n\r\n')],
    'header lines': [
        get('/nope', 'Host: evil.example'), get('/nope', 'Host: '), get('/nope', 'Host: a', 'Host: b'), get('/nope', 'A: b', ' c'),
        get('/nope', 'A: b', '\tc'), get('/nope', ' folded'), get('/nope', 'nocolon'), get('/nope', ': x'), get('/nope', 'A : x'),
        post('nocolon'), post(': x'), post('A : x'), post('A: x', '\tfold', ' Connection: close'), get('/nope', 'A: b\nC: d'),
        b'GET /nope HTTP/1.1\r\nA: \xff\r\n\r\n', b'GET /nope HTTP/1.1\r\nA: \xc3\xa9\r\n\r\n',
        get('/nope', *['X-%d: %s' % (i, 'v' * 100) for i in range(300)])],
    'connections': [
        *[made(*headers, **version) for made in (post, lambda *h, **v: get('/nope', *h, **v)) for version in (
            {}, {'version': 'HTTP/1.0'}) for headers in (
            ('Connection: close',), ('Connection: Close',), ('Connection: keep-alive',), ('Connection: Keep-Alive',),
            ('Connection: upgrade', 'Upgrade: websocket'), ('Proxy-Connection: keep-alive',), ('Connection: ',),
            ('Connection: keep-alive', 'Connection: close'))],
        Differs(HEADERS, [404], get('/nope', 'Connection:close'), get('/nope', 'Connection: TE, close'),
                get('/nope', 'Connection: close', version='HTTP/2.0'))],
    'logs': [
        get('/logtail/'), get('/logtail/nope'), get('/logtail/cat/stderr'), get('/logtail/cat/foo'),
        get('/logtail/cat/stdout/x'), get('/logtail/cat/'), get('/logtail/cat/STDOUT'), get('/logtail/cat:*'),
        get('/logtail/cat:'), get('/logtail//cat'), get('/logtail/none'), get('/logtail/none/stdout'), get('/logtail/gone'),
        get('/logtail/cat:nope'), get('/logtail/nope:cat'), request('PUT', '/logtail/cat'), request('POST', '/mainlogtail'),
        Differs(TAILS, [404, 404], get('/logtail')),
        Differs(HEAD, [400, 404], *[request('HEAD', uri) for uri in ('/logtail/cat', '/logtail/nope', '/mainlogtail')])],
}

ACCEPTED = 'user:pass'
CREDENTIALS = [
    *[get('/nope', header) for header in (
        login(ACCEPTED), login(ACCEPTED, 'bAsIc'), 'authorization: basic dXNlcjpwYXNz', 'Authorization: Basic x',
        'Authorization: Basic dXNlcjpwYXNz!', 'Authorization: Basic dXNl cjpwYXNz', 'Authorization: Basic  dXNlcjpwYXNz',
        'Authorization: Basic dXNlcjpwYXNz=', 'Authorization: Basic dXNlcjpwYXN', 'Authorization: Basic dXNlcjpwYXNzA',
        'Authorization: Basic /////w==', 'Authorization: Basic dXNlcjpwYXNz ')],
    get('/nope', login(ACCEPTED), login('a:b')), get('/RPC2', login(ACCEPTED)), post(login(ACCEPTED)),
    post(login(ACCEPTED)) + post(login(ACCEPTED)), get('/nope', version='HTTP/1.0'), post(version='HTTP/1.0'),
    get('/nope', 'Connection: close'),
    Differs(DEAD, [401], get('/nope'), get('/RPC2'), post(), get('/logtail/cat'), get('/mainlogtail'), get('/'), get('/ok.html'),
            request('FROB', '/nope'), request('POST', '/RPC2'), get('/stylesheets/supervisor.css'),
            *[get('/nope', login(text)) for text in (
                'user:wrong', 'wrong:pass', 'user:', ':pass', ':', 'user:pass:', 'user:pass ', 'User:pass', 'user:pass\0',
                'user:pass\n', 'us\u00e9r:pass', 'user:passuser:pass')],
            *[get('/nope', 'Authorization: ' + text) for text in (
                'Digest x', 'Bearer dXNlcjpwYXNz', 'Basic', '', 'dXNlcjpwYXNz', 'Basic\tdXNlcjpwYXNz')],
            get('/nope', 'Authorization: Basic', ' dXNlcjpwYXNz'), get('/nope', login('a:b'), login(ACCEPTED))),
    Differs(DEAD, [401], request('HEAD', '/nope')), Differs(DEAD, [200, 401], post(login(ACCEPTED)) + post()),
    Differs(COLON, [401], *[get('/nope', 'Authorization: Basic' + text) for text in (' dXNlcg==', ' ', ' ====', ' !!!!')]),
    Differs(HEADERS, [404, 401], get('/nope', 'Authorization:  Basic dXNlcjpwYXNz'),
            get('/nope', 'Authorization:Basic dXNlcjpwYXNz')),
]
SHA = '{SHA}9d4e1e23bd5b727046a9e3b4b7db57bd8d6ee684'  # of "pass"


def rows_of(table):
    for row in table:
        if isinstance(row, Differs):
            for text in row.requests:
                yield text, row
        else:
            yield row, None


def exchange(daemon, text, probe=PROBE):
    """All that the daemon says, without what differs from run to run."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(daemon.socket)
        connection.sendall((text if isinstance(text, bytes) else text.encode()) + probe)
        connection.shutdown(socket.SHUT_WR)
        reply = b''.join(iter(lambda: connection.recv(65536), b''))
    return re.sub(rb'Date: [^\r]*', b'Date: D', reply)


def statuses(reply):
    return [int(code) for code in re.findall(rb'^(?:.*</body>\r\n|.*</methodResponse>\n)?HTTP/\S+ (\d+) ', reply, re.M)]


def pair(http=''):
    if not reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')
    daemons = [Daemon(impl, CONFIG, http=http) for impl in (REFERENCE, OURS)]
    try:
        for daemon in daemons:
            daemon.write('log/cat', LINES)
            daemon.start()
        yield daemons
    finally:
        for daemon in daemons:
            daemon.cleanup()


@pytest.fixture(scope='module')
def daemons(ours_runs):
    yield from pair()


@pytest.fixture(scope='module', params=['plain', 'SHA'])
def guarded(request, ours_runs):
    yield from pair('username=user\npassword=%s\n' % ('pass' if request.param == 'plain' else SHA))


@pytest.fixture(scope='module')
def differences(request):
    with open(request.config.rootpath.parent / 'doc' / 'differences.md', encoding='utf-8') as file:
        return file.read()


def compare(daemons, table, differences):
    complaints = []
    for text, differs in rows_of(table):
        theirs, ours = (exchange(daemon, text) for daemon in daemons)
        if differs is None and theirs != ours:
            complaints.append('%.300r\nreference %r\nours      %r' % (text, theirs, ours))
        if differs is not None and theirs == ours and differs.line != DEAD:
            complaints.append('%.300r\nis the same, so %r is not about it: %r' % (text, differs.line, ours))
        if differs is not None and statuses(ours) != differs.statuses:
            complaints.append('%.300r\nours is %r, not %s' % (text, ours, differs.statuses))
        if differs is not None and '| %s' % differs.line not in differences:
            complaints.append('doc/differences.md has no line that begins with %r' % differs.line)
    assert not complaints, '\n\n'.join(complaints)


@pytest.mark.parametrize('name', TABLE)
def test_requests(name, daemons, differences):
    compare(daemons, TABLE[name], differences)


def test_credentials(guarded, differences):
    compare(guarded, CREDENTIALS, differences)


def test_a_401_ends_the_connection(guarded):
    """The reference says so and keeps it, deaf."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(guarded[1].socket)
        connection.sendall(get('/nope').encode())
        assert b''.join(iter(lambda: connection.recv(65536), b'')).startswith(b'HTTP/1.1 401 ')


def follow(daemon, text, until):
    """What a stream says, to the end of `until`."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(daemon.socket)
        connection.sendall(text.encode())
        got = b''
        while until not in got:
            piece = connection.recv(65536)
            assert piece, got
            got += piece
    return re.sub(rb'(Date|Last-Modified): [^\r]*', rb'\1: D', got[:got.index(until) + len(until)])


@pytest.mark.parametrize('uri', ['/logtail/cat', '/logtail/cat/stdout', '/logtail/cat:cat', '/logtail/cat%3Acat',
                                 '/logtail/cat?x', '/logtail/cat;x'])
def test_log_stream(uri, daemons):
    theirs, ours = (follow(daemon, get(uri), b'second line\n\r\n') for daemon in daemons)
    assert ours == theirs


def test_log_stream_on_http_1_0(daemons):
    """The reference sends nothing before 64 kB have gathered."""
    got = follow(daemons[1], get('/logtail/cat', version='HTTP/1.0'), LINES.encode())
    head, _, body = got.partition(b'\r\n\r\n')
    assert head == (b'HTTP/1.0 200 OK\r\nServer: Medusa/1.12\r\nDate: D\r\nLast-Modified: D\r\n'
                    b'Content-Type: text/plain;charset=utf-8\r\nX-Accel-Buffering: no')
    assert body == LINES.encode()


def test_log_stream_with_credentials(guarded):
    theirs, ours = (follow(daemon, get('/logtail/cat', login(ACCEPTED)), b'second line\n\r\n') for daemon in guarded)
    assert ours == theirs


def test_main_log_stream(daemons):
    """The text is each daemon's own."""
    theirs, ours = (follow(daemon, get('/mainlogtail/x?y'), b'\r\n\r\n') for daemon in daemons)
    assert ours == theirs
