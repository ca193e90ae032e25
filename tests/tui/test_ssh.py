"""ssh:// URLs against a private sshd on loopback: own configuration, keys and port.  ssh is the system's; a wrapper before
it in PATH gives it a configuration, so that nobody's ~/.ssh is looked at."""

import contextlib
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys

import harness
import pytest
from harness import wait_until
from screen import Screen

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_daemon  # noqa: E402  (the path comes first)
from test_screen import Place, needs_tui, place, show  # noqa: E402, F401

pytestmark = [pytest.mark.usefixtures('needs_tui'), pytest.mark.ours_only]


def children_of(pid):
    """pid: name of the processes that this one has started."""
    found = {}
    for path in glob.glob('/proc/[0-9]*/stat'):
        try:
            with open(path, encoding='utf-8', errors='replace') as file:
                text = file.read()
        except OSError:
            continue
        fields = text.rsplit(')', 1)[1].split()
        if int(fields[1]) == pid:
            found[int(text.split()[0])] = text[text.index('(') + 1:text.rindex(')')]
    return found


class Sshd:
    """A private sshd, and what a client needs to come in."""

    def __init__(self, place):  # noqa: F811
        self.place = place
        self.sshd = shutil.which('sshd', path='/usr/sbin:/usr/bin:' + os.environ['PATH'])
        self.ssh = shutil.which('ssh')
        self.process = None
        self.port = harness.free_port()
        self.made = []
        if not self.sshd or not self.ssh:
            pytest.skip('sshd or ssh is not installed (openssh-server, openssh-client)')
        self.key('host')
        self.key('user')
        shutil.copy(place.path('user.pub'), place.path('authorized'))
        os.mkdir(place.path('bin'))
        os.mkdir(place.path('run'), 0o700)
        self.write_client()
        place.write('bin/ssh', '#!/bin/sh\nexec %s -F %s "$@"\n' % (self.ssh, place.path('ssh_config')))
        os.chmod(place.path('bin/ssh'), 0o755)
        place.env.update(PATH=place.path('bin') + ':' + place.env['PATH'], XDG_RUNTIME_DIR=place.path('run'),
                         XDG_CONFIG_HOME=place.directory)
        place.env.pop('SSH_AUTH_SOCK', None)
        place.env.pop('SSH_ASKPASS', None)
        place.env.pop('DISPLAY', None)

    def key(self, name, passphrase=''):
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', passphrase, '-f', self.place.path(name)], check=True,
                       timeout=20)

    def write_client(self, **options):
        options = {'IdentityFile': self.place.path('user'), 'IdentitiesOnly': 'yes', 'Port': self.port,
                   'UserKnownHostsFile': self.place.path('known'), 'GlobalKnownHostsFile': '/dev/null',
                   'StrictHostKeyChecking': 'accept-new', **options}
        self.place.write('ssh_config', ''.join('%s %s\n' % o for o in options.items()))

    def start(self, **options):
        if os.geteuid() == 0 and not os.path.isdir('/run/sshd'):
            os.mkdir('/run/sshd', 0o755)
        options = {'Port': self.port, 'ListenAddress': '127.0.0.1', 'HostKey': self.place.path('host'),
                   'AuthorizedKeysFile': self.place.path('authorized'), 'StrictModes': 'no', 'UsePAM': 'no',
                   'PermitRootLogin': 'yes', 'PasswordAuthentication': 'no', 'KbdInteractiveAuthentication': 'no',
                   'PidFile': 'none', 'PermitTTY': 'no', 'PermitUserRC': 'no', **options}
        config = self.place.write('sshd_config', ''.join('%s %s\n' % o for o in options.items()))
        with open(self.place.path('sshd.log'), 'a', encoding='utf-8') as log:
            self.process = subprocess.Popen([self.sshd, '-D', '-e', '-f', config], stderr=log, stdin=subprocess.DEVNULL)
        wait_until(lambda: self.process.poll() is not None or 'Server listening' in self.log(), what='sshd listens')
        if self.process.poll() is not None:
            pytest.skip('sshd does not run here: ' + self.log()[-300:])

    def log(self):
        with open(self.place.path('sshd.log'), encoding='utf-8', errors='replace') as file:
            return file.read()

    def stop(self):
        """With the processes of its connections."""
        if self.process is None:
            return
        for pid in children_of(self.process.pid):
            for victim in [*children_of(pid), pid]:
                with contextlib.suppress(ProcessLookupError):  # it may end with the connection
                    os.kill(victim, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.process = None
        os.unlink(self.place.path('sshd.log'))

    def url(self, path='s', host='127.0.0.1'):
        return 'ssh://%s%s' % (host, self.place.path(path) if path else '')

    def leftovers(self):
        return glob.glob(self.place.path('run', 'cvisor-ssh.*'))


@pytest.fixture
def sshd(place):  # noqa: F811
    place.path = lambda *names: os.path.join(place.directory, *names)
    s = Sshd(place)
    yield s
    s.stop()
    wait_until(lambda: s.leftovers() == [], what='the directory of the sockets is gone', state=s.leftovers)


def once(sshd, *urls):
    args = ['--size', '100x60', *(arg for url in urls for arg in ('-s', url))]
    return subprocess.run([harness.TUI, '--once', *args], capture_output=True, text=True, timeout=90,
                          stdin=subprocess.DEVNULL, env=dict(sshd.place.env, LC_ALL='C.UTF-8'), start_new_session=True)


def ssh_of(screen):
    """Pids of the ssh processes that the screen has started."""
    return [pid for pid, name in children_of(screen.pid()).items() if name == 'ssh']


def test_once(sshd, place):  # noqa: F811
    place.serve()
    sshd.start()
    done = once(sshd, sshd.url())
    assert done.returncode == 0, done.stderr
    assert re.search(r'api_00 +RUNNING', done.stdout)
    # A daemon here and one there, and one that is not there at all.
    done = once(sshd, 'unix://' + place.path('s'), sshd.url(), sshd.url(host='nohost.invalid'))
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r'api_00 +RUNNING', done.stdout)) == 2
    assert re.search('nohost.invalid +no answer: ssh nohost.invalid: the host is not known', done.stdout)


