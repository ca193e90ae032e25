"""What supervisorctl says when the other end is no daemon, a foreign one, or does not let it in: as Debian's does.

Both clients meet the same server, whose answers are bytes from a table.  Where ours differs on purpose
(doc/differences.md), the table says what it says instead.
"""

import contextlib
import re
import signal
import socket
import subprocess
import threading

import pexpect
import pytest
from harness import (DEADLINE, OURS, REFERENCE, Daemon, Result, free_port, program, reference_is_installed, wait_until)

pytestmark = pytest.mark.skipif(not reference_is_installed(),
                                reason='the reference (package supervisor) is not installed')

OK = 'HTTP/1.1 200 OK\r\n'
CHUNKED = OK + 'Transfer-Encoding: chunked\r\n\r\n'


def sized(body, length=None):
    return '%sContent-Length: %d\r\n\r\n%s' % (OK, len(body.encode()) if length is None else length, body)


def reply(value):
    return ("<?xml version='1.0'?>\n<methodResponse><params><param><value>%s</value></param></params>"
            '</methodResponse>' % value)


VERSION = reply('<string>3.0</string>')
SIZE = len(VERSION)
HTML = ('<!DOCTYPE html>\n<html><head><title>It works</title></head>\n'
        '<body><p>%s &nbsp; you<br></body></html>')
XHTML = ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
         '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html><body>a &nbsp; b</body></html>')

