"""Scenarios that are played once on Debian's supervisord and once on ours, recorded, and compared.

    from scenario import listener, program, scenario

    @scenario(program('web', '/bin/cat', startsecs=0) + listener('all', 'PROCESS_STATE', startsecs=0))
    def test_stop_and_start(run):
        # The comment says what a user would notice.
        run.wait('web', 'RUNNING')
        run.ctl('stop', 'web')
        run.rpc('startProcess', 'web')
        run.wait_event('all', 'eventname:PROCESS_STATE_RUNNING processname:web', count=2)
        run.states('web')
        run.end()

The function is called twice, at the same time, each time with a Run of its own; it may not touch anything global.  What
it does is recorded, and so is what is there at the end: the exit status of the daemon, its stderr, its main log, all
files below its directory (child logs and their backups, with mode and content) and the events that listeners got.
The two recordings must be the same, else a unified diff is the failure's text (`-` Debian's, `+` ours).

The configuration is a text of sections; harness.CONFIG comes before it (whole=True: the text is all).  `%(here)s` is
the directory of the daemon, `%(ENV_CHILDREN)s` has the programs of tests/children.  A function may be given instead of
a text: it gets the parameters of pytest.mark.parametrize, as the steps do:

    @pytest.mark.parametrize('signal', ['HUP', 'INT'])
    @scenario(lambda signal: program('cat', '/bin/cat', stopsignal=signal))
    def test_stopsignal(run, signal): ...

Options of @scenario:

  supervisord, http, ctl, env, whole   as in harness.Daemon: more lines for those sections, more environment
  args=(...)          more options of supervisord;  daemonize=True  without -n
  start=False         the steps call run.start() themselves, after run.write() and the like
  level='info'        the level of the main log, and what is compared of it; 'debug' compares what is said there, too
  log='in order'      the main log is compared line by line.  'by process': only the order of the lines of each process,
                      for processes that do not depend on each other.  'but deaths': line by line, but the kernel says
                      which of several that are stopped together is gone first.  'in any order': sorted
  events='in order'   the same for events; 'by process' and 'in any order' do without serial numbers
  without={PART: WHY} what is left out: 'log', 'stdout', 'stderr', 'files', 'events', 'events:PATTERN' or the name of a
                      file, and why.  Prefer to make the scenario so that nothing needs to be left out
  differences=(...)   names of rows of DIFFERENCES that the scenario makes use of

What a Run offers (all but wait*, write and daemon leaves a record):

  run.ctl(*args, stdin='')     supervisorctl (of the same implementation): output and exit status
  run.rpc(method, *args)       one call, 'supervisor.' may be left out: its result or fault; returns the result
  run.states(*names)           what getAllProcessInfo says (of all, or of these), one line a process
  run.supervisord(*args)       runs supervisord to its end: output and exit status
  run.sh(command)              a shell command in the directory: output and exit status
  run.file(name)               a file as it is now;  run.say(text)  anything else
  run.signal(name, signal)     kills the process of that name from outside
  run.finish(name)             a program made with brief() ends
  run.kill(signal)             sends the daemon a signal
  run.end()                    SIGTERM, and the exit status (done at the end if it is not called; then the events that
                               come while the daemon ends are not compared: a matter of timing)
  run.ended()                  waits for an end that something else has caused, run.rpc('shutdown') for example
  run.wait(name, *states)      wait for a state,
  run.wait_log(pattern, count=1, name='supervisord.log')      for a text in the main log or a file (the harness' log level
                               counts: level='info' has no debug lines),
  run.wait_event(listener, pattern, count=1)    for an event, searched for in `eventname:NAME PAYLOAD`,
  run.wait_until(condition)    for anything.  While it waits a Run knocks at the daemon's socket: Debian's loop turns only
                               when something happens, or once a second
  run.turn()                   returns when the daemon is done with what it is at: a file that has been written is rotated
  run.write(name, text), run.config(text)       write a file; replace the configuration (the daemon is not told)
  run.daemon, run.dir, run.impl                 the harness' Daemon, its directory, which implementation it is

Pids become `<NAME N>`, the Nth process of that name that the main log says was spawned, so that it is compared whose
pid is told.  Whatever else differs from run to run stands in NORMALISE; on purpose we differ only as DIFFERENCES says.
`python3 tests/compat/scenario.py` lists the scenarios, and the differences that they use.  With CVISOR_COMPAT_SELF=1 in
the environment the reference is compared with itself: is the scenario stable?

A line of doc/differences.md that both can show is proven by @difference: the steps return a value, which must be another
one for each (test_compat_differences.py).

Make it stable: wait for each effect before the next step; do not let two things happen at once and compare their order
(log='by process' if they must); nothing may depend on how many turns of its loop Debian's daemon needed.  So a program
with startsecs=0 does not end by itself, but when run.finish() says so (see brief()): if it has ended before Debian's daemon
has looked, that calls the start an error, or says nothing of its success.  A program that is to fail has a startsecs of 5.
Who has a trap says when it is set.  Several that start together have the usual startsecs, not 0; a listener for EVENT gets
TICKs in between, and who waits for TICK_3600 gets it now and then: NEVER does not come.
"""

