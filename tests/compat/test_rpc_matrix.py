"""Every XML-RPC method and fault on ours and on the reference, by three clients.

One table of calls, CHAPTERS, is played from its beginning to its end on Debian's supervisord and on ours.  The replies
are compared head and body, byte for byte (client `bytes`), and as values: by Python's xmlrpc.client with Supervisor's own
transport, and by our client library (tests/tools/rpc_call), so that there are four combinations of client and daemon.
Pids, times and the directory are masked.  A client leaves out what it cannot express.

Where we differ on purpose (doc/differences.md) the step says so: `mended` has what the reference says and what we say.
"""

import collections
import concurrent.futures
import contextlib
import difflib
import http.client
import json
import os
import re
import socket
import subprocess
import threading
import xmlrpc.client

import pytest
from harness import BUILDDIR, DEADLINE, OURS, REFERENCE, program, reference_is_installed, wait_until

RPC_CALL = os.path.join(BUILDDIR, 'tests', 'tools', 'rpc_call')

CONFIG = (program('cat', '/bin/cat', priority=10, stdout_logfile='%(here)s/log/cat.out', stderr_logfile='AUTO') +
          program('web', '/bin/sh -c "printf 0123456789; echo err >&2; exec sleep 1000"', numprocs=2,
                  process_name='%(program_name)s_%(process_num)02d', priority=20, exitcodes='0,2',
                  stdout_logfile='%(here)s/log/web%(process_num)d.out', stderr_logfile='%(here)s/log/web.err',
                  directory='/', stopsignal='INT', stopwaitsecs=7, startsecs=0) +
          program('idle', '/bin/sleep 1000', autostart='false', stdout_logfile='NONE', redirect_stderr='true') +
          program('quick', '/bin/sh -c "sleep 0.3; exit 3"', startretries=0, startsecs=3, autostart='false') +
          program('nofile', '/nonexistent/prog "a b" <&>', autostart='false', serverurl='http://localhost:1') +
          program('noexec', '/etc/passwd', autostart='false', startretries='7') +
          program('dir', '/tmp', autostart='false') +
          program('badcmd', "sh -c 'abc", autostart='false') +
          # It lives until the start is answered.
          program('bytes', '/bin/sh -c "printf \'a\\033[1m<&>\\r\\001\\303\\251\'; read line"', autostart='false', startsecs=0,
                  stdout_logfile='%(here)s/log/bytes') +
          program('lost', '/bin/sh -c "printf 0123456789; exec sleep 1000"', autostart='false', startsecs=0,
                  stdout_logfile='%(here)s/log/lost') +
          program('stubborn', "/bin/sh -c 'trap \"\" TERM; echo ready; while ! test -e go; do sleep 0.05; done'",
                  directory='%(here)s', stopwaitsecs=60, startsecs=0, autostart='false', priority=1,
                  stdout_logfile='%(here)s/log/stubborn') +
          '[group:mixed]\nprograms=one,two\npriority=5\n\n' +
          program('one', '/bin/cat', autostart='false', priority=2) +
          program('two', '/bin/cat', autostart='false', priority=1, stopasgroup='true'))

#: Not there from the beginning: the reference cuts late answers in which such a name is.
FILS = program('fils\u00e9', '/bin/cat', autostart='false', startsecs=0, stdout_logfile='%(here)s/log/fils')

#: A call; theirs and ours: what the two say where they differ. body: a document instead of a call.
Call = collections.namedtuple('Call', 'method args theirs ours body', defaults=(None, None, None))
#: Something to wait for or to change, between calls.
Do = collections.namedtuple('Do', 'function')


class Xml(str):
    """An argument that only bytes can express."""


def full(method):
    return method if method.partition('.')[0] in ('supervisor', 'system') else 'supervisor.' + method


def call(method, *args):
    return Call(full(method), args)


def calls(methods, *args):
    return [call(method, *args) for method in methods.split()]


def mended(theirs, ours, method, *args):
    return Call(full(method), args, theirs, ours)


def document(body, theirs=None, ours=None):
    return Call(None, (), theirs, ours, body)


def state(name, *states):
    return Do(lambda daemon: daemon.wait_state(name, *states))


def log(name, text, count=1):
    return Do(lambda daemon: daemon.wait_log(re.escape(text), name=name, count=count))


def config(text):
    return Do(lambda daemon: daemon.write_config(text))


def write(name, text):
    return Do(lambda daemon: daemon.write(name, text))


def move(old, new):
    return Do(lambda daemon: os.rename(daemon.path(old), daemon.path(new)))


def started(count):
    # clearLog has removed what was before.
    def wait(daemon):
        daemon.wait_log('supervisord started with pid', count=count)
        daemon.wait_ready()
    return Do(wait)


def one(method, *params):
    """A call in a multicall."""
    return {'methodName': full(method), 'params': list(params)}


