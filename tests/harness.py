"""What every end-to-end test needs: a daemon of its own, and ways to talk to it.

A Daemon runs in a private directory with a short name (paths of UNIX sockets are short), either as ours or as the
reference (Debian's package `supervisor`), so that one scenario can run on both.  Nothing here sleeps and hopes: all
waiting is `wait_until`, with a deadline and the last seen state in the message of a failure.
"""

import collections
import contextlib
import glob
import http.client
import json
import os
import queue
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import xmlrpc.client

import reference

TESTS = os.path.dirname(os.path.abspath(__file__))
CHILDREN = os.path.join(TESTS, 'children')
BUILDDIR = os.environ.get('CVISOR_BUILDDIR', os.path.join(os.path.dirname(TESTS), 'build'))

BAD_NAME = 10  # of Supervisor's faults: there is no such process

#: Patience, not speed: nothing is asserted about time but by tests that say so.  It only bounds a wait, so it is long
#: enough for a build with sanitizers beside a dozen other tests on two processors.
DEADLINE = float(os.environ.get('CVISOR_DEADLINE', '60'))

#: A mark in the environment of each daemon, inherited by its children: who carries it at the end was left behind.
MARK = 'CVISOR_TEST_DIRECTORY'

#: What a sanitizer writes into its log before it ends a program.
SANITIZER_LOG = 'sanitizer'

Result = collections.namedtuple('Result', 'status out err')


class Implementation:
    """Where the programs of one implementation are."""

    def __init__(self, name, supervisord, supervisorctl, echo_conf):
        self.name = name
        self.supervisord = supervisord
        self.supervisorctl = supervisorctl
        self.echo_conf = echo_conf

    def __repr__(self):
        return self.name


OURS = Implementation('ours', *(os.path.join(BUILDDIR, name) for name in (
    'supervisord', 'supervisorctl', 'echo_supervisord_conf')))
REFERENCE = Implementation('reference', '/usr/bin/supervisord', '/usr/bin/supervisorctl',
                           '/usr/bin/echo_supervisord_conf')
TUI = os.path.join(BUILDDIR, 'supervisortui')
IMPLEMENTATIONS = {impl.name: impl for impl in (OURS, REFERENCE)}


def reference_is_installed():
    """True when /usr/bin/supervisord is Supervisor's own (and not ours, installed there)."""
    try:
        with open(REFERENCE.supervisord, 'rb') as script:
            return script.read(2) == b'#!'
    except OSError:
        return False


def wait_until(condition, deadline=DEADLINE, what=None, state=None, pause=0.02):
    """Calls condition() until it is true, and returns what it returned.

    what: said when the deadline passes; state(): what was last seen, said as well.  An AssertionError of the
    condition counts as "not yet" and its text is the state.
    """
    end = time.monotonic() + deadline
    last = None
    while True:
        try:
            value = condition()
            last = value
        except AssertionError as error:
            value, last = None, error
        if value:
            return value
        if time.monotonic() > end:
            seen = state() if state else last
            raise AssertionError('not within %g s: %s\nlast seen: %s' % (
                deadline, what or getattr(condition, '__name__', 'condition'), seen))
        time.sleep(pause)


class UnixHTTPConnection(http.client.HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path, timeout=DEADLINE):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class UnixTransport(xmlrpc.client.Transport):
    """xmlrpc.client over a UNIX socket."""

    def __init__(self, path, timeout=DEADLINE):
        super().__init__(use_builtin_types=True)
        self.path = path
        self.timeout = timeout

    def make_connection(self, host):
        return UnixHTTPConnection(self.path, self.timeout)


def server_proxy(path, timeout=DEADLINE):
    return xmlrpc.client.ServerProxy('http://localhost', transport=UnixTransport(path, timeout))


Event = collections.namedtuple('Event', 'event id data')


