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


SWITCHES = [
    ['-e', 'loud'], ['-eloud'], ['--loglevel', 'loud'], ['--loglevel=loud'], ['--logl=loud'], ['-e', ''], ['-a', 'x'],
    ['--minfds=1.5'], ['--minprocs', '0x1'], ['-m', '8'], ['--umask', 'rwx'], ['-d', '/nonexistent'], ['--directory=/etc/passwd'],
    ['-l', '/nonexistent/x'], ['--logfile', 'none/x'], ['-y', '1TB'], ['--logfile_maxbytes=x'], ['-z', 'x'],
    ['--logfile_backups', ''], ['-j', '/nonexistent/x'], ['--pidfile=none/x'], ['-q', '/nonexistent'], ['--childlogdir', ''],
    ['-u', 'no-such-user'], ['-u', '54321'], ['--user='], ['-Z'], ['--zz'], ['-e'], ['--loglevel'], ['-c'], ['--nodaemon=1'],
    ['--log=x'], ['--no'], ['-n'], ['-n', '--nodaemon'], ['-e', 'info', '--loglevel', 'debug'], ['foo'], ['--', 'foo', "it's"],
    ['-h', 'foo'], ['-v', 'foo'], ['-v', '-e', 'loud'], ['-e', 'loud', '-v'], ['-v'], ['--version'], ['-ve'], ['-sn'],
    ['-i', 'x', '-i', 'y'], ['-k', '-k'], ['-t', '--strip_ansi'], ['-', 'x'], ['--configuration=/nonexistent'], ['-c', '/tmp'],
]


@pytest.mark.parametrize('args', SWITCHES, ids=[' '.join(args) for args in SWITCHES])
def test_switches(both, args):
    both.write('s.conf', '[supervisord]\nnodaemon=true\n[program:p]\nstartsecs=x\n')
    if '-c' not in args and not any(arg.startswith('--conf') for arg in args) or args == ['-c']:
        args = ['-c', 's.conf'] + args if args != ['-c'] else args
    (status, out, err), ours = both(*args)
    assert status == 2 or args[-1] in ('-v', '--version', 'loud') and status == 0
    if status == 0:
        out = out.replace('4.2.5', '5.0.0')
    assert (ours[0], ours[1], without_ours(ours[2])) == (status, out, err)


def options_of(sample):
    """{(section, option): value} of a sample configuration, active or commented out."""
    found, section = {}, None
    for line in sample.splitlines():
        head = re.match(r';?\[([\w-]+)', line)
        option = re.match(r';?(\w[\w.]*) *= *(.*?)(?:\s+;.*)?$', line)
        if head:
            section = head.group(1)
        elif option and section:
            found.setdefault((section, option.group(1)), []).append((line[0] != ';', option.group(2)))
    return found


def test_sample():
    """Both samples show the same options with the same values, and leave the same ones commented out.

    But for names of people; and ours shows the defaults of stopsignal and redirect_stderr.
    """
    if not reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')
    samples = [options_of(subprocess.run([impl.echo_conf], capture_output=True, text=True, check=True).stdout)
               for impl in (REFERENCE, OURS)]
    differing = {key for key in samples[0] if samples[0][key] != samples[1].get(key)}
    assert set(samples[0]) == set(samples[1])
    assert differing == {(section, name) for section in ('program', 'eventlistener') for name in ('user', 'stopsignal')} | {
        ('program', 'redirect_stderr'), ('supervisorctl', 'username')}


# Good values

def manual(name, section='program', **options):
    """A program that is not started: what is made of its options is told by getAllConfigInfo."""
    return program(name, options.pop('command', '/bin/cat'), section=section, **dict({'autostart': 'false'}, **options))


NUMBERS_TOLD = {'priority': ('0', '-5', ' 7 ', '+8', '1_000', '007', '\u0663'), 'startsecs': ('0', '-1', '100000'),
                'startretries': ('0', '-1', '99'), 'stopwaitsecs': ('0', '1_0'), 'stdout_logfile_backups': ('0', '-3', '5'),
                'stderr_logfile_backups': ('0', '12')}