ERROR_500 = {'status': 500}
WRONG = {'fault': [2, 'INCORRECT_PARAMETERS']}
DATE = xmlrpc.client.DateTime('20240102T03:04:05')
NAMES = ('cat', 'cat:cat', 'web:web_00', 'web', 'web:*', 'web:', 'web:web_1', 'web_00', 'a:b:c', '', ':', '*', ':b',
         'CAT', ' cat', 'nope', 'mixed:one', 'mixed:nope', 'web:web_*', '\u00e9<&>', "it's", 'a\nb', 'fils\u00e9')
ODD = (7, 1.5, Xml('<double>inf</double>'), True, None, DATE, Xml('<int>99999999999999</int>'), Xml('<i8>7</i8>'))
RANGES = [(0, 0), (0, 5), (5, 5), (5, 6), (0, 100), (10, 5), (10, 0), (3, 1), (-5, 3), (-20, 15), (3, -1), (50, 5),
          (-3, 0), (-50, 0), (-1, -1), (2, 3), (8, 50), ('2', ' 3 '), (2.9, 3.9), (True, True), ('+1', '1_0'),
          (Xml('<base64>Mg==</base64>'), 3)]
#: Beyond 64 bits: Python's integers have no end.
HUGE = Xml('<int>%d</int>' % 2 ** 70)
HUGE_NEGATIVE = Xml('<int>-%d</int>' % 2 ** 70)
SIGNALS = ('CONT', 'sigcont', ' Cont ', '18', 18, 0, 18.9, False, 'FOO', '', 'SIG', '33', '35', '65', -1, 99, 'CHLD', 'SIGCLD',
           'WINCH', 'URG', 'HUPX', Xml('<int>%d</int>' % 2 ** 40), Xml('<base64>Q09OVA==</base64>'))
NOT_NUMBERS = ([], {}, None, DATE)
READS = 'readProcessLog readProcessStdoutLog tailProcessLog tailProcessStdoutLog'
METHODS = (
    'addProcessGroup clearAllProcessLogs clearLog clearProcessLog clearProcessLogs getAPIVersion getAllConfigInfo '
    'getAllProcessInfo getIdentification getPID getProcessInfo getState getSupervisorVersion getVersion readLog readMainLog '
    'readProcessLog readProcessStderrLog readProcessStdoutLog reloadConfig removeProcessGroup restart sendProcessStdin '
    'sendRemoteCommEvent shutdown signalAllProcesses signalProcess signalProcessGroup startAllProcesses startProcess '
    'startProcessGroup stopAllProcesses stopProcess stopProcessGroup tailProcessLog tailProcessStderrLog '
    'tailProcessStdoutLog').split()
#: Arguments of the right number for each method.
ARGUMENTS = dict.fromkeys(METHODS, ())
ARGUMENTS.update(dict.fromkeys(
    'addProcessGroup removeProcessGroup clearProcessLog clearProcessLogs getProcessInfo startProcess startProcessGroup '
    'stopProcess stopProcessGroup'.split(), ('nope',)))
ARGUMENTS.update(dict.fromkeys('signalProcess signalProcessGroup'.split(), ('cat', 'NOPE')))
ARGUMENTS.update(dict.fromkeys([m for m in METHODS if 'Process' in m and 'Log' in m and 'clear' not in m], ('nope', -1, -1)))
ARGUMENTS.update(readLog=(-1, -1), readMainLog=(0, 0), signalAllProcesses=('NOPE',), sendProcessStdin=('cat', 7),
                 sendRemoteCommEvent=('a', 'b'))
WITHOUT_ARGUMENTS = [m for m in METHODS if not ARGUMENTS[m] and 'AllProcesses' not in m]

#: Each method while the daemon ends: its state is looked at before anything else but the number of arguments.
ENDING = [
    *[call(m, *ARGUMENTS[m]) for m in METHODS], *[call(m, 1, 2, 3, 4) for m in METHODS],
    call('nope'), call('system.methodSignature', 'supervisor.getPID'),
    call('startProcess', 7), call('readProcessLog', 'cat', [], None), call('stopProcessGroup', []),
    call('system.multicall', [one(m, *ARGUMENTS[m]) for m in METHODS] + [one('nope')])]