class EventStream:
    """One reader of /events.  A thread reads, so that the test can wait with a deadline."""

    def __init__(self, path, query='', headers=None, paused=False):
        self.connection = UnixHTTPConnection(path, timeout=None)
        self.connection.request('GET', '/events' + ('?' + query if query else ''), headers=headers or {})
        self.response = self.connection.getresponse()
        self.events = queue.Queue()
        self.seen = []
        self.comments = 0
        self.go = threading.Event()
        if not paused:
            self.go.set()
        self.thread = threading.Thread(target=self._read, daemon=True)
        if self.response.status == 200:
            self.thread.start()

    def _read(self):
        self.go.wait()
        fields = {}
        with contextlib.suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            for raw in self.response:
                line = raw.decode('utf-8').rstrip('\n').rstrip('\r')
                if line == '':
                    if 'event' in fields or 'data' in fields:
                        self.events.put(Event(fields.get('event', 'message'), fields.get('id'),
                                              json.loads(fields.get('data') or 'null')))
                    fields = {}
                elif line.startswith(':'):
                    self.comments += 1
                else:
                    name, _, value = line.partition(':')
                    value = value[1:] if value.startswith(' ') else value
                    fields[name] = fields[name] + '\n' + value if name in fields else value
        self.events.put(None)

    def next(self, deadline=DEADLINE):
        """The next event; None when the daemon has closed the stream."""
        try:
            event = self.events.get(timeout=deadline)
        except queue.Empty:
            raise AssertionError('no event within %g s; before: %s' % (
                deadline, [e.event for e in self.seen[-10:]])) from None
        if event is not None:
            self.seen.append(event)
        return event

    def until(self, condition, deadline=DEADLINE):
        """Reads until an event for which condition(event) is true; returns that event."""
        end = time.monotonic() + deadline
        while True:
            event = self.next(max(0.01, end - time.monotonic()))
            assert event is not None, 'the stream ended; seen: %s' % self.seen[-10:]
            if condition(event):
                return event

    def snapshot(self, deadline=DEADLINE):
        """Reads up to snapshot-end; returns the processes by `group:name`, and the groups."""
        self.until(lambda e: e.event == 'snapshot-begin', deadline)
        batches = []
        while True:
            event = self.next(deadline)
            assert event is not None
            if event.event == 'snapshot-end':
                break
            if event.event == 'snapshot':
                batches.append(event.data)
        processes, groups = {}, []
        for batch in batches:
            groups += batch.get('groups', [])
            for process in batch.get('processes', []):
                processes['%s:%s' % (process['group'], process['name'])] = process
        return processes, groups

    def resume(self):
        """Starts the reading of a stream that was opened paused."""
        self.go.set()

    def close(self):
        with contextlib.suppress(OSError, AttributeError):
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.go.set()
        with contextlib.suppress(OSError):
            self.connection.close()


class LargeAnswer:
    """readLog of all of the main log, which is much larger than what a socket takes: its answer has begun."""

    CALL = (b'<m><methodName>supervisor.readLog</methodName><params>' + b'<param><value><int>0</int></value></param>' * 2 +
            b'</params></m>')

    def __init__(self, daemon):
        self.least = os.path.getsize(daemon.path('supervisord.log'))
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(daemon.socket)
        self.socket.sendall(b'POST /RPC2 HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s' % (len(self.CALL), self.CALL))
        assert self.socket.recv(1, socket.MSG_PEEK)
        self.moved = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.socket.close()

    def check(self):
        """The daemon is about to end: all comes nevertheless."""
        pieces, slowest = [], 0
        while not pieces or pieces[-1]:
            pieces.append(self.socket.recv(1 << 20))
            slowest, self.moved = max(slowest, time.monotonic() - self.moved), time.monotonic()
        head, _, body = b''.join(pieces).partition(b'\r\n\r\n')
        length = int(re.search(rb'Content-Length: (\d+)', head).group(1))
        assert length > self.least
        # It waits two seconds for us; a machine that lets us stand for longer says nothing about it.
        assert len(body) == length or slowest > 1


def children_left(directory):
    """Pids of processes that carry the mark of this directory: {pid: command line}."""
    needle = ('%s=%s' % (MARK, directory)).encode()
    found = {}
    for path in glob.glob('/proc/[0-9]*/environ'):
        with contextlib.suppress(OSError, ValueError):
            with open(path, 'rb') as environ:
                if needle not in environ.read().split(b'\0'):
                    continue
            pid = int(path.split('/')[2])
            with open('/proc/%d/cmdline' % pid, 'rb') as cmdline:
                found[pid] = cmdline.read().replace(b'\0', b' ').decode('utf-8', 'replace')
            if process_state(pid) == 'Z':
                del found[pid]
    found.pop(os.getpid(), None)
    return found


def process_state(pid):
    """The letter of /proc/PID/stat, None when there is no such process."""
    try:
        with open('/proc/%d/stat' % pid, 'rb') as stat:
            return stat.read().rpartition(b')')[2].split()[0].decode()
    except (OSError, IndexError):
        return None


def open_files(pid):
    """What the process has open: {descriptor: target}.  What comes or goes meanwhile may be missing."""
    found = {}
    for fd in os.listdir('/proc/%d/fd' % pid):
        with contextlib.suppress(FileNotFoundError):
            found[int(fd)] = os.readlink('/proc/%d/fd/%s' % (pid, fd))
    return found