import concurrent.futures
import difflib
import glob
import hashlib
import inspect
import json
import os
import re
import signal as signals
import stat
import subprocess
import sys
import time
import xmlrpc.client

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import harness  # noqa: E402  (the path comes first)
from harness import OURS, REFERENCE, program  # noqa: E402,F401  (program is for the scenarios)

MONTH = r'(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'

#: What no two runs share: (pattern, replacement, reason).  Each kind has its own word, so that a change of format shows.
NORMALISE = [
    (r'\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\b', '<time,ms>', 'when it was logged'),
    (r'\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b', '<time>', 'when'),
    (r'\b%s \d\d \d\d:\d\d [AP]M\b' % MONTH, '<date>', 'since when it is stopped'),
    (r'\buptime (?:\d+ days?, )?\d+:\d\d:\d\d', 'uptime <time>', 'since when it runs'),
    (r'(---[\w.]+?-)[a-z0-9_]{8}(\.log)', r'\1<random>\2', 'name of an AUTO log'),
    (r'\bat (?:0x[0-9a-f]{6,}|\d{9,})\b', 'at <address>', 'the address of an object'),
    (r'\b(?:4\.2\.5|5\.0\.0)\b', '<version>', 'the version'),
]
NORMALISE = [(re.compile(pattern), text, reason) for pattern, text, reason in NORMALISE]

#: Lines of the main log that say how often the daemon has looked: (pattern of level and text, reason).
NOT_COMPARED = [
    (r'INFO waiting for .* to (?:stop|die)$', 'said by each look at a process that is still there'),
    (r'DEBG received SIGCHLD indicating a child quit$', 'one for any number of children'),
    (r'DEBG fd \d+ closed, stopped monitoring ', 'whether the end of a pipe is seen before the death is a race'),
]
NOT_COMPARED = [(re.compile(pattern), reason) for pattern, reason in NOT_COMPARED]


class Difference:
    """One purposeful difference: how it is taken out of a recording, why it is there, and what doc/differences.md says.

    side: whose recording has it ('ours', 'reference' or 'both').  Each line of it that has the pattern gets the
    replacement, or goes when that is None.  `change`, instead of a pattern, gets and returns all lines.
    race: it need not show in each run.
    """

    def __init__(self, reason, doc, side='both', pattern=None, replacement=None, change=None, race=False):
        self.race = race
        self.reason = reason
        self.doc = doc
        self.side = side
        self.pattern = re.compile(pattern) if pattern else None
        self.replacement = replacement
        self.change = change

    def apply(self, impl, lines):
        if self.side not in ('both', impl.name):
            return lines
        if self.change:
            return self.change(lines)
        if self.replacement is None:
            return [line for line in lines if not self.pattern.search(line)]
        return [self.pattern.sub(self.replacement, line) for line in lines]


def sorted_runs(lines, pattern):
    """The lines; those that follow each other and begin with the pattern are sorted."""
    result, some = [], []
    for line in lines + ['']:
        if re.match(pattern, line):
            some.append(line)
        else:
            result += sorted(some) + [line]
            some = []
    return result[:-1]


def sorted_results(lines):
    """Runs of lines `NAME: started` (or stopped, signalled) in the order of their names."""
    return sorted_runs(lines, r'\s*\S+: (?:started|stopped|signalled)$')