CHAPTERS = {
    'daemon': [
        *calls('getAPIVersion getVersion getIdentification getState getPID'), *calls('getSupervisorVersion', 1),
        *[call(m, 1) for m in WITHOUT_ARGUMENTS], *calls('signalAllProcesses clearProcessLogs getProcessInfo'),
        *calls('nope supervisord.options _update getPID.x'), call('supervisor. getPID'), call('supervisor.getPID '),
        call('supervisor.'), call('supervisor.supervisor.getPID'), call('system.supervisor.getPID'),
        call('readLog'), call('readLog', 0), call('readLog', -1, 1), call('readMainLog', 0, -1),
        call('readLog', 0, 23), call('readMainLog', 0, 23), call('readLog', 0, 23, 1),
        call('sendRemoteCommEvent', 'a', 'b'), call('sendRemoteCommEvent', 1, None), call('sendRemoteCommEvent', 'a'),
        call('sendRemoteCommEvent', [1, 'x', {'a': DATE}], 1.5)],
    'information': calls('getAllProcessInfo getAllConfigInfo') + [
        call('getProcessInfo', name) for name in ('cat', 'web:web_01', 'quick')],
    'reading': [log('log/web0.out', '9'), log('log/web1.out', '9'), log('log/web.err', 'err', count=2)] + [
        call(m, 'web:web_00', *given) for given in RANGES for m in READS.split()] + [
        call(m, name, 0, 4) for name in ('web:web_01', 'idle', 'mixed:two', 'nope') for m in (
            'readProcessStdoutLog', 'readProcessStderrLog', 'tailProcessStdoutLog', 'tailProcessStderrLog')] + [
        call('readProcessLog', 'web:web_00', 0), call('tailProcessLog', 'web:web_00', 0)],
    'names': [call(m, name, *rest) for name in NAMES for m, rest in (
        ('getProcessInfo', ()), ('sendProcessStdin', ('',)), ('signalProcess', ('CONT',)),
        ('signalProcessGroup', ('CONT',)), ('tailProcessLog', (0, 0)), ('clearProcessLogs', ()))],
    'odd names': [call(m, odd, *rest) for odd in ODD for m, rest in (
        ('startProcessGroup', ()), ('stopProcessGroup', ()), ('signalProcessGroup', ('HUP',)),
        ('removeProcessGroup', ()), ('addProcessGroup', ()))] + [
        call('addProcessGroup', ['a', 1, False, None, DATE, Xml('<double>1e20</double>'), {'k': "it's"}]),
        call('addProcessGroup', {}), call('startProcessGroup', []), call('removeProcessGroup', {}),
        call('stopProcessGroup', {}), call('signalProcessGroup', [], 'HUP')],
    'wrong types': [
        # A process's name has to be a text; the reference stumbles over anything else.
        *[mended(ERROR_500, WRONG, m, odd, *ARGUMENTS[m][1:]) for odd in (7, 1.5, True, None, DATE, [], {'a': 1}) for m in (
            'startProcess', 'stopProcess', 'getProcessInfo', 'signalProcess', 'readProcessLog', 'tailProcessStderrLog',
            'clearProcessLogs')],
        mended(ERROR_500, WRONG, 'sendProcessStdin', 7, 'x'), call('sendProcessStdin', 7, 7),
        # Numbers: what Python's int() takes. What is looked at first decides.
        *[call(m, 'web:web_00', odd, 0) for odd in NOT_NUMBERS for m in READS.split()],
        *[call(m, 'web:web_00', 0, odd) for odd in NOT_NUMBERS for m in READS.split()],
        *[call(m, 'nope', odd, 0) for odd in (*NOT_NUMBERS, 'x', HUGE) for m in READS.split()],
        *[call(m, 'idle', odd, 0) for odd in (*NOT_NUMBERS, 'x', HUGE) for m in READS.split()],
        *[call('readLog', odd, 0) for odd in NOT_NUMBERS],
        *[mended(ERROR_500, WRONG, m, 'web:web_00', odd, 0) for odd in (
            'x', '', '1.5', '0x10', Xml('<double>nan</double>'), Xml('<double>inf</double>')) for m in READS.split()],
        mended(ERROR_500, WRONG, 'readLog', 'x', 0), mended(ERROR_500, WRONG, 'readLog', 0, 'x'),
        call('readProcessLog', 'web:web_00', HUGE_NEGATIVE, 5), call('readProcessLog', 'web:web_00', 0, HUGE_NEGATIVE),
        # Signals.
        *[mended(ERROR_500, WRONG, m, *name, odd) for odd in NOT_NUMBERS for m, name in (
            ('signalProcess', ('cat',)), ('signalProcessGroup', ('web',)), ('signalAllProcesses', ()))],
        *[call('signalProcess', 'nope', odd) for odd in NOT_NUMBERS],
        # Truth values are never wrong.
        *[call('startProcess', 'cat', odd) for odd in (0, 1, 0.0, 0.5, '', 'x', None, [], [0], {}, {'a': 0}, DATE)]],
    'signals': [call('signalProcess', 'cat', signal) for signal in SIGNALS] + [
        call('signalProcess', 'idle', 'CONT'), call('signalProcess', 'idle', 'FOO'),
        call('signalProcess', 'web:*', 0), call('signalProcess', 'mixed:*', 'FOO'),
        call('signalProcessGroup', 'web', 'CONT'), call('signalProcessGroup', 'mixed', 'CONT'),
        call('signalProcessGroup', 'web', 77), call('signalAllProcesses', 'cont'),
        call('signalAllProcesses', 'FOO'), call('signalProcess', 'nope', 'FOO'), call('signalAllProcesses'),
        *[mended({'result': True}, {'fault': [11, 'BAD_SIGNAL: ' + name]}, 'signalProcess', 'cat', name)
          for name in ('SIG_BLOCK', 'SIG_DFL')]],
    'odd bytes': [
        call('startProcess', 'bytes'), call('sendProcessStdin', 'bytes', 'end\n'), state('bytes', 'EXITED'), log('log/bytes', '<&>'),
        call('readProcessLog', 'bytes', 0, 0), call('readProcessLog', 'bytes', -2, 0),
        call('readProcessLog', 'bytes', 5, 3), call('tailProcessLog', 'bytes', 0, 100),
        mended(ERROR_500, {'result': '\ufffd'}, 'readProcessLog', 'bytes', -1, 0)],
    'other files': [
        call('startProcess', 'lost'), log('log/lost', '9'), call('readProcessLog', 'lost', 0, 0),
        # Truncated, and grown again by somebody else.
        write('log/lost', ''), call('readProcessLog', 'lost', 0, 0), call('readProcessLog', 'lost', 5, 3),
        call('tailProcessLog', 'lost', 10, 100), write('log/lost', 'abc'), call('readProcessLog', 'lost', -2, 0),
        call('tailProcessLog', 'lost', 0, 2), call('tailProcessLog', 'lost', 10, 100),
        # Moved away, as logrotate does it; then another one there.
        move('log/lost', 'log/lost.1'), call('readProcessLog', 'lost', 0, 0), call('readProcessLog', 'lost', -1, -1),
        call('tailProcessLog', 'lost', 7, 10), call('tailProcessLog', 'lost', -7, -10), call('readProcessLog', 'lost', 'x', 0),
        call('readProcessLog', 'lost', [], 0), call('tailProcessLog', 'lost', 'x', 0), write('log/lost', 'new one'),
        call('readProcessLog', 'lost', 4, 0), call('tailProcessLog', 'lost', 0, 3), call('clearProcessLogs', 'lost'),
        call('readProcessLog', 'lost', 0, 0), call('tailProcessLog', 'lost', 0, 0),
        # Something that is no file.
        Do(lambda daemon: os.remove(daemon.path('log/lost'))), Do(lambda daemon: os.mkdir(daemon.path('log/lost'))),
        call('readProcessLog', 'lost', 0, 0), call('readProcessLog', 'lost', -1, -1), call('tailProcessLog', 'lost', 3, 4),
        call('readProcessLog', 'lost', [], 0), call('tailProcessLog', 'lost', None, 0),
        mended(ERROR_500, WRONG, 'readProcessLog', 'lost', 'x', 0), call('clearProcessLogs', 'lost'),
        Do(lambda daemon: os.rmdir(daemon.path('log/lost'))), call('clearProcessLogs', 'lost'), call('stopProcess', 'lost'), call('clearProcessLogs', 'lost')],
    'stdin': [
        call('sendProcessStdin', 'cat', 'h\u00e9llo\n'), log('log/cat.out', 'h\u00e9llo'),
        call('sendProcessStdin', 'cat', xmlrpc.client.Binary(b'ho\n')), call('sendProcessStdin', 'cat', 'hi\n'), log('log/cat.out', 'hi'),
        call('sendProcessStdin', 'idle', 'x'), call('sendProcessStdin', 'nope', 'x'),
        call('sendProcessStdin', 'nope', 5), call('sendProcessStdin', 'cat', ['a']),
        call('sendProcessStdin', 'cat', None), call('sendProcessStdin', 'cat', 1.5),
        call('sendProcessStdin', 'cat', DATE), call('sendProcessStdin', 'cat', True),
        call('sendProcessStdin', 'cat', {'a': 1}), call('sendProcessStdin', 'cat')],
    'system': [
        *[call('system.methodSignature', 'supervisor.' + m) for m in METHODS],
        *[call('system.methodSignature', 'system.' + m) for m in (
            'listMethods', 'methodHelp', 'methodSignature', 'multicall')],
        call('system.methodSignature', 'nope'), call('system.methodSignature', ''), call('system.methodSignature'),
        call('system.methodHelp', 'nope'), call('system.methodHelp'), call('system.methodHelp', 'getPID'),
        call('system.nope'), call('system.namespaces'), call('system.listMethods', 1)],
    'multicall': [call('system.multicall', *given) for given in (
        ([],), (1,), ({},), (None,), (True,), (DATE,), (), ([], []), (1.5,),
        ([one('getState'), one('nope'), {}, one('system.multicall', []),
          one('startProcess', 'idle'), one('startProcess', 'idle'), one('stopProcess', 'idle'),
          one('stopProcess', 'idle'), one('startProcess', 'quick'), one('startProcess', 'mixed:*'),
          one('startAllProcesses', 1, 2), one('getProcessInfo', 'mixed:one'), one('stopProcessGroup', 'mixed'),
          one('system.listMethods', 1), {'methodName': 'supervisor.getPID', 'params': 1}, {'methodName': None},
          {'methodName': 'supervisor.getPID', 'params': {}}, {'methodName': 'supervisor.getPID', 'params': ''},
          {'methodName': 'supervisor.getPID', 'params': None}, {'methodName': 'supervisor'}, {'methodName': ''},
          {'params': []}, {'methodName': 'supervisor.getState', 'foo': 'bar'}, one('getProcessInfo'),
          one('readProcessLog', 'cat', -1, -1), one('signalProcess', 'cat', 'FOO'), one('sendProcessStdin', 'cat', None),
          one('system.methodSignature', 'system.multicall'), one('getState')],))] + [
        mended(ERROR_500, WRONG, 'system.multicall', odd) for odd in ('abc', [1], ['a'], [None], [one('getState'), []])] + [
        mended({'result': [{'faultCode': 30, 'faultString': text}]}, {'result': [dict(
            faultCode=2, faultString='INCORRECT_PARAMETERS')]}, 'system.multicall', [given]) for given, text in (
                (one('getProcessInfo', 7), "FAILED: <class 'AttributeError'>:'int' object has no attribute 'split'"),
                (one('readProcessLog', 'cat', 'x', 0),
                 "FAILED: <class 'AttributeError'>:type object 'Faults' has no attribute "
                 "'invalid literal for int() with base 10: 'x''"),
                ({'methodName': 7}, "FAILED: <class 'AttributeError'>:'int' object has no attribute 'split'"))] + [
        mended({'result': [{'faultCode': 10, 'faultString': 'BAD_NAME: c'}]},
               {'result': [{'faultCode': 2, 'faultString': 'INCORRECT_PARAMETERS'}]}, 'system.multicall',
               [{'methodName': 'supervisor.getProcessInfo', 'params': 'c'}])],
    'start and stop': [
        call('startProcess', 'cat'), call('startProcess', 'cat:cat'), call('stopProcess', 'cat:cat'),
        call('stopProcess', 'cat'), call('stopProcess', 'cat', False), call('startProcess', 'cat'),
        call('startProcess', 'nofile'), call('getProcessInfo', 'nofile'), call('startProcess', 'noexec'),
        call('startProcess', 'dir'), call('startProcess', 'badcmd'), call('getProcessInfo', 'badcmd'),
        call('startProcess', 'quick'), call('getProcessInfo', 'quick'), call('stopProcess', 'quick'),
        call('startProcess', 'idle', []), state('idle', 'RUNNING'), call('stopProcess', 'idle', 'x'),
        call('startProcessGroup', 'web'), call('stopProcess', 'web:*'), call('startProcess', 'web:', None),
        call('startProcess', 'mixed:*'), call('startProcessGroup', 'mixed'), call('stopProcessGroup', 'mixed'),
        call('stopProcessGroup', 'mixed'), call('startProcessGroup', 'mixed:*'), call('startProcess', 'nope:*'),
        call('startProcessGroup', 'mixed', False), call('stopProcessGroup', 'mixed', 0),
        state('mixed:one', 'STOPPED'), state('mixed:two', 'STOPPED'),
        call('startProcess'), call('startProcess', 'cat', True, True), call('startAllProcesses', True, True)],
    'stopping': [
        write('log/stubborn', ''), call('startProcess', 'stubborn'), log('log/stubborn', 'ready'), call('stopProcess', 'stubborn', False),
        call('getProcessInfo', 'stubborn'), call('stopProcess', 'stubborn'), call('startProcess', 'stubborn', False),
        call('startProcess', 'stubborn'), call('signalProcess', 'stubborn', 'CONT'),
        call('sendProcessStdin', 'stubborn', 'x'), call('removeProcessGroup', 'stubborn'),
        call('stopProcess', 'stubborn:*'), write('go', ''), state('stubborn', 'STOPPED'),
        Do(lambda daemon: os.remove(daemon.path('go')))],
    'documents': [document(body) for body in (
        '<foo', 'x', '<m/>', '<m><methodName/></m>', '<m><methodName>supervisor.getPID</methodName></m>',
        '<m><methodName>supervisor.getPID</methodName><params/></m>junk',
        '<m><methodName>supervisor.getPID</methodName><params><param/></params></m>',
        '<m><methodName>supervisor.getPID</methodName><methodName>supervisor.getState</methodName></m>',
        '<m><params><param><methodName>supervisor.getState</methodName></param></params></m>',
        '<m><methodName> supervisor.getState </methodName></m>',
        '<m><methodName>supervisor.getState</methodName><params><param><value><int>x</int></value></param></params></m>',
        '<?xml version="1.0" encoding="iso-8859-1"?><m><methodName>supervisor.getProcessInfo</methodName>'
        '<params><param><value>\u00e9</value></param></params></m>', '\ufeff<m><methodName>supervisor.getPID</methodName></m>',
        '<m><methodName>supervisor.getProcessInfo</methodName><params><string>cat</string></params></m>',
        '<m><methodName>supervisor.getProcessInfo</methodName><params><value> <a>cat</a></value></params></m>',
        '<m:m xmlns:m="u"><m:methodName>supervisor.getPID</m:methodName></m:m>',
        '<m><methodName>supervisor.getState</methodName></m>\x00', '\x01', '&nope;',
        '<m><methodName>supervisor.getProcessInfo</methodName><params><string>a\x01b</string></params></m>',
        '<m><methodName>supervisor.getProcessInfo</methodName><params><string>a&#1;b</string></params></m>')] + [
        document('<m><methodName>supervisor.addProcessGroup</methodName><params><param><value>%s</value></param></params></m>'
                 % value) for value in (
            '', ' a ', '<int> 1_0 </int>', '<int></int>', '<int>1.5</int>', '<i4>-0</i4>', '<i8>7</i8>', '<foo>7</foo>', '<foo/>',
            '<nil/>', '<ex:nil xmlns:ex="u"/>', '<boolean>1</boolean>', '<boolean>true</boolean>', '<boolean> 1</boolean>',
            '<double>1e3</double>', '<double> -.5 </double>', '<double>x</double>', '<double>-inf</double>',
            '<dateTime.iso8601>2024-01-02</dateTime.iso8601>', '<dateTime.iso8601>20240230T00:00:00</dateTime.iso8601>',
            '<base64>Y2F0</base64>', '<base64>!!!</base64>', '<base64>Y2F</base64>', '<base64>/w==</base64>',
            '<array></array>', '<array><data/></array>', '<array><data><value>a</value><int>1</int></data></array>',
            '<struct><member><name>a</name></member></struct>', '<struct/>',
            '<struct><member><name>a</name><value>1</value></member><member><name>a</name><value>2</value></member></struct>',
            '<string><![CDATA[<&>]]>&amp;&#233;</string>', '<string>a\r\nb</string>', 'x<string>a</string>y<string>b</string>')] + [
        document('<!DOCTYPE m [<!ENTITY a "supervisor.getState">]><m><methodName>&a;</methodName></m>',
                 b'HTTP/1.0 200', b'HTTP/1.0 400'),
        document('<!DOCTYPE m><m><methodName>supervisor.getState</methodName></m>', b'HTTP/1.0 200', b'HTTP/1.0 400')],
    'clearing': [
        # Both have been started twice; only the first one's log was cleared between.
        log('log/web0.out', '9'), log('log/web1.out', '9', count=2), call('clearProcessLogs', 'web:web_00'), call('readProcessLog', 'web:web_00', 0, 0),
        call('clearProcessLog', 'web:web_01'), call('clearProcessLogs', 'idle'), call('clearProcessLog', 'nope'),
        call('clearAllProcessLogs'), call('readProcessStdoutLog', 'web:web_01', 0, 0), call('clearLog'), call('clearLog'),
        call('clearProcessLogs')],
    'configuration': [
        call('reloadConfig'), call('addProcessGroup', 'cat'), call('addProcessGroup', 'nope'),
        call('removeProcessGroup', 'cat'), call('removeProcessGroup', 'cat:cat'), call('removeProcessGroup', 'idle'),
        call('removeProcessGroup', 'idle'), call('getProcessInfo', 'idle'), call('addProcessGroup', 'idle'),
        config(CONFIG.replace('startretries=7', 'startretries=8').replace('[program:dir]', '[program:new]')),
        call('reloadConfig'), call('reloadConfig'), call('getAllConfigInfo'), call('addProcessGroup', 'new'),
        call('getProcessInfo', 'new'), call('removeProcessGroup', 'dir'), call('reloadConfig'),
        call('addProcessGroup', 'dir'), config(CONFIG + FILS), call('reloadConfig'), call('addProcessGroup', 'fils\u00e9'),
        call('startProcess', 'fils\u00e9'), call('getProcessInfo', 'fils\u00e9'), call('getAllProcessInfo'),
        call('sendProcessStdin', 'fils\u00e9', '\u20ac\n'), call('addProcessGroup', 'fils\u00e9'),
        call('signalProcess', 'fils\u00e9', '\u00e9'), call('removeProcessGroup', 'fils\u00e9'),
        call('stopProcess', 'fils\u00e9'), call('stopProcess', 'fils\u00e9'), call('removeProcessGroup', 'fils\u00e9'),
        config(CONFIG), call('reloadConfig')],
    'all': [
        call('stopAllProcesses', False), state('cat', 'STOPPED'), state('web:web_01', 'STOPPED'),
        state('web:web_00', 'STOPPED'), call('stopAllProcesses'), call('getAllProcessInfo'),
        write('log/stubborn', ''), call('startAllProcesses', False), state('mixed:one', 'RUNNING'), state('idle', 'RUNNING'), state('cat', 'RUNNING'),
        state('mixed:two', 'RUNNING'), state('stubborn', 'RUNNING'), log('log/stubborn', 'ready'),
        call('stopProcess', 'stubborn', 0)],
    'restarting': [
        call('restart'), *ENDING, write('go', ''), started(1), Do(lambda daemon: os.remove(daemon.path('go'))),
        call('getState'), call('getPID'), state('cat', 'RUNNING')],
    'shutting down': [
        write('log/stubborn', ''), call('startProcess', 'stubborn'), log('log/stubborn', 'ready'), call('shutdown'), *ENDING, write('go', '')],
}

