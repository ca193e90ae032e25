"""Lines of doc/differences.md that both daemons can show: what the reference does, and what we do instead."""

import os
import signal
import xmlrpc.client

from scenario import BARE, FAST, IDLE, difference, listener, program
from harness import is_alive


def fault_of(call, *args):
    """What a call gives: its result, the code of its fault, or the status of HTTP."""
    try:
        return call(*args)
    except xmlrpc.client.Fault as fault:
        return fault.faultCode
    except xmlrpc.client.ProtocolError as error:
        return 'HTTP %d' % error.errcode


@difference('The backoff counter survives a stop and a start by hand',
            listener('all', 'PROCESS_STATE_STARTING', startsecs=0) +
            program('crash', '/bin/sh -c "sleep 0.2; exit 1"', startsecs=5, autostart='false', **BARE),
            reference='tries:1', ours='tries:0')
def test_counter_of_tries(run):
    run.rpc('startProcess', 'crash', False)
    run.wait('crash', 'BACKOFF')
    run.rpc('stopProcess', 'crash')
    run.rpc('startProcess', 'crash', False)
    run.wait_event('all', 'processname:crash', count=2)
    return run.received('all')[-1]['payload'].split()[-1]


@difference("`LC_CTYPE=C.UTF-8` is added to the children's environment",
            program('env', '/usr/bin/env', startsecs=0, autorestart='false', stdout_logfile='%(here)s/log/env'),
            env={'LC_ALL': '', 'LANG': '', 'LC_CTYPE': ''}, reference=True, ours=False)
def test_locale(run):
    run.wait_log('^SUPERVISOR_PROCESS_NAME=env$', name='log/env')
    return 'LC_CTYPE=C.UTF-8' in run.daemon.read('log/env')


@difference('A reload (SIGHUP) with a bad file stops everything', program('cat', '/bin/cat', **FAST),
            reference=('ended', 2), ours=('goes on', 'RUNNING'))
def test_reload_of_a_bad_file(run):
    run.wait('cat', 'RUNNING')
    run.settle()
    run.config(program('cat', '/bin/cat', startsecs='soon'))
    run.daemon.kill(signal.SIGHUP)
    run.wait_until(lambda: not is_alive(run.daemon.pid) or 'CRIT invalid' in run.daemon.log or
                   "CRIT can't reread" in run.daemon.log or 'soon' in run.daemon.log)
    if not is_alive(run.daemon.pid):
        return 'ended', run.daemon.wait_end()
    return 'goes on', run.daemon.state('cat')


@difference('With an empty `directory=` a program cannot be started', program('cat', '/bin/cat', directory='', **BARE),
            reference='BACKOFF', ours='RUNNING')
def test_empty_directory(run):
    return run.wait('cat', 'RUNNING', 'BACKOFF')['statename']


@difference('The `identifier` is a pattern when old AUTO logs are removed', supervisord='identifier=a.b', start=False,
            reference=[], ours=['p-stdout---aXb-abcdefgh.log'])
def test_identifier(run):
    for name in ('aXb', 'a.b'):
        run.write('log/p-stdout---%s-abcdefgh.log' % name, 'old\n')
    run.start()
    return sorted(os.listdir(run.daemon.path('log')))


@difference('`clear` does nothing for a stopped program',
            program('say', '/bin/echo hello', stdout_logfile='%(here)s/log/say', stderr_logfile='NONE', startsecs=0,
                    autorestart='false'), reference=(True, 'hello\n'), ours=(True, ''))
def test_clear_of_a_stopped_program(run):
    run.wait('say', 'EXITED')
    return run.rpc('clearProcessLogs', 'say'), run.daemon.read('log/say')


@difference('`clear` removes devices and FIFOs',
            program('cat', '/bin/cat', stdout_logfile='%(here)s/fifo', stdout_logfile_maxbytes=0, stderr_logfile='NONE',
                    startsecs=0, autostart='false'), reference=False, ours=True)
def test_clear_of_a_fifo(run):
    os.mkfifo(run.daemon.path('fifo'))
    reader = os.open(run.daemon.path('fifo'), os.O_RDONLY | os.O_NONBLOCK)
    run.rpc('startProcess', 'cat')
    run.rpc('clearProcessLogs', 'cat')
    os.close(reader)
    try:
        return os.path.exists(run.daemon.path('fifo')) and not os.path.isfile(run.daemon.path('fifo'))
    finally:
        run.daemon.stop()


@difference('A rotated or cleared AUTO log may be read by everybody',
            program('cat', '/bin/cat', stdout_logfile='AUTO', stderr_logfile='NONE', startsecs=0),
            reference=['0600', '0644'], ours=['0600', '0600'])
def test_mode_of_a_cleared_auto_log(run):
    path = run.wait('cat', 'RUNNING')['stdout_logfile']
    modes = ['%04o' % (os.stat(path).st_mode & 0o7777)]
    run.rpc('clearProcessLogs', 'cat')
    return modes + ['%04o' % (os.stat(path).st_mode & 0o7777)]


@difference('`strip_ansi` forgets a sequence cut by a read',
            program('cut', "/bin/sh -c 'printf \"a\\033[1\"; sleep 0.5; printf \";32mb\\n\"; exec sleep 1000'",
                    stdout_logfile='%(here)s/log/cut', stderr_logfile='NONE'),
            supervisord='strip_ansi=true', reference='a;32mb\n', ours='ab\n')