def without_reason(lines):
    """Cuts the reason why a process could not be signalled, and the traceback that follows."""
    result, cut = [], False
    for line in lines:
        cut = cut and not re.match(r'(?:CRIT|ERRO|WARN|INFO|===) ', line)
        if not cut:
            result.append(re.sub(r'(unknown problem (?:killing|sending sig) \S+ \(.*?\):).*', r'\1<why>', line))
            cut = 'unknown problem' in line and line.startswith('CRIT')
    return result


#: What the reference says when a client has gone before its answer: whoever knocks does not wait long.
LEFT_EARLY = re.compile(r'^error: uncaptured python exception, closing channel <supervisor\.http\..*BrokenPipeError.*\n', re.M)

#: All differences that a scenario may make use of, by name.  `doc` is the text of the first column of the line of
#: doc/differences.md (test_scenario.py looks it up there).
DIFFERENCES = {
    'where': Difference(
        'file, line and option are added to the message', side='ours', doc='Messages about a bad value do not say where',
        pattern=r'; see \S+:\d+: \[.*$', replacement=''),
    'accepted': Difference(
        'what is accepted, or why it failed, is added to the message', side='ours',
        doc='Messages about a bad value do not say where', pattern=r' \((?:accepted: .*|Is a directory)\)$', replacement=''),
    'server': Difference(
        'the server and its place are named', side='ours', doc='An HTTP server that cannot be opened is not named',
        pattern=r" \(\[(?:unix|inet)_http_server\S*\] (?:file|port) '[^']*'\)$", replacement=''),
    'socket left': Difference(
        'the reference leaves it', side='reference', doc='When a second HTTP server cannot be opened the socket of the first one stays',
        pattern=r'^=== left behind: s$'),
    'pidfile': Difference(
        'the reason is added', side='ours',
        doc='`unknown error making dispatchers` and `could not write pidfile` do not say more',
        pattern=r'(CRIT could not write pidfile \S+): .*', replacement=r'\1'),
    'hard limit': Difference(
        'the reference shows what it wanted', doc='A limit that cannot be raised is said to be what was asked for',
        pattern=r'only allow you to open \d+', replacement='only allow you to open <n>'),
    'order of results': Difference(
        'the reference reports as its poll finds them',
        doc='Results of starting or stopping many come as the poll found them', change=sorted_results, race=True),
    'tries after a stop': Difference(
        'the reference goes on counting', doc='The backoff counter survives a stop and a start by hand, so the next '
        'failure may be FATAL', pattern=r'(from_state:STOPPED tries:)\d+', replacement=r'\1<tries>'),
    'which log': Difference(
        'the log is named', side='ours', doc='`unknown error making dispatchers` and `could not write pidfile` do not say '
        'more', pattern=r" \(cannot open log '[^']*'\)", replacement=''),
    'why it cannot be killed': Difference(
        'a traceback of Python instead of the reason', doc='Why a process cannot be signalled is a traceback in the log and '
        'in the fault', change=without_reason),
    'what a listener said': Difference(
        'it is added to the message', side='ours', doc='A listener that breaks the protocol: the log does not say how',
        pattern=r"(has entered the UNKNOWN state .* protocol); it said .*", replacement=r'\1', race=True),
    'LC_CTYPE': Difference(
        'an artefact of Python', side='reference', doc="`LC_CTYPE=C.UTF-8` is added to the children's environment",
        pattern=r'^\s*LC_CTYPE=C\.UTF-8$'),
}


def listener(name, events, answers='', **options):
    """The text of an eventlistener section that records what it gets; answers: see tests/children/event_recorder."""
    return program(name, '%%(ENV_CHILDREN)s/event_recorder %%(here)s/events/%%(program_name)s %s' % answers,
                   section='eventlistener', **{'events': events, 'stdout_logfile': 'NONE', **options})


def brief(end='exit 0'):
    """The command of a program that ends in this way when run.finish() tells it to."""
    return "/bin/sh -c 'read line; %s'" % end


#: An event that does not come, for a listener that is to hear nothing.
NEVER = 'PROCESS_COMMUNICATION_STDERR'