def test_ssh_killed_and_restarted(sshd, place):  # noqa: F811
    fake = place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place) as screen:
        screen.wait(r'api_00 +RUNNING')
        fake.change('cron:cron', 'FATAL')
        screen.wait(r'cron +FATAL')
        old, = ssh_of(screen)
        os.kill(old, signal.SIGKILL)
        screen.wait('connected again after')
        new, = wait_until(lambda: [pid for pid in ssh_of(screen) if pid != old], what='another ssh runs')
        fake.change('cron:cron', 'RUNNING')
        screen.wait(r'cron +RUNNING')
        # Commands go the same way.
        screen.keys('g', 'j', 'x')
        screen.wait(r'api_00 +STOPPED')
        screen.keys('q')
        assert screen.wait_exit() == 0
    wait_until(lambda: not os.path.exists('/proc/%d' % new), what='ssh ends with the screen')


def test_the_daemon_knows_who_comes(sshd, place, daemon):  # noqa: F811
    """What is asked for through ssh is asked for by the user who has logged in: the daemon sees sshd, as that user."""
    d = daemon(harness.program('cat', '/bin/cat', startsecs=0))
    d.wait_state('cat', 'RUNNING')
    sshd.start()
    who = r'%s \(sshd[^,]*, pid \d+\)' % re.escape(pwd.getpwuid(os.getuid()).pw_name)
    with Screen([harness.TUI, '-s', 'ssh://127.0.0.1' + d.socket, '--set', 'cursor=first'], place, 120) as screen:
        screen.wait(r'cat +RUNNING')
        screen.keys('x')
        screen.wait(r'cat +STOPPED.* by %s' % who)
        # All its connections are one and the same to the daemon: this was nobody else, so nothing is asked.
        screen.keys('s')
        screen.wait(r'cat +RUNNING')
        screen.keys('q')
        assert screen.wait_exit() == 0
    for record in d.rpc.cvisor.getHistory('cat', 2):
        assert re.fullmatch(who, record['who']), record


def test_sshd_killed_and_restarted(sshd, place):  # noqa: F811
    place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place, 120) as screen:
        screen.wait(r'api_00 +RUNNING')
        sshd.stop()
        screen.wait(r'^ web-03  no answer for \d+ s')
        screen.wait(r'api_00 +RUNNING')  # what was known stays
        assert 'Connection' not in screen.text(), "ssh's own words do not reach the screen"
        sshd.start()
        screen.keys('C-l')
        screen.wait('connected again after')


def test_daemon_at_the_far_end_goes_and_comes(sshd, place):  # noqa: F811
    fake = place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place) as screen:
        screen.wait(r'api_00 +RUNNING')
        ssh, = ssh_of(screen)
        place.server.die()
        screen.wait(r'^ web-03  no answer for \d+ s')
        place.serve(fake)
        screen.wait('connected again after')
        assert ssh_of(screen) == [ssh], 'the way stays open'


def test_no_socket_at_the_far_end(sshd, place):  # noqa: F811
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url('none')], place, 200) as screen:
        screen.wait(r'^   nothing answers at .*/none on 127\.0\.0\.1: no daemon, no permission, or sshd forbids it '
                    r'\(AllowStreamLocalForwarding\)')
        screen.keys('q')
        assert screen.wait_exit() == 0


