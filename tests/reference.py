"""Starts of the reference's programs (Debian's package `supervisor`) that cost a fork instead of a start of Python.

    import reference
    done = reference.run([REFERENCE.supervisorctl, '-c', 'c.conf', 'status'], cwd=d.dir, env=d.env)   # subprocess.run
    process = reference.Popen([REFERENCE.supervisord, '-n', '-c', 'c.conf'], ...)                     # subprocess.Popen
    child = reference.spawn(REFERENCE.supervisorctl, ['-c', 'c.conf'], env=..., ...)                  # pexpect.spawn

A start of supervisorctl costs 0.3 s of CPU, nearly all of it for Python and its imports; a fork of a process that has
imported everything costs some milliseconds.  harness.Daemon uses this for its start(), run() and ctl(), so that a test
need not know.  Whatever is no script of the reference (ours, a shell) is started as usual, so one may call these for
each implementation.

What runs is the script itself (/usr/bin/supervisorctl), in a process that is a child of the caller, with descriptors,
directory, environment, session and terminal as asked for, and that ends as Python ends: exit status, uncaught
exception, death by SIGINT, a last flush that fails.  tests/compat/test_reference.py compares it with real starts, byte
for byte.  What differs, and is not looked at by anything we test: /proc/PID/cmdline and environ, and the seed of hash(),
which is one for all children of a forker (so the order in sets of strings is that of the first).

How: each caller (a worker of pytest) has one forker for each setting of the language and of PYTHON* variables: these
Python reads when it starts.  A request is one message with the descriptors beside it.  The forker makes the child with
CLONE_PARENT, so it is a child of the caller, who waits for it and sends it signals as if he had made it.  os.fork() can
not do that: clone3() is called by its number, with Python's own preparations for a fork around it.  A forker ends when
its caller has ended.
"""

import atexit
import contextlib
import inspect
import json
import os
import re
import socket
import struct
import subprocess
import threading

import pexpect
import ptyprocess

#: The scripts that a forker knows; what else begins with /usr/bin/supervisor is started as usual.
SCRIPTS = ('/usr/bin/supervisord', '/usr/bin/supervisorctl')

#: Longest request: an environment, mostly.
LONGEST = 1 << 17

FORKER = r'''
import array, atexit, ctypes, fcntl, gc, importlib, io, json, os, socket, sys, termios, threading, time, types

# All that the two scripts use, some of it only in a function.
for name in ("cmd", "code", "encodings.idna", "getpass", "http.client", "importlib.metadata", "linecache",
             "pkg_resources", "random", "re", "tempfile", "traceback", "xmlrpc.client", "supervisor.supervisorctl",
             "supervisor.supervisord", "supervisor.rpcinterface", "supervisor.http", "supervisor.web",
             "supervisor.dispatchers", "supervisor.childutils", "supervisor.process", "supervisor.socket_manager"):
    importlib.import_module(name)

LONGEST = %d
CLONE_PARENT = 0x8000
SYS_CLONE3 = 435
python = ctypes.PyDLL(None, use_errno=True)
requests = socket.socket(fileno=os.dup(0))
os.set_inheritable(requests.fileno(), False)
scripts = {}
ctype = os.environ.get("LC_CTYPE")  # as given, or what Python has put there at its start


def script(path):
    if path not in scripts:
        with open(path, "rb") as file:
            scripts[path] = compile(file.read(), path, "exec")
    return scripts[path]


def fork():
    """fork(), but the child has the parent of this process."""
    arguments = (ctypes.c_uint64 * 8)(CLONE_PARENT)
    python.PyOS_BeforeFork()
    pid = python.syscall(ctypes.c_long(SYS_CLONE3), arguments, ctypes.c_size_t(64))
    if pid == 0:
        python.PyOS_AfterFork_Child()
    else:
        python.PyOS_AfterFork_Parent()
    return pid


def renew(stream, fd, mode):
    """Makes a standard stream as Python makes it at its start.  Classes of the reference hold the object."""
    raw = io.FileIO(fd, mode, closefd=False)
    raw.name = stream.name
    if not isinstance(stream.buffer, io.FileIO):  # PYTHONUNBUFFERED
        raw = (io.BufferedReader if mode == "r" else io.BufferedWriter)(raw)
    stream.__init__(raw, stream.encoding, stream.errors, newline="\n", write_through=stream.write_through,
                    line_buffering=not stream.write_through and (fd == 2 or os.isatty(fd)))
    stream.mode = mode


def become(job, fds):
    """Turns this process into one that has just been started."""
    requests.close()
    for fd, kept in enumerate(fds):
        os.dup2(kept, fd)
    for fd in fds:
        os.close(fd)
    if job["session"]:
        os.setsid()
    if job["terminal"]:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(job["environment"])
    if ctype is not None:
        os.environ["LC_CTYPE"] = ctype
    time.tzset()
    os.chdir(job["directory"])
    os.umask(job["umask"])
    for fd, (stream, mode) in enumerate(((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))):
        renew(stream, fd, mode)
    sys.argv[:] = job["arguments"]
    sys.orig_argv[:] = ["/usr/bin/python3"] + sys.argv
    sys.path[0] = os.path.dirname(sys.argv[0])


def excepthook(kind, value, traceback):
    """Python's own, of a traceback that begins in the script."""
    while traceback and traceback.tb_frame.f_code.co_filename == "<string>":
        traceback = traceback.tb_next
    value.__traceback__ = traceback
    sys.__excepthook__(kind, value, traceback)


def serve():
    """Answers requests with pids; returns in each child, with what it is to be."""
    while True:
        message, ancillary, _, _ = requests.recvmsg(LONGEST, socket.CMSG_SPACE(12), socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        fds = array.array("i")
        fds.frombytes(ancillary[0][2])
        job = json.loads(message)
        code = script(job["arguments"][0])
        pid = fork()
        if pid == 0:
            return job, fds, code
        for fd in fds:
            os.close(fd)
        requests.send(b"%%d %%d" %% (pid, ctypes.get_errno()))


def run():
    job, fds, code = serve()
    become(job, fds)
    main = types.ModuleType("__main__")
    main.__file__ = job["arguments"][0]
    main.__builtins__ = __builtins__
    keep.append(sys.modules["__main__"])
    sys.modules["__main__"] = main
    sys.excepthook = excepthook
    del job, fds
    try:
        exec(code, vars(main))
    except SystemExit as end:
        leave(end.code)
        raise


def leave(status):
    """Ends as Python does, but does not first free each object: that would copy the memory of the forker."""
    if status is not None and type(status) is not int:
        return
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # Python finds this, too, and says so
    os._exit((status or 0) & 0xff)


keep = []
for path in %r:
    script(path)
importlib.metadata.distribution("supervisor").entry_points  # what is found is remembered
gc.collect()
gc.freeze()
requests.send(b"ready")
run()
''' % (LONGEST, SCRIPTS)