#: Options for a program whose output nobody keeps; that is RUNNING at once; that a step starts.
BARE = {'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
FAST = {'startsecs': 0, **BARE}
IDLE = {'autostart': 'false', **FAST}


class Normaliser:
    """Makes the texts of two runs comparable.  It must have seen the main log, and the pids told by RPC, before."""

    def __init__(self, daemon):
        self.words = [(daemon.dir, 'DIR'), (daemon.impl.supervisord, 'supervisord'),
                      (daemon.impl.supervisorctl, 'supervisorctl'), (daemon.impl.echo_conf, 'echo_supervisord_conf')]
        self.words.sort(key=lambda word: -len(word[0]))
        self.pids = {}
        self.count = {}
        self.daemon = daemon

    def learn(self, log):
        for name, pid in re.findall(r"INFO spawned: '(.*)' with pid (\d+)$", log, re.M):
            self.count[name] = self.count.get(name, 0) + 1
            self.pids[pid] = '<%s %d>' % (name, self.count[name])
        for pid in re.findall(r'INFO supervisord started with pid (\d+)$', log, re.M) + [str(self.daemon.pid)]:
            self.pids[pid] = '<daemon>'

    def pid(self, text):
        return text if int(text) == 0 else self.pids.get(text, '<pid>')

    def __call__(self, text):
        for word, replacement in self.words:
            text = text.replace(word, replacement)
        for pattern, replacement, _ in NORMALISE:
            text = pattern.sub(replacement, text)
        text = re.sub(r'(?i)(\bpids?(?:[ :=]|\': ))(\d+)\b', lambda m: m.group(1) + self.pid(m.group(2)), text)
        text = re.sub(r'(?<=\()(\d+)(?=\))', lambda m: self.pids.get(m.group(), m.group()), text)
        return re.sub(r'^(supervisor> )?(\d+)$', lambda m: (m.group(1) or '') + self.pids.get(m.group(2), m.group(2)),
                      text, flags=re.M)


def event_text(event):
    """What patterns of events are searched for in."""
    return 'eventname:%s %s' % (re.search(r'eventname:(\S*)', event['header']).group(1), event['payload'])


LOG_LINE = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?=[A-Z]{4} )')
LEVELS = ['blather', 'trace', 'debug', 'info', 'warn', 'error', 'critical']
TAGS = ['BLAT', 'TRAC', 'DEBG', 'INFO', 'WARN', 'ERRO', 'CRIT']
PROCESS_OF_LINE = re.compile(
    r"(?:spawned|success|exited|stopped|gave up|killing|sending|unable to signal): ?'?([^\s']+)|"
    r"(?:killing|sending|process|signal) '?([^\s':]+)'? \(|'([^']+)' (?:stdout|stderr) |event \d+ sent to listener (\S+)$|"
    r'(\S+): (?:[A-Z]+ -> [A-Z]+|has entered|event was|bad result|event caused)')


def arranged(items, order, key):
    """items in the order that a scenario has asked for; key(item) is the process of one, or None."""
    if order == 'in order':
        return items
    if order == 'in any order':
        return sorted(items)
    if order == 'but deaths':
        return sorted_runs(items, r'\w{4} (?:stopped|exited): ')
    assert order == 'by process', order
    return sorted(items, key=lambda item: key(item) or '')  # a stable sort


def process_of_line(line):
    match = PROCESS_OF_LINE.search(line)
    return next((group for group in match.groups() if group), None) if match else None


def messages(text):
    """The main log as ['INFO text', ...]; the lines that belong to one message stay together."""
    result = []
    for line in text.splitlines():
        head = LOG_LINE.match(line)
        if head or not result:
            result.append(line[head.end():] if head else '(no date) ' + line)
        else:
            result[-1] += '\n' + line
    return result


def command_line(pid):
    """What a process runs, b'' when it has ended."""
    try:
        with open('/proc/%d/cmdline' % pid, 'rb') as file:
            return file.read()
    except OSError:
        return b''