#: name: what the server sends, as text or bytes
ANSWERS = {
    # No HTTP at all
    'nothing': '',
    'SSH': 'SSH-2.0-OpenSSH_9.2\r\n',
    'SMTP': '220 mail.example ESMTP\r\n',
    'Redis': "-ERR wrong number of arguments for 'get' command\r\n",
    'empty line': '\r\n',
    'empty line, then an answer': '\r\n' + sized(VERSION),
    'latin-1': b'\xff\xfegarbage \xe9\r\n',
    'one letter': 'H',
    'cut': 'HTTP/1.',
    'no end of line': 'x' * 65536,
    'endless line': 'x' * 65537,
    # The first line
    'no status': 'HTTP/1.1\r\n\r\n',
    'no reason': 'HTTP/1.1 500\r\n\r\n',
    'HTTP/2': 'HTTP/2 200 OK\r\n\r\n',
    'HTTP/x': 'HTTP/x 200 OK\r\n\r\n',
    'HTTP/0.9': 'HTTP/0.9 200 OK\r\n\r\n' + VERSION,
    'HTTP/1.0': 'HTTP/1.0 200 OK\r\n\r\n' + VERSION,
    'HTTP/1.7': 'HTTP/1.7 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (SIZE, VERSION),
    'lower case': 'http/1.1 200 OK\r\n\r\n',
    'ICY': 'ICY 200 OK\r\n\r\n',
    'two digits': 'HTTP/1.1 99 x\r\n\r\n',
    'four digits': 'HTTP/1.1 1000 x\r\n\r\n',
    'negative': 'HTTP/1.1 -200 x\r\n\r\n',
    'plus': 'HTTP/1.1 +200 OK\r\nContent-Length: %d\r\n\r\n%s' % (SIZE, VERSION),
    'no blank': 'HTTP/1.1 200OK\r\n\r\n',
    'blanks before': '  HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (SIZE, VERSION),
    'line feeds': 'HTTP/1.1 200 OK\nContent-Length: %d\n\n%s' % (SIZE, VERSION),
    'carriage returns': 'HTTP/1.1 200 OK\rContent-Length: 0\r\r',
    'blanks in the reason': 'HTTP/1.1 500 \t a \t b \t\r\n\r\n',
    'reason in latin-1': b'HTTP/1.1 500 gr\xfcn\r\n\r\n',
    'reason in UTF-8': 'HTTP/1.1 500 gr\u00fcn\r\n\r\n',
    # Statuses
    **{'status ' + status: 'HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n' % status for status in (
        '101 Switching Protocols', '103 Early Hints', '201 Created', '204 No Content', '206 Partial Content',
        '304 Not Modified', '400 Bad Request', '401 Unauthorized', '403 Forbidden', '404 Not Found',
        '500 Internal Server Error', '502 Bad Gateway', '503 Service Unavailable')},
    'continue': 'HTTP/1.1 100 Continue\r\nA: b\r\n\r\n' * 3 + sized(VERSION),
    'continue, and no more': 'HTTP/1.1 100 Continue\r\n\r\n',
    'redirect': 'HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/RPC2\r\nContent-Length: 0\r\n\r\n',
    'redirect with a page': 'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 6\r\n\r\n<html>',
    # Headers
    'ends after the status': OK,
    'ends within the status': 'HTTP/1.1 200 O',
    'ends within the headers': OK + 'Content-Ty',
    'ends after a length': OK + 'Content-Length: 5\r\n',
    'ends within a 404': 'HTTP/1.1 404 Not Found\r\nServer: x',
    'long header': OK + 'X: ' + 'y' * 70000 + '\r\n\r\n',
    'many headers': OK + ''.join('X%d: y\r\n' % n for n in range(101)) + '\r\n',
    '99 headers': OK + ''.join('X%d: y\r\n' % n for n in range(98)) + 'Content-Length: %d\r\n\r\n%s' % (SIZE, VERSION),
    'big headers': OK + ''.join('X%d: %s\r\n' % (n, 'z' * 1500) for n in range(90)) +
                   'Content-Length: %d\r\n\r\n%s' % (SIZE, VERSION),
    'two lengths': OK + 'Content-Length: %d\r\nContent-Length: 3\r\n\r\n%s' % (SIZE, VERSION),
    'two lengths, the other way': OK + 'Content-Length: 3\r\nContent-Length: %d\r\n\r\n%s' % (SIZE, VERSION),
    'length is a word': OK + 'Content-Length: abc\r\n\r\n' + VERSION,
    'length is negative': OK + 'Content-Length: -5\r\n\r\n' + VERSION,
    'length with a plus': OK + 'Content-Length: +5\r\n\r\n' + VERSION,
    'length is a list': OK + 'Content-Length: 5, 5\r\n\r\n' + VERSION,
    'no header': OK + 'junk\r\nContent-Length: 3\r\n\r\n' + VERSION,
    'blank before the colon': OK + 'Content-Length : 3\r\n\r\n' + VERSION,
    'header in latin-1': b'HTTP/1.1 200 OK\r\nX\xfc: a\r\nContent-Length: 3\r\n\r\n' + VERSION.encode(),
    # Bodies
    'shorter than its length': sized(VERSION, SIZE + 10),
    'longer than its length': sized(VERSION, 20),
    'empty': sized(''),
    'chunks': CHUNKED + '%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n' % (SIZE, VERSION),
    'chunks, HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n %X \r\n%s\r\n0\r\n\r\n' % (
        SIZE, VERSION),
    'chunks with a length': OK + 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n' % (
        SIZE, VERSION),
    'chunks in a list': OK + 'Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n' % (SIZE, VERSION),
    'chunks without the last': CHUNKED + '%x\r\n%s\r\n' % (SIZE, VERSION),
    'chunks without trailers': CHUNKED + '%x\r\n%s\r\n0' % (SIZE, VERSION),
    'chunks with half a trailer': CHUNKED + '%x\r\n%s\r\n0\r\nX: y' % (SIZE, VERSION),
    'chunks with line feeds': CHUNKED + '%x\n%s\n0\n\n' % (SIZE, VERSION),
    'chunks with other line ends': CHUNKED + '%x\r\n%sXX0\r\n\r\n' % (SIZE, VERSION),
    'chunk cut': CHUNKED + '5\r\nhello\r\na\r\nabc',
    'chunk cut at its end': CHUNKED + '5\r\nhello',
    'chunk without a size': CHUNKED + '\r\n',
    'chunk whose size is none': CHUNKED + '5\r\nhello\r\nzz\r\n',
    'chunk with a long size': CHUNKED + '0' * 70000 + '\r\n',
    # Texts
    'HTML': sized(HTML % 'hi'),
    'HTML until the end': 'HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n' + HTML % 'hi',
    'HTML in UTF-8': sized((HTML % 'gr\u00fcn \u65e5\u672c').replace('\n', '')),
    'HTML in latin-1': b'HTTP/1.0 200 OK\r\n\r\n' + (HTML % 'gr\u00fcn').encode('latin-1'),
    'XHTML': sized(XHTML),
    'HTML that is XML': sized('<html><body>hello</body></html>'),
    'HTML with an entity': sized('<html><body>a &nbsp; b</body></html>'),
    'JSON': sized('{"a": 1}'),
    'cut UTF-8': b'HTTP/1.0 200 OK\r\n\r\n<a>gr\xc3',
    'bad UTF-8': b'HTTP/1.0 200 OK\r\n\r\n<a>\xe2\x82x</a>',
    'white space around': sized(VERSION + '\n\n  '),
    'white space before': sized('\n' + VERSION),
    'something after it': sized(VERSION + 'junk'),
    'twice': sized(VERSION + VERSION),
    'CDATA': sized(reply('<string><![CDATA[3.0]]></string>')),
    'no type': sized(reply('3.0')),
    'nil': sized(reply('<nil/>')),
    'double': sized(reply('<double>3.0</double>')),
    'array': sized(reply('<array><data><value>3.0</value></data></array>')),
    'struct': sized(reply('<struct><member><name>a</name><value>b</value></member></struct>')),
}