MASKS = [
    (r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}', r'TIME'),
    (r'Date: [^\r]*', r'Date: D'),
    (r'\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M\b', r'DATE'),
    (r'uptime \d:\d\d:\d\d', r'uptime T'),
    (r'\bpid \d+', r'pid N'),
    (r'---supervisor-[a-z0-9_]{8}\.log', r'---supervisor-RANDOM.log'),
    (r'(<name>(?:start|stop|now|pid)</name>\s*<value><int>)[1-9]\d*', r'\1N'),
    (r'("(?:start|stop|now|pid)": )[1-9]\d*', r'\1N'),
    # Only these lengths depend on the masked digits.
    (r'Content-Length: \d{4,}', r'Content-Length: N'),
]


STATUS = r'<value><struct>\n<member>\n<name>name</name>\n(?:(?!</struct>).)*</struct></value>\n'


def is_race(step):
    """Whether the order of the results depends on who settles first."""
    name = (step.method or '').partition('.')[2]
    return name == 'multicall' or (name.startswith(('start', 'stop')) and step.args[-1:] not in ((False,), (0,)))


def ordered(text):
    return re.sub('(?:%s){2,}' % STATUS, lambda run: ''.join(sorted(re.findall(STATUS, run.group(), re.S))), text,
                  flags=re.S)


