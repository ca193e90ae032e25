"""Several daemons in one table, daemons that go, come back or fall silent, and each way in which there is none."""

import contextlib
import http.server
import os
import re
import signal
import socket
import subprocess
import sys
import threading

import harness
import pytest
from harness import program, wait_until
from screen import Screen

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_daemon  # noqa: E402  (the path comes first)
from test_screen import Place, needs_tui, place, show  # noqa: E402, F401

pytestmark = [pytest.mark.usefixtures('needs_tui'), pytest.mark.ours_only]

PRESSED = {'In the table': '0 1 2 3 4 5 6 7 8 9'}


class Fleet:
    """Several fake daemons, each with a program of its own name."""

    def __init__(self, place):  # noqa: F811
        self.place = place
        self.servers = {}
        self.fakes = {}

    def serve(self, name, fake=None, **options):
        if fake is None:
            fake = fake_daemon.Fake(**options)
            fake.host = name
            fake.add('app', 'app')
            fake.add('on-%s' % name, 'on-%s' % name)
        self.fakes[name] = fake
        self.servers[name] = fake_daemon.Server(self.place.path(name), fake).start()
        return fake

    def args(self, *names):
        return [arg for name in names for arg in ('-s', 'unix://' + self.place.path(name))]


@pytest.fixture
def fleet(place):  # noqa: F811
    f = Fleet(place)
    yield f
    for server in f.servers.values():
        if server.alive:
            server.die()


@pytest.fixture
def three(fleet):
    """(fleet, screen): web-a and web-b answer, web-c is not there."""
    fleet.serve('web-a')
    fleet.serve('web-b')
    with Screen([harness.TUI, *fleet.args('web-a', 'web-b', 'web-c')], fleet.place) as screen:
        screen.wait('web-a +on-web-a +RUNNING')
        screen.wait('web-b +on-web-b +RUNNING')
        yield fleet, screen


def test_together(three):
    fleet, screen = three
    screen.wait('^ 3 daemons +[^ ]*/web-c: no answer +4 running')
    screen.wait(r'^ [^ ]*/web-c +no answer: no daemon: the socket does not exist')
    # What happens on one is seen, and the other one stays as it is.
    fleet.fakes['web-b'].change('app:app', 'FATAL', spawnerr='no such file')
    screen.wait('web-b [◆ ]*app +FATAL')
    screen.wait('web-a +app +RUNNING')
    # An action goes to the daemon of its row.
    screen.keys('G', 'x')
    screen.wait('web-b [◆ ]*on-web-b +STOPPED')
    assert not [c for c in fleet.fakes['web-a'].calls if c[0].startswith('supervisor.stop')]
    # The third comes.
    fleet.serve('web-c')
    screen.keys('C-l')
    screen.wait('web-c +on-web-c +RUNNING')
    screen.wait('^ 3 daemons  web-a, web-b, web-c')


def test_one_goes_and_comes_back(three):
    fleet, screen = three
    fake = fleet.fakes['web-b']
    fleet.servers['web-b'].die()
    screen.wait(r'^ web-b +no answer for \d+ s: no daemon: nobody listens there')
    fleet.fakes['web-a'].change('app:app', 'STOPPED')
    screen.wait('web-a [◆ ]*app +STOPPED')
    screen.wait('web-b +app +RUNNING')  # what was known of it stays
    fleet.serve('web-b', fake)
    screen.wait('web-b: connected again after')
    screen.wait_gone('^ web-b +no answer')


def test_one_alone(three):
    fleet, screen = three
    screen.keys('2')
    screen.wait_gone('on-web-a')
    screen.wait(r'^ web-b \(2/3\) ')
    screen.wait('only web-b; 0 shows all')
    screen.wait_gone('HOST')
    screen.keys('1')
    screen.wait('on-web-a')
    screen.keys('3')
    screen.wait('^   no daemon: the socket does not exist')
    for key in '456789':
        screen.keys(key)
        screen.wait('there are 3 daemons')
    screen.keys('0')
    screen.wait('web-b +on-web-b')
    screen.wait('web-a +on-web-a')


def command(screen, text):
    screen.keys(':')
    screen.type(text)
    screen.keys('Enter')