#: What ours says where it differs.
MENDED = {
    'huge': (sized(VERSION, 10 ** 10), "error: <class 'MemoryError'>, the reply is bigger than 256 MiB: "),
    'NUL': ('a\0b\r\n', "error: <class 'http.client.BadStatusLine'>, a\ufffdb\r\n: "),
    'entities': (sized('<!DOCTYPE x [<!ENTITY v "3.0">]>' + VERSION.partition('\n')[2].replace('3.0', '&v;')),
                 "error: <class 'xmlrpc.client.ResponseError'>, ResponseError(): "),
}

#: What a log stream says: both show it in the same way.
STREAMS = {
    'closed': '',
    'chunks': CHUNKED + '5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n',
    'chunks without the last': CHUNKED + '5\r\nhello\r\n',
    'length': OK + 'Content-Length: 5\r\n\r\nhello',
    'short': OK + 'Content-Length: 50\r\n\r\nhello',
    'until the end': 'HTTP/1.0 200 OK\r\n\r\nhello',
    'HTML': sized(HTML % 'hi'),
    'not found': 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc',
    'unauthorized': 'HTTP/1.1 401 Unauthorized\r\n\r\n',
    'gone': 'HTTP/1.1 503 Service Unavailable\r\n\r\n',
    'redirect': ANSWERS['redirect'],
    'ends within the headers': ANSWERS['ends within the headers'],
}


class FakeServer:
    """Answers the n-th connection with the n-th (then the last) of its answers, whatever is asked, and closes.

    silent: says nothing, and keeps the connection."""

    def __init__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self.socket.getsockname()[1]
        self.answers = ['']
        self.count = 0
        self.silent = False
        self.kept = []
        threading.Thread(target=self.serve, daemon=True).start()

    def will_say(self, *answers, silent=False):
        self.answers = [answer.encode() if isinstance(answer, str) else answer for answer in answers]
        self.count = 0
        self.silent = silent

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                if self.silent:
                    self.kept.append(connection)
                    continue
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(DEADLINE)
                    answer = self.answers[min(self.count, len(self.answers) - 1)]
                    self.count += 1
                    self.hear(connection)
                    connection.sendall(answer)

    @staticmethod
    def hear(connection):
        data = b''
        while b'\r\n\r\n' not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b'\r\n\r\n')
        length = re.search(rb'Content-Length: (\d+)', head)
        while length and len(body) < int(length.group(1)):
            body += connection.recv(65536)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@pytest.fixture(scope='module')
def server():
    server = FakeServer()
    yield server
    server.close()


@pytest.fixture(scope='module')
def nobody():
    """A place to run in; no daemon."""
    d = Daemon(OURS)
    yield d
    d.cleanup()


@pytest.fixture(scope='module')
def daemon():
    """Ours, with a server for those who know the password."""
    port = free_port()
    d = Daemon(OURS, '[inet_http_server]\nport=127.0.0.1:%d\nusername=user\npassword=123\n' % port +
               program('cat', '/bin/cat'))
    d.start()
    d.wait_state('cat', 'RUNNING')
    d.url = 'http://127.0.0.1:%d' % port
    yield d
    d.cleanup()


def masked(result, url=None):
    def mask(text):
        text = text.replace(url, 'URL') if url else text
        text = re.sub(r'For help, use \S+', 'For help, use PROG', text)
        text = re.sub(r'pid \d+, uptime \d:\d\d:\d\d', 'pid N, uptime T', text)
        # Lines of Python's own library move with each of Debian's security updates; ours are those of the spec.
        return re.sub(r'(file: /usr/lib/python3\.11/\S+ line: )\d+', r'\1N', text)
    return Result(result.status, mask(result.out), mask(result.err))


def compare(d, args, url=None, options=()):
    theirs, ours = (masked(d.ctl(*args, impl=impl, options=['-c', '', *options]), url) for impl in (REFERENCE, OURS))
    assert ours == theirs


# -- servers that are not ours -------------------------------------------------------------------------------------

@pytest.mark.parametrize('name', ANSWERS)
def test_answer(server, nobody, name):
    server.will_say(ANSWERS[name])
    compare(nobody, ['version'], server.url, ['-s', server.url])


