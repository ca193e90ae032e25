"""The web page by raw HTTP: routes, heads, forms, redirects, who may, and that no text of anybody becomes markup.

One daemon for the module; test_page_browser.py looks at the same pages with a browser, tests/compat/test_page_bytes.py
compares what scripts see with Supervisor.
"""

import contextlib
import http.client
import re
import socket
import urllib.parse
import xml.etree.ElementTree

import harness
import pytest
from harness import OURS, Daemon, UnixHTTPConnection, program, wait_until

pytestmark = pytest.mark.ours_only

#: No blank, slash or colon can be in a name.
HOSTILE = '<script>x=1;"\'&amp;\u202e'

#: Minds no SIGTERM, and ends when there is a file go-NAME, which it takes away.
UNTIL_GO = ("/bin/sh -c 'trap \"\" TERM; echo up; while [ ! -e %(here)s/go-%(program_name)s ]; do sleep 0.05; done; "
            "rm %(here)s/go-%(program_name)s'")

CONFIG = (program('cat', '/bin/cat') +
          program('web', '/bin/cat', numprocs=2, process_name='%(program_name)s_%(process_num)02d', autostart='false') +
          program('quick', '/bin/sh -c "exit 3"', startretries=0, startsecs=30, autostart='false') +
          program('quits', '/bin/sh -c "exit 3"', startsecs=0, autorestart='false', autostart='false') +
          program('nofile', '/nonexistent/x', autostart='false') +
          program(HOSTILE, "/bin/cat", autostart='false') +
          program('says', "/usr/bin/printf '<script>x=1</script>\\033[31mred\\033[0m\\001\\377&amp;\\nsecond'", startsecs=0,
                  autorestart='false', stdout_logfile='%(here)s/log/says') +
          program('long', "/usr/bin/seq 100000 101999", startsecs=0, autorestart='false', stdout_logfile='%(here)s/log/long') +
          program('none', '/bin/cat', stdout_logfile='NONE', autostart='false') +
          program('stubborn', UNTIL_GO, stopwaitsecs=600, startsecs=0, autostart='false',
                  stdout_logfile='%(here)s/log/stubborn'))