def test_connect_and_disconnect(fleet):
    """Daemons come and go while the screen is open."""
    fleet.serve('web-a')
    fleet.serve('web-b')
    url = {name: 'unix://' + fleet.place.path(name) for name in ('web-a', 'web-b', 'web-c')}
    with Screen([harness.TUI, '--set', 'cursor=first', '-s', url['web-a']], fleet.place, 120) as screen:
        screen.wait('on-web-a +RUNNING')
        assert 'HOST' not in screen.text()
        command(screen, 'connect ' + url['web-b'])
        screen.wait('web-b +on-web-b +RUNNING')
        screen.wait('web-a +on-web-a +RUNNING')
        screen.wait('HOST')
        screen.wait('^ connected to web-b: 2 programs')
        command(screen, 'open ' + url['web-c'])
        screen.wait('web-c +no answer: no daemon: the socket does not exist')
        screen.wait('web-c: no daemon: the socket does not exist')
        for text, said in (('connect ' + url['web-b'], 'web-b. is shown already'),
                           ('connect nonsense', r"'nonsense' is not the URL of a daemon \(unix:///PATH, http://HOST:PORT"),
                           ('connect https://h', 'supervisord has no TLS'),
                           ('connect ssh://-oX', 'cannot be a host'),
                           ('disconnect nobody', "no daemon is called 'nobody' here")):
            command(screen, text)
            screen.wait(said)
        # All that is about web-b goes with it: marks, the selection, its log, a stop under way, its details.
        screen.keys('2')
        screen.wait('only web-b')
        screen.keys('*', 'x')
        screen.wait('y/N')
        fleet.fakes['web-b'].supervisor_stopProcess = lambda name, wait=True: True
        screen.keys('y')
        screen.wait('stop asked')
        screen.keys('w')
        screen.wait('─ [^ ]*(app|on-web-b)')
        command(screen, 'disconnect web-b')
        screen.wait_gone('on-web-b')
        screen.wait('^ 2 daemons')
        screen.keys('2')
        screen.wait('only .*web-c; 0 shows all')
        screen.keys('0')
        fleet.fakes['web-a'].change('app:app', 'FATAL')
        screen.wait('web-a [◆ ]*app +FATAL')
        command(screen, 'disconnect 2')
        screen.wait_gone('no answer: no daemon')
        command(screen, 'disconnect web-a')
        screen.wait('this is the only daemon here: quit leaves')
        # It comes back, with what it is now.
        fleet.fakes['web-b'].change('app:app', 'STOPPED')
        command(screen, 'connect ' + url['web-b'])
        screen.wait('web-b +[◆ ]*app +STOPPED')
        screen.keys('q')
        assert screen.wait_exit() == 0


def test_connect_in_lines(fleet):
    """The same without a screen, while a recording runs: who came later is not in it, and it can be replayed."""
    fleet.serve('web-a')
    fleet.serve('web-b')
    film = fleet.place.path('film')
    with subprocess.Popen([harness.TUI, '--plain', '--record', film, *fleet.args('web-a')], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True, env=dict(fleet.place.env, LC_ALL='C.UTF-8')) as plain:
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(iter(plain.stdout.readline, '')))
        reader.start()

        def wait(pattern):
            wait_until(lambda: re.search(pattern, ''.join(lines), re.M), what=pattern, state=lambda: ''.join(lines))

        def say(text):
            plain.stdin.write(text + '\n')
            plain.stdin.flush()
        wait('^on-web-a RUNNING')
        say('connect unix://' + fleet.place.path('web-b'))
        wait('^connect(ing|ed) to .*web-b.*; the recording has nothing of it$')
        wait('web-b on-web-b is new: RUNNING')
        say('connect ssh://127.0.0.1:1')
        wait('no answer from 127.0.0.1')
        say('disconnect web-b')
        wait('^web-b is not shown any more$')
        fleet.fakes['web-a'].change('app:app', 'FATAL')
        wait('web-a app is now FATAL')
        assert 'is removed' not in ''.join(lines)
        plain.stdin.close()
        assert plain.wait(10) == 0
        reader.join()
    with Screen([harness.TUI, '--replay', film], fleet.place) as screen:
        screen.wait('app +FATAL')
        assert 'on-web-b' not in screen.text()
        command(screen, 'connect unix:///x')
        screen.wait('this is a recording')


@pytest.mark.parametrize('size', [(40, 10), (200, 50)])
def test_sizes(fleet, size):
    fleet.serve('web-a')
    fleet.serve('web-b')
    with Screen([harness.TUI, *fleet.args('web-a', 'web-b', 'web-c')], fleet.place, *size) as screen:
        screen.wait('web-a +app +RUNNING')
        screen.wait('web-c +no answer')


