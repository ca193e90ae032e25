"""What scripts see of the web page, on ours and on the reference: status, head and body of the answers to Supervisor's
action addresses, byte for byte, and what a scraper finds in the table."""

import contextlib
import re
import socket

import pytest
from harness import OURS, REFERENCE, Daemon, program, reference_is_installed

CONFIG = (program('cat', '/bin/cat') + program('quick', '/bin/sh -c "sleep 0.3; exit 3"', startretries=0, startsecs=5, autostart='false') +
          program('nofile', '/nonexistent/x', autostart='false') + program('noexec', '/etc/passwd', autostart='false') +
          program('web', '/bin/cat', numprocs=2, process_name='%(program_name)s_%(process_num)02d', autostart='false'))

#: In this order, on both; the reference takes about a second for each.
GETS = [
    '/?action=refresh', '/?processname=cat&action=start', '/index.html?action=stop&processname=cat',
    '/?action=stop&processname=cat', '/?action=start&processname=cat', '/?action=restart&processname=cat',
    '//?action=clearlog&processname=cat', '//index.html?action=clearlog&processname=web:web_00',
    '/?action=restart&processname=nofile', '/?action=start&processname=nofile', '/?action=start&processname=noexec',
    '/?action=start&processname=quick', '/?action=start&processname=web%3Aweb_01', '/?action=stop&processname=web:*',
    '/?action=stop&processname=web', '/?action=start&processname=n%c3%a4m%26e%ff+x',
    "/?action=stop&processname=a~'()*!,;-_.+b@$=:/", '/?action=stop&action=start&processname=cat&processname=x',
    '/?action=clearlog&processname=&processname=cat', '/?action=stopall', '/?action=restartall',
]
#: Host headers, and what they become.
HOSTS = ['localhost', 'localhost:9001', 'localhost:80', 'localhost:8080', 'LOCALHOST', '127.0.0.1:801']
PLAIN = ['/ok.html', '/nope', '/images/nope.gif']


class Server:
    def __init__(self, daemon):
        self.daemon = daemon

    def ask(self, request):
        """The answer as one text, times masked."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as s:
            s.settimeout(30)
            s.connect(self.daemon.socket)
            s.sendall(request.encode())
            answer = b''
            while True:
                head, end, body = answer.partition(b'\r\n\r\n')
                length = re.search(rb'\r\nContent-Length: (\d+)', head)
                if end and length and len(body) >= int(length[1]):
                    break
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
        text = answer.decode('utf-8')
        text = re.sub(r'\r\nDate: [^\r]*', '\r\nDate: -', text)
        return re.sub(r'(?<=%20at%20)\w+%20\w+%20[%\w]+%20\d\d%3A\d\d%3A\d\d%20\d{4}', 'CTIME', text)

    def get(self, path, host='localhost'):
        return self.ask('GET %s HTTP/1.1\r\nHost: %s\r\n\r\n' % (path, host))


@pytest.fixture(scope='module')
def servers(ours_runs):
    if not reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')
    daemons = [Daemon(impl, CONFIG) for impl in (OURS, REFERENCE)]
    try:
        for daemon in daemons:
            daemon.start()
        for daemon in daemons:
            daemon.wait_state('cat', 'RUNNING')
        yield [Server(daemon) for daemon in daemons]
    finally:
        for daemon in daemons:
            daemon.cleanup()


def both(servers, ask):
    ours, reference = (ask(server) for server in servers)
    assert ours == reference
    return ours


def test_actions_by_get(servers):
    """In one test, since each depends on those before."""
    for path in GETS:
        assert ' 301 ' in both(servers, lambda server, path=path: (path, server.get(path)))[1]


@pytest.mark.parametrize('host', HOSTS)
def test_the_location_names_the_host_as_the_client_did(servers, host):
    both(servers, lambda server: server.get('/?action=stop&processname=nope', host))


@pytest.mark.parametrize('path', PLAIN)
def test_plain_answers(servers, path):
    both(servers, lambda server: server.get(path))


@pytest.mark.parametrize('version', ['1.0', '1.1'])
def test_persistence(servers, version):
    both(servers, lambda server: server.ask('GET /ok.html HTTP/%s\r\nConnection: keep-alive\r\n\r\n' % version))


def test_a_form(servers):
    """The same Location, relative; by 303, which no browser keeps."""
    def ask(server):
        body = 'action=clearlog&processname=cat'
        return server.ask('POST /index.html?action=start HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body))
    ours, reference = (ask(server) for server in servers)
    assert 'HTTP/1.1 303 See Other' in ours and 'Location: ./?message=Log%20for%20cat%20cleared\r\n' in ours
    assert 'HTTP/1.1 301 Moved Permanently' in reference
    assert 'Location: http://a/?message=Log%20for%20cat%20cleared\r\n' in reference


def test_without_a_host(servers):
    """The reference names what nobody can reach."""
    ours, reference = (server.ask('GET /?action=stop&processname=x HTTP/1.0\r\n\r\n') for server in servers)
    assert '\r\nLocation: /?message=No%20such%20process%20named%20x\r\n' in ours
    assert re.search('\r\nLocation: http://<unix domain socket>:/[^\r]*/s/[?]message=No%20such%20process%20named%20x\r\n', reference)


def scraped(server):
    """What scripts look for: states with their classes, names with their links, addresses of actions."""
    text = server.get('/?message=hello%20%3Cworld')
    head = re.sub(r'Content-Length: \d+', '', text.partition('\r\n\r\n')[0])
    states = re.findall(r'<span class="(status\w+)">(\w+)</span>', text)
    names = re.findall(r'<a href="(tail.html\?processname=[^"]*)"[^>]*>([\w:]+)</a>', text.partition('<tbody')[2])
    rows = text.partition('<tbody')[2].split('<tr')[1:]
    actions = [sorted(set(re.findall(r'index.html\?processname=[^"]*', row))) for row in rows]
    return {
        'head': [line for line in head.split('\r\n') if re.match('HTTP|Content-Type|Pragma|Cache|Expires|Server', line)],
        'title': re.search('<title>.*</title>', text)[0], 'message': re.search('class="status_msg"[^>]*>([^<]*)', text)[1],
        'columns': re.findall(r'<th class="(\w+)"[^>]*>(\w+)</th>', text), 'states': states,
        'names': names, 'actions': actions,
        'all': [action in text for action in ('index.html?action=refresh', 'index.html?action=stopall', 'index.html?action=restartall')],
        'ids': [('id="%s"' % name) in text for name in ('wrapper', 'header', 'buttons', 'footer')],
    }


def test_what_scrapers_find(servers):
    def ask(server):
        found = scraped(server)
        # What is not to be pressed is hidden there, and disabled here.
        if server.daemon.impl is OURS:
            found['names'] = [name for name in found['names'] if name[1] not in ('Stdout', 'Stderr')]
            found['actions'] = [[a for a in actions if running or not a.endswith('stop')] for actions, running in zip(
                found['actions'], [state == 'running' for _, state in found['states']])]
        return found
    for server in servers:
        server.daemon.rpc.supervisor.startProcess('cat') if 'cat' in [
            p['name'] for p in server.daemon.rpc.supervisor.getAllProcessInfo() if p['statename'] == 'STOPPED'] else None
    both(servers, ask)