def test_forwarding_forbidden(sshd, place):  # noqa: F811
    place.serve()
    sshd.start(AllowStreamLocalForwarding='no')
    done = once(sshd, sshd.url())
    assert done.returncode == 1
    assert 'sshd forbids it (AllowStreamLocalForwarding)' in done.stderr


def test_usual_places(sshd, place):  # noqa: F811
    """Without a path, the sockets of Supervisor's packages are tried."""
    usual = '/tmp/supervisor.sock'
    for path in ('/var/run/supervisor.sock', usual):
        if os.path.exists(path):
            pytest.skip('%s is there' % path)
    place.serve()
    sshd.start()
    os.symlink(place.path('s'), usual)
    try:
        done = once(sshd, sshd.url(None))
    finally:
        os.unlink(usual)
    assert done.returncode == 0, done.stderr
    assert re.search(r'api_00 +RUNNING', done.stdout)
    done = once(sshd, sshd.url(None))
    assert done.returncode == 1
    assert 'no supervisord that may be opened at the usual places on 127.0.0.1 (give its socket:' in done.stderr


def test_what_cannot_be_reached(sshd, place):  # noqa: F811
    done = once(sshd, 'ssh://nohost.invalid')
    assert done.returncode == 1
    assert 'ssh nohost.invalid: the host is not known (look at the name, or at ~/.ssh/config)' in done.stderr
    done = once(sshd, 'ssh://127.0.0.1')
    assert done.returncode == 1
    assert 'ssh 127.0.0.1: nothing takes ssh connections there (does sshd run, and is this its port?)' in done.stderr
    sshd.start()
    place.write('authorized', '')
    done = once(sshd, 'ssh://127.0.0.1')
    assert done.returncode == 1
    assert 'ssh 127.0.0.1: it does not let this user in (look whether this works: ssh 127.0.0.1)' in done.stderr
    # Somebody else's key: nobody is asked, for there is no terminal.
    known = place.path('known')
    with open(known, encoding='utf-8') as file:
        lines = file.read().split('\n')
    with open(place.path('user.pub'), encoding='utf-8') as file:
        place.write('known', ' '.join([lines[0].split()[0], *file.read().split()[:2]]) + '\n')
    done = once(sshd, 'ssh://127.0.0.1')
    assert 'ssh 127.0.0.1: its host key is another than before (if that is right: ssh-keygen -R' in done.stderr


def test_ssh_is_missing(sshd, place):  # noqa: F811
    place.env['PATH'] = place.path('run')
    done = once(sshd, 'ssh://127.0.0.1')
    assert done.returncode == 1
    assert 'ssh cannot be run (is it installed? try: apt install openssh-client)' in done.stderr


def test_asks_before_the_screen_opens(sshd, place):  # noqa: F811
    """A host key and a passphrase are asked for on the terminal; later, where ssh would ask again, it says so."""
    os.unlink(place.path('user'))
    os.unlink(place.path('user.pub'))
    sshd.key('user', 'sesame')
    shutil.copy(place.path('user.pub'), place.path('authorized'))
    sshd.write_client(StrictHostKeyChecking='ask')
    place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place, 120) as screen:
        screen.wait(r'Are you sure you want to continue connecting')
        screen.type('yes')
        screen.keys('Enter')
        screen.wait('Enter passphrase for key')
        screen.type('sesame')
        screen.keys('Enter')
        screen.wait(r'api_00 +RUNNING')
        screen.wait_gone('passphrase')
        os.kill(ssh_of(screen)[0], signal.SIGKILL)
        screen.wait('^ web-03  no answer')
        screen.keys('2', '0')
        screen.wait('^ web-03  no answer')
        wait_until(lambda: ssh_of(screen) == [], what='ssh asks nobody and ends')
        assert 'passphrase' not in screen.text()
        screen.keys('q')
        assert screen.wait_exit() == 0


def command(screen, text):
    screen.keys(':')
    screen.type(text)
    screen.keys('Enter')


def needs_passphrase(sshd, place):  # noqa: F811
    os.unlink(place.path('user'))
    os.unlink(place.path('user.pub'))
    sshd.key('user', 'sesame')
    shutil.copy(place.path('user.pub'), place.path('authorized'))


def wait_asked(screen, times):
    """ssh has asked for the passphrase so often since the beginning: what it asked before comes back into sight with the
    terminal."""
    wait_until(lambda: screen.text().count('Enter passphrase for key') == times, what='ssh asks', state=screen.text)