def encoding_variables(env):
    """What Python takes from its environment when it starts."""
    return {name: value for name, value in env.items() if re.match(r'PYTHON|LC_|LANG', name)}


class Forker:
    """One process that has imported the reference."""

    def __init__(self, env):
        self.lock = threading.Lock()
        self.socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self.process = subprocess.Popen(['/usr/bin/python3', '-c', FORKER], stdin=other, cwd='/',
                                            stdout=subprocess.DEVNULL, env=dict(encoding_variables(env), PATH='/usr/bin:/bin'))
        assert self.socket.recv(100) == b'ready', 'the forker of the reference does not run'
        atexit.register(self.close)

    def close(self):
        self.socket.close()
        self.process.wait()

    def fork(self, args, fds, cwd, env, session=False, terminal=False):
        """The pid of a new child of this process that runs args with these three descriptors."""
        umask = os.umask(0o022)
        os.umask(umask)
        job = {'arguments': args, 'directory': cwd or os.getcwd(), 'environment': env, 'session': session,
               'terminal': terminal, 'umask': umask}
        with self.lock:
            self.socket.sendmsg([json.dumps(job).encode()],
                                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack('3i', *fds))])
            pid, error = map(int, self.socket.recv(100).split())
        if pid < 0:
            raise OSError(error, os.strerror(error), 'clone3')
        return pid


forkers = {}
lock = threading.Lock()


def forker(env):
    """The forker for this environment."""
    key = tuple(sorted(encoding_variables(env).items()))
    with lock:
        if key not in forkers:
            forkers[key] = Forker(env)
        return forkers[key]


def known(args):
    """Whether a forker can run this command."""
    return not isinstance(args, str) and os.fsdecode(args[0]) in SCRIPTS and is_python(args[0])


def is_python(path):
    """Ours may be installed under the reference's names."""
    with contextlib.suppress(OSError), open(path, 'rb') as script:
        return script.read(2) == b'#!'
    return False


#: The names that subprocess gives to both ends of each stream.
PIPES = (('p2cread', 'p2cwrite'), ('c2pread', 'c2pwrite'), ('errread', 'errwrite'))


class Popen(subprocess.Popen):
    """subprocess.Popen, where a script of the reference is a child of the forker.

    Of what can be asked for: standard streams, cwd, env, start_new_session.
    """

    def _execute_child(self, *args, **options):
        real = super()._execute_child
        given = inspect.signature(real).bind(*args, **options).arguments
        if not known(given['args']):
            return real(*args, **options)
        assert not given['preexec_fn'] and not given['pass_fds'] and not given['shell'], 'a forker cannot do that'
        fds = [number if given[pair[number > 0]] == -1 else given[pair[number > 0]] for number, pair in enumerate(PIPES)]
        try:
            env = os.environ if given['env'] is None else given['env']
            self.pid = forker(env).fork([os.fspath(arg) for arg in given['args']], fds, given['cwd'], dict(env),
                                        session=given['start_new_session'])
            self._child_created = True
        finally:
            self._close_pipe_fds(*(given[name] for pair in PIPES for name in pair))


def run(args, input=None, timeout=None, capture_output=False, **options):
    """subprocess.run(args, ...), without check."""
    if capture_output:
        options.update(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if input is not None:
        options['stdin'] = subprocess.PIPE
    with Popen(args, **options) as process:
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
    return subprocess.CompletedProcess(args, process.returncode, out, err)


class spawn(pexpect.spawn):
    """pexpect.spawn, where a script of the reference is a child of the forker with a terminal of its own."""

    def _spawnpty(self, args, cwd=None, env=None, echo=True, dimensions=(24, 80), **options):
        if not known(args):
            return super()._spawnpty(args, cwd=cwd, env=env, echo=echo, dimensions=dimensions, **options)
        assert not options.get('preexec_fn'), 'a forker cannot do that'
        env = os.environ if env is None else env
        master, slave = os.openpty()
        ptyprocess.ptyprocess._setwinsize(slave, *dimensions)
        if not echo:
            ptyprocess.ptyprocess._setecho(slave, False)
        pid = forker(env).fork([os.fsdecode(arg) for arg in args], [slave] * 3, cwd, dict(env), session=True, terminal=True)
        os.close(slave)
        child = ptyprocess.PtyProcess(pid, master)
        child.argv, child.env, child.launch_dir = args, env, cwd
        return child