def test_once(fleet):
    fleet.serve('web-a')
    fleet.serve('web-b')
    done = subprocess.run([harness.TUI, '--once', *fleet.args('web-a', 'web-b', 'web-c')], capture_output=True,
                          text=True, timeout=60, env=dict(fleet.place.env, LC_ALL='C.UTF-8'))
    assert done.returncode == 0, done.stderr
    assert re.search('web-a +on-web-a +RUNNING', done.stdout)
    assert re.search('web-b +on-web-b +RUNNING', done.stdout)
    assert re.search('web-c +no answer: no daemon', done.stdout)
    done = subprocess.run([harness.TUI, '--once', *fleet.args('web-c', 'web-d')], capture_output=True, text=True,
                          timeout=60, env=fleet.place.env)
    assert done.returncode == 1
    assert len(re.findall('web-[cd]: no daemon: the socket does not exist', done.stderr)) == 2


# A real daemon

@pytest.fixture
def real(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=0))
    d.wait_state('cat', 'RUNNING')
    with Screen([harness.TUI, '-c', d.config], d) as screen:
        screen.wait(r'cat +RUNNING')
        yield d, screen


def test_daemon_killed_and_restarted(real):
    d, screen = real
    host = screen.lines()[0].split()[0]
    d.process.kill()
    d.process.wait()
    screen.wait(r'^ %s  no answer for \d+ s, trying again' % re.escape(host))
    screen.wait(r'cat +RUNNING')  # what was known stays
    screen.keys('x')
    screen.wait('the daemon does not answer: nothing was asked')
    d.start()
    pid = d.wait_state('cat', 'RUNNING')['pid']
    screen.wait(r'the daemon was restarted, pid %d' % d.process.pid)
    screen.wait(r'cat +RUNNING +%d' % pid)


def test_daemon_stopped_and_continued(real):
    """SIGSTOP: the connection stands, and nothing comes.  When something was asked, that is said after seconds, long
    before the connection counts as dead; what was asked is done when the daemon goes on."""
    d, screen = real
    host = screen.lines()[0].split()[0]
    os.kill(d.process.pid, signal.SIGSTOP)
    try:
        screen.keys('x')
        screen.wait('asked')
        screen.wait(r'^ %s  no answer for \d+ s ' % re.escape(host))
        assert 'trying again' not in screen.text()
    finally:
        os.kill(d.process.pid, signal.SIGCONT)
    screen.wait(r'cat +STOPPED')
    screen.wait(r'^ %s  supervisor ' % re.escape(host))


class Line:
    """A socket that leads to another one, until what goes through it is lost."""

    def __init__(self, path, to):
        self.to = to
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen()
        self.open = []
        self.lost = False
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.to)
            with self.lock:
                working = [not self.lost]
                self.open.append((working, near, far))
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(working, *pair), daemon=True).start()

    def carry(self, working, source, target):
        while True:
            try:
                data = source.recv(65536)
                if data and working[0]:
                    target.sendall(data)
                elif not data:
                    target.shutdown(socket.SHUT_WR)
                    return
            except OSError:
                return

    def lose(self):
        """Nothing is carried any more, and nobody is told."""
        with self.lock:
            self.lost = True
            for working, *_ in self.open:
                working[0] = False

    def mend(self):
        """From now on new connections are good."""
        self.lost = False

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        for _, near, far in self.open:
            near.close()
            far.close()
        self.listening.close()


def test_a_dead_line_is_left_by_key(place):  # noqa: F811
    """The connection stands and carries nothing: ^L makes a new one, and does not wait for its end."""
    fake = place.serve()
    line = Line(place.path('line'), place.path('s'))
    try:
        with Screen([harness.TUI, '-s', 'unix://' + place.path('line'), '--set', 'cursor=first'], place) as screen:
            screen.wait('migrate')
            line.lose()
            screen.keys('j', 'x')
            screen.wait(r'^ web-03  no answer for \d+ s')
            fake.change('migrate:migrate', 'RUNNING')
            line.mend()
            screen.keys('C-l')
            screen.wait(r'^ web-03  supervisor ')
            screen.wait('migrate +RUNNING')
            screen.wait('connected again after')
    finally:
        line.close()


# No daemon

def shown_trouble(place, *args):  # noqa: F811
    return Screen([harness.TUI, *args], place)


def test_no_daemon(place):  # noqa: F811
    config = place.write('s.conf', '[supervisord]\n[supervisorctl]\nserverurl=unix://%s\n' % place.path('none'))
    with shown_trouble(place, '-c', config) as screen:
        screen.wait(r'^   no daemon: the socket does not exist \(start one: supervisord')
        screen.resize(160, 24)
        screen.wait(re.escape('(start one: supervisord -c %s)' % config))