PAGE_HEADERS = {
    'Content-Type': 'text/html;charset=utf-8', 'Pragma': 'no-cache', 'Cache-Control': 'no-cache',
    'Expires': 'Thu, 01 Jan 1970 00:00:00 GMT', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                               "img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}


@pytest.fixture(scope='module')
def page(ours_runs):
    daemon = Daemon(OURS, CONFIG)
    try:
        daemon.start()
        daemon.wait_state('cat', 'RUNNING')
        yield Page(daemon)
    finally:
        daemon.cleanup()


class Page:
    def __init__(self, daemon):
        self.daemon = daemon

    def ask(self, method, path, body=None, **headers):
        """Status, headers and text of an answer."""
        connection = UnixHTTPConnection(self.daemon.socket)
        with contextlib.closing(connection):
            connection.request(method, path, body, {k.replace('_', '-'): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode('utf-8')

    def get(self, path, **headers):
        return self.ask('GET', path, **headers)

    def post(self, path='/index.html', fields=None, **headers):
        return self.ask('POST', path, urllib.parse.urlencode(fields or {}),
                        Content_Type='application/x-www-form-urlencoded', **headers)

    def message_of(self, answer, status=301):
        """The message of a redirect."""
        assert answer[0] == status, answer
        location = answer[1]['Location']
        assert '/?message=' in location
        return urllib.parse.unquote(location.partition('/?message=')[2])

    def rows(self, text):
        """{name: row} of the table. The page is well-formed XML, so that nothing in it can have become markup unseen."""
        tree = xml.etree.ElementTree.fromstring(text.partition('\n')[2])
        return {row.get('data-name'): row for row in tree.iter('tr') if row.get('data-name')}

    def state(self, name):
        return self.rows(self.get('/')[2])[name].get('data-state')


def test_the_page_is_complete_without_a_script(page):
    status, headers, text = page.get('/')
    assert status == 200
    for name, value in PAGE_HEADERS.items():
        assert headers[name] == value
    assert int(headers['Content-Length']) == len(text.encode())
    assert '<title>Supervisor Status</title>' in text and '{{' not in text
    rows = page.rows(text)
    names = [name.split(':') for name in rows]
    assert names == sorted(names) and ['web', 'web_01'] in names
    cat = rows['cat:cat']
    assert [cell.get('class') for cell in cat] == ['status', 'desc', 'name', 'action']
    assert cat[0][0].get('class') == 'statusrunning' and cat[0][0].text == 'running'
    assert re.fullmatch(r'pid \d+, uptime 0:\d\d:\d\d', cat[1][0].text)
    assert rows['web:web_01'][0][0].get('class') == 'statusnominal'
    assert rows['web:web_01'][2][0].get('href') == 'tail.html?processname=web%3Aweb_01'
    assert 'formaction="index.html?processname=web%3Aweb_01&amp;action=start"' in text
    assert 'formaction="index.html?action=stopall"' in text
    # Nothing inline, nothing from elsewhere.
    assert not re.search(r'<style|style=|\son\w+="|<script(?! src="page.js")|(href|src|action)="(https?:)?//', text)


@pytest.mark.parametrize('path', ['/', '/index.html', '//', '//index.html', '/?message=x', '/?action=&processname=cat', '/?x'])
def test_addresses_of_the_page(page, path):
    status, _, text = page.get(path)
    assert status == 200 and 'id="processes"' in text
    head = page.ask('HEAD', path)
    assert head[0] == 200 and head[2] == ''
    assert page.post(path, {'x': 'y'})[0] == 200


def test_methods(page):
    assert page.ask('PUT', '/')[0] == 400
    assert page.ask('POST', '/', b'')[0] == 400
    assert page.ask('DELETE', '/page.css')[0] == 400


def test_head_does_nothing(page):
    assert page.ask('HEAD', '/?action=start&processname=web:web_00')[0] == 200
    assert page.state('web:web_00') == 'STOPPED'


def test_ok(page):
    for method in ('GET', 'POST'):
        status, headers, text = page.ask(method, '/ok.html', 'x=y' if method == 'POST' else None)
        assert (status, headers['Content-Type'], text) == (200, 'text/plain', 'OK')


@pytest.mark.parametrize('path, kind', [('page.css', 'text/css'), ('page.js', 'text/javascript'), ('icon.svg', 'image/svg+xml'),
                                        ('stylesheets/supervisor.css', 'text/css')])
def test_assets(page, path, kind):
    status, headers, text = page.get('/' + path)
    assert status == 200 and headers['Content-Type'].startswith(kind) and len(text) > 100
    assert int(headers['Content-Length']) == len(text.encode()) and headers['X-Content-Type-Options'] == 'nosniff'
    status, again, nothing = page.get('/' + path, If_None_Match='W/"a", ' + headers['ETag'])
    assert (status, again['ETag'], nothing) == (304, headers['ETag'], '')
    assert page.get('/' + path, If_None_Match='"other"')[0] == 200
    assert page.get('/images/icon.png')[0] == 404


def test_a_kept_connection_survives_a_304(page):
    """What is not sent must not be awaited either."""
    connection = UnixHTTPConnection(page.daemon.socket)
    with contextlib.closing(connection):
        connection.request('GET', '/page.js')
        etag = connection.getresponse()
        etag.read()
        connection.request('GET', '/page.js', headers={'If-None-Match': etag.headers['ETag']})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 304
        connection.request('GET', '/ok.html')
        assert connection.getresponse().read() == b'OK'


def test_a_form_is_answered_by_a_page(page):
    answer = page.post('/index.html?processname=web%3Aweb_00&action=start', {'action': 'start'})
    assert page.message_of(answer, 303) == 'Process web:web_00 started'
    assert answer[1]['Location'].startswith('./?message=')
    assert page.state('web:web_00') == 'RUNNING'
    text = page.get('/?message=' + urllib.parse.quote('Process web:web_00 started'))[2]
    assert '<div id="message" class="status_msg" role="status">Process web:web_00 started</div>' in text
    text = page.get('/?message=' + urllib.parse.quote('ERROR: Process web:web_00: spawn error'))[2]
    assert '<div id="message" class="status_msg failed" role="status">ERROR: Process web:web_00: spawn error</div>' in text
    assert page.message_of(page.post('/', {'action': 'stop', 'processname': 'web:web_00'}), 303) == 'Process web:web_00 stopped'
    assert page.state('web:web_00') == 'STOPPED'


def test_a_script_is_told_the_message(page):
    status, headers, text = page.post(fields={'action': 'stop', 'processname': 'web:web_00'}, Accept='application/json')
    assert (status, headers['Content-Type']) == (200, 'application/json')
    assert text == '{"message":"unexpected rpc fault [70] NOT_RUNNING: web:web_00","ok":false}'
    text = page.post(fields={'action': 'clearlog', 'processname': 'cat'}, Accept='application/json')[2]
    assert text == '{"message":"Log for cat cleared","ok":true}'
    # A link is not a script, whatever it accepts.
    assert page.get('/?action=refresh', Accept='application/json')[0] == 301


def test_a_form_comes_before_the_query(page):
    answer = page.post('/?action=start&processname=nope', {'action': 'clearlog', 'processname': 'cat'})
    assert page.message_of(answer, 303) == 'Log for cat cleared'
    answer = page.post('/?action=clearlog&processname=cat', {'action': '', 'x': 'y'})
    assert page.message_of(answer, 303) == 'Log for cat cleared'


@pytest.mark.parametrize('query', ['action=bogus', 'action=bogus&processname=cat', 'action=stop', 'action=stop&processname=',
                                   'action=start&PATH_INFO=/tail.html'])
def test_what_makes_no_sense(page, query):
    assert page.get('/?' + query)[0] == 400
    assert page.post('/', dict(urllib.parse.parse_qsl(query)))[0] == 400


def test_restart_starts_also_what_was_stopped(page):
    assert page.message_of(page.get('/?action=restart&processname=web:web_01')) == 'Process web:web_01 restarted'
    assert page.state('web:web_01') == 'RUNNING'
    assert page.message_of(page.get('/?action=restart&processname=nofile')) == 'Process nofile restarted'


def test_all(make_daemon):
    page = Page(make_daemon(OURS, program('cat', '/bin/cat')).start())
    assert re.fullmatch('All stopped at .*', page.message_of(page.post(fields={'action': 'stopall'}), 303))
    assert page.state('cat:cat') == 'STOPPED'
    assert re.fullmatch('All started at .*', page.message_of(page.post(fields={'action': 'startall'}), 303))
    assert page.state('cat:cat') == 'RUNNING'


@pytest.mark.parametrize('headers', [
    {'Origin': 'http://evil.example'}, {'Origin': 'null'}, {'Sec_Fetch_Site': 'cross-site'},
    {'Sec_Fetch_Site': 'same-site'}, {'Referer': 'http://evil.example/localhost'}, {'Referer': 'http://localhost.evil.example/'},
    {'Referer': 'http://localhost:81/'}, {'Referer': 'http://evil.example?http://localhost/'}, {'Sec_Purpose': 'prefetch;prerender'},
    {'Purpose': 'prefetch'}, {'X_Moz': 'prefetch'}], ids=str)
def test_others_may_not(page, headers):
    assert page.get('/?action=stop&processname=cat', **headers)[0] == 403
    assert page.post(fields={'action': 'stop', 'processname': 'cat'}, **headers)[0] == 403
    assert page.state('cat:cat') == 'RUNNING'


@pytest.mark.parametrize('headers', [
    {}, {'Origin': 'http://localhost', 'Sec_Fetch_Site': 'same-origin'}, {'Sec_Fetch_Site': 'none'},
    {'Referer': 'http://localhost/'}, {'Referer': 'http://localhost'}, {'Referer': ''}], ids=str)
def test_we_may(page, headers):
    assert page.message_of(page.get('/?action=clearlog&processname=cat', **headers)) == 'Log for cat cleared'
    assert page.message_of(page.post(fields={'action': 'clearlog', 'processname': 'cat'}, **headers), 303) == 'Log for cat cleared'


@pytest.mark.parametrize('text', ['<script>x=1</script>', '" onload="x', '&amp;&lt;', 'a\r\nSet-Cookie: b', '\x1b[31m', '\u202eb'])
def test_messages_are_text(page, text):
    shown = page.get('/?message=' + urllib.parse.quote(text))[2]
    tree = xml.etree.ElementTree.fromstring(shown.partition('\n')[2])
    message = next(e for e in tree.iter() if e.get('id') == 'message')
    assert len(message) == 0 and len(list(tree.iter('script'))) == 1
    plain = {'a\r\nSet-Cookie: b': 'a\u240d\u240aSet-Cookie: b', '\u202eb': '\ufffdb', '\x1b[31m': '\u241b[31m'}.get(text, text)
    assert message.text == plain
    # The same in a name that is echoed in a Location.
    status, headers, _ = page.get('/?action=stop&processname=' + urllib.parse.quote(text))
    assert status == 301 and 'Set-Cookie' not in headers and re.fullmatch(r'[!-~]+', headers['Location'])


def test_a_bad_byte_in_a_query(page):
    assert 'status_msg" role="status">a\ufffdb</div>' in page.get('/?message=a%FFb')[2]


def test_a_hostile_name(page):
    name = HOSTILE
    row = page.rows(page.get('/')[2])['%s:%s' % ((name.replace('\u202e', '\ufffd'),) * 2)]
    assert row[2][0].text == name.replace('\u202e', '\ufffd')
    link = row[2][0].get('href')
    assert page.message_of(page.get('/?action=start&processname=' + link.partition('=')[2])) == 'Process %s started' % name
    text = page.get('/' + link)[2]
    tree = xml.etree.ElementTree.fromstring(text.partition('\n')[2])
    assert len(list(tree.iter('script'))) == 1
    assert tree[0].find('title').text == 'Supervisor tail of process ' + name.replace('\u202e', '\ufffd')


def test_problems_are_shown_first(page):
    page.get('/?action=start&processname=quick')
    page.get('/?action=start&processname=quits')
    wait_until(lambda: page.state('quits:quits') == 'EXITED')
    text = page.get('/')[2]
    problems = text[text.index('id="problems"'):text.index('id="tools"')]
    assert 'hidden' not in problems
    assert 'quick</a> <b>fatal</b> <span>Exited too quickly' in problems
    assert 'quits</a> <b>exited</b> <span>Bad exit code 3' in problems
    assert page.rows(text)['quick:quick'][0][0].get('class') == 'statuserror'
    assert page.rows(text)['quits:quits'][1][1].text == 'Bad exit code 3'


def log_of(page, query):
    status, headers, text = page.get('/tail.html' + query)
    assert status == 200 and headers['Content-Security-Policy'] == PAGE_HEADERS['Content-Security-Policy']
    tree = xml.etree.ElementTree.fromstring(text.partition('\n')[2])
    return next(e for e in tree.iter('pre')).text or '', tree


def test_the_end_of_a_log(page):
    wait_until(lambda: page.state('says:says') == 'EXITED')
    text, tree = log_of(page, '?processname=says')
    assert text == '<script>x=1</script>red\u2401\ufffd&amp;\nsecond'
    assert tree[0].find('title').text == 'Supervisor tail of process says'
    assert tree.find('body').get('data-log') == 'says:says:stdout'


@pytest.mark.parametrize('limit, length', [('', 1024), ('&limit=5', 1024), ('&limit=2048', 2048), ('&limit=-3', 1024),
                                           ('&limit=20x', 1024), ('&limit=' + '9' * 30, 14000), ('&limit=', 1024)])
def test_how_much_of_a_log(page, limit, length):
    wait_until(lambda: page.state('long:long') == 'EXITED')
    assert len(log_of(page, '?processname=long' + limit)[0]) == length


@pytest.mark.parametrize('query, text', [
    ('', 'No process name found'), ('?processname=none', 'No file for none'),
    ('?processname=nope', 'ERROR: unexpected rpc fault [10] BAD_NAME: nope'),
    ('?processname=web:*', 'ERROR: unexpected rpc fault [10] BAD_NAME: web:*'), ('?processname=cat&channel=stderr', ''),
    ('?processname=<script>', 'ERROR: unexpected rpc fault [10] BAD_NAME: <script>')])
def test_what_is_no_log(page, query, text):
    assert log_of(page, query)[0] == text


def test_the_main_log(page):
    text, tree = log_of(page, '?channel=main&limit=100000')
    assert 'supervisord started with pid' in text
    assert tree.find('body').get('data-log') == ':main'


def test_a_client_that_leaves_does_not_end_a_restart(page):
    """The program was left stopped when the window was closed between its stop and its start."""
    page.daemon.rpc.supervisor.startProcess('stubborn')
    page.daemon.wait_log('up', name='log/stubborn')
    pid = page.daemon.rpc.supervisor.getProcessInfo('stubborn')['pid']
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(page.daemon.socket)
    connection.sendall(b'GET /?action=restart&processname=stubborn HTTP/1.1\r\nHost: localhost\r\n\r\n')
    wait_until(lambda: page.state('stubborn:stubborn') == 'STOPPING')
    connection.close()
    assert page.state('stubborn:stubborn') == 'STOPPING'  # it has learned of that meanwhile
    page.daemon.write('go-stubborn', '')
    wait_until(lambda: page.daemon.rpc.supervisor.getProcessInfo('stubborn')['pid'] not in (0, pid),
               state=lambda: page.daemon.rpc.supervisor.getProcessInfo('stubborn'))
    page.daemon.rpc.supervisor.stopProcess('stubborn', False)
    page.daemon.write('go-stubborn', '')
    page.daemon.wait_state('stubborn', 'STOPPED')


def test_credentials(make_daemon):
    daemon = make_daemon(OURS, program('cat', '/bin/cat'), http='username=u\npassword=p\n').start(wait=False)
    wait_until(daemon.answers)
    page = Page(daemon)
    for path in ('/', '/tail.html', '/ok.html', '/page.js', '/stylesheets/supervisor.css', '/?action=stopall'):
        assert page.get(path)[0] == 401
        assert page.get(path, Authorization='Basic dTpw')[0] in (200, 301)


def test_no_programs(make_daemon):
    page = Page(make_daemon(OURS).start())
    text = page.get('/')[2]
    assert re.search('<p id="none">No programs to manage</p>', text) and re.search('<table[^>]* hidden=""', text)


def test_a_page_of_thousands(make_daemon):
    """It is made as the reader takes it: the daemon does not hold it, and who reads slowly holds up nobody."""
    daemon = make_daemon(OURS, program('p', '/bin/cat', autostart='false', numprocs=3000, stdout_logfile='NONE',
                                       stderr_logfile='NONE', process_name='%(process_num)05d'))
    page = Page(daemon.start())
    slow = socket.socket(socket.AF_UNIX)
    slow.connect(daemon.socket)
    slow.sendall(b'GET / HTTP/1.0\r\n\r\n')
    status, headers, text = page.get('/')
    assert status == 200 and headers['Transfer-Encoding'] == 'chunked' and len(page.rows(text)) == 3000
    assert int(page.ask('HEAD', '/')[1]['Content-Length']) == len(text.encode())
    daemon.rpc.supervisor.removeProcessGroup('p')
    answer = http.client.HTTPResponse(slow)
    answer.begin()
    rest = answer.read().decode()
    slow.close()
    assert 0 < rest.count('<tr role="row" data-name=') < 3000 and rest.endswith('</html>\n')
    assert harness.status_field(daemon.pid, 'VmRSS')


def test_while_it_shuts_down(make_daemon):
    daemon = make_daemon(OURS, program('s', UNTIL_GO, stopwaitsecs=600, stdout_logfile='%(here)s/log/s'))
    page = Page(daemon.start())
    daemon.wait_log('up', name='log/s')
    daemon.rpc.supervisor.shutdown()
    assert page.state('s:s') == 'STOPPING'
    assert 'data-supervisor="SHUTDOWN"' in page.get('/')[2]
    assert page.message_of(page.get('/?action=start&processname=s')) == (
        'ERROR: Process s: unexpected rpc fault [6] SHUTDOWN_STATE')
    assert page.message_of(page.get('/?action=stopall')) == 'unexpected rpc fault [6] SHUTDOWN_STATE'
    assert log_of(page, '?processname=s')[0] == 'ERROR: unexpected rpc fault [6] SHUTDOWN_STATE'
    daemon.write('go-s', '')
    assert daemon.wait_end() == 0
