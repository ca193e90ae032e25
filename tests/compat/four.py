"""Scenarios that run four times at once, with their answers compared: each supervisorctl on each supervisord.

A scenario is a list of steps; a step is a function of a Run, and most of them say something.  ctl(), ctls(), state(),
config(), log() and rpc() below make steps.  What differs from run to run (pids, dates, directories) is masked; then what
was said must be the same for all four.

    runs = [Run(make_daemon(daemon, PROGRAMS), client) for daemon, client in PAIRS]
    assert not complaints(play(runs, [Run.start, *ctls('start cat', 'start nope')]))
"""

import concurrent.futures
import difflib
import re
import signal
import subprocess

import reference
from harness import DEADLINE, OURS, REFERENCE, wait_until

COMMANDS = ('add avail clear exit fg maintail open pid quit reload remove reread restart shutdown signal start status '
            'stop tail update version').split()


def ctl(*args, stdin='', options=None):
    """A step: one supervisorctl command."""
    def step(run):
        run.ctl(args, stdin, options)
    return step


def ctls(*lines):
    return [ctl(*line.split()) for line in lines]


def state(name, *states):
    """A step that waits, and leaves nothing in the transcript."""
    def step(run):
        run.daemon.wait_state(name, *states)
    return step


def finish(name):
    """A step that ends a program that waits for a line on its stdin: it has been seen to run, whoever looks when."""
    def step(run):
        run.daemon.wait_state(name, 'RUNNING')
        run.daemon.rpc.supervisor.sendProcessStdin(name, 'end\n')
        run.daemon.wait_state(name, 'EXITED')
    return step


def config(text):
    def step(run):
        run.daemon.write_config(text)
    return step


def ready(run):
    run.daemon.wait_log('supervisord started with pid', count=2)
    run.daemon.wait_ready()


def gone(run):
    run.daemon.wait_end()


def log(name, text):
    """A step that waits for text in a file of the daemon's directory."""
    def step(run):
        run.daemon.wait_log(re.escape(text), name=name)
    return step


STATUS = r'<value><struct>\n<member>\n<name>name</name>\n(?:(?!</struct>).)*</struct></value>\n'


def by_name(answer):
    """Results of starting or stopping several: the reference tells first which its loop finds first."""
    return re.sub('(?:%s){2,}' % STATUS, lambda run: ''.join(sorted(re.findall(STATUS, run.group(), re.S))), answer, flags=re.S)


def rpc(method, *params):
    """A step: one XML-RPC call, its answer byte for byte."""
    def step(run):
        values = ''.join('<param><value>%s</value></param>' % (
            '<int>%d</int>' % value if isinstance(value, int) else '<string>%s</string>' % value) for value in params)
        body = ('<?xml version="1.0"?><methodCall><methodName>%s</methodName><params>%s</params></methodCall>'
                % (method, values))
        status, headers, answer = run.daemon.http('POST', '/RPC2', body, {'Content-Type': 'text/xml'})
        answer = answer.decode()
        if re.match(r'supervisor\.(?:start|stop)', method):
            answer = by_name(answer)
        run.say('%s%r -> %d %s\n%s' % (method, params, status, headers.get('Content-Type'), answer))
    return step


def write(name, text):
    def step(run):
        run.daemon.write(name, text)
    return step


