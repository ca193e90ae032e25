"""Every option: its default, what a good value does, and what is said about each kind of bad value.

Three tables, checked for completeness against the manual, which is made from the program's own table (make check-manual):
ROWS has for each option its default, the names that its value may have as %(name)s, and its bad values with their
messages; EFFECTS shows what a good value does, in one daemon that runs a program for each; and all that is left to say of
a daemon without any option is in test_defaults_of_the_daemon.
"""

import collections
import glob
import json
import os
import platform
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import xmlrpc.client

import pytest
from harness import DEADLINE, OURS, TESTS, Daemon, free_port, is_alive, program, status_field, wait_until

pytestmark = pytest.mark.ours_only

# The manual

MANUAL = os.path.join(os.path.dirname(TESTS), 'man', 'supervisord.conf.5')


def manual():
    """What the manual lists: {(section, option): {'Accepted': ..., 'Default': ...}}."""
    listed, section = {}, None
    with open(MANUAL, encoding='utf-8') as file:
        blocks = re.split(r'^(?=\.S[sh] |\.It |\.El)', file.read(), flags=re.M)
    for block in blocks:
        head, _, text = block.partition('\n')
        if head.startswith(('.Ss', '.Sh')):
            name = re.match(r'\.Ss \\\(lB(.*?)(?::x)?\\\(rB$', head)
            section = name and name.group(1)
        elif section and head.startswith('.It Ic '):
            for escape, char in (r'\(dq', '"'), (r'\(ti', '~'), (r'\&', ''), (r'\e', '\\'):
                text = text.replace(escape, char)
            facts = re.findall(r'^(Accepted|Default): (.*?)\.$(?=\n(?:Default|Must|Not known|\Z)|\Z)', text.strip(), re.M | re.S)
            listed[section, head[7:]] = {name: value.replace('\n', ' ') for name, value in facts}
    return listed


LISTED = manual()

# Bad values

PROG = OURS.supervisord
ENVIRONMENT = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'HOME': '/root'}

ENV = ['ENV_%s' % name for name in ENVIRONMENT]
HERE = ENV + ['here']
SOCKET = HERE + ['program_name']
PROGRAM = SOCKET + ['host_node_name', 'group_name']
PROCESS = PROGRAM + ['process_num', 'numprocs']
INCLUDE = HERE + ['host_node_name']


def integer(text):
    return 'invalid literal for int() with base 10: %r' % text


def quoted(words, *values):
    return [(value, words % repr(value)) for value in values]


ANY = []  # no text is wrong
BOOL = quoted('not a valid boolean value: %s', 'maybe', '', '2')
NUMBER = [(text, integer(text)) for text in ('soon', '', '1.5', '0x10')]
INT = NUMBER + [('2147483648', '2147483648 is above upper bound (2147483647)'),
                ('-2147483649', '-2147483649 is below lower bound (-2147483648)')]
INT64 = NUMBER + [('9223372036854775808', 'the number is above upper bound (9223372036854775807)')]
BYTES = [('1TB', integer('1tb')), ('', integer('')), ('1.5MB', integer('1.5')), ('1k', integer('1k')),
         ('9000000000GB', 'the number is above upper bound (9223372036854775807)')]
OCTAL = [(text, text + ' can not be converted to an octal type') for text in ('8', '', 'rwx')]
SIGNAL = quoted('value %s is not a valid signal name', 'TERN', '') + quoted('value %s is not a valid signal number', '35', '-1')
LEVEL = quoted('bad logging level name %s', 'loud', '', 'warning')
EXITCODES = quoted('not a valid list of exit codes: %s', '0,', '300', 'x', '-1')
AUTORESTART = quoted("invalid 'autorestart' value %s", 'always', '')
ACTION = quoted('not a valid action for a full disk: %s', 'wait', '')
USER = [('no-such-user', 'Invalid user name no-such-user'), ('', 'Invalid user name '), ('54321', 'Invalid user id 54321')]
DIRECTORY = [(path, path + ' is not an existing directory') for path in ('/nonexistent', '', '/etc/passwd')]
DIRPATH = [(path, 'The directory named as part of the path %s does not exist' % path) for path in (
    '/nonexistent/x', 'none/x', '/etc/passwd/x')]
NAME = [('a b', "Invalid name: 'a b' because of character: ' '"), ('a:b', "Invalid name: 'a:b' because of character: ':'"),
        ('a/b', "Invalid name: 'a/b' because of character: '/'")]
LIST_OF_VARIABLES = [('A', "Unexpected end of key/value pairs in value 'A'"), ('A="x', 'No closing quotation'),
                     ('A=1 B=2', "Unexpected end of key/value pairs in value 'A=1 B=2'")]
ADDRESS = quoted('not a valid port number: %s ', 'x', '', '0', '65536') + [
    ('host:', "no port number specified in ''"), ('host:x', integer('x')), ('host:0', '0 is below lower bound (1)'),
    ('host:65536', '65536 is above upper bound (65535)')]


def owner(name):
    return [(value, 'Invalid %s value %s' % (name, value)) for value in ('no-such-user', 'root:no-such-group', '', '54321')]


def factory(section):
    return [('a:b', 'a:b cannot be resolved within [%s]' % section),
            ('a b', "(\"EntryPoint must be in 'name=module:attrs [extras]' format\", 'x=a b')")]


#: plain: the message has no "in section ..."; missing: what is said when the option is not there; name: what errors of
#: expansions call it.
Row = collections.namedtuple('Row', 'default names bad plain missing name', defaults=(False, None, None))