def child_named(parent, name):
    """The pid of a child of that process by its name (15 characters of it), None when there is none."""
    for path in glob.glob('/proc/[0-9]*/stat'):
        with contextlib.suppress(OSError):
            with open(path) as stat:
                head, _, rest = stat.read().rpartition(')')
            if int(rest.split()[1]) == parent and head.partition('(')[2] == name[:15]:
                return int(path.split('/')[2])
    return None


def is_alive(pid):
    return process_state(pid) not in (None, 'Z', 'X')


def status_field(pid, name):
    """One field of /proc/PID/status."""
    with open('/proc/%d/status' % pid) as status:
        for line in status:
            if line.startswith(name + ':'):
                return line.split(':', 1)[1].strip()
    raise KeyError(name)


CONFIG = """\
[unix_http_server]
file=%(here)s/s
{http}
[supervisord]
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s/log
loglevel=debug
{supervisord}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://%(here)s/s
{ctl}
"""


def program(name, command, section='program', **options):
    """The text of one section: program('web', '/bin/cat', numprocs=2)."""
    lines = ['[%s:%s]' % (section, name), 'command=%s' % command]
    lines += ['%s=%s' % item for item in options.items()]
    return '\n'.join(lines) + '\n\n'


class Daemon:
    """A supervisord in a directory of its own.

    config: the programs' sections; `%(here)s` is the directory, `%(ENV_CHILDREN)s` a copy of tests/children.
    supervisord, http, ctl: more lines for these sections (a later line wins over an earlier one of the same name).
    whole=True: config is the whole file.
    """

    def __init__(self, impl, config='', supervisord='', http='', ctl='', whole=False, env=None):
        self.impl = impl
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix='cv', dir='/tmp'))
        os.chmod(self.dir, 0o755)
        for name in ('log', 'tmp'):
            os.mkdir(self.path(name))
            os.chmod(self.path(name), 0o1777)
        self.sections = {'supervisord': supervisord, 'http': http, 'ctl': ctl}
        # A program that runs as another user may not be able to look into our source tree.
        shutil.copytree(CHILDREN, self.path('.children'))
        self.config = self.path('c.conf')
        self.socket = self.path('s')
        self.env = dict(os.environ, CHILDREN=self.path('.children'), TMPDIR=self.path('tmp'), LC_ALL='C.UTF-8', TZ='UTC',
                        ASAN_OPTIONS='log_path=%s:detect_leaks=1' % self.path(SANITIZER_LOG),
                        UBSAN_OPTIONS='log_path=%s:print_stacktrace=1' % self.path(SANITIZER_LOG),
                        **{MARK: self.dir})
        for name in list(self.env):
            if name.startswith('SUPERVISOR'):
                del self.env[name]
        self.env.update(env or {})
        self.process = None
        self.pid = None
        self.strays_allowed = False
        self.quiet = False  # nothing is shown after a failure: the test has said it all
        self.streams = []
        self.transcript = []
        self.write_config(config, whole)

    # Files

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def read(self, name, mode='r'):
        """A file of the directory; '' when it is not there."""
        try:
            with open(self.path(name), mode, **({} if 'b' in mode else {'errors': 'replace'})) as file:
                return file.read()
        except FileNotFoundError:
            return b'' if 'b' in mode else ''

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)
        return self.path(name)

    def write_config(self, config, whole=False):
        """Replaces the configuration file; the daemon is not told."""
        head = '' if whole else CONFIG
        for section, text in self.sections.items():
            head = head.replace('{%s}' % section, text)
        self.write('c.conf', head + config)

    @property
    def log(self):
        """The main log."""
        return self.read('supervisord.log')

    def log_messages(self):
        """The main log without dates: ['INFO spawned: ...', ...]."""
        return [match.group(1) for match in
                re.finditer(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (.*)$', self.log, re.M)]

    def spawned(self, name):
        """The pids that the log says were spawned for a process, in order."""
        return [int(pid) for pid in re.findall(r"INFO spawned: '%s' with pid (\d+)$" % re.escape(name),
                                               self.log, re.M)]

    # Start and end

    def start(self, *args, daemonize=False, wait=True, supervisord=None, by=()):
        """Starts it (in the foreground unless daemonize) and waits until it answers.

        by: a command that executes what follows it, such as ['setpriv', '--reuid=1234'].
        """
        command = [*by, supervisord or self.impl.supervisord, '-c', self.config, *args]
        if not daemonize:
            command.insert(len(by) + 1, '-n')
        with open(self.path('stdout'), 'ab') as out, open(self.path('stderr'), 'ab') as err:
            self.process = reference.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                           cwd=self.dir, env=self.env, start_new_session=True)
        self.pid = self.process.pid
        if daemonize:
            status = self.process.wait(DEADLINE)
            assert status == 0, 'supervisord ended with %d: %s' % (status, self.read('stderr'))
            self.pid = int(wait_until(lambda: self.read('supervisord.pid').strip(), what='a pid file'))
        if wait:
            self.wait_ready()
        return self

    def run(self, *args, stdin='', timeout=DEADLINE):
        """Runs supervisord to its end, as for --help or a bad configuration."""
        done = reference.run([self.impl.supervisord, *args], input=stdin, capture_output=True, text=True,
                             errors='replace', cwd=self.dir, env=self.env, timeout=timeout)
        return Result(done.returncode, done.stdout, done.stderr)

    def answers(self):
        try:
            return server_proxy(self.socket, 5).supervisor.getState()['statename'] == 'RUNNING'
        except xmlrpc.client.ProtocolError as error:
            return error.errcode == 401  # it wants credentials, so it is there
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def wait_ready(self, deadline=DEADLINE):
        def ready():
            ended = self.process.poll()
            if ended is not None and self.pid == self.process.pid:
                raise RuntimeError('supervisord ended with %s\nstderr: %s\nlog: %s' % (
                    ended, self.read('stderr'), self.log))
            return self.answers()
        wait_until(ready, deadline, 'the daemon answers', state=lambda: self.log[-2000:])

    def start_as(self, uid, *by):
        """Starts it as the user (and group) of that number, to whom its directory is given."""
        for name in ('', 'log', 'tmp'):
            os.chown(self.path(name), uid, uid)
        return self.start(by=[*by, 'setpriv', '--reuid=%d' % uid, '--regid=%d' % uid, '--clear-groups'])

    def no_more_descriptors(self, spare):
        """Lowers the daemon's limit so that it can open `spare` more; returns the limits that it had."""
        # A connection that it has not closed yet would be one more a moment later.
        wait_until(lambda: not self.connections(), what='no client is connected', state=self.connections)
        limits = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        used = set(open_files(self.pid))
        limit = [fd for fd in range(len(used) + spare + 1) if fd not in used][spare]
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (limit, limits[1]))
        return limits

    def connections(self):
        """The daemon's sockets that are connected to a client, or were until a moment ago."""
        with open('/proc/net/unix') as sockets:
            connected = {'socket:[%s]' % words[6] for words in map(str.split, sockets) if words[5] == '03'}
        return [target for target in open_files(self.pid).values() if target in connected]

    def kill(self, signo):
        os.kill(self.pid, signo)

    def wait_end(self, deadline=DEADLINE):
        """Waits for its end; the exit status (None when it was daemonized)."""
        if self.pid == self.process.pid:
            try:
                return self.process.wait(deadline)
            except subprocess.TimeoutExpired:
                raise AssertionError('supervisord did not end within %g s\nlog: %s' % (
                    deadline, self.log[-3000:])) from None
        wait_until(lambda: not is_alive(self.pid), deadline, 'the daemon ends', state=lambda: self.log[-3000:])
        return None

    def stop(self, deadline=DEADLINE):
        """SIGTERM, and the exit status."""
        if self.process is None:
            return None
        if is_alive(self.pid):
            self.kill(signal.SIGTERM)
        return self.wait_end(deadline)

    def destroy(self):
        """Ends it and its children at once, as nobody may."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGSTOP)
            with open('/proc/%d/task/%d/children' % (self.pid, self.pid)) as children:
                for pid in children.read().split():
                    os.kill(int(pid), signal.SIGKILL)
            os.kill(self.pid, signal.SIGKILL)
        self.wait_end()

    def cleanup(self, failed=False):
        """Ends everything, checks that nothing is left, removes the directory (or shows it, after a failure)."""
        problems = []
        for stream in self.streams:
            stream.close()
        try:
            if self.process is not None and self.impl is REFERENCE and is_alive(self.pid):
                # It would take seconds, and nothing that it leaves would be our mistake.
                self.strays_allowed = True
                self.destroy()
            elif self.process is not None:
                self.stop()
        except (AssertionError, OSError) as error:
            problems.append(str(error))
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        left = {}

        def none_is_left():
            left.clear()
            left.update(children_left(self.dir))
            return not left
        with contextlib.suppress(AssertionError):
            wait_until(none_is_left, 0 if self.strays_allowed else DEADLINE)
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if left and not self.strays_allowed:
            problems.append('processes left behind: %s' % left)
        for report in glob.glob(self.path(SANITIZER_LOG + '*')):
            problems.append('sanitizer report:\n%s' % self.read(report))
        if (failed and not self.quiet) or problems:
            print(self.describe())
        keep = os.environ.get('CVISOR_KEEP') and (failed or problems)
        if not keep:
            shutil.rmtree(self.dir, ignore_errors=True)
        assert not problems, '\n'.join(problems)

    def describe(self, limit=8000):
        """Everything that helps to understand a failure."""
        parts = ['=== %s in %s' % (self.impl, self.dir), '--- commands']
        parts += self.transcript[-20:]
        for name in ['c.conf', 'stdout', 'stderr', 'supervisord.log'] + sorted(
                'log/' + name for name in os.listdir(self.path('log')) if os.path.isfile(self.path('log', name)))[:20]:
            text = self.read(name)
            if text and not (name == 'stdout' and 'supervisord.log' in text):
                parts.append('--- %s\n%s' % (name, text[-limit:] if not name.startswith('log/') else text[-500:]))
        return '\n'.join(parts)

    # Talking to it

    def ctl(self, *args, impl=None, stdin='', timeout=DEADLINE * 2, options=None):
        """Runs supervisorctl (of impl, or of the daemon's own implementation): Result(status, out, err)."""
        program = (impl or self.impl).supervisorctl
        command = [program, *(options if options is not None else ['-c', self.config]), *args]
        with reference.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             errors='replace', cwd=self.dir, env=self.env) as process:
            out, err = self.communicate(process, stdin, time.monotonic() + timeout)
        self.transcript.append('$ supervisorctl %s\n%s%s[exit %d]' % (' '.join(args), out, err, process.returncode))
        return Result(process.returncode, out, err)

    def communicate(self, process, stdin, end):
        """What the process writes.  While it runs the reference is knocked at: its loop turns once a second."""
        while True:
            try:
                return process.communicate(stdin, 0.1 if self.impl is REFERENCE else end - time.monotonic())
            except subprocess.TimeoutExpired:
                if time.monotonic() > end:
                    process.kill()
                    raise
            stdin = None  # it has it
            self.knock()

    def knock(self):
        """Makes the daemon's loop turn, whatever it answers."""
        with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            server_proxy(self.socket, 1).supervisor.getState()

    @property
    def rpc(self):
        """A new xmlrpc.client proxy: d.rpc.supervisor.getState()."""
        return server_proxy(self.socket)

    def info(self, name):
        return self.rpc.supervisor.getProcessInfo(name)

    def state(self, name):
        return self.info(name)['statename']

    def wait_state(self, name, *states, deadline=DEADLINE):
        """Waits until the process is in one of the states; its info.  An update removes what it has changed for a moment."""
        seen = {}

        def there():
            try:
                seen.update(self.info(name))
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != BAD_NAME:
                    raise
                seen.update(statename='not there')
            return seen if seen['statename'] in states else None
        return wait_until(there, deadline, '%s is %s' % (name, ' or '.join(states)),
                          state=lambda: '%s\n%s' % (seen, self.log[-2000:]))

    def wait_log(self, pattern, deadline=DEADLINE, name='supervisord.log', count=1):
        """Waits until the pattern stands in the main log (or the named file) `count` times; the last match."""
        def there():
            found = list(re.finditer(pattern, self.read(name), re.M))
            return found[-1] if len(found) >= count else None
        return wait_until(there, deadline, '%r in %s' % (pattern, name), state=lambda: self.read(name)[-3000:])

    def events(self, query='', headers=None, paused=False):
        stream = EventStream(self.socket, query, headers, paused)
        self.streams.append(stream)
        return stream

    def http(self, method, path, body=None, headers=None, timeout=DEADLINE):
        """One plain request over the socket: (status, headers, body)."""
        connection = UnixHTTPConnection(self.socket, timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


def lonely_uid(impl):
    """A user id that no other process of the tests has: RLIMIT_NPROC counts all processes of a user."""
    return 40000 + os.getpid() % 10000 * 2 + (impl is OURS)


def raise_nproc(pid, uid, limit):
    """Raises RLIMIT_NPROC of a process of that user, up to its hard limit.  Root may not without CAP_SYS_RESOURCE."""
    subprocess.run(['setpriv', '--reuid=%d' % uid, '--regid=%d' % uid, '--clear-groups', 'prlimit', '--nproc=%d' % limit,
                    '--pid=%d' % pid], check=True)


#: Bound and never listening: who asks for any port does not get these, who sets SO_REUSEADDR (each daemon) may listen there.
RESERVED = []


def free_port():
    """A TCP port of the loopback interface that nobody else gets as long as this process lives."""
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(('127.0.0.1', 0))
    RESERVED.append(probe)
    return probe.getsockname()[1]