def ordered_values(value):
    if isinstance(value, dict):
        return {name: ordered_values(member) for name, member in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, dict) and 'status' in item for item in value):
        return sorted(value, key=lambda item: (item['group'], item['name']))
    return [ordered_values(item) for item in value] if isinstance(value, list) else value


def masked(step, text, daemon):
    """The text of a reply without what no two runs share."""
    text = text.replace(daemon.dir, 'DIR')
    if is_race(step):
        text = ordered(text)
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    if 'getPID' in (step.body or '') + (step.method or '') or 'getPID' in repr(step.args):
        text = re.sub(r'\b%d\b' % daemon.pid, 'PID', text)
        text = re.sub(r'Content-Length: \d+', 'Content-Length: N', text)
    if 'ProcessInfo' in (step.body or '') + (step.method or ''):
        text = re.sub(r'Content-Length: \d+', 'Content-Length: N', text)
    return text


def values(step, answer):
    return json.dumps(ordered_values(answer) if is_race(step) else answer, sort_keys=True)


class Bytes:
    """A client that shows replies as they are, over a new connection for each."""
    can_send_documents = True

    def __init__(self, daemon):
        self.daemon = daemon

    def ask(self, step):
        body = (step.body or self.document(step)).encode()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.daemon.socket)
            # Ours says U+FFFD for control characters but to who asks for them as they are (doc/differences.md).
            controls = b'' if step.body else b'Accept: text/xml; controls=raw\r\n'
            connection.sendall(b'POST /RPC2 HTTP/1.0\r\n%sContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s' % (
                controls, len(body), body))
            return masked(step, b''.join(iter(lambda: connection.recv(65536), b'')).decode(), self.daemon)

    @staticmethod
    def document(step):
        """xmlrpc.client's document, with arguments of our own XML put in their places."""
        holes = []

        def fill(value):
            if isinstance(value, Xml):
                holes.append(value)
                return 'HOLE%d;' % (len(holes) - 1)
            if isinstance(value, list):
                return [fill(item) for item in value]
            return value
        text = xmlrpc.client.dumps(tuple(fill(arg) for arg in step.args), step.method, allow_none=True)
        return re.sub(r'<string>HOLE(\d+);</string>', lambda hole: holes[int(hole.group(1))], text)

    def close(self):
        pass