ROWS = {
    'supervisord': {
        'minfds': Row('1024', HERE, INT64), 'minprocs': Row('200', HERE, INT64),
        'directory': Row(None, HERE, DIRECTORY), 'user': Row(None, HERE, USER), 'umask': Row('022', HERE, OCTAL),
        'logfile': Row('supervisord.log', HERE, DIRPATH), 'logfile_maxbytes': Row('50MB', HERE, BYTES),
        'logfile_backups': Row('10', HERE, INT), 'loglevel': Row('info', HERE, LEVEL),
        'pidfile': Row('supervisord.pid', HERE, DIRPATH), 'identifier': Row('supervisor', HERE, ANY),
        'nodaemon': Row('false', HERE, BOOL), 'silent': Row('false', HERE, BOOL), 'childlogdir': Row(None, HERE, DIRECTORY),
        'nocleanup': Row('false', HERE, BOOL), 'strip_ansi': Row('false', HERE, BOOL),
        'environment': Row(None, HERE, LIST_OF_VARIABLES),
    },
    'program': {
        'priority': Row('999', HERE, INT, plain=True),
        'autostart': Row('true', PROGRAM, BOOL), 'autorestart': Row('unexpected', PROGRAM, AUTORESTART),
        'startsecs': Row('1', PROGRAM, INT64), 'startretries': Row('3', PROGRAM, INT64),
        'stopsignal': Row('TERM', PROGRAM, SIGNAL), 'stopwaitsecs': Row('10', PROGRAM, INT64),
        'stopasgroup': Row('false', PROGRAM, BOOL), 'killasgroup': Row(None, PROGRAM, BOOL),
        'exitcodes': Row('0', PROGRAM, EXITCODES), 'redirect_stderr': Row('false', PROGRAM, BOOL),
        'numprocs': Row('1', PROGRAM, NUMBER + [('1000001', '1000001 is above upper bound (1000000)')]),
        'numprocs_start': Row('0', PROGRAM, INT), 'serverurl': Row(None, PROGRAM, ANY), 'user': Row(None, PROGRAM, USER),
        'umask': Row(None, PROGRAM, OCTAL),
        'process_name': Row('%(program_name)s', PROCESS, NAME, name='process_name'),
        'environment': Row(None, PROCESS, LIST_OF_VARIABLES, name='environment'), 'directory': Row(None, PROCESS, ANY),
        'command': Row(None, PROCESS, ANY, missing='program section program:p does not specify a command'),
        **{'%s_%s' % (channel, name): row for channel in ('stdout', 'stderr') for name, row in {
            'capture_maxbytes': Row('0', PROGRAM, BYTES), 'events_enabled': Row('false', PROGRAM, BOOL),
            'logfile': Row('AUTO', PROCESS, DIRPATH), 'logfile_backups': Row('10', PROCESS, INT),
            'logfile_maxbytes': Row('50MB', PROCESS, BYTES), 'syslog': Row('false', PROCESS, BOOL),
            'full_action': Row('drop', PROCESS, ACTION)}.items()},
    },
    'eventlistener': {
        'buffer_size': Row('10', HERE, NUMBER + [
            (n, '[eventlistener:p] section sets invalid buffer_size (%s)' % n) for n in ('0', '-1')], plain=True),
        'events': Row(None, HERE, [('NOPE', 'Unknown event type NOPE in [eventlistener:p] events'),
                                   ('tick_5,', 'Unknown event type  in [eventlistener:p] events'),
                                   ('', '[eventlistener:p] section requires an "events" line')],
                      plain=True, missing='[eventlistener:p] section requires an "events" line'),
        'result_handler': Row('supervisor.dispatchers:default_handler', HERE, factory('eventlistener:p'), plain=True),
    },
    'fcgi-program': {
        'socket_backlog': Row(None, HERE, NUMBER + [
            (n, 'Invalid socket_backlog value ' + n) for n in ('0', '65536')], plain=True),
        'socket_owner': Row(None, HERE, owner('socket_owner'), plain=True),
        'socket_mode': Row('0700', HERE, [('8', 'Invalid socket_mode value 8'), ('', 'Invalid socket_mode value ')], plain=True),
        'socket': Row(None, SOCKET, [
            ('unix://rel', "('Unix socket path %s is not an absolute path', 'rel') in [fcgi-program:p] socket"),
            ('foo', "('Bad socket format %s', 'foo') in [fcgi-program:p] socket"),
            ('tcp://h:0', '0 is below lower bound (1) in [fcgi-program:p] socket'),
            ('tcp://h:65536', '65536 is above upper bound (65535) in [fcgi-program:p] socket'),
            ('', '[fcgi-program:p] section requires a "socket" line')],
            plain=True, missing='[fcgi-program:p] section requires a "socket" line'),
    },
    'group': {
        'programs': Row(None, HERE, [('no', '[group:p] names unknown program or fcgi-program no')], plain=True),
        'priority': Row('999', HERE, INT, plain=True),
    },
    'unix_http_server': {
        'file': Row(None, HERE, ANY, missing='section [unix_http_server] has no file value'),
        'username': Row(None, ENV, [('u', 'Section [unix_http_server] contains incomplete authentication: If a username or a '
                                     'password is specified, both the username and password must be specified')]),
        'password': Row(None, ENV, [('p', 'Section [unix_http_server] contains incomplete authentication: If a username or a '
                                     'password is specified, both the username and password must be specified')]),
        'chown': Row(None, ENV, owner('sockchown')),
        'chmod': Row('0700', ENV, [('8', 'Invalid chmod value 8'), ('', 'Invalid chmod value ')]),
        'request_maxbytes': Row('1MB', ENV, [
            (value, words) for value, words in BYTES if value != '9000000000GB'] + [
            ('65535', '65535 is below lower bound (65536)'), ('2GB', '2147483648 is above upper bound (1073741824)')]),
    },
    'inet_http_server': {'port': Row(None, ENV, ADDRESS, missing='section [inet_http_server] has no port value')},
    'rpcinterface': {'supervisor.rpcinterface_factory': Row(
        None, ENV, factory('rpcinterface:p'), plain=True,
        missing='section [rpcinterface:p] does not specify a supervisor.rpcinterface_factory')},
    'include': {'files': Row(None, INCLUDE, ANY, missing='.ini file has [include] section, but no files setting',
                             name='include.files')},
    'supervisorctl': {
        'serverurl': Row('http://localhost:9001', HERE, ANY), 'username': Row(None, ENV, ANY), 'password': Row(None, ENV, ANY),
        'prompt': Row('supervisor', ENV, ANY), 'history_file': Row(None, HERE, ANY),
    },
    'ctlplugin': {'supervisor.ctl_factory': Row(
        None, None, ANY, missing='section [ctlplugin:p] does not specify a supervisor.ctl_factory')},
}
ROWS['inet_http_server'].update({name: row._replace(bad=[(value, words.replace('unix', 'inet')) for value, words in row.bad])
                                 for name, row in ROWS['unix_http_server'].items() if name in ('username', 'password', 'request_maxbytes')})
KEYS = [(section, name) for section, rows in ROWS.items() for name in rows]

#: A section that is good; what is tested comes behind it.
GOOD = {
    'program': 'command=/bin/true\n', 'eventlistener': 'command=/bin/true\nevents=EVENT\n', 'rpcinterface': '',
    'fcgi-program': 'command=/bin/true\nsocket=unix:///tmp/cvisor-test\n', 'unix_http_server': 'file=s\n',
    'inet_http_server': 'port=1\n', 'group': '', 'include': '', 'supervisorctl': '', 'ctlplugin': '', 'supervisord': '',
}
NAMED = ('program', 'eventlistener', 'fcgi-program', 'group', 'rpcinterface', 'ctlplugin')
BODIES = ('program', 'eventlistener', 'fcgi-program')
CLIENTS = ('supervisorctl', 'ctlplugin')


def test_every_option_has_a_row():
    """One that the programs know and this file does not would go untested."""
    assert sorted(KEYS) == sorted(LISTED)


@pytest.mark.parametrize('section, name', KEYS, ids=['%s %s' % key for key in KEYS])
def test_default_is_documented(section, name):
    assert LISTED[section, name].get('Default') == ROWS[section][name].default
    assert LISTED[section, name]['Accepted']