@pytest.mark.parametrize('name', MENDED)
def test_mended_answer(server, nobody, name):
    answer, expected = MENDED[name]
    server.will_say(answer)
    result = nobody.ctl('version', options=['-c', '', '-s', server.url])
    assert (result.status, result.err) == (1, '')
    assert result.out.startswith(expected.replace('\r\n', '\n'))  # as text


@pytest.mark.parametrize('name', STREAMS)
def test_stream(server, nobody, name):
    for command in (['tail', '-f', 'x'], ['tail', '-f', 'x', 'stderr'], ['maintail', '-f']):
        server.will_say(sized(VERSION), STREAMS[name])
        theirs = masked(nobody.ctl(*command, impl=REFERENCE, options=['-c', '', '-s', server.url]), server.url)
        server.will_say(sized(VERSION), STREAMS[name])
        ours = masked(nobody.ctl(*command, impl=OURS, options=['-c', '', '-s', server.url]), server.url)
        assert ours == theirs


@pytest.mark.parametrize('command', ['status', 'tail -f x', 'fg x', 'shutdown'])
def test_silent_server(server, nobody, command):
    """Nobody gives up but the user, and without a trace."""
    server.will_say('', silent=True)
    before = len(server.kept)
    ctl = subprocess.Popen([OURS.supervisorctl, '-c', '', '-s', server.url, *command.split()], env=nobody.env,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: len(server.kept) > before, what='it has connected')
    ctl.send_signal(signal.SIGINT)
    assert ctl.communicate(timeout=DEADLINE) == (b'', b'')
    assert ctl.returncode == -signal.SIGINT


# -- addresses -----------------------------------------------------------------------------------------------------

HTTP_URLS = [
    '[::1]:1', '[::1', '[::1]x:80', 'x]:1', 'a[::1]:1', '[foo]:80', '[1.2.3.4]:80', '[v1]:80', '[]:1', '[::1%]:1',
    '[::1]@x:1', '::1:9001', '[::1]:abc', '[fe80::1%25lo]:1', '[::ffff:127.0.0.1]:1', 'localhost:0', 'localhost:65536',
    'localhost:-1', 'localhost:+80', 'localhost: 80', 'localhost:8\u0660', 'localhost:1/foo?x#y', 'u:p@localhost:1',
    'u@h@localhost:1', 'a b:1', 'x..y:1', 'a' * 64 + '.invalid:1', 'no-such-host.invalid:1', '127.1:1', 'LOCALHOST:1',
    'localhost?x:1', '127.0.0.1:00001', 'loc\talhost:1', '1.2.3.4.5:1', 'localhost:99999999999999999999']
OTHER_URLS = ['http:localhost', 'http:/localhost:1', 'HTTP://x', 'https://x', 'file:///x', 'mailto:x', 'unix:x',
              'unix:/x', 'unix://', 'unix:///', 'unix://relative', 'unix://~/none', ' http://localhost:1',
              'http://localhost:1 ']


@pytest.mark.parametrize('url', ['http://' + url for url in HTTP_URLS] + OTHER_URLS)
def test_url(nobody, url):
    for command in (['version'], ['reread']):
        compare(nobody, command, options=['-s', url])
    compare(nobody, ['open ' + url.strip()], options=['-s', 'unix:///nonexistent'])
    path = nobody.write('ctl.conf', '[supervisorctl]\nserverurl=%s\n' % url.replace('%', '%%'))
    theirs, ours = (masked(nobody.ctl('version', impl=impl, options=['-c', path])) for impl in (REFERENCE, OURS))
    assert ours == theirs


@pytest.mark.parametrize('kind', ['missing', 'plain', 'stale', 'directory', 'below a file', 'with a slash', '107 bytes',
                                  '108 bytes', '300 bytes'])
def test_socket_path(nobody, kind):
    path = nobody.path({'missing': 'none', 'plain': 'c.conf', 'stale': 'stale', 'directory': 'log',
                        'below a file': 'c.conf/s', 'with a slash': 'stale/'}.get(kind, ''))
    if kind.endswith('bytes'):
        path += 'x' * (int(kind.split()[0]) - len(path))
    if kind == 'stale':
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(path)
    for command in (['status'], ['start', 'x'], ['reread'], ['shutdown'], ['tail', '-f', 'x'], ['fg', 'x']):
        compare(nobody, command, options=['-s', 'unix://' + path])


@pytest.mark.root
def test_socket_without_permission(daemon):
    """Root may connect everywhere, so somebody else tries."""
    by = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    for command in ('version', 'reread', 'tail -f cat'):
        results = []
        for impl in (REFERENCE, OURS):
            done = subprocess.run([*by, impl.supervisorctl, '-c', '', '-s', 'unix://' + daemon.socket,
                                   *command.split()],
                                  capture_output=True, text=True, env=daemon.env, timeout=DEADLINE * 2)
            results.append(masked(Result(done.returncode, done.stdout, done.stderr)))
        assert results[1] == results[0]
        assert "<class 'PermissionError'>, [Errno 13] Permission denied" in results[1].out