SIZES_TOLD = ('0', '1', '1kb', '1 KB', '2Mb', '1GB', '-1', '1_0kb', '+5 mb', '\u0663KB')
SIGNALS_TOLD = ('TERM', 'sigterm', 'SIGhup', '15', ' 9 ', 'USR1', 'Usr2', 'rtmin', 'RTMAX', '34', '64', 'cld', 'IOT', 'POLL', '1_0',
                'WINCH', '0', '31')
WORDS_TOLD = ('yes', 'TRUE', 'On', '1', 'no', 'False', 'oFF', '0')


def told(**values):
    return ''.join(manual('%s_%d' % (name, i), **{name: value}) for name, some in values.items() for i, value in enumerate(some))


@scenario(told(**NUMBERS_TOLD))
def test_numbers(run):
    run.rpc('getAllConfigInfo')


@scenario(told(stdout_logfile_maxbytes=SIZES_TOLD, stderr_logfile_maxbytes=SIZES_TOLD, stdout_logfile=['NONE'], stderr_logfile=['off']))
def test_sizes(run):
    run.rpc('getAllConfigInfo')


@scenario(told(stopsignal=SIGNALS_TOLD, exitcodes=('', '0', '0,1', ' 3 , 4 ', '255', '1_0', '2,2'),
               umask=('0', '22', '0o22', '077', '7_7', '777'), user=('root', '0', 'nobody', '65534')))
def test_words_and_numbers(run):
    run.rpc('getAllConfigInfo')


@scenario(told(**{name: WORDS_TOLD for name in ('autostart', 'redirect_stderr', 'killasgroup')}) +
          told(autorestart=WORDS_TOLD + ('unexpected', 'UNEXPECTED')))
def test_booleans(run):
    for n in range(4):
        run.wait('autostart_%d' % n, 'RUNNING')
    run.rpc('getAllConfigInfo')


@scenario(told(directory=('/tmp', '~', 'relative', '', '%(here)s/%(program_name)s'), serverurl=('', 'AUTO', ' auto ', 'http://x:1'),
               stdout_logfile=('AUTO', 'auto', 'NONE', 'None', 'off', '', '%(here)s/x', 'relative', '~/x', '%(here)s/AUTO ', 'no',
                               '%(here)s/50%%%%'),
               environment=('A="1"', 'B=2,C=\'3\'', '')))
def test_paths_and_texts(run):
    run.rpc('getAllConfigInfo')


@scenario(manual('n', numprocs=3, process_name='%(program_name)s_%(process_num)02d') +
          manual('s', numprocs=2, numprocs_start=9, process_name='%(group_name)s%(process_num)5s|%(numprocs)d') +
          manual('neg', numprocs=2, numprocs_start=-1, process_name='%(process_num)+d') + manual('none', numprocs=0) +
          manual('minus', numprocs=-3) +
          manual('hex', numprocs=2, numprocs_start=254, process_name='%(process_num)#x-%(process_num)-4d.%(process_num)c') +
          manual('float', numprocs=2, process_name='%(process_num).2f%%%(process_num)r') +
          manual('cmd', command='%(here)s %(host_node_name)s %(program_name)s %(group_name)s %(process_num)d %(numprocs)d %(ENV_HOME)s '
                 '%(ENV_OWN)s %%', environment='OWN="mine %(process_num)d"', directory='/%(ENV_OWN)s/%(process_num)03d') +
          manual('long', command='/bin/echo %(here).1s%(here)5.1s|%(here)-5.1s|%(program_name)r'))
def test_numprocs_and_expansion(run):
    run.rpc('getAllConfigInfo')
    run.states()


@scenario(manual('a', priority=5) + manual('b', priority=3) + manual('c') + manual('d') + manual('e', priority=-1) +
          '[group:g]\nprograms=b,a\npriority=10\n[group:two]\nprograms = a , c\n[group:empty]\n[group:e]\nprograms=d\n'
          '[group:fast]\nprograms=f,b\n' + manual('f', section='fcgi-program', socket='nonsense') +
          manual('lis', section='eventlistener', events='TICK_3600,tick_60', buffer_size=3) +
          manual('lis2', section='eventlistener', events='EVENT', priority=7),
          log='in any order')