def test_cut_sequence(run):
    run.wait_log('b$', name='log/cut')
    return run.daemon.read('log/cut')


@difference("A file at the socket's path is deleted, whatever it is", start=False, reference='deleted', ours='kept')
def test_file_at_the_socket(run):
    run.write('s', 'precious\n')
    run.start(wait=False)
    run.wait_until(lambda: run.daemon.process.poll() is not None or run.daemon.answers())
    return 'kept' if os.path.isfile(run.daemon.path('s')) and run.daemon.read('s') == 'precious\n' else 'deleted'


@difference('`SIG_DFL`, `SIG_IGN`, `SIG_BLOCK` and the like are signals', program('cat', '/bin/cat', **FAST),
            reference=True, ours=11)
def test_signals_by_accident(run):
    run.wait('cat', 'RUNNING')
    return fault_of(run.daemon.rpc.supervisor.signalProcess, 'cat', 'SIG_BLOCK')


@difference('An argument of a wrong type answers 500', program('cat', '/bin/cat', **FAST), reference='HTTP 500', ours=2)
def test_wrong_type(run):
    return fault_of(run.daemon.rpc.supervisor.getProcessInfo, 5)


@difference('Text that is not UTF-8 answers 500',
            program('bytes', "/usr/bin/printf 'a\\377b'", stdout_logfile='%(here)s/log/bytes', stderr_logfile='NONE',
                    startsecs=0, autorestart='false'), reference='HTTP 500', ours='a\ufffdb')
def test_bytes(run):
    run.wait('bytes', 'EXITED')
    run.wait_until(lambda: run.daemon.read('log/bytes', 'rb') == b'a\xffb')
    return fault_of(run.daemon.rpc.supervisor.readProcessStdoutLog, 'bytes', 0, 0)


@difference('`sendProcessStdin` to a full pipe answers 500', program('deaf', '/bin/sleep 1000', **FAST),
            reference=[True, 'HTTP 500'], ours=[True, True])
def test_full_pipe(run):
    run.wait('deaf', 'RUNNING')
    run.settle()
    return [fault_of(run.daemon.rpc.supervisor.sendProcessStdin, 'deaf', 'x' * 200000) for _ in range(2)]


@difference('Credentials without a colon answer 500', http='username=user\npassword=secret', reference=500, ours=401)
def test_credentials_without_a_colon(run):
    return run.daemon.http('GET', '/', headers={'Authorization': 'Basic dXNlcg=='})[0]


@difference("A DOCTYPE's entities are expanded", reference=200, ours=400)
def test_doctype(run):
    return run.daemon.http('POST', '/RPC2', '<!DOCTYPE m [<!ENTITY e "supervisor.getState">]><methodCall><methodName>&e;'
                           '</methodName><params/></methodCall>', {'Content-Type': 'text/xml'})[0]


@difference('A bare `%s` in a value inserts the whole table of names', start=False, reference=True, ours=False)
def test_bare_format(run):
    run.config(program('cat', '/bin/echo %s', **IDLE))
    run.start(wait=False)
    run.wait_until(lambda: run.daemon.process.poll() is not None or run.daemon.answers())
    return run.daemon.process.poll() is None


@difference('`stopsignal` knows `_BLOCK`, `_DFL` and others by accident', start=False, reference=True, ours=False)
def test_stopsignal_by_accident(run):
    run.config(program('cat', '/bin/cat', stopsignal='_DFL', **IDLE))
    run.start(wait=False)
    run.wait_until(lambda: run.daemon.process.poll() is not None or run.daemon.answers())
    return run.daemon.process.poll() is None


@difference('A line that is no INI gives supervisorctl a traceback, status 1', program('cat', '/bin/cat', **IDLE),
            reference=(1, True), ours=(2, False))
def test_no_ini_for_supervisorctl(run):
    run.write('bad', 'this is no configuration\n')
    result = run.daemon.ctl('status', options=['-c', 'bad'])
    return result.status, 'Traceback' in result.err


@difference('`tail -+5`, `tail --5`, `tail -1_0` are numbers', program('cat', '/bin/cat', **IDLE),
            reference=False, ours=True)
def test_odd_numbers_of_tail(run):
    return 'Error: bad argument' in run.daemon.ctl('tail', '-+5', 'cat').out


@difference('Several programs on one file: each rotates it',
            program('cat', '/bin/cat', numprocs=2, process_name='%(program_name)s%(process_num)d', startsecs=0,
                    stdout_logfile='%(here)s/log/cat', stdout_logfile_maxbytes=100, stdout_logfile_backups=3,
                    stderr_logfile='NONE'),
            reference={'cat': '', 'cat.1': '', 'cat.2': 'a' * 120 + 'b' * 60},
            ours={'cat': 'b' * 60, 'cat.1': 'a' * 120})
def test_two_on_one_file(run):
    run.wait('cat:cat0', 'RUNNING')
    run.wait('cat:cat1', 'RUNNING')
    run.rpc('sendProcessStdin', 'cat:cat0', 'a' * 120)
    run.wait_until(lambda: os.path.exists(run.daemon.path('log/cat.1')))
    run.rpc('sendProcessStdin', 'cat:cat1', 'b' * 60)

    def files():
        return {name: run.daemon.read('log/' + name) for name in sorted(os.listdir(run.daemon.path('log')))}
    run.wait_until(lambda: 'b' * 60 in ''.join(files().values()))
    run.knock()  # it has rotated when it answers
    return files()