class Python:
    """xmlrpc.client with the transport that Supervisor's programs and libraries use."""
    can_send_documents = False

    def __init__(self, daemon):
        from supervisor.xmlrpc import SupervisorTransport
        self.daemon = daemon
        self.transport = SupervisorTransport(serverurl='unix://' + daemon.socket)
        self.proxy = xmlrpc.client.ServerProxy('http://127.0.0.1', transport=self.transport, allow_none=True)

    def ask(self, step):
        if has_type(step.args, Xml):
            return None
        try:
            answer = self.answer(step)
        except (OSError, http.client.HTTPException):
            self.transport.close()  # the daemon has restarted; this client does not connect again by itself
            answer = self.answer(step)
        return masked(step, values(step, answer), self.daemon)

    def answer(self, step):
        try:
            return {'result': getattr(self.proxy, step.method)(*step.args)}
        except xmlrpc.client.Fault as fault:
            return {'fault': [fault.faultCode, fault.faultString]}
        except xmlrpc.client.ProtocolError as error:
            return {'status': error.errcode}
        except xmlrpc.client.expat.ExpatError as error:
            self.transport.close()
            return {'unreadable': str(error)}

    def close(self):
        self.transport.close()


class C:
    """Our own client library."""
    can_send_documents = False

    def __init__(self, daemon):
        self.daemon = daemon
        self.process = subprocess.Popen([RPC_CALL, 'unix://' + daemon.socket], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=daemon.env)

    def ask(self, step):
        if has_type(step.args, (Xml, xmlrpc.client.DateTime, xmlrpc.client.Binary)):
            return None
        self.process.stdin.write(json.dumps([step.method, *step.args]).encode() + b'\n')
        self.process.stdin.flush()
        return masked(step, values(step, json.loads(self.process.stdout.readline())), self.daemon)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(DEADLINE) == 0
        self.process.stdout.close()