def test_groups(run):
    run.rpc('getAllConfigInfo')
    run.ctl('avail')


#: The inside of each row of spec/config.md 2: what the reference makes of these lines is in the commands and names.
DIALECT = """\
; comment
  # indented comment
[program:one] ; behind a section
command = /bin/echo a;b c#d ;e f
AUTOSTART : False
[program:two]
command=/bin/echo
  continued ; and commented
; in between

  once more
autostart=false
[program:three]junk
command: x = y : z
autostart=false
stdout_logfile=NONE
stdout_logfile=AUTO
[program:one]
priority=3
[program:q]
command="quoted" 'too' "it;s" x# #y
autostart=false
[program:rounds]
command=x=a#y #z ;w
autostart=false
[program:space]
command=\u00a0tail\u00a0
autostart=false
priority=4
[program: trimmed ]
command==x
autostart=false
[program:g\u00fcn]
command=\u65e5\u672c # \u8a9e
autostart=false
[program:a]b]
command=c
autostart=false
[Program:no]
[program]
[unknown]
x=%(y
[program:tab]
\tcommand=x
\tautostart=false
"""


@scenario(DIALECT)
def test_dialect(run):
    run.rpc('getAllConfigInfo')


INCLUDED = {
    'inc/b.conf': '[program:b]\ncommand=/bin/echo %(here)s\nautostart=false\n',
    'inc/a.conf': '[program:a]\ncommand=/bin/echo %(here)s %(ENV_SHARED)s\nautostart=false\n[program:main]\npriority=4\n',
    'inc/.hidden.conf': 'nonsense\n',
    'other/x1.ini': '[include]\nfiles=x2.ini\n[group:g]\nprograms=a,b\n[supervisord]\nidentifier=included\n',
    'other/x2.txt': 'never read',
}


def write_included(run):
    for name, text in INCLUDED.items():
        os.makedirs(os.path.dirname(run.daemon.path(name)), exist_ok=True)
        run.write(name, text)


@scenario('[program:main]\ncommand=/bin/echo %(here)s\nautostart=false\n[include]\nfiles = inc/*.conf\n  %(here)s/other/x[0-9].ini '
          'inc/*.none nothing.ini other/x?.in* inc/[!b].conf\n', supervisord='environment=SHARED="from the daemon"\n',
          before=write_included)
def test_includes(run):
    run.rpc('getAllConfigInfo')
    run.rpc('getIdentification')


def shown(name, environment, variables='A'):
    return program(name, "/bin/sh -c 'echo \"%s\"'" % '|'.join('<$%s>' % one for one in variables.split()), startsecs=0,
                   autorestart='false', environment=environment, stdout_logfile='%(here)s/' + name)


QUOTES = ['A=1,B=2', 'A=1;B=2', 'A=1,', 'A=1,\n B=2', 'A="a,b"', "A='x'", "A='\"x\"'", 'A=""', 'A="it\'s"', 'A=/x/y:z', 'A=x_y-z+(1)',
          'A==1', 'A="a"b', 'A=a"b c"d', 'A=50%%', 'A=$HOME', 'A=~/x', 'A=*', 'A=\u00e9', 'A=1#c', 'A=http://x/y?z=1', 'A="x\n y"',
          'A="1",A="2"', "A=''", 'A="#x;y"', 'A="\\n"', 'A=%(ENV_OUT)s', 'A="%(program_name)s",B="%(group_name)s%(process_num)d"',
          'A="x",B="%(ENV_OUT)s"', '']


@scenario(''.join(shown('q%02d' % i, text, 'A B z SHARED') for i, text in enumerate(QUOTES)), level='warn',
          supervisord='environment=SHARED="one, two",OURS="%%%%"\n', env={'OUT': 'from outside', 'A': 'out'})
def test_quoting_of_environments(run):
    for i in range(len(QUOTES)):
        run.wait('q%02d' % i, 'EXITED')