def follow(*args, until, more=None, stdin=None):
    """A step: a command that goes on until it is interrupted, with what it shows up to then.

    until: texts that are waited for, the first before more(run) is called or stdin is typed.  With stdin the end of the input is the end, else SIGINT.
    """
    def step(run):
        process = reference.Popen([run.client.supervisorctl, '-c', run.daemon.config, *args], cwd=run.daemon.dir,
                                  env=run.daemon.env, stdin=subprocess.PIPE, stdout=open(run.daemon.path('followed'), 'wb'),
                                  stderr=subprocess.STDOUT)

        def shown(text):
            wait_until(lambda: text in run.daemon.read('followed'), what=text, state=lambda: run.daemon.read('followed'))
        shown(until[0])
        if more:
            more(run)
        if stdin:
            process.stdin.write(stdin.encode())
            process.stdin.flush()
        for text in until[1:]:
            shown(text)
        if stdin:
            process.stdin.close()
            shown('Exiting foreground\n')
            if run.client is REFERENCE:
                process.kill()  # it would stay for half a minute
                process.wait()
                status = 0
            else:
                status = process.wait(DEADLINE)
        else:
            process.send_signal(signal.SIGINT)
            status = process.wait(DEADLINE)
        run.said(args, run.daemon.read('followed'), '', status)
    return step


MASKS = [
    (r'\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\b', 'TIME'),
    (r'\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M\b', 'DATE'),
    (r'uptime \d:\d\d:\d\d', 'uptime T'),
    (r'\bpid \d+', 'pid N'),
    (r'^\d{2,}$', 'N'),
    (r'(?<=supervisor> )\d{2,}$', 'N'),
    (r'\b(4\.2\.5|5\.0\.0)\b', 'VERSION'),
    (r'/\S*/supervisorctl\b', 'supervisorctl'),
    (r'(---supervisor-)[a-z0-9_]{8}\.log', r'\1RANDOM.log'),
    (r'(<name>(?:start|stop|now|pid)</name>\s*<value><int>)[1-9]\d*', r'\1N'),
    (r'(getPID\(\) -> 200 text/xml\s[^N]*<int>)\d+', r'\1N'),
    # Lines of Python's own library move with each of Debian's security updates; ours are those of the spec.
    (r'(file: /usr/lib/python3\.11/\S+ line: )\d+', r'\1N'),
    # Our words go on, with the file and the line, where the reference's end.
    (r"(invalid literal for int\(\) with base 10: 'soon')[^\n]*", r'\1...'),
]


class Run:
    """One scenario on one pair of programs."""

    def __init__(self, daemon, client):
        self.daemon = daemon
        daemon.quiet = True
        self.client = client
        self.lines = []

    def say(self, text):
        text = text.replace(self.daemon.dir, 'DIR')
        for pattern, replacement in MASKS:
            text = re.sub(pattern, replacement, text, flags=re.M)
        self.lines += text.splitlines()

    def ctl(self, args, stdin, options):
        result = self.daemon.ctl(*args, impl=self.client, stdin=stdin, options=options)
        # Of several that are done at the same time the reference tells first which its loop finds first.
        out = re.sub(r'(?:^\S+: (?:started|stopped|signalled)\n){2,}',
                     lambda m: ''.join(sorted(m.group().splitlines(True))), result.out, flags=re.M)
        self.said(args, out, result.err, result.status)

    def said(self, args, out, err, status):
        self.say('$ supervisorctl %s\n%s%s[exit %d]' % (
            ' '.join(args), out, ''.join('[stderr] %s\n' % line for line in err.splitlines()), status))

    def start(self, up=()):
        """Starts the daemon and waits until these programs are RUNNING."""
        self.daemon.start()
        for name in up:
            self.daemon.wait_state(name, 'RUNNING')


#: (daemon, client), the reference with itself first.
PAIRS = [(daemon, client) for daemon in (REFERENCE, OURS) for client in (REFERENCE, OURS)]


def play(runs, steps):
    """What each of the runs has said, as a list of lines."""
    def one(run):
        run.lines = []
        for step in steps:
            step(run)
        return run.lines
    with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(one, runs))


def complaints(transcripts):
    """How the transcripts of PAIRS differ from that of the reference with itself; '' if they do not."""
    expected, *others = transcripts
    return '\n\n'.join('supervisorctl of %s on supervisord of %s:\n%s' % (client, daemon, '\n'.join(
        difflib.unified_diff(expected, lines, 'reference', 'ours', lineterm='', n=3)))
        for (daemon, client), lines in zip(PAIRS[1:], others) if lines != expected)