class Run:
    """One play of a scenario on one implementation.  The module's text says what it offers."""

    def __init__(self, daemon, options):
        self.daemon = daemon
        self.impl = daemon.impl
        self.dir = daemon.dir
        self.options = options
        self.records = []
        self.status = None
        self.frozen = {}
        daemon.quiet = True
        os.mkdir(daemon.path('events'))
        os.chmod(daemon.path('events'), 0o1777)

    def settle(self):
        """Waits until each child of the daemon is the program that it is to be.

        Debian's child swallows a SIGTERM that comes between fork and exec, and SIGKILL follows ten seconds later
        (doc/differences.md); done before each step that may stop something.
        """
        def command(pid):
            with open('/proc/%s/cmdline' % pid, 'rb') as file:
                return file.read()

        def settled():
            try:
                with open('/proc/%d/task/%d/children' % (self.daemon.pid, self.daemon.pid)) as file:
                    own = command(self.daemon.pid)
                    return all(command(pid) != own for pid in file.read().split())
            except OSError:
                return True  # the daemon, or one of them, is gone
        harness.wait_until(settled, what='all children have done their exec')

    # What is recorded

    def say(self, text):
        self.records += text.splitlines()

    def _result(self, title, status, out, err):
        self.say('$ %s\n%s%s[exit %s]' % (title, out if out.endswith('\n') or not out else out + '(no newline)\n', ''.join(
            '[stderr] %s\n' % line for line in err.splitlines()), status))

    def ctl(self, *args, **options):
        self.settle()
        result = self.daemon.ctl(*args, **options)
        self._result('supervisorctl ' + ' '.join(args), result.status, result.out, result.err)
        return result

    def supervisord(self, *args, **options):
        result = self.daemon.run(*args, **options)
        self._result('supervisord ' + ' '.join(args), result.status, result.out, result.err)
        return result

    def sh(self, command):
        done = subprocess.run(['/bin/sh', '-c', command], cwd=self.dir, env=self.daemon.env, capture_output=True,
                              timeout=harness.DEADLINE, text=True, errors='backslashreplace', stdin=subprocess.DEVNULL)
        self._result(command, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def rpc(self, method, *args):
        self.settle()
        name = method if method.startswith('system.') else 'supervisor.' + method
        result = None
        try:
            result = getattr(self.daemon.rpc, name)(*args)
            said = self._shown(result)
        except xmlrpc.client.Fault as fault:
            said = 'fault %d %r' % (fault.faultCode, fault.faultString)
        except xmlrpc.client.ProtocolError as error:
            said = 'HTTP %d' % error.errcode
        self.say('rpc %s%r -> %s' % (method, args, said))
        return result

    def _shown(self, value):
        """A result with its times masked; lists one item a line."""
        if isinstance(value, list) and value:
            return ''.join('\n  ' + self._shown(item) for item in value)
        if isinstance(value, dict):
            return ' '.join('%s=%s' % (key, 'set' if key in ('start', 'stop', 'now') and item else
                                       item if key == 'pid' else repr(item)) for key, item in sorted(value.items()))
        return repr(value)

    def states(self, *names):
        said = []
        for info in self.daemon.rpc.supervisor.getAllProcessInfo():
            if not names or info['name'] in names or '%(group)s:%(name)s' % info in names:
                said.append('  %s:%s %s pid %d exit %d start %s stop %s %r %r %s %s' % (
                    info['group'], info['name'], info['statename'], info['pid'], info['exitstatus'],
                    'set' if info['start'] else 0, 'set' if info['stop'] else 0, info['description'],
                    info['spawnerr'], info['stdout_logfile'], info['stderr_logfile']))
        self.say('states\n' + '\n'.join(said))

    def file(self, name):
        self.say('file %s' % self._file(name))

    def signal(self, name, signo):
        self.settle()
        signo = signals.Signals['SIG' + signo] if isinstance(signo, str) else signo
        pid = self.daemon.info(name)['pid']
        self.say('kill %s %s' % (signals.Signals(signo).name, name))
        assert pid, '%s has no pid' % name
        os.kill(pid, signo)

    def finish(self, name):
        """Not recorded: it is like waiting for a program that ends by itself."""
        assert self.daemon.rpc.supervisor.sendProcessStdin(name, 'end\n')

    def kill(self, signo):
        self.settle()
        signo = signals.Signals['SIG' + signo] if isinstance(signo, str) else signo
        self.say('kill %s supervisord' % signals.Signals(signo).name)
        self.daemon.kill(signo)

    # Start, end, files, waiting

    def start(self, *args, wait=True):
        self.daemon.start(*(args or self.options.get('args', ())), daemonize=self.options.get('daemonize', False), wait=wait)

    def end(self):
        if self.status is None and self.daemon.process is not None:
            if harness.is_alive(self.daemon.pid):
                self.settle()
                self.daemon.kill(signals.SIGTERM)
            self.ended()

    def ended(self):
        self.wait_until(lambda: not harness.is_alive(self.daemon.pid), 'the daemon ends', deadline=2 * harness.DEADLINE)
        status = self.daemon.wait_end()
        self.status = 'daemonized' if status is None else status
        self.say('supervisord ended: %s' % self.status)

    def write(self, name, text):
        return self.daemon.write(name, text)

    def config(self, text):
        self.daemon.write_config(text, self.options.get('whole', False))

    def knock(self):
        self.daemon.knock()

    def turn(self):
        self.daemon.rpc.supervisor.getState()

    def wait_until(self, condition, what=None, deadline=harness.DEADLINE, state=None):
        last = [0.0]

        def knocking():
            value = condition()
            if not value and time.monotonic() - last[0] > 0.1:
                self.knock()
                last[0] = time.monotonic()
            return value
        return harness.wait_until(knocking, deadline, what, state=state or (lambda: self.daemon.log[-2000:]))

    def wait(self, name, *states):
        """A process that has a pid has executed its program: before that Debian's daemon may lose a signal for it."""
        info = self.daemon.wait_state(name, *states)
        if info['pid']:
            self.wait_until(lambda: command_line(info['pid']) != command_line(self.daemon.pid), '%s is executed' % name)
        return info

    def wait_log(self, pattern, count=1, name='supervisord.log'):
        def there():
            found = re.findall(pattern, self.daemon.read(name), re.M)
            return found if len(found) >= count else None
        return self.wait_until(there, '%d times %r in %s' % (count, pattern, name),
                               state=lambda: self.daemon.read(name)[-3000:])

    def received(self, name):
        """What a listener has recorded: [{'run', 'header', 'payload'}, ...]; the last line only when it is whole."""
        if name in self.frozen:
            return self.frozen[name]
        return [json.loads(line) for line in self.daemon.read('events/' + name).split('\n')[:-1]]

    def wait_event(self, name, pattern, count=1):
        def texts():
            return [event_text(event) for event in self.received(name)]
        return self.wait_until(lambda: sum(bool(re.search(pattern, text)) for text in texts()) >= count,
                               '%d times %r for %s' % (count, pattern, name), state=lambda: '\n'.join(texts()[-30:]))

    # What is there at the end

    def _file(self, name):
        """Name, mode and content of one file."""
        path = self.daemon.path(name)
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return name + ': not there'
        kind = {stat.S_IFLNK: 'link', stat.S_IFSOCK: 'socket', stat.S_IFIFO: 'fifo'}.get(stat.S_IFMT(mode))
        if kind:
            return '%s: %s %04o %s' % (name, kind, mode & 0o7777, os.readlink(path) if kind == 'link' else '')
        with open(path, 'rb') as file:
            data = file.read()
        head = '%s: %04o, %d bytes' % (name, mode & 0o7777, len(data))
        if len(data) > 20000:
            return '%s, SHA-256 %s, from %r to %r' % (head, hashlib.sha256(data).hexdigest(), data[:40], data[-40:])
        lines = data.decode('utf-8', 'backslashreplace').split('\n')
        last = ['(no newline)'] if lines[-1] else []
        # The size depends on the digits of pids.
        return '\n'.join([re.sub(', .*', '', head)] + ['  ' + line for line in (lines if lines[-1] else lines[:-1])] + last)

    def _log(self):
        paths = sorted(glob.glob(self.daemon.path('supervisord.log.*')), key=lambda path: -int(path.rpartition('.')[2]))
        return ''.join(self.daemon.read(path) for path in paths + [self.daemon.path('supervisord.log')])

    def _compared_log(self, log):
        wanted = TAGS[LEVELS.index(self.options['level']):]
        said = [line for line in messages(log) if line[:4] in wanted or line.startswith('(no date)')]
        return [line for line in said if not any(pattern.match(line) for pattern, _ in NOT_COMPARED)]

    def _events(self, name, passed_over):
        order = self.options['events']
        texts = []
        for event in self.received(name):
            header, payload = event['header'].rstrip('\n'), event['payload']
            tick = re.search(r'eventname:TICK_(\d+)', header)
            if tick:
                payload = re.sub(r'^when:(\d+)$', lambda m: m.group() if int(m.group(1)) % int(tick.group(1)) else
                                 'when:<a multiple of %s>' % tick.group(1), payload)
            if re.search(r'\bpid:\d', payload):
                header = re.sub(r'len:\d+$', 'len:<with a pid>', header)
            if order != 'in order':
                header = re.sub(r'serial:\d+', 'serial:<n>', header)
            if not any(re.search(pattern, event_text(event)) for pattern in passed_over):
                texts.append('run %d %s\n  %s' % (event['run'], header, payload.replace('\n', '\n  ')))
        return arranged(texts, order, lambda text: ' '.join(re.findall(r'(?:process|group)name:(\S+)', text)))

    def _files(self):
        skip = {'c.conf', 's', 'supervisord.pid', 'stdout', 'stderr'}
        for where, dirs, files in os.walk(self.dir):
            dirs[:] = sorted(name for name in dirs if os.path.join(where, name) not in (
                self.daemon.path('.children'), self.daemon.path('events')))
            for name in files:
                name = os.path.relpath(os.path.join(where, name), self.dir)
                if name not in skip and not re.match(r'supervisord\.log(\.\d+)?$|sanitizer', name):
                    yield name

    def recording(self):
        """All of it, as lines that are the same in each run."""
        without = self.options['without']
        log = self._log()
        normalise = Normaliser(self.daemon)
        normalise.learn(log)
        lines = ['=== steps'] + normalise('\n'.join(self.records)).splitlines()
        if 'stderr' not in without:
            lines += ['=== stderr'] + normalise(self.daemon.read('stderr')).splitlines()
        if 'stdout' not in without:
            out = LEFT_EARLY.sub('', self.daemon.read('stdout'))
            lines += ['=== stdout'] + (['as the main log'] if out == log else normalise(out).splitlines())
        if 'log' not in without:
            lines += ['=== main log'] + '\n'.join(arranged(
                [normalise(line) for line in self._compared_log(log)], self.options['log'], process_of_line)).splitlines()
        if 'files' not in without:
            left = ['s', 'supervisord.pid'] if self.status != 'daemonized' else []
            for name in [name for name in left if os.path.exists(self.daemon.path(name))]:
                lines.append('=== left behind: ' + name)
            for text in sorted(normalise(self._file(name)) for name in self._files() if name not in without):
                lines += ('=== file ' + text).splitlines()
        if 'events' not in without:
            for name in sorted(os.listdir(self.daemon.path('events'))):
                lines.append('=== events received by ' + name)
                for text in self._events(name, [part[7:] for part in without if part.startswith('events:')]):
                    lines += normalise(text).split('\n')
        return lines

    def play(self, steps, parameters):
        """Plays it; the recording, and what went wrong (None: nothing)."""
        problem = None
        try:
            before = self.options.get('before')
            if before:
                before(self)
            if self.options.get('start', True):
                self.start()
            steps(self, **parameters)
            if self.status is None:
                self.frozen = {name: self.received(name) for name in os.listdir(self.daemon.path('events'))}
            self.end()
        except Exception as error:  # shown at the place where it happened, in the diff of what was recorded so far
            problem = '%s: %s' % (type(error).__name__, error)
            self.say('!!! ' + problem)
            try:
                self.end()
            except Exception as second:
                self.say('!!! %s' % second)
        return self.recording(), problem


#: Who is compared.
IMPLEMENTATIONS = (REFERENCE, REFERENCE if os.environ.get('CVISOR_COMPAT_SELF') else OURS)

#: (test, differences, what is left out) of each scenario of the modules that were imported.
SCENARIOS = []

#: (line of doc/differences.md, module, test) of each @difference.
PROVEN = []


def check(runs, results, differences):
    """Compares the recordings of the reference and of ours; an AssertionError with the diff."""
    __tracebackhide__ = True
    lines = [result[0] for result in results]
    for name in differences:
        changed = [DIFFERENCES[name].apply(run.impl, these) for run, these in zip(runs, lines)]
        used = changed != lines or DIFFERENCES[name].race or runs[0].impl is runs[1].impl
        lines = changed
        if not used and not any(problem for _, problem in results):
            raise AssertionError('the scenario names the difference %r, and does not make use of it' % name)
    problems = ['%s: %s' % (run.impl, problem) for run, (_, problem) in zip(runs, results) if problem]
    if lines[0] != lines[1]:
        problems.append('\n'.join(difflib.unified_diff(*lines, 'reference', 'ours', lineterm='', n=4)))
    elif problems:
        problems.append('\n'.join(lines[0]))
    if problems:
        raise AssertionError('the recordings differ\n' + '\n'.join(problems))


def run_options(options):
    """The options of @scenario and @difference with their defaults."""
    for word in ('supervisord', 'http', 'ctl', 'whole', 'env'):
        options.setdefault(word, {'whole': False, 'env': None}.get(word, ''))
    return options


def make_runs(make_daemon, text, options, implementations):
    return [Run(make_daemon(impl, text, **{word: options[word] for word in (
        'supervisord', 'http', 'ctl', 'whole', 'env')}), options) for impl in implementations]


def as_test(test, steps, names):
    """Makes pytest see a test of that name that takes make_daemon and these parameters."""
    test.__name__ = steps.__name__
    test.__doc__ = steps.__doc__
    test.__module__ = steps.__module__
    test.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
                                            for name in ['make_daemon'] + names])
    return test