@scenario(program('all', '/usr/bin/env', startsecs=0, autorestart='false', stdout_logfile='%(here)s/all', user='root',
                  environment='HOME="/mine",NEW="n",SUPERVISOR_GROUP_NAME="other",PATH="/usr/bin:/bin"') +
          program('url', "/bin/sh -c 'echo $SUPERVISOR_SERVER_URL $SUPERVISOR_PROCESS_NAME $SUPERVISOR_GROUP_NAME $SUPERVISOR_ENABLED'",
                  startsecs=0, autorestart='false', stdout_logfile='%(here)s/url', serverurl='http://else:1') +
          '[group:g]\nprograms=url\n', level='warn', supervisord='environment=FIRST="1",HOME="/daemon"\n')
def test_environment_of_a_child(run):
    """All of it, in its order."""
    run.wait('all', 'EXITED')
    run.wait('g:url', 'EXITED')


def arguments(name, rest):
    return program(name, '/usr/bin/printf <%%s>\\\\n ' + rest, startsecs=0, autorestart='false', stdout_logfile='%(here)s/' + name)


@scenario(''.join(arguments('c%d' % i, rest) for i, rest in enumerate([
    'a b', '"a b"', "'a b'", 'a"b c"d', "it\\'s", '"\\"x\\" \\n \\\\"', "'\\n'", 'a\\ b', '""', "'' x", 'a#b', '%%', '$HOME ~ *', 'a\n b\n  "c\n d"',
    '\u00e9\u00a0\u00e9', "'%(program_name)s'"])), level='warn')
def test_arguments(run):
    for i in range(16):
        run.wait('c%d' % i, 'EXITED')


def identity(name, **options):
    return program(name, "/bin/sh -c 'umask; pwd; id -u; id -g; id -G; echo $HOME $USER $LOGNAME'", startsecs=0,
                   autorestart='false', stdout_logfile='%(here)s/' + name, **options)


@pytest.mark.root
@scenario(identity('plain') + identity('mask', umask='027') + identity('wide', umask='0') + identity('dir', directory='/usr') +
          identity('user', user='nobody') + identity('id', user='65534') + identity('root', user='root') +
          identity('both', user='nobody', directory='/var', umask='0777'), level='warn')
def test_identity(run):
    for name in ('plain', 'mask', 'wide', 'dir', 'user', 'id', 'root', 'both'):
        run.wait(name, 'EXITED')


@pytest.mark.root
@pytest.mark.parametrize('lines', ['', 'chmod=0765', 'chmod=0', 'chown=nobody', 'chown=65534:0', 'chmod=0o770\nchown=nobody:nogroup'])
@scenario(lambda lines: '[unix_http_server:second]\nfile=%(here)s/second\n' + lines + '\n')
def test_sockets(run, lines):
    run.sh('stat -c "%a %U %G %F" s second')


@scenario('', supervisord='identifier=\nstrip_ansi=on\nnocleanup=1\nlogfile_backups=0\nlogfile_maxbytes=1 GB\nminfds=100\n'
          'minprocs=100\nsilent=yes\n')
def test_daemon_words(run):
    run.rpc('getIdentification')


@scenario(program('cat', '/bin/cat'), supervisord='umask=077\ndirectory=%(here)s/tmp\nidentifier=%(ENV_X)s.%(here).0s_\n',
          daemonize=True, env={'X': 'x'})
def test_daemonized(run):
    run.wait('cat', 'RUNNING')
    run.rpc('getIdentification')
    run.sh('grep Umask /proc/$(cat supervisord.pid)/status; readlink /proc/$(cat supervisord.pid)/cwd')


@scenario(manual('auto', stdout_logfile_maxbytes=0, stderr_logfile_maxbytes='0kb') +
          manual('red', redirect_stderr='true', stderr_logfile='%(here)s/x') + manual('red2', redirect_stderr='true', stderr_logfile='') +
          manual('many', numprocs=2, process_name='%(process_num)d', stdout_logfile_maxbytes=0) +
          '[include]\nfiles=nothing-here\n', start=True)
def test_warnings(run):
    run.states()
