"""Configurations, bad and good, on the reference and on ours.

Bad ones: a table; all that `supervisord -n -c FILE` writes, and its exit status, must be the same, but for what we add
to a message (`; see FILE:LINE: [section] option (accepted: ...)`).  Importing the reference takes longer than reading a
file, so one process of it reads the whole table: it imports what /usr/bin/supervisord imports, and forks for each file.

Good ones are scenarios (scenario.py): each option's effect as the programs, the files and the clients see it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scenario import listener, program, scenario  # noqa: E402,F401
from harness import OURS, REFERENCE, reference_is_installed  # noqa: E402

LIMIT = 20  # seconds for one file

#: What each implementation runs in: a line of an error lists the names of all variables.
ENVIRONMENT = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'HOME': '/root', 'TZ': 'UTC', 'X': 'from outside', 'Y': ''}

#: Reads jobs as JSON lines (directory, arguments) and answers each with status, output and errors of `supervisord`.
FORKER = r'''
import json, os, signal, sys
from supervisor.supervisord import main

def run(job):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.alarm(job['limit'])
            os.chdir(job['directory'])
            null = os.open('/dev/null', os.O_RDONLY)
            os.dup2(null, 0)
            for fd, name in (1, 'stdout'), (2, 'stderr'):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), fd)
            sys.argv = ['/usr/bin/supervisord'] + job['args']
            main()
            status = 0
        except SystemExit as end:
            status = end.code or 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

for line in sys.stdin:
    answers = os.fdopen(3, 'w', closefd=False)
    answers.write(json.dumps(run(json.loads(line))) + '\n')
    answers.flush()
'''

HEAD = '[supervisord]\n'

#: %(here)s of the file is a directory with these, for includes, sockets and the like.
FILES = {
    'inc/a.ini': '[program:a]\ncommand=/bin/true\nstartsecs=soon\n',
    'inc/good.ini': '[program:good]\ncommand=/bin/true\n',
    'inc/lines.ini': '[program:a]\nnonsense\n',
    'inc/header.ini': 'x=1\n',
    'inc/here.ini': '[program:h]\ncommand=/bin/true\nstdout_logfile=%(here)s/none/x\n',
    'inc/bytes.ini': b'[program:a]\ncommand=\xff\n',
    'inc/more.ini': '[program:p]\nstartsecs=x\n',
    'inc/deeper.ini': '[include]\nfiles=a.ini\n',
    'inc/daemon.ini': '[supervisord]\nloglevel=loud\n',
    'inc/percent.ini': '[program:h]\ncommand=/bin/true\ndirectory=%%(here)s\n',
}


def lines(section, *options):
    """One file for each option, in a section that is good otherwise."""
    return [(option, section + option + '\n') for option in options]


BOOLEANS = ('maybe', '', '2', 'yes ', 'truee', '"true"', '-1')
NUMBERS = ('soon', '', '1.5', '0x10', '1e3', '1_', '_1', '1__2', '--1', '1 2', "a'b", 'a"b\'c', '\u00e9', '1 ;', '%%')
SIZES = ('1TB', '1k', '1.5MB', 'kb', '', 'MB', '1 K B', '10MBMB', '0x1KB', 'BIG', '\u00e4')
OCTALS = ('8', '', 'zz', '0x1', '099', '1.0', '0b1', '-', '0o')
EXPANSIONS = ('100%', '%(here)', '100% ', '%(here', '%z', '%(here)z', '%\u00e9', '%d', '50% off', '%(here)d', '%(here)x', '%()s',
              '%(nope)s', '%(ENV_NOPE)s', '%(a(b)c)s', '%s %s', '%(here)*d', '%(here)-', '%(here)5', '%(here).', '%(nope)d',
              '%%%', '%(process_num)s %(other)s', '%c', '%(here)c', '%(', '%)')

PROGRAM = HEAD + '[program:p]\ncommand=/bin/true\n'
LISTENER = HEAD + '[eventlistener:l]\ncommand=/bin/true\n'
FCGI = HEAD + '[fcgi-program:f]\ncommand=/bin/true\n'
INSIDE = HEAD + '[group:g]\nprograms=p\n[program:p]\ncommand=/bin/true\n'
UNIX = HEAD + '[unix_http_server]\nfile=s\n'
INET = HEAD + '[inet_http_server]\n'


def option_rows():
    rows = []
    for name in ('autostart', 'stopasgroup', 'killasgroup', 'redirect_stderr', 'stdout_events_enabled',
                 'stderr_events_enabled', 'stdout_syslog', 'stderr_syslog'):
        rows += lines(PROGRAM, *('%s=%s' % (name, value) for value in BOOLEANS if value != 'yes '))
    for name in ('startsecs', 'startretries', 'stopwaitsecs', 'numprocs', 'numprocs_start', 'priority',
                 'stdout_logfile_backups', 'stderr_logfile_backups'):
        rows += lines(PROGRAM, *('%s=%s' % (name, value) for value in NUMBERS if value != '1 ;'))
    for name in ('stdout_logfile_maxbytes', 'stderr_logfile_maxbytes', 'stdout_capture_maxbytes',
                 'stderr_capture_maxbytes'):
        rows += lines(PROGRAM, *('%s=%s' % (name, value) for value in SIZES))
    rows += lines(PROGRAM, *('umask=%s' % value for value in OCTALS))
    rows += lines(PROGRAM, *('autorestart=%s' % value for value in ('always', '', 'UNEXPECTEDLY', 'Never', '"x"')))
    rows += lines(PROGRAM, *('stopsignal=%s' % value for value in (
        'TERN', '', '35', '33', '65', '-1', '99999999999999999999', 'SIGSIGTERM', 'SIG', 'RTMIN+1', 'EMT', 'sig term', '1.0')))
    rows += lines(PROGRAM, *('exitcodes=%s' % value for value in (
        '0,', ',', '300', '256', '-1', 'x', '0;1', '0 1', '0,,1', '1.0', '0x1')))
    rows += lines(PROGRAM, *('user=%s' % value for value in (
        'no-such-user', '', '54321', '-1', '1.5', 'root:root', '99999999999999999999')))
    rows += lines(PROGRAM, *('%s_logfile=%s' % (channel, value) for channel in ('stdout', 'stderr') for value in (
        '/nonexistent/x', 'nonexistent/x', '%(here)s/none/x', '~/none/x', '/etc/passwd/x', 'no ne/x')))
    rows += lines(PROGRAM, 'process_name=a b', 'process_name=a:b', 'process_name=a/b', 'process_name=%(nope)s',
                  'process_name=%(process_num)d%', 'process_name=: /', 'process_name=%(host_node_name)d', 'numprocs=2',
                  'numprocs=2\nprocess_name=x', 'numprocs=3\nprocess_name=%(process_numb)s', 'numprocs=2\nprocess_name=%(x)s',
                  'stopasgroup=true\nkillasgroup=false')
    environments = ('A', 'A=', '=1', ',A=1', 'A=1,B', 'A=1 B=2', 'A=1,,B=2', 'A=a,b', 'A=a=b', 'A=foo@bar', 'A={1}',
                    'A=a\\ b', 'A="x', "A='", 'A=1,B=', 'A="a""b",c', "it's",
                    '\u00e9', 'A=%(X)s', 'A=%', '%(ENV_A)s')
    rows += lines(PROGRAM, *('environment=%s' % value for value in environments))
    rows += lines(HEAD, *('environment=%s' % value for value in environments))
    rows += lines(HEAD, 'environment=A="%(host_node_name)s"', 'environment=A="100%%"', 'environment=A="%(here)s%%"')
    rows += lines(HEAD, 'environment=A="1"\n[program:p]\ncommand=%(ENV_A)d', 'environment=A="1"\n[program:p]\ncommand=%(ENV_B)s',
                  'environment=A="1"\nidentifier=%(ENV_A)s')
    rows += lines(PROGRAM, *('command=%s' % value for value in EXPANSIONS))
    for name in ('directory', 'process_name', 'stdout_logfile', 'stderr_logfile', 'environment', 'serverurl', 'stdout_syslog',
                 'stdout_logfile_maxbytes', 'stderr_logfile_backups', 'priority', 'exitcodes', 'user', 'umask', 'stopsignal',
                 'numprocs', 'stdout_capture_maxbytes'):
        rows += lines(PROGRAM, *('%s=%s' % (name, value) for value in ('%(nope)s', '100%', '%(here)d', '%(other)s%(process_num)s')))
    rows += lines(PROGRAM, 'stdout_logfile=%%', 'stdout_logfile=%%(nope)s', 'startsecs=%(process_num)d',
                  'priority=%(program_name)s', 'environment=A="%(ENV_A)s"', 'environment=A="1"\nstartsecs=%(ENV_A)s',
                  'environment=A="1"\numask=%(ENV_A)s', 'environment=A="1"\nstdout_logfile=%(ENV_B)s')
    rows += lines(INSIDE, 'priority=x', 'startsecs=x', 'command=%(nope)s', 'user=%(group_name)s', 'autostart=maybe')
    return rows


def daemon_rows():
    rows = []
    for name in ('minfds', 'minprocs', 'logfile_backups'):
        rows += lines(HEAD, *('%s=%s' % (name, value) for value in NUMBERS[:9]))
    for name in ('nodaemon', 'silent', 'nocleanup', 'strip_ansi'):
        rows += lines(HEAD, *('%s=%s' % (name, value) for value in BOOLEANS if value != 'yes '))
    rows += lines(HEAD, *('logfile_maxbytes=%s' % value for value in SIZES))
    rows += lines(HEAD, *('umask=%s' % value for value in OCTALS))
    rows += lines(HEAD, *('loglevel=%s' % value for value in ('warning', 'fatal', '20', '', 'INF', "in'fo", 'info,debug')))
    rows += lines(HEAD, *('%s=%s' % (name, value) for name in ('directory', 'childlogdir') for value in (
        '/nonexistent', '', '/etc/passwd', '~/none', '%(here)s/none', 'no ne')))
    rows += lines(HEAD, *('%s=%s' % (name, value) for name in ('logfile', 'pidfile') for value in (
        '/nonexistent/x', 'nonexistent/x', '~/none/x', '/etc/passwd/x', '~nosuchuser/x')))
    rows += lines(HEAD, *('user=%s' % value for value in ('no-such-user', '', '54321', '-1', 'root:root', '1.0')))
    rows += lines(HEAD, *('identifier=%s' % value for value in EXPANSIONS if value not in ('100% ', '%)')))
    rows += lines(HEAD, *('%s=%%(program_name)s' % name for name in (
        'minfds', 'directory', 'user', 'umask', 'logfile', 'loglevel', 'pidfile', 'nodaemon', 'childlogdir', 'environment')))
    return rows


def section_rows():
    rows = lines(UNIX, 'username=u', 'password=p', 'chown=nosuchuser', 'chown=root:nosuchgroup', 'chown=', 'chown=root:',
                 'chown=54321', 'chown=:root', 'chown=root:root:root', 'chown=root.root', 'chmod=', 'chmod=8', 'chmod=rwx',
                 'chmod=0x1', 'chmod=%(here)s', 'chown=%(here)s', 'username=%(here)s\npassword=p', 'file=%(nope)s',
                 'file=%(host_node_name)s', 'username=', 'password=', 'password=%', 'chown=nosuch:%(nope)s')
    rows += lines(HEAD + '[unix_http_server]\n', 'chmod=8', 'username=u\npassword=p')
    rows += lines(HEAD + '[unix_http_server:second]\n', 'chmod=0700')
    rows += lines(HEAD + '[unix_http_serverfoo]\n', 'chmod=0700')
    rows += lines(INET, *('port=%s' % value for value in (
        '', 'x', '0', '65536', ':', 'host:', 'host:x', 'host:0', 'host:65536', '*:', '*:x', ':0', '-1', '1.5', 'a b:x', '[::1]:x',
        '%(here)s', '%', 'localhost:70000', '*')))
    rows += lines(INET, 'username=u\nport=1', 'password=p\nport=1', '', 'username=u', 'username=u\npassword=p')
    rows += lines(HEAD + '[inet_http_server:x]\n', 'port=0', '', 'username=%(here)s\npassword=x\nport=1')
    rows += lines(HEAD + '[rpcinterface:x]\n', '', 'x=1', 'supervisor.rpcinterface_factory=nosuch:thing',
                  'supervisor.rpcinterface_factory=supervisor.rpcinterface:nosuch', 'supervisor.rpcinterface_factory=',
                  'supervisor.rpcinterface_factory=a b', 'supervisor.rpcinterface_factory=:x',
                  'supervisor.rpcinterface_factory=%(here)s', 'supervisor.rpcinterface_factory=%(ENV_NOPE)s',
                  'supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\nother=%(here)s')
    rows += lines(HEAD + '[group:g]\n', 'programs=nope', 'programs=,', 'programs=%(nope)s', 'programs=%(process_num)s',
                  'priority=x', 'priority=%(group_name)s', 'priority=')
    rows += lines(INSIDE.replace('programs=p', 'programs=p,nope'), '')
    rows += lines(INSIDE.replace('programs=p', 'programs=p,'), '')
    rows += lines(INSIDE.replace('programs=p', 'programs=p q'), '')
    rows += lines(INSIDE.replace('programs=p', 'programs=l'), '[eventlistener:l]\ncommand=/bin/true\nevents=EVENT')
    rows += lines(INSIDE, '[fcgi-program:p]\ncommand=/bin/true\nsocket=tcp://localhost:1')
    rows += lines(HEAD, '[group:a b]\nprograms=', '[group:a:b]\nprograms=', '[program:a b]\ncommand=x', '[program:a:b]\ncommand=x',
                  '[program:a/b]\ncommand=x', '[program: a b ]\ncommand=x', '[eventlistener:a b]\ncommand=x\nevents=EVENT',
                  '[fcgi-program:a/b]\ncommand=x\nsocket=tcp://localhost:1', '[program:p]', '[program:p]\nstartsecs=x',
                  '[fcgi-program:f]\nsocket=tcp://localhost:1', '[eventlistener:l]\nevents=EVENT', '[program:a\'b c]\ncommand=x',
                  '[program:\u00e9 \u00e9]\ncommand=x', '[program:\x7f:]\ncommand=x', '[program:a\tb:]\ncommand=x')
    rows += lines(LISTENER, '', 'events=', 'events=NOPE', 'events=EVENT,', 'events=tick_6', 'events=%(nope)s',
                  'events=%(program_name)s', 'events=EVENT TICK_5', 'events=PROCESS_STATE_EXITED;', 'events=process_states')
    rows += lines(LISTENER + 'events=EVENT\n', 'buffer_size=0', 'buffer_size=-5', 'buffer_size=x', 'buffer_size=', 'buffer_size=1.5',
                  'priority=x', 'result_handler=nosuch:thing', 'result_handler=supervisor.dispatchers:nosuch', 'result_handler=',
                  'result_handler=a b', 'result_handler=%(nope)s', 'redirect_stderr=true', 'redirect_stderr=maybe',
                  'autostart=maybe', 'process_name=a b', 'stdout_logfile=/nonexistent/x', 'user=no-such-user',
                  'environment=A', 'numprocs=2', 'buffer_size=%(program_name)s')
    rows += lines(FCGI, '', 'socket=', 'socket=foo', 'socket=unix://rel', 'socket=unix:/x', 'socket=unix://', 'socket=tcp://host',
                  'socket=tcp://host:x', 'socket=tcp://host:0', 'socket=tcp://host:65536', 'socket=tcp://:80', 'socket=tcp://a b:80',
                  'socket=http://x:80', 'socket=%(process_num)s', 'socket=%(nope)s', 'socket=%(host_node_name)s', 'socket=tcp://a:b:80',
                  'socket=unix:///tmp/%', 'socket=TCP://localhost:80', 'socket=tcp://host:-1')
    rows += lines(FCGI + 'socket=tcp://localhost:1\n', 'socket_backlog=0', 'socket_backlog=-1', 'socket_backlog=65536',
                  'socket_backlog=x', 'socket_backlog=', 'socket_owner=root', 'socket_mode=0700', 'socket_mode=8', 'priority=x',
                  'user=no-such-user', 'socket_owner=nosuchuser', 'startsecs=x', 'command=%(nope)s')
    rows += lines(FCGI + 'socket=unix:///tmp/x\n', 'socket_owner=nosuchuser', 'socket_owner=root:nosuchgroup', 'socket_owner=',
                  'socket_mode=8', 'socket_mode=', 'socket_mode=%(program_name)s', 'socket_owner=%(nope)s',
                  'socket_backlog=%(program_name)s', 'user=54321', 'startsecs=x')
    rows += lines(FCGI + 'socket=foo\n', 'socket_mode=0700')
    rows += lines(HEAD, '[DEFAULT]\nstartsecs=x\n[program:p]\ncommand=/bin/true', '[DEFAULT]\nloglevel=loud',
                  '[program:p]\ncommand=/bin/true\n[program:p]\nstartsecs=x', '[program:p]\ncommand=/bin/true\nstartsecs=1\nstartsecs=x',
                  '[program:p]\ncommand=/bin/true\nSTARTSECS : x', '[program:p]\ncommand=/bin/true\nstartsecs=1\n 2',
                  '[program:p]\ncommand=/bin/true\nstartsecs=x ; comment')
    return rows


def order_rows():
    """Of several errors, the first in the order of evaluation."""
    return [('order: ' + name, text) for name, text in [
        ('daemon before program', '[program:p]\ncommand=x\nstartsecs=x\n[supervisord]\nloglevel=loud\n'),
        ('user last', '[supervisord]\nuser=nosuch\n[program:p]\ncommand=/bin/true\nstartsecs=x\n'),
        ('rpcinterface before group', '[supervisord]\n[group:g]\nprograms=no\n[rpcinterface:x]\n'),
        ('group before program', '[supervisord]\n[program:p]\nstartsecs=x\n[group:g]\nprograms=no\n'),
        ('listener before fcgi', '[supervisord]\n[fcgi-program:f]\ncommand=x\n[eventlistener:l]\ncommand=x\n'),
        ('program before listener', '[supervisord]\n[eventlistener:l]\ncommand=x\n[program:p]\n'),
        ('group before servers', '[supervisord]\n[inet_http_server]\nport=x\n[program:p]\n'),
        ('inet before unix', '[supervisord]\n[unix_http_server]\n[inet_http_server]\nport=x\n'),
        ('minfds before loglevel', '[supervisord]\nloglevel=loud\nminfds=x\n'),
        ('environment last of daemon', '[supervisord]\nenvironment=A\nstrip_ansi=x\n'),
        ('autostart before numprocs', '[supervisord]\n[program:p]\nnumprocs=x\nautostart=x\ncommand=/bin/true\n'),
        ('numprocs check before command', '[supervisord]\n[program:p]\nnumprocs=2\n'),
        ('environment before logs', '[supervisord]\n[program:p]\nstdout_logfile=/none/x\nenvironment=A\ncommand=/bin/true\n'),
        ('umask before name', '[supervisord]\n[program:p]\nprocess_name=a b\numask=8\ncommand=/bin/true\n'),
        ('socket_mode before socket', '[supervisord]\n[fcgi-program:f]\nsocket_mode=8\n'),
        ('auth before port', '[supervisord]\n[inet_http_server]\nport=x\nusername=u\n'),
        ('file before chmod', '[supervisord]\n[unix_http_server]\nchmod=8\n'),
        ('stdout before stderr', '[supervisord]\n[program:p]\ncommand=/bin/true\nstderr_logfile=/none/x\nstdout_syslog=x\n'),
        ('handler before events', '[supervisord]\n[eventlistener:l]\ncommand=x\nresult_handler=a:b\n'),
    ]]


def file_rows():
    rows = [('empty file', ''), ('only a comment', '; nothing\n'), ('no header', 'x=1\n[supervisord]\n'),
            ('bom', '\ufeff[supervisord]\n'), ('bom and comment', '\ufeff;c\n[supervisord]\n'), ('case', '[Supervisord]\n'),
            ('blanks', '[ supervisord ]\n'), ('brackets', '[]\n[supervisord]\n'), ('unfinished', '[supervisord\n'),
            ('comment in a header', '[supervisord ;c]\n'), ('bad lines', HEAD + 'foo\nbar baz\n'), ('empty names', HEAD + '=1\n:2\n'),
            ('bad line without newline', HEAD + 'foo'), ('many bad lines', HEAD + 'x\n' * 120), ('bad line, quotes', HEAD + 'a\'b\n"x\ty\n'),
            ('bad line, unicode', HEAD + '\u00e9\u3042\u200b\x07\n'), ('bad line, comment', HEAD + 'foo ; comment\n'),
            ('carriage returns', '[supervisord]\rfoo\rbar\r\n'), ('no header, unicode', '\u00e9\n'), ('a header that continues', HEAD + 'x=1\n [program:p]\nfoo\n'),
            ('start byte', b'[supervisord]\nidentifier=\xff\n'), ('continuation byte', b'[supervisord]\nidentifier=\xc3(\n'),
            ('unexpected end', b'[supervisord]\nidentifier=\xc3'), ('surrogate', b'[supervisord]\nidentifier=\xed\xa0\x80\n'),
            ('overlong', b'; \xc0\x80\n[supervisord]\n'), ('truncated in the middle', b'[supervisord]\nx=\xe2\x82\nloglevel=x\n'),
            ('include without files', HEAD + '[include]\n'), ('include, expansion', HEAD + '[include]\nfiles=%(nope)s\n'),
            ('include, program_name', HEAD + '[include]\nfiles=%(program_name)s\n'), ('include, percent', HEAD + '[include]\nfiles=a%\n'),
            ('two includes', HEAD + '[include]\nfiles=nothing\n[include]\nfiles=inc/a.ini\n')]
    for name in ('a', 'lines', 'header', 'here', 'bytes', 'daemon'):
        rows.append(('included ' + name, HEAD + '[include]\nfiles=inc/%s.ini\n' % name))
    rows += [('included more of a section', PROGRAM + '[include]\nfiles=inc/more.ini\n'),
             ('included twice', HEAD + '[include]\nfiles=inc/good.ini inc/g*.ini %(here)s/inc/[a].ini\n'),
             ('includes do not nest', HEAD + '[include]\nfiles=inc/deeper.ini inc/good.ini\n[program:q]\ncommand=/bin/true\nuser=nosuch\n'),
             ('here of an included file', HEAD + '[include]\nfiles=inc/here.ini\n'),
             ('include over lines', HEAD + '[include]\nfiles =\n  inc/good.ini\n  inc/?.ini\n'),
             ('include by name of the host', HEAD + '[include]\nfiles = inc/%(host_node_name)s.ini inc/a.ini\n'),
             ('include by a variable', HEAD + '[include]\nfiles = %(ENV_Y)sinc/a.ini\n'),
             ('order of a pattern', HEAD + '[include]\nfiles = inc/[!b]*.ini\n'),
             ('doubled percent before here', HEAD + '[include]\nfiles=inc/percent.ini\n'),
             ('doubled percent in the main file', PROGRAM + 'directory=%%(here)s\n[include]\nfiles=nothing\n'),
             ('daemon in an included file', '[include]\nfiles=inc/daemon.ini\n'), ('no daemon anywhere', '[include]\nfiles=inc/a.ini\n')]
    return rows


def all_rows():
    rows = {}
    for name, text in file_rows() + daemon_rows() + section_rows() + option_rows() + order_rows():
        section = '' if not isinstance(text, str) else '|'.join(re.findall(r'^\[([^]\n]*)\]$', text, re.M)[1:])
        name = ('%s %s' % (section, name)).replace('\n', '|').strip()
        while rows.get(name, text) != text:
            name += "'"
        rows[name] = text
    return rows


ROWS = all_rows()

#: Files that we refuse with other words, on purpose: the line of doc/differences.md that says so.
OTHER_WORDS = {}


class Both:
    """Runs one command line on both, in equal directories."""

    def __init__(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix='cvc', dir='/tmp'))
        read, write = os.pipe()
        self.forker = None
        self.environment = dict(ENVIRONMENT, TMPDIR=self.dir)
        try:
            def third():
                os.dup2(write, 3)
            self.forker = subprocess.Popen([sys.executable if sys.executable else 'python3', '-c', FORKER],
                                           stdin=subprocess.PIPE, preexec_fn=third, pass_fds=(3, write), text=True,
                                           env=self.environment)
        finally:
            os.close(write)
        self.answers = os.fdopen(read)
        for name, data in FILES.items():
            self.write(name, data)

    def write(self, name, data):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data if isinstance(data, bytes) else data.encode('utf-8'))

    def _reference(self, args):
        self.forker.stdin.write(json.dumps({'directory': self.dir, 'args': args, 'limit': LIMIT}) + '\n')
        self.forker.stdin.flush()
        status = json.loads(self.answers.readline())
        texts = []
        for name in ('stdout', 'stderr'):
            with open(os.path.join(self.dir, name), errors='backslashreplace') as file:
                texts.append(file.read())
        return status, texts[0], texts[1].replace(REFERENCE.supervisord, 'supervisord')

    def _ours(self, args):
        done = subprocess.run([OURS.supervisord] + args, cwd=self.dir, env=self.environment, capture_output=True, text=True,
                              errors='backslashreplace', timeout=LIMIT, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr.replace(OURS.supervisord, 'supervisord')

    def __call__(self, *args):
        return self._reference(list(args)), self._ours(list(args))

    def close(self):
        self.forker.stdin.close()
        self.forker.wait()
        self.answers.close()
        shutil.rmtree(self.dir)


@pytest.fixture(scope='module')
def both(ours_runs):
    if not reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')
    runs = Both()
    yield runs
    runs.close()


def without_ours(text):
    """Without where it is and what is accepted."""
    return re.sub(r'(; see \S+?(:\d+(: \[[^\n]*\]( \S+)?)?)?)?( \((accepted: [^\n]*|[A-Z][^\n]*)\))?(?=\nFor help)', '', text)


@pytest.mark.parametrize('name', ROWS)
def test_bad(both, name):
    both.write('s.conf', ROWS[name])
    (status, out, err), ours = both('-n', '-c', 's.conf')
    assert status == 2 and err.startswith('Error: '), 'the reference: %d %s' % (status, err)
    assert (ours[0], ours[1], without_ours(ours[2])) == (status, out, err)