def documented_differences():
    """The first column of each line of doc/differences.md."""
    with open(os.path.join(os.path.dirname(harness.TESTS), 'doc', 'differences.md'), encoding='utf-8') as file:
        return [re.split(r'(?<!\\)\|', line)[1].strip() for line in file if line.startswith('| ')]


def difference(row, config='', reference=None, ours=None, **options):
    """Makes a test of steps that return one value on the reference and another on ours.

    row: the beginning of the line of doc/differences.md that it proves.  Options are those of @scenario.
    """
    run_options(options)

    def decorate(steps):
        def test(make_daemon):
            __tracebackhide__ = True
            assert any(line.startswith(row) for line in documented_differences()), 'not in differences.md: ' + row
            runs = make_runs(make_daemon, config, options, (REFERENCE, OURS))

            def play(run):
                if options.get('start', True):
                    run.start()
                return steps(run)
            with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
                values = list(pool.map(play, runs))
            for run, value, expected in zip(runs, values, (reference, ours)):
                assert value == expected, '%s: %r, expected %r' % (run.impl, value, expected)
        PROVEN.append((row, steps.__module__, steps.__name__))
        return as_test(test, steps, [])
    return decorate


def scenario(config='', log='in order', events='in order', level='info', differences=(), without=None, **options):
    """Makes a test of a function of steps; see the module's text."""
    without = without or {}
    assert all(name in DIFFERENCES for name in differences), differences
    run_options(options)
    options['supervisord'] = 'loglevel=%s\n%s' % (level, options['supervisord'])
    options.update(level=level, log=log, events=events, without=without)

    def decorate(steps):
        names = list(inspect.signature(steps).parameters)[1:]

        def test(make_daemon, **parameters):
            __tracebackhide__ = True
            text = config(**parameters) if callable(config) else config
            runs = make_runs(make_daemon, text, options, IMPLEMENTATIONS)
            with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
                results = list(pool.map(lambda run: run.play(steps, parameters), runs))
            check(runs, results, differences)
        SCENARIOS.append((as_test(test, steps, names), differences, without))
        return test
    return decorate


def main():
    """Lists the scenarios, and who makes use of which difference."""
    import importlib
    for path in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'test_*.py'))):
        importlib.import_module(os.path.basename(path)[:-3])
    print('%d scenarios made with scenario.py' % len(SCENARIOS))
    for name, difference in DIFFERENCES.items():
        users = ['%s:%s' % (test.__module__, test.__name__) for test, used, _ in SCENARIOS if name in used]
        print('\n%s: %s (%s)\n  %s' % (name, difference.reason, difference.doc, '\n  '.join(users) or 'no scenario'))
    print('\nlines of doc/differences.md that are shown on both:')
    for row, module, name in PROVEN:
        print('  %s:%s: %s' % (module, name, row))
    for test, _, without in SCENARIOS:
        for part, why in without.items():
            print('\n%s:%s is not compared in %s: %s' % (test.__module__, test.__name__, part, why))


if __name__ == '__main__':
    # The modules import this file under its own name.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import scenario as this
    this.main()