def has_type(value, types):
    if isinstance(value, (list, tuple)):
        return any(has_type(item, types) for item in value)
    if isinstance(value, dict):
        return has_type(list(value.values()), types)
    return isinstance(value, types)


@contextlib.contextmanager
def kept_awake(daemon):
    """The reference looks at calls that wait once a second, or when something happens: something happens often."""
    over = threading.Event()

    def knock():
        while not over.wait(0.05):
            # One connection: the reference mixes up descriptors that are closed and opened at once.
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(daemon.socket)
                while not over.wait(0.05):
                    connection.sendall(b'GET /RPC2 HTTP/1.1\r\n\r\n')
                    if not connection.recv(4096):
                        break
    thread = threading.Thread(target=knock, daemon=True)
    if daemon.impl is REFERENCE:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if daemon.impl is REFERENCE:
            thread.join()


def play(daemon, make_client):
    """Everything on one daemon by one client: [(chapter, step, answer)]."""
    daemon.start()
    with kept_awake(daemon), contextlib.closing(make_client(daemon)) as client:
        for name in ('cat', 'web:web_00', 'web:web_01'):
            daemon.wait_state(name, 'RUNNING')
        said = play_steps(daemon, client)
    daemon.wait_end()
    return said


def play_steps(daemon, client):
    said = []
    for chapter, steps in CHAPTERS.items():
        for step in steps:
            if isinstance(step, Do):
                step.function(daemon)
            elif step.body is None or client.can_send_documents:
                said.append((chapter, step, client.ask(step)))
    return said