@pytest.mark.root
def test_no_permission(place):  # noqa: F811
    place.serve()
    os.chmod(place.path('s'), 0o700)
    os.chmod(place.directory, 0o711)
    command = ['setpriv', '--reuid=65534', '--clear-groups', harness.TUI, '--once', '-s', place.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=dict(place.env, HOME='/'), cwd='/')
    if 'setpriv' in done.stderr or 'supervisortui: ' in done.stderr and 'rmission' in done.stderr:
        pytest.skip('nobody cannot run what was built: ' + done.stderr)
    assert done.returncode == 1
    assert 'no permission on the socket (try: sudo supervisortui)' in done.stderr


def test_password(daemon):
    d = daemon(program('cat', '/bin/cat'), http='username=anna\npassword=secret\n')
    url = 'unix://' + d.socket
    with shown_trouble(d, '-s', url) as screen:
        screen.wait(r'^   a user name and password are needed \(-u USER -p PASSWORD\)')
    with shown_trouble(d, '-s', url, '-u', 'anna', '-p', 'wrong') as screen:
        screen.wait(r'^   user name or password are wrong \(-u USER -p PASSWORD\)')
    with shown_trouble(d, '-s', url, '-u', 'anna', '-p', 'secret') as screen:
        screen.wait('cat +(RUNNING|STARTING)')
    # Who is added later has no options.
    with Screen([harness.TUI, '-s', url + '.gone'], d, 200) as screen:
        screen.wait('no daemon')
        command(screen, 'connect ' + url)
        screen.wait(r'are needed \(connect unix://USER:PASSWORD@/PATH\)')
        command(screen, 'connect unix://anna:secret@' + d.socket)
        screen.wait('is shown already .disconnect it first')
        command(screen, 'disconnect 2')
        screen.wait('is not shown any more')
        command(screen, 'connect unix://anna:secret@' + d.socket)
        screen.wait('connected to [^ ]+: 1 program')
        screen.wait('cat +(RUNNING|STARTING)')


def test_no_programs(daemon):
    d = daemon('')
    with shown_trouble(d, '-c', d.config) as screen:
        screen.wait(r'^   no programs: write a \[program:x\] section, then u')


@pytest.fixture
def web():
    """A web server that is no supervisord."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_another_web_server(place, web):  # noqa: F811
    with shown_trouble(place, '-s', 'http://127.0.0.1:%d' % web) as screen:
        screen.wait(r'^   a web server answers there, but no supervisord \(look at the port in -s\)')


def test_not_http(place):  # noqa: F811
    """A port that speaks something else: TLS answers a request in the clear with an alert."""
    with socket.create_server(('127.0.0.1', 0)) as server:
        def answer():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client, contextlib.suppress(OSError):
                    request = b''
                    while b'\r\n\r\n' not in request:
                        more = client.recv(4096)
                        if not more:
                            break
                        request += more
                    client.sendall(b'\x15\x03\x01\x00\x02\x02\x46\r\n\r\n')
        threading.Thread(target=answer, daemon=True).start()
        with shown_trouble(place, '-s', 'http://127.0.0.1:%d' % server.getsockname()[1]) as screen:
            screen.wait(r'^   what answers there does not speak HTTP \(TLS\? supervisord has none; look')
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize('url,said', [
    ('https://web-03:9001', 'supervisord has no TLS (ssh://HOST reaches it safely)'),
    ('ssh://-oProxyCommand=id', "'-oProxyCommand=id' cannot be a host"),
    ('ssh://web-03:0', "'0' is not a port (1 to 65535)"),
])
def test_bad_urls(place, url, said):  # noqa: F811
    done = subprocess.run([harness.TUI, '-s', url], capture_output=True, text=True, timeout=60, env=place.env)
    assert done.returncode == 2
    assert said in done.stderr


def test_userinfo(daemon, place):  # noqa: F811
    port = harness.free_port()
    d = daemon(program('cat', '/bin/cat') +
               '[inet_http_server]\nport=127.0.0.1:%d\nusername=anna\npassword=se:cret\n' % port)
    done = subprocess.run([harness.TUI, '--once', '-s', 'http://anna:se%%3acret@127.0.0.1:%d' % port],
                          capture_output=True, text=True, timeout=60, env=dict(d.env, LC_ALL='C.UTF-8'))
    assert done.returncode == 0, done.stderr
    assert 'secret' not in done.stdout
    assert re.search(r'cat +(RUNNING|STARTING)', done.stdout)