class Bench:
    """A directory in which configurations are tried."""

    def __init__(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix='cvo', dir='/tmp'))

    def run(self, text, *args, ctl=False):
        with open(os.path.join(self.dir, 'c.conf'), 'w', encoding='utf-8') as file:
            file.write(text)
        done = subprocess.run([OURS.supervisorctl if ctl else PROG, '-c', 'c.conf', *args], cwd=self.dir, env=ENVIRONMENT,
                              capture_output=True, text=True, timeout=DEADLINE, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def refused(self, text, message, where, hint, ctl=False):
        """The start says this one error, and --test-config the same in its form."""
        hint = ' (%s)' % hint if hint else ''
        prog = OURS.supervisorctl if ctl else PROG
        assert self.run(text, *(['version'] if ctl else ['-n']), ctl=ctl) == (
            2, '', 'Error: %s; see %s%s\nFor help, use %s -h\n' % (message, where, hint, prog))
        if not ctl:
            assert self.run(text, '--test-config') == (2, '', 'error: %s: %s%s\n' % (where, message, hint))


@pytest.fixture(scope='module')
def bench(ours_runs):
    bench = Bench()
    yield bench
    shutil.rmtree(bench.dir)


def config(section, *lines):
    """The text, and the full name of the section."""
    full = section + ':p' if section in NAMED else section
    head = '' if section in ('supervisord', 'supervisorctl') else '[supervisord]\n'
    if section == 'ctlplugin':
        head = '[supervisorctl]\n'
    if section.endswith('http_server'):
        head += '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n'
    return head + '[%s]\n%s' % (full, GOOD[section]) + ''.join(line + '\n' for line in lines), full


def suffix(section, row, full):
    return " in section '%s' (file: 'c.conf')" % full if section in BODIES and not row.plain else ''


BAD = [(section, name, value, message) for section, name in KEYS for value, message in ROWS[section][name].bad]


@pytest.mark.parametrize('section, name, value, message', BAD, ids=['%s %s=%s' % row[:3] for row in BAD])
def test_bad_value(bench, section, name, value, message):
    row = ROWS[section][name]
    text, full = config(section, '%s=%s' % (name, value))
    where = 'c.conf:%d: [%s] %s' % (len(text.splitlines()), full, name)
    hint = 'accepted: ' + LISTED[section, name]['Accepted']
    if 'incomplete authentication' in message or name == 'programs':
        hint = None
    bench.refused(text, message + suffix(section, row, full), where, hint)


EXPANDED = [key for key in KEYS if ROWS[key[0]][key[1]].names]


@pytest.mark.parametrize('section, name', EXPANDED, ids=['%s %s' % key for key in EXPANDED])
def test_names_of_an_expansion(bench, section, name):
    """The names that a value may use are those that the message lists; and each of them can be used."""
    row = ROWS[section][name]
    text, full = config(section, name + '=%(nope)s')
    message = "Format string '%%(nope)s' for '%s' contains names ('nope') which cannot be expanded. Available names: %s" % (
        row.name or '%s.%s' % (full, name), ', '.join(sorted(row.names)))
    bench.refused(text, message + suffix(section, row, full), 'c.conf:%d: [%s] %s' % (len(text.splitlines()), full, name), None,
                  ctl=section in CLIENTS)
    # With all of them, the last one is the mistake that is found; a '%' that means itself stands before it.
    value = '%%' + ''.join('%%(%s)s' % known for known in row.names) + '%(last'
    status, _, err = bench.run(config(section, '%s=%s' % (name, value))[0], *(['version'] if section in CLIENTS else ['-n']),
                               ctl=section in CLIENTS)
    assert status == 2 and 'is badly formatted: incomplete format key' in err


MISSING = [key for key in KEYS if ROWS[key[0]][key[1]].missing]


@pytest.mark.parametrize('section, name', MISSING, ids=['%s %s' % key for key in MISSING])
def test_missing(bench, section, name):
    row = ROWS[section][name]
    text, full = config(section)
    text = '\n'.join(line for line in text.split('\n') if not line.startswith(name + '='))
    status, out, err = bench.run(text, *(['version'] if section in CLIENTS else ['-n']), ctl=section in CLIENTS)
    assert (status, out) == (2, '')
    line = text.split('\n').index('[%s]' % full) + 1
    assert err.startswith('Error: %s%s; see c.conf:%d: [%s]' % (row.missing, suffix(section, row, full), line, full))


@pytest.mark.parametrize('lines, message, option, line', [
    (['stopasgroup=true', 'killasgroup=false'], 'Cannot set stopasgroup=true and killasgroup=false', 'killasgroup', 5),
    (['numprocs=2'], '%(process_num) must be present within process_name when numprocs > 1', 'numprocs', 4),
    (['numprocs=2', 'process_name=x'], '%(process_num) must be present within process_name when numprocs > 1',
     'process_name', 5),
])
def test_options_that_do_not_go_together(bench, lines, message, option, line):
    text, full = config('program', *lines)
    bench.refused(text, message + suffix('program', ROWS['program']['numprocs'], full),
                  'c.conf:%d: [%s] %s' % (line, full, option), None)


def test_listener_with_redirect_stderr(bench):
    text, full = config('eventlistener', 'redirect_stderr=true')
    bench.refused(text, '[eventlistener:p] section sets redirect_stderr=true but this is not allowed because it will interfere '
                  'with the eventlistener protocol', 'c.conf:5: [%s] redirect_stderr' % full, None)


@pytest.mark.parametrize('lines', [['socket=tcp://localhost:1', 'socket_mode=0700'],
                                   ['socket=tcp://localhost:1', 'socket_owner=root']])
def test_mode_and_owner_of_a_tcp_socket(bench, lines):
    status, _, err = bench.run(config('fcgi-program', *lines)[0], '-n')
    assert status == 2 and err.startswith('Error: socket_owner and socket_mode params should only be used with a Unix domain '
                                          'socket in [fcgi-program:p] socket; see c.conf:')


# Good values: (section, option) -> what shows it

EFFECTS = {}
CONFIG = []


def shows(key, *sections):
    """key: 'SECTION OPTION' (several: separated by ', '); sections: what the daemon's configuration gets for it."""
    CONFIG.extend(sections)

    def decorate(function):
        for one in key.split(', '):
            section, name = one.split(' ')
            EFFECTS[section, name] = function
        return function
    return decorate


def sh(script):
    return "/bin/sh -c '%s'" % script.replace('%', '%%')


def job(name, script, **options):
    """A program that writes its output to NAME.out and ends, and is not started again."""
    return program('o_' + name, sh(script), **{'startsecs': 0, 'autorestart': 'false', 'stdout_logfile': '%%(here)s/%s.out' % name,
                                               'stderr_logfile': '%%(here)s/%s.err' % name, **options})


def output(d, name, pattern='.*\n'):
    """The output of a job, when it has the form."""
    return wait_until(lambda: re.fullmatch(pattern, d.read(name + '.out'), re.S) and d.read(name + '.out'),
                      what='output of ' + name, state=lambda: d.read(name + '.out') + d.read(name + '.err') + d.log[-500:])


DAEMON = """
minfds=333
minprocs=222
logfile=%(here)s/main.log
logfile_maxbytes=50KB
logfile_backups=2
loglevel=TRACE
pidfile=%(here)s/the.pid
identifier=me
silent=yes
childlogdir=%(here)s/tmp
nocleanup=1
strip_ansi=on
environment=SHARED="one, two",OURS='%%%%'
"""


@pytest.fixture(scope='module')
def good(ours_runs):
    """The daemon that has all of CONFIG."""
    d = Daemon(OURS, ''.join(CONFIG), supervisord=DAEMON, http='chmod=0765\nchown=65534:65534\n')
    d.write('tmp/old-stdout---me-abcdefgh.log', 'kept\n')
    os.mkdir(d.path('inc'))
    d.write('inc/x.ini', '[program:included]\ncommand=/bin/cat\ndirectory=%(here)s\nautostart=false\n')
    failed = True
    try:
        # Few descriptors and processes to begin with, so that it has to ask for more.
        d.write('start', '#!/bin/sh\nulimit -Sn 300\nulimit -Sp 200 2>/dev/null || ulimit -Su 200\nexec %s "$@"\n' % OURS.supervisord)
        os.chmod(d.path('start'), 0o755)
        d.start(supervisord=d.path('start'))
        yield d
        failed = False
    finally:
        d.cleanup(failed)


def test_every_option_has_an_effect():
    covered = set(EFFECTS) | set(ELSEWHERE)
    assert sorted(covered) == sorted(LISTED)
    for where in set(ELSEWHERE.values()):
        file, test = where.split('::')
        with open(os.path.join(TESTS, file), encoding='utf-8') as text:
            assert re.search(r'^(def )?%s\(' % test, text.read(), re.M), where


# [supervisord]

@shows('supervisord minfds, supervisord minprocs')
def limits(d):
    with open('/proc/%d/limits' % d.pid) as file:
        limits = file.read()
    assert re.search(r'^Max open files +333 ', limits, re.M)
    if os.geteuid() == 0:
        assert re.search(r'^Max processes +222 ', limits, re.M)


@shows('supervisord logfile, supervisord loglevel')
def mainlog(d):
    assert re.search(r'^\S+ \S+ TRAC ', d.read('main.log') + d.read('main.log.1') + d.read('main.log.2'), re.M)
    assert d.log == ''


@shows('supervisord logfile_maxbytes, supervisord logfile_backups')
def rotation_of_the_mainlog(d):
    def rotated():
        for _ in range(20):
            d.rpc.supervisor.getState()
        return os.path.exists(d.path('main.log.2')) and len(d.read('main.log', 'rb')) < 50 * 1024 + 500
    wait_until(rotated, what='two backups')
    first = os.stat(d.path('main.log.2')).st_ino
    wait_until(lambda: rotated() and os.stat(d.path('main.log.2')).st_ino != first, what='one more rotation')
    # While it is rotated a name is missing for a moment.
    wait_until(lambda: sorted(os.path.basename(path) for path in glob.glob(d.path('main.log*'))) == [
        'main.log', 'main.log.1', 'main.log.2'])


@shows('supervisord pidfile')
def pidfile(d):
    assert d.read('the.pid') == '%d\n' % d.pid


@shows('supervisord identifier')
def identifier(d):
    assert d.rpc.supervisor.getIdentification() == 'me'


@shows('supervisord silent')
def silent(d):
    assert d.read('stdout') == ''


@shows('supervisord childlogdir, program stdout_logfile, program stderr_logfile',
       program('o_auto', '/bin/cat', startsecs=0, stderr_logfile='NONE'))
def auto_logs(d):
    names = [os.path.basename(path) for path in glob.glob(d.path('tmp/o_auto-*'))]
    assert len(names) == 1 and re.fullmatch(r'o_auto-stdout---me-\w{8}\.log', names[0])
    assert d.info('o_auto')['stderr_logfile'] == ''
    assert output(d, 'directory') and os.path.exists(d.path('directory.err'))


@shows('supervisord nocleanup')
def nocleanup(d):
    assert d.read('tmp/old-stdout---me-abcdefgh.log') == 'kept\n'


@shows('supervisord strip_ansi', job('ansi', r'printf "a\033[31mb\n"'))
def strip_ansi(d):
    assert output(d, 'ansi') == 'ab\n'


@shows('supervisord environment, program environment',
       job('environment', 'echo "$SHARED|$OURS|$OWN|$EMPTY|$QUOTED"', environment='OWN=%(process_num)d,EMPTY="",QUOTED="it\'s"'))
def environment(d):
    assert output(d, 'environment') == "one, two|%|0||it's\n"


# [program:x]

@shows('program command', program('o_command', '/usr/bin/printf "<%%s>" a "b c" d\\ e \'f"g\' 1#2', startsecs=0,
                                  autorestart='false', stdout_logfile='%(here)s/command.out'))
def command(d):
    assert output(d, 'command', '.*>') == '<a><b c><d e><f"g><1#2>'


@shows('program process_name, program numprocs, program numprocs_start',
       program('o_many', '/bin/cat', numprocs=2, numprocs_start=9, process_name='%(group_name)s-%(process_num)03d', autostart='false'))
def names_of_processes(d):
    assert [info['name'] for info in d.rpc.supervisor.getAllProcessInfo() if info['group'] == 'o_many'] == [
        'o_many-009', 'o_many-010']


@shows('program directory', job('directory', 'pwd', directory='%(here)s/log'))
def directory(d):
    assert output(d, 'directory') == d.path('log') + '\n'


@shows('program umask', job('umask', 'umask', umask='027'))
def umask(d):
    assert output(d, 'umask') == '0027\n'


@shows('program priority', program('o_priority', '/bin/cat', priority=77, autostart='false'))
def priority(d):
    config, = [info for info in d.rpc.supervisor.getAllConfigInfo() if info['name'] == 'o_priority']
    assert (config['process_prio'], config['group_prio']) == (77, 77)


@shows('program autostart', program('o_autostart', '/bin/cat', autostart='no'))
def autostart(d):
    assert d.state('o_autostart') == 'STOPPED'


@shows('program autorestart', job('again', 'echo once; test -e again || { >again; exit 0; }; exec cat', directory='%(here)s',
                                  autorestart='true', startsecs=0))
def autorestart(d):
    assert output(d, 'again', 'once\nonce\n')


@shows('program startsecs', program('o_startsecs', '/bin/cat', startsecs=1000))
def startsecs(d):
    d.wait_state('o_startsecs', 'STARTING')


@shows('program startretries', program('o_startretries', '/bin/false', startretries=0, startsecs=30))
def startretries(d):
    d.wait_state('o_startretries', 'FATAL')
    assert said(d, 'gave up: o_startretries entered FATAL state, too many start retries too quickly')
    assert len(re.findall("spawned: 'o_startretries'", all_logs(d))) == 1


def all_logs(d):
    return d.read('main.log.2') + d.read('main.log.1') + d.read('main.log')


def said(d, text):
    return wait_until(lambda: text in all_logs(d), what=text, state=lambda: all_logs(d)[-2000:])


@shows('program exitcodes', job('exitcodes', 'exit 3', exitcodes='7,3'))
def exitcodes(d):
    assert said(d, 'exited: o_exitcodes (exit status 3; expected)')


@shows('program stopsignal', job('stopsignal', 'trap "echo caught; exit" USR1; echo ready; while :; do sleep 0.1; done', stopsignal='sigusr1'))
def stopsignal(d):
    output(d, 'stopsignal', 'ready\n')
    d.rpc.supervisor.stopProcess('o_stopsignal')
    assert output(d, 'stopsignal') == 'ready\ncaught\n'


@shows('program stopwaitsecs', job('stopwaitsecs', 'trap "" TERM; echo ready; exec sleep 1000', stopwaitsecs=0))
def stopwaitsecs(d):
    output(d, 'stopwaitsecs')
    d.rpc.supervisor.stopProcess('o_stopwaitsecs')
    assert said(d, "killing 'o_stopwaitsecs'")


def family(d, name):
    """Stops a parent whose child has told its pid; waits for the child's end."""
    pid = int(output(d, name))
    assert is_alive(pid)
    d.rpc.supervisor.stopProcess('o_' + name)
    wait_until(lambda: not is_alive(pid), what='the grandchild of %s ends' % name)


@shows('program stopasgroup', job('stopasgroup', 'sleep 1000 & echo $!; wait', stopasgroup='true'))
def stopasgroup(d):
    family(d, 'stopasgroup')


@shows('program killasgroup', job('killasgroup', 'trap "" TERM; sleep 1000 & echo $!; while :; do wait; done', killasgroup='true',
                                  stopwaitsecs=0))
def killasgroup(d):
    family(d, 'killasgroup')


@shows('program user', job('user', 'id -un; echo $HOME', user='%s' % ('nobody' if os.geteuid() == 0 else os.geteuid())))
def user(d):
    assert output(d, 'user', '.*\n.*\n').split('\n')[0] == ('nobody' if os.geteuid() == 0 else output(d, 'whoami').strip())


CONFIG.append(job('whoami', 'id -un'))


@shows('program redirect_stderr', job('redirect', 'echo out; echo err >&2', redirect_stderr='true', stderr_logfile='NONE'))
def redirect_stderr(d):
    assert output(d, 'redirect', '.*\n.*\n') == 'out\nerr\n'


@shows('program stdout_logfile_maxbytes, program stdout_logfile_backups, program stderr_logfile_maxbytes, '
       'program stderr_logfile_backups',
       # Each line waits until the one before it is in a file, so that none is written together with another.
       job('rotation', 'for i in 111111 222222 333333 end; do echo $i; echo $i >&2; '
           'until grep -qs $i rotation.out*; do sleep 0.05; done; done', directory='%(here)s', stdout_logfile_maxbytes=6, stdout_logfile_backups=2, stderr_logfile_maxbytes=6, stderr_logfile_backups=0))
def rotation(d):
    wait_until(lambda: 'end' in d.read('rotation.out') + d.read('rotation.out.1'), state=lambda: str(os.listdir(d.dir)))
    wait_until(lambda: not d.info('o_rotation')['pid'])
    assert sorted(os.path.basename(path) for path in glob.glob(d.path('rotation.*'))) == [
        'rotation.err', 'rotation.out', 'rotation.out.1', 'rotation.out.2']


@shows('program serverurl', job('serverurl', 'echo $SUPERVISOR_SERVER_URL', serverurl='http://there:1'),
       job('serverurl_auto', 'echo $SUPERVISOR_SERVER_URL', serverurl=' auto '))
def serverurl(d):
    assert output(d, 'serverurl') == 'http://there:1\n'
    assert output(d, 'serverurl_auto') == 'unix://%s\n' % d.socket


MARKED = r'printf "a<!--XSUPERVISOR:BEGIN-->data<!--XSUPERVISOR:END-->b\n"{}; exec sleep 1000'


def heard(d, name, event, payload):
    # What the listener has got of a program.
    return wait_until(lambda: any(re.search('eventname:%s ' % event, line['header']) and 'processname:o_%s ' % name in line['payload'] and
                                  payload in line['payload'] for line in map(json.loads, d.read('output-events').split('\n')[:-1])),
                      what='%s of %s' % (event, name), state=lambda: d.read('output-events'))


@shows('program stdout_capture_maxbytes, program stderr_capture_maxbytes',
       job('capture_out', MARKED.format(''), stdout_capture_maxbytes='1KB'),
       job('capture_err', MARKED.format(' >&2'), stderr_capture_maxbytes='1KB'),
       program('o_hears_output', '%(ENV_CHILDREN)s/event_recorder %(here)s/output-events', section='eventlistener',
               events='PROCESS_COMMUNICATION,PROCESS_LOG'))
def capture(d):
    heard(d, 'capture_out', 'PROCESS_COMMUNICATION_STDOUT', '\ndata')
    heard(d, 'capture_err', 'PROCESS_COMMUNICATION_STDERR', '\ndata')
    assert output(d, 'capture_out') == 'ab\n' and d.read('capture_err.err') == 'ab\n'


@shows('program stdout_events_enabled, program stderr_events_enabled',
       job('events_out', 'echo out; exec sleep 1000', stdout_events_enabled='true'),
       job('events_err', 'echo err >&2; exec sleep 1000', stderr_events_enabled='true'))
def events_of_output(d):
    heard(d, 'events_out', 'PROCESS_LOG_STDOUT', '\nout\n')
    heard(d, 'events_err', 'PROCESS_LOG_STDERR', '\nerr\n')


# Other sections

@shows('group programs, group priority', program('o_b', '/bin/cat', autostart='false'), program('o_a', '/bin/cat', autostart='false'),
       '[group:o_group]\nprograms=o_b , o_a\npriority=55\n')
def group(d):
    infos = [info for info in d.rpc.supervisor.getAllConfigInfo() if info['group'] == 'o_group']
    assert [(info['name'], info['group_prio']) for info in infos] == [('o_a', 55), ('o_b', 55)] or [
        (info['name'], info['group_prio']) for info in infos] == [('o_b', 55), ('o_a', 55)]


@shows('include files', '[include]\nfiles = nothing/*.ini inc/[a-z].ini\n')
def include(d):
    assert d.state('included') == 'STOPPED'
    options = {o['option']: o for o in d.rpc.cvisor.getProcessConfig('included')}
    assert options['directory']['value'] == d.path('inc') and options['directory']['file'] == d.path('inc/x.ini')


@shows('unix_http_server file, unix_http_server chmod, unix_http_server chown')
def socket_file(d):
    info = os.stat(d.socket)
    assert stat.S_ISSOCK(info.st_mode) and info.st_mode & 0o7777 == 0o765
    if os.geteuid() == 0:
        assert (info.st_uid, info.st_gid) == (65534, 65534)


@shows('rpcinterface supervisor.rpcinterface_factory')
def rpcinterface(d):
    assert 'supervisor.getState' in d.rpc.system.listMethods()


@shows('eventlistener events', program('o_listener', '%(ENV_CHILDREN)s/event_recorder %(here)s/events', section='eventlistener',
                                       events='tick_5, PROCESS_STATE_EXITED'))
def events(d):
    wait_until(lambda: 'eventname:PROCESS_STATE_EXITED ' in d.read('events'), state=lambda: d.log[-1000:])
    assert 'PROCESS_STATE_STARTING' not in d.read('events')


@shows('eventlistener buffer_size, eventlistener result_handler',
       program('o_small', '%(ENV_CHILDREN)s/event_recorder %(here)s/nothing mute', section='eventlistener', events='PROCESS_STATE',
               buffer_size=2, result_handler='supervisor.dispatchers:default_handler'))
def buffer_size(d):
    assert said(d, 'pool o_small event buffer overflowed, discarding event')


FASTCGI = '/usr/bin/python3 -IS -c "import socket; print(socket.socket(fileno=0).getsockname(), flush=True); __import__(\'time\').sleep(1000)"'


@shows('fcgi-program socket, fcgi-program socket_mode, fcgi-program socket_owner, fcgi-program socket_backlog',
       program('o_fcgi', FASTCGI, section='fcgi-program', socket='unix://%(here)s/%(program_name)s', socket_mode='0712',
               socket_owner='65534:65534' if os.geteuid() == 0 else os.geteuid(), socket_backlog=3, stdout_logfile='%(here)s/fcgi.out'))
def fcgi_socket(d):
    assert output(d, 'fcgi') == d.path('o_fcgi') + '\n'
    info = os.stat(d.path('o_fcgi'))
    assert info.st_mode & 0o7777 == 0o712 and info.st_uid == (65534 if os.geteuid() == 0 else os.geteuid())
    waiting = []
    with pytest.raises(BlockingIOError):
        while len(waiting) < 100:
            waiting.append(socket.socket(socket.AF_UNIX))
            waiting[-1].setblocking(False)
            waiting[-1].connect(d.path('o_fcgi'))
    for one in waiting:
        one.close()
    assert len(waiting) == 3 + 2  # the kernel takes one more, and the last was refused


#: What needs more than a program of its own.
ELSEWHERE = {
    ('supervisord', 'nodaemon'): 'e2e/test_options.py::test_nodaemon',
    ('supervisord', 'directory'): 'e2e/test_options.py::test_as_a_daemon',
    ('supervisord', 'umask'): 'e2e/test_options.py::test_as_a_daemon',
    ('supervisord', 'user'): 'e2e/test_options.py::test_as_another_user',
    ('unix_http_server', 'username'): 'e2e/test_options.py::test_credentials',
    ('unix_http_server', 'password'): 'e2e/test_options.py::test_credentials',
    ('inet_http_server', 'port'): 'e2e/test_options.py::test_credentials',
    ('inet_http_server', 'username'): 'e2e/test_options.py::test_credentials',
    ('inet_http_server', 'password'): 'e2e/test_options.py::test_credentials',
    ('supervisorctl', 'serverurl'): 'e2e/test_options.py::test_credentials',
    ('supervisorctl', 'username'): 'e2e/test_options.py::test_credentials',
    ('supervisorctl', 'password'): 'e2e/test_options.py::test_credentials',
    ('unix_http_server', 'request_maxbytes'): 'e2e/test_http.py::test_body_limit',
    ('inet_http_server', 'request_maxbytes'): 'e2e/test_http.py::test_body_limit',
    ('supervisorctl', 'history_file'): 'compat/test_supervisorctl.py::test_history',
    ('program', 'stdout_syslog'): 'unit/test_logpump.c::test_lines_to_syslog',
    ('program', 'stderr_syslog'): 'unit/test_logpump.c::test_lines_to_syslog',
    ('program', 'stdout_full_action'): 'unit/test_logpump.c::test_full_action_block',
    ('program', 'stderr_full_action'): 'unit/test_logpump.c::test_full_action_block',
    ('supervisorctl', 'prompt'): 'e2e/test_options.py::test_prompt_and_plugin',
    ('ctlplugin', 'supervisor.ctl_factory'): 'e2e/test_options.py::test_prompt_and_plugin',
}

# A rotation of the main log makes the lines of the others go, so it is last.
SHOWN = sorted(set(EFFECTS.values()), key=lambda function: (function is rotation_of_the_mainlog, function.__name__))


@pytest.mark.parametrize('show', SHOWN, ids=[function.__name__ for function in SHOWN])
def test_effect(good, show):
    show(good)


def test_defaults_of_a_program(daemon):
    """What is in force when only the command is given: as the table says, and no line wrote it."""
    d = daemon(program('plain', '/bin/cat') + program('group', '/bin/cat', stopasgroup='true'))
    options = {o['option']: o for o in d.rpc.cvisor.getProcessConfig('plain')}
    assert set(options) == set(ROWS['program'])
    special = {'command': '/bin/cat', 'process_name': 'plain', 'killasgroup': 'false'}
    for name, option in options.items():
        want = special.get(name, ROWS['program'][name].default or '')
        assert (option['value'], option['line'] > 0) == (want, name == 'command'), name
    # killasgroup follows stopasgroup.
    assert {o['option']: o['value'] for o in d.rpc.cvisor.getProcessConfig('group')}['killasgroup'] == 'true'


def bare(make_daemon, supervisord='', **options):
    """A daemon with hardly anything configured."""
    return make_daemon(OURS, '[supervisord]\n%s[unix_http_server]\nfile=%%(here)s/s\n[rpcinterface:supervisor]\n'
                       'supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\n'
                       'serverurl=unix://%%(here)s/s\n[program:p]\ncommand=/bin/sh -c "echo \'\x1b[1mx\'; umask; exec cat"\n'
                       '[program:q]\ncommand=/bin/cat\nredirect_stderr=true\n' % supervisord, whole=True, **options)


def test_defaults_of_the_daemon(make_daemon):
    d = bare(make_daemon)
    d.write('tmp/old-stdout---supervisor-abcdefgh.log', 'old\n')
    d.write('start', '#!/bin/sh\nulimit -Sn 300\nulimit -Sp 150 2>/dev/null || ulimit -Su 150\numask 0\nexec %s "$@"\n' % OURS.supervisord)
    os.chmod(d.path('start'), 0o755)
    d.start(daemonize=True, supervisord=d.path('start'))
    assert d.read('supervisord.pid') == '%d\n' % d.pid
    assert d.process.poll() == 0 and d.pid != d.process.pid  # nodaemon
    assert d.rpc.supervisor.getIdentification() == 'supervisor'
    d.wait_state('p', 'RUNNING')
    log, = glob.glob(d.path('tmp/p-stdout---supervisor-*.log'))  # childlogdir
    wait_until(lambda: d.read(log) == '\x1b[1mx\n0022\n', state=lambda: d.read(log))  # strip_ansi, umask
    assert glob.glob(d.path('tmp/p-stderr---supervisor-*.log')) and not glob.glob(d.path('tmp/q-stderr*'))
    assert not os.path.exists(d.path('tmp/old-stdout---supervisor-abcdefgh.log'))  # nocleanup
    assert status_field(d.pid, 'Umask') == '0022'
    with open('/proc/%d/limits' % d.pid) as file:
        limits = file.read()
    assert re.search(r'^Max open files +1024 ', limits, re.M)
    if os.geteuid() == 0:
        assert re.search(r'^Max processes +200 ', limits, re.M)
    assert ' INFO ' in d.log and not re.search(' (DEBG|TRAC|BLAT) ', d.log)
    assert os.readlink('/proc/%d/cwd' % d.pid) == d.dir
    assert stat.S_IMODE(os.stat(d.socket).st_mode) == 0o700
    assert d.read('stdout') == ''


def test_not_silent(make_daemon):
    """In the foreground the log is on stdout too."""
    d = bare(make_daemon).start()
    wait_until(lambda: 'INFO supervisord started with pid' in d.read('stdout'))


def test_nodaemon(make_daemon):
    d = bare(make_daemon, 'nodaemon=true\n')
    with open(d.path('stdout'), 'ab') as out:
        d.process = subprocess.Popen([OURS.supervisord, '-c', d.config], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                     cwd=d.dir, env=d.env, start_new_session=True)
    d.pid = d.process.pid
    d.wait_ready()
    assert d.rpc.supervisor.getPID() == d.pid


def test_as_a_daemon(make_daemon):
    d = bare(make_daemon, 'directory=%(here)s/log\numask=0027\npidfile=%(here)s/supervisord.pid\nlogfile=%(here)s/supervisord.log\n')
    d.start(daemonize=True)
    assert os.readlink('/proc/%d/cwd' % d.pid) == d.path('log')
    assert status_field(d.pid, 'Umask') == '0027'


@pytest.mark.root
@pytest.mark.parametrize('user', ['nobody', '65534'])
def test_as_another_user(make_daemon, user):
    d = bare(make_daemon, 'user=%s\n' % user)
    os.chmod(d.dir, 0o777)
    d.start()
    assert status_field(d.pid, 'Uid').split() == ['65534'] * 4
    assert 'Set uid to user 65534 succeeded' in d.log


def test_credentials(make_daemon):
    """Servers of both kinds, each with a name and a password; the client has them in its section."""
    port = free_port()
    d = make_daemon(OURS, '[inet_http_server]\nport=127.0.0.1:%d\nusername=tcp\npassword={SHA}%s\n' % (
        port, 'a9993e364706816aba3e25717850c26c9cd0d89d'), http='username=unix\npassword=s3cret\n',
                    ctl='username=unix\npassword=s3cret\n').start()
    assert d.ctl('pid').out == '%d\n' % d.pid
    assert d.http('GET', '/RPC2')[0] == 401
    for user, password, status in (('tcp', 'abc', 0), ('tcp', 'abd', 2), ('unix', 's3cret', 2)):
        d.write('ctl.conf', '[supervisorctl]\nserverurl=http://127.0.0.1:%d\nusername=%s\npassword=%s\n' % (port, user, password))
        done = subprocess.run([OURS.supervisorctl, '-c', d.path('ctl.conf'), 'pid'], env=d.env, capture_output=True, text=True)
        assert (done.stdout == '%d\n' % d.pid) == (status == 0), (user, done)


def test_prompt_and_plugin(bench):
    text = '[supervisorctl]\nserverurl=unix:///nonexistent\nprompt=%(ENV_HOME)s\n'
    assert '/root> ' in bench.run(text, 'shell-is-not-a-command', ctl=True)[1] + subprocess.run(
        [OURS.supervisorctl, '-c', 'c.conf', '-i'], cwd=bench.dir, env=ENVIRONMENT, input='quit\n', capture_output=True,
        text=True, timeout=DEADLINE).stdout
    status, out, err = bench.run(text + '[ctlplugin:x]\nsupervisor.ctl_factory=a:b\n', 'help', ctl=True)
    assert (status, err) == (0, 'Warning: [ctlplugin:x] ignored: Python plugins are not supported\n')


# --test-config

def test_everything_is_told(make_daemon):
    """Ten mistakes of different kinds in four files, and three things that are merely odd, each with file and line."""
    d = make_daemon(OURS, """\
[supervisord]
loglevel=loud
nodeamon=true
[include]
files = inc/*.ini none/*.ini
[inet_http_server]
port=host:0
this is nothing
[program:a]
command=/bin/true
stopsingal=TERM
startsecs=soon
stopsignal=TERN
""", whole=True)
    os.mkdir(d.path('inc'))
    d.write('inc/1.ini', 'lost=1\n[program:b]\ncommand=%(ENV_NOPE)s\nuser=no-such-user\n')
    d.write('inc/2.ini', '[progam:c]\ncommand=x\n[group:g]\nprograms=a,z\n')
    d.write('inc/3.ini', '[program:e]\n[eventlistener:l]\ncommand=/bin/true\nevents=TICK_5,NOPE\n= nothing\n')
    d.write('inc/4.ini', '[program:f]\ncommand=sh -c \'a ; b\'\nstdout_logfile_maxbytes=0\n')
    os.mkfifo(d.path('inc/5.ini'))
    os.mkdir(d.path('inc/6.ini'))
    result = d.run('--test-config', '-c', d.config)
    assert (result.status, result.out) == (2, '')
    told = sorted((re.sub(r'^%s/?' % d.dir, '', place), int(line), kind, option, text[:46]) for kind, place, line, option, text in
                  re.findall(r'^(error|warning): (\S+?):(\d+): ?(?:\[([^:\]]*(?::\w+)?\]?(?: \w+)?)[:]? )?(.*)$', result.err, re.M))
    places = [(place, line, kind) for place, line, kind, *_ in told]
    assert places == [
        ('c.conf', 2, 'error'), ('c.conf', 3, 'warning'), ('c.conf', 5, 'warning'), ('c.conf', 6, 'warning'),
        ('c.conf', 7, 'error'), ('c.conf', 8, 'error'), ('c.conf', 11, 'warning'), ('c.conf', 12, 'error'), ('c.conf', 13, 'error'),
        ('inc/1.ini', 1, 'error'), ('inc/1.ini', 3, 'error'), ('inc/1.ini', 4, 'error'),
        ('inc/2.ini', 1, 'warning'), ('inc/2.ini', 4, 'error'),
        ('inc/3.ini', 1, 'error'), ('inc/3.ini', 4, 'error'), ('inc/3.ini', 5, 'error'),
        ('inc/4.ini', 2, 'warning'), ('inc/4.ini', 3, 'warning'),
    ], result.err
    for words in ("nodeamon: unknown option, ignored: did you mean 'nodaemon'?", "did you mean 'stopsignal'?",
                  'without an [rpcinterface:supervisor] supervisorctl cannot work',
                  "did you mean [program:c]?", "neither a [section] nor 'option = value': 'this is nothing'",
                  'No file matches via include "%s/none/*.ini"' % d.dir, 'File contains no section headers.',
                  'warning: %s: cannot be read, ignored: Is a directory' % d.path('inc/6.ini'),
                  'No closing quotation', 'AUTO logging used for stdout_logfile without rollover'):
        assert words in result.err, words


def test_nothing_is_told_twice(make_daemon):
    """A mistake in a section that is in a group, and in one with several processes, is one mistake."""
    d = make_daemon(OURS, '[supervisord]\n[group:g]\nprograms=a\n[program:a]\ncommand=/bin/true\nstartsecs=x\nnumprocs=3\n'
                    'process_name=%(process_num)s\nstdout_syslog=x\n', whole=True)
    result = d.run('--test-config', '-c', d.config)
    assert result.status == 2
    assert [line.split(': ')[1] for line in result.err.splitlines()] == [d.config + ':6', d.config + ':9'], result.err


@pytest.mark.parametrize('data, words', [
    (b'[supervisord]\nidentifier=\xff\nloglevel=loud\n', ["c.conf:2: 'utf-8' codec can't decode byte 0xff in position 25",
                                                         'c.conf:3: [supervisord] loglevel: bad logging level']),
    (b'[supervisord]\nidentifier=a\0b\nloglevel=loud\n', ['c.conf:2: the file contains a null byte', 'c.conf:3: [supervisord]']),
    (b'[include]\n[program:x]\n', ['no files setting', 'does not include supervisord section']),
    (b'[supervisord]\n[include]\nfiles=%(x)s\n[program:x]\n', ['c.conf:3: [include] files', 'c.conf:4: [program:x]']),
    (b'[supervisord]\n' + b'n' * 300 + b'=1\n[' + b's' * 300 + b']\nloglevel=loud\n',
     ["c.conf:2: the option's name is longer than 255 bytes", "c.conf:3: the section's name is longer", 'c.conf:4: [supervisord]']),
    (b'[supervisord]\nidentifier=' + b'x' * 1100000 + b'\nloglevel=loud\n', ['c.conf:2: the value is longer', 'c.conf:3: [supervisord]']),
])
def test_after_an_error_the_reading_goes_on(bench, data, words):
    with open(os.path.join(bench.dir, 'd.conf'), 'wb') as file:
        file.write(data)
    os.replace(os.path.join(bench.dir, 'd.conf'), os.path.join(bench.dir, 'c.conf'))
    done = subprocess.run([PROG, '-c', 'c.conf', '--test-config'], cwd=bench.dir, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 2
    for text in words:
        assert text in done.stderr


def test_good_and_merely_odd(bench):
    assert bench.run('[supervisord]\n[program:p]\ncommand=/bin/true\n', '--test-config') == (
        0, 'c.conf: the configuration is good\n', '')
    status, out, err = bench.run('[supervisord]\nminfd=1\n', '--test-config')
    assert (status, err) == (0, "warning: c.conf:2: [supervisord] minfd: unknown option, ignored: did you mean 'minfds'?\n")


def test_sample(bench):
    """What echo_supervisord_conf prints is a good configuration, and so is each line of it that is commented out."""
    sample = subprocess.run([OURS.echo_conf], capture_output=True, text=True, check=True).stdout
    assert bench.run(sample, '--test-config') == (0, 'c.conf: the configuration is good\n', '')
    all_lines = re.sub(r'^;(?=\S)', '', sample, flags=re.M).replace('=relative/directory', '=nothing')
    all_lines = all_lines.replace('progname1,progname2', 'theprogramname').replace('=supervisord ', '=root ')
    all_lines = re.sub(r'^files.*', 'files=c.conf.not', all_lines, flags=re.M).replace('/a/path', '/tmp/path')
    status, _, err = bench.run(all_lines, '--test-config')
    assert status == 0 and 'unknown' not in err, err
    sections = re.findall(r'^;?\[([\w-]+)', sample, re.M)
    missing = {key for key in LISTED if key[0] in sections and not re.search(r'^;?%s=' % re.escape(key[1]), sample, re.M)}
    assert missing == {('program', name) for name in ('numprocs_start', 'stdout_full_action', 'stderr_full_action')} | {
        ('eventlistener', 'result_handler'), ('unix_http_server', 'request_maxbytes'), ('inet_http_server', 'request_maxbytes')}


# Names with characters that no terminal should see, and files that are none

def test_control_characters_in_names(daemon):
    """Supervisor accepts them, and its clients then cannot read what it answers: raw, they are no XML."""
    d = daemon('[program:a\x01b\x1b[31m]\ncommand=/bin/cat\n[program:\ufffe]\ncommand=/bin/cat\n')
    wait_until(lambda: {info['statename'] for info in d.rpc.supervisor.getAllProcessInfo()} == {'RUNNING'})
    assert sorted(info['name'] for info in d.rpc.supervisor.getAllProcessInfo()) == ['a\ufffdb\ufffd[31m', '\ufffd']
    # Our own client gets them as they are.
    assert re.search('^a\x01b\x1b\\[31m +RUNNING', d.ctl('status').out, re.M)


def test_reread_of_a_fifo(make_daemon):
    """A daemon started from a FIFO does not wait for somebody to write it once more."""
    d = make_daemon(OURS, program('p', '/bin/cat'))
    text = d.read('c.conf')
    d.start()
    os.unlink(d.config)
    os.mkfifo(d.config)
    with pytest.raises(xmlrpc.client.Fault) as caught:
        d.rpc.supervisor.reloadConfig()
    assert 'could not read config file %s (it is no regular file' % d.config in str(caught.value)
    os.unlink(d.config)
    d.write('c.conf', text)
    assert d.rpc.supervisor.reloadConfig() == [[[], [], []]]


def test_started_from_a_pipe(make_daemon):
    d = make_daemon(OURS, program('p', '/bin/cat'))
    done = subprocess.run('cat c.conf | %s --test-config -c /dev/stdin' % OURS.supervisord, shell=True, cwd=d.dir, env=d.env,
                          capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode in (0, 2) and 'could not read' not in done.stderr


def test_large_environment(make_daemon):
    """20,000 variables took three seconds to read; each start and each reread went through them again."""
    variables = ',\n '.join('V%d="%d"' % (i, i) for i in range(20000))
    d = make_daemon(OURS, '[program:p]\ncommand=/usr/bin/env\nstartsecs=0\nautorestart=false\nstdout_logfile=%%(here)s/out\n'
                    'stdout_logfile_maxbytes=0\nenvironment=%s\n' % variables)
    d.start()
    wait_until(lambda: d.state('p') == 'EXITED')
    lines = wait_until(lambda: [line for line in d.read('out').splitlines() if re.match(r'V\d+=\d+$', line)])
    assert len(set(lines)) == 20000 and 'V19999=19999' in lines
    assert d.rpc.supervisor.reloadConfig() == [[[], [], []]]


def test_host_name(bench):
    """%(host_node_name)s in the place where only includes and programs know it."""
    with open(os.path.join(bench.dir, platform.node() + '.ini'), 'w') as file:
        file.write('[program:h]\ncommand=/bin/true\nstartsecs=x\n')
    assert bench.run('[supervisord]\n[include]\nfiles=%(host_node_name)s.ini\n', '--test-config')[0] == 2