def title(chapter, step):
    return '%s: %s' % (chapter, step.body or '%s%r' % (step.method, step.args))


def expected(step, answer, wanted, which):
    """What is wrong with an answer that is known beforehand."""
    if isinstance(wanted, dict) and not answer.startswith('HTTP/'):
        right = answer == json.dumps(wanted, sort_keys=True)
    elif isinstance(wanted, dict):
        right = answer.startswith('HTTP/1.0 %d' % wanted.get('status', 200))
    else:
        right = answer.startswith(wanted.decode())
    return '' if right else '%s: %s instead of %s' % (which, answer, wanted)


def compare(theirs, ours, client):
    complaints = []
    for (chapter, step, their), (_, _, our) in zip(theirs, ours):
        if step.theirs is not None and their is not None:
            wrong = expected(step, their, step.theirs, 'reference') or expected(step, our, step.ours, 'ours')
        elif their is not None and their.startswith('{"unreadable"'):
            wrong = '' if '\\ufffd' in our else our  # control characters
        elif their != our:
            wrong = '\n'.join(difflib.unified_diff(*[
                repr(text)[1:-1].replace('\\n', '\n').splitlines() for text in (their, our)], 'reference', 'ours',
                lineterm='', n=1))
        else:
            wrong = ''
        if wrong:
            complaints.append('%s (%s)\n%s' % (title(chapter, step), client, wrong))
    return complaints


def needs_both(ours_runs):
    if not reference_is_installed() or not ours_runs:
        pytest.skip('needs the reference and our supervisord')


def play_all(make_daemon, pairs):
    players = [(make_daemon(impl, CONFIG), client) for impl, client in pairs]
    with concurrent.futures.ThreadPoolExecutor(len(players)) as pool:
        return list(pool.map(lambda player: play(*player), players))


def test_same_bytes(make_daemon, ours_runs):
    needs_both(ours_runs)
    theirs, ours = play_all(make_daemon, [(REFERENCE, Bytes), (OURS, Bytes)])
    complaints = compare(theirs, ours, 'bytes')
    assert not complaints, '\n\n'.join(complaints)


def test_same_values(make_daemon, ours_runs):
    """Four combinations of client and daemon."""
    needs_both(ours_runs)
    assert os.access(RPC_CALL, os.X_OK), '%s is not built (make %s)' % (RPC_CALL, 'tests/tools/rpc_call')
    theirs, ours, theirs_c, ours_c = play_all(make_daemon, [
        (REFERENCE, Python), (OURS, Python), (REFERENCE, C), (OURS, C)])
    complaints = compare(theirs, ours, 'Python') + compare(theirs_c, ours_c, 'C')
    for daemon, python, c in (('reference', theirs, theirs_c), ('ours', ours, ours_c)):
        for (chapter, step, one_says), (_, _, other_says) in zip(python, c):
            readable = other_says is not None and chapter != 'odd bytes'
            if readable and one_says != other_says:
                complaints.append('%s on %s\nPython: %s\nC:      %s' % (title(chapter, step), daemon, one_says, other_says))
    assert not complaints, '\n\n'.join(complaints)


def test_table_has_every_method_twice():
    count = collections.Counter(step.method for steps in CHAPTERS.values() for step in steps if isinstance(step, Call))
    rare = [m for m in ['supervisor.' + m for m in METHODS] + ['system.' + m for m in (
        'methodHelp', 'methodSignature', 'multicall', 'listMethods')] if count[m] < 2 and m != 'system.listMethods']
    assert not rare