def test_asks_again_while_the_screen_is_open(sshd, place):  # noqa: F811
    """The line has died, and ssh wants its passphrase again: it gets the terminal for it, and the others go on."""
    needs_passphrase(sshd, place)
    fake = place.serve()
    here = fake_daemon.Fake()
    here.host = 'here'
    here.add('local', 'local')
    server = fake_daemon.Server(place.path('here'), here).start()
    sshd.start()
    try:
        with Screen([harness.TUI, '-s', 'unix://' + place.path('here'), '-s', sshd.url(), '--set', 'cursor=first'], place,
                    160) as screen:
            wait_asked(screen, 1)
            screen.type('sesame')
            screen.keys('Enter')
            screen.wait('web-03 +api_00 +RUNNING')
            screen.wait('here +local +RUNNING')
            command(screen, 'login')
            screen.wait('no ssh:// connection is down')
            os.kill(ssh_of(screen)[0], signal.SIGKILL)
            screen.wait(r'^ web-03 +no answer for .*: ssh 127\.0\.0\.1 may want to ask: :login')
            # ^C and ^Z are for ssh alone: back to the screen, and nothing else.
            for times, key in ((2, 'C-c'), (3, 'C-z')):
                command(screen, 'login')
                wait_asked(screen, times)
                here.change('local:local', 'STOPPED' if key == 'C-c' else 'RUNNING')
                screen.keys(key)
                screen.wait('here +[^ ]* *local +' + ('STOPPED' if key == 'C-c' else 'RUNNING'))
            command(screen, 'login web-03')
            wait_asked(screen, 4)
            screen.type('sesame')
            screen.keys('Enter')
            screen.wait('connected again after')
            assert 'passphrase' not in screen.text()
            fake.change('cron:cron', 'FATAL')
            screen.wait('cron +FATAL')
            command(screen, 'login here')
            screen.wait('login is for ssh:// connections: here is not one')
            # What has logged in is not stopped with the screen, and ends with it.
            ssh, = ssh_of(screen)
            screen.keys('q')
            assert screen.wait_exit() == 0
            wait_until(lambda: not harness.is_alive(ssh), what='ssh ends with the screen')
    finally:
        server.die()


def test_login_fails(sshd, place):  # noqa: F811
    needs_passphrase(sshd, place)
    place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place, 160) as screen:
        wait_asked(screen, 1)
        screen.type('sesame')
        screen.keys('Enter')
        screen.wait('api_00 +RUNNING')
        os.kill(ssh_of(screen)[0], signal.SIGKILL)
        screen.wait(r'^ web-03  no answer for \d+ s, :login lets ssh ask')
        command(screen, 'login')
        for times in (2, 3, 4):
            wait_asked(screen, times)
            screen.type('wrong')
            screen.keys('Enter')
        screen.wait('api_00 +RUNNING')
        screen.wait('^ web-03  no answer')
        # The screen is ended while ssh asks.
        command(screen, 'login')
        wait_asked(screen, 5)
        os.kill(screen.pid(), signal.SIGTERM)
        assert screen.wait_exit() == 0


def test_connect_over_ssh(sshd, place):  # noqa: F811
    """A daemon is added while the screen is open, and ssh may ask for it."""
    needs_passphrase(sshd, place)
    place.serve()
    here = fake_daemon.Fake()
    here.host = 'here'
    here.add('local', 'local')
    server = fake_daemon.Server(place.path('here'), here).start()
    sshd.start()
    try:
        with Screen([harness.TUI, '-s', 'unix://' + place.path('here')], place, 160) as screen:
            screen.wait('local +RUNNING')
            command(screen, 'connect ' + sshd.url())
            screen.wait(r'no answer: ssh 127\.0\.0\.1 may want to ask: :login')
            command(screen, 'login')
            wait_asked(screen, 1)
            screen.type('sesame')
            screen.keys('Enter')
            screen.wait('web-03 +api_00 +RUNNING')
            ssh, = ssh_of(screen)
            command(screen, 'disconnect web-03')
            screen.wait_gone('api_00')
            screen.wait('web-03 is not shown any more')
            wait_until(lambda: not harness.is_alive(ssh), what='its ssh ends')
            assert sshd.leftovers() == []
    finally:
        server.die()


def test_interrupted_while_asking(sshd, place):  # noqa: F811
    sshd.write_client(StrictHostKeyChecking='ask')
    place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place) as screen:
        screen.wait(r'Are you sure you want to continue connecting')
        screen.keys('C-c')
        assert screen.wait_exit() == 1


def test_killed_screen_leaves_nothing_for_long(sshd, place):  # noqa: F811
    """SIGKILL: ssh ends with the screen, and the next one removes the directory."""
    place.serve()
    sshd.start()
    with Screen([harness.TUI, '-s', sshd.url(), '--set', 'cursor=first'], place) as screen:
        screen.wait(r'api_00 +RUNNING')
        ssh, = ssh_of(screen)
        os.kill(screen.pid(), signal.SIGKILL)
        wait_until(lambda: not os.path.exists('/proc/%d' % ssh), what='ssh ends with the screen')
    assert len(sshd.leftovers()) == 1
    assert once(sshd, sshd.url()).returncode == 0