# -- credentials ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize('options', ['', '-u user -p wrong', '-u user', '-p 123', '-u user -p 123', '-u user -p ',
                                     '-u x:y -p 123'])
def test_password(daemon, options):
    for command in (['version'], ['start', 'cat'], ['reread'], ['tail', '-f', 'nope'], ['shutdown', 'x']):
        compare(daemon, command, daemon.url, ['-s', daemon.url, *re.split(' (?! )', options)] if options else
                ['-s', daemon.url])


def dialogue(daemon, impl, args, answers):
    """What is seen when the questions are answered; (text, exit status)."""
    child = pexpect.spawn(impl.supervisorctl, ['-c', '', '-s', daemon.url, *args], env=dict(daemon.env, TERM='dumb'),
                          encoding='utf-8', timeout=DEADLINE, dimensions=(40, 120))
    seen = []
    try:
        for question, answer in answers:
            child.expect(question)
            seen += [child.before, child.after]
            if question == 'Password:':
                # Not before the terminal is silent.
                wait_until(lambda: not child.getecho(), what='no echo')
            child.send(answer)
        child.expect(pexpect.EOF)
        seen.append(child.before)
        assert child.getecho()
    finally:
        child.close(force=True)
    text = re.sub(r'pid \d+, uptime \d:\d\d:\d\d', 'pid N, uptime T', ''.join(seen))
    # Readline has the terminal not echo a Ctrl-C.
    return text.replace('\r\r\n', '\r\n').replace('^C', ''), child.exitstatus, child.signalstatus


@pytest.mark.parametrize('args,answers', [
    (['-i', 'version'], [('Username:', 'user\r'), ('Password:', 'wrong\r'), ('Username:', 'user\r'),
                         ('Password:', '123\r')]),
    (['-i', 'version'], [('Username:', '\x03')]),
    (['-i', 'version'], [('Username:', '\x04')]),
    (['-i', 'version'], [('Username:', 'user\r'), ('Password:', '\x03')]),
    ([], [('Username:', 'user\r'), ('Password:', '123\r'), ('> ', 'version\r'), ('> ', '\x04')]),
    ([], [('Username:', '\x04'), ('> ', 'exit\r')]),
    ([], [('Username:', 'x\x03')]),
], ids=['wrong, then right', 'Ctrl-C', 'Ctrl-D', 'Ctrl-C at the password', 'shell', 'shell, Ctrl-D', 'shell, Ctrl-C'])
def test_questions(daemon, args, answers):
    theirs, ours = (dialogue(daemon, impl, args, answers) for impl in (REFERENCE, OURS))
    if '-i' in args and '\x03' in answers[-1][1]:
        # There with a traceback before it.
        assert ours[1:] == theirs[1:] == (None, signal.SIGINT)
        assert 'Traceback' not in ours[0]
    else:
        assert ours == theirs


def test_no_terminal_for_the_password(daemon):
    """Without a terminal both are read from standard input."""
    done = subprocess.run([OURS.supervisorctl, '-c', '', '-s', daemon.url, '-i', 'pid'], input='user\n123\n', text=True,
                          capture_output=True, env=daemon.env, start_new_session=True, timeout=DEADLINE)
    assert (done.returncode, done.stdout, done.stderr) == (
        0, 'Server requires authentication\nUsername:\n%d\n' % daemon.pid, 'Password:')


def test_lost_connections():
    """A shell whose daemon goes, and one whose daemon comes back: each command tells what it meets."""
    d = Daemon(OURS, program('cat', '/bin/cat'))
    try:
        d.start()
        shell = subprocess.Popen([OURS.supervisorctl, '-c', d.config], env=d.env, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)

        def say(line):
            shell.stdin.write(line + '\n')
            shell.stdin.flush()
            return shell.stdout.readline()
        assert 'cat' in shell.stdout.readline()
        assert say('version').startswith('supervisor> ')
        d.stop()
        assert say('version') == 'supervisor> unix://%s no such file\n' % d.socket
        assert say('reread').startswith("supervisor> error: <class 'FileNotFoundError'>, [Errno 2] No such file")
        d.start()
        assert say('pid') == 'supervisor> %d\n' % d.pid
        shell.stdin.close()
        assert shell.wait(DEADLINE) == 0
        shell.stdout.close()
    finally:
        d.cleanup()
