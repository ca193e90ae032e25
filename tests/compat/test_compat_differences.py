"""Lines of doc/differences.md that both daemons can show: what the reference does, and what we do instead."""

import os
import re
import signal
import xml.parsers.expat
import xmlrpc.client

from harness import is_alive, wait_until
from scenario import BARE, FAST, IDLE, difference, listener, program


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
            reference='tries:3', ours='tries:0')
def test_counter_of_tries(run):
    run.rpc('startProcess', 'crash', False)
    # Three failures: the next try is seconds away.
    run.wait_log('exited: crash', count=3)
    run.rpc('stopProcess', 'crash')
    run.rpc('startProcess', 'crash', False)
    run.wait_event('all', 'processname:crash', count=4)
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
            program('cut', "/bin/sh -c 'printf \"a\\033[1\"; read line; printf \";32mb\\n\"; exec sleep 1000'",
                    stdout_logfile='%(here)s/log/cut', stderr_logfile='NONE'),
            supervisord='strip_ansi=true', reference='a;32mb\n', ours='ab\n')
def test_cut_sequence(run):
    run.wait_log('a', name='log/cut')
    run.finish('cut')
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
    call = ('<!DOCTYPE m [<!ENTITY e "supervisor.getState">]><methodCall><methodName>&e;</methodName><params/>'
            '</methodCall>')
    return run.daemon.http('POST', '/RPC2', call, {'Content-Type': 'text/xml'})[0]


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


def seconds(line):
    """The time of a line of the main log, in seconds of its day."""
    hours, minutes, rest = re.match(r'\S+ (\d+):(\d+):(\d+,\d+)', line).groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(rest.replace(',', '.'))


@difference('The first program starts one second after the daemon', program('cat', '/bin/cat', **FAST), start=False,
            reference=True, ours=False)
def test_first_start(run):
    """Each time; a machine that has other things to do makes it late once."""
    def late():
        run.start(wait=False)
        # Nobody knocks, so that the idle poll runs its time.
        wait_until(lambda: 'spawned' in run.daemon.log)
        started, spawned = (next(line for line in run.daemon.log.splitlines() if text in line)
                            for text in ('supervisord started', 'spawned'))
        run.daemon.wait_ready()
        run.settle()
        run.daemon.stop()
        os.unlink(run.daemon.path('supervisord.log'))
        return (seconds(spawned) - seconds(started)) % 86400 >= 0.9
    return all(late() for _ in range(3))


@difference('Shutdown waits up to a second for each group that is already stopped',
            program('first', '/bin/cat', priority=1, **FAST) + ''.join(
                program('stopped%d' % number, '/bin/cat', **IDLE) for number in range(4)), reference=True, ours=False)
def test_shutdown_with_stopped_groups(run):
    run.wait('first', 'RUNNING')
    run.settle()
    run.daemon.kill(signal.SIGTERM)
    run.daemon.wait_end()
    asked, stopped = (next(line for line in run.daemon.log.splitlines() if text in line)
                      for text in ('received SIGTERM', 'stopped: first'))
    return (seconds(stopped) - seconds(asked)) % 86400 >= 2


@difference('A relative `-c` breaks the reload after `directory=`', supervisord='directory=%(here)s/tmp', start=False,
            reference='ended', ours='restarted')
def test_reload_with_a_relative_name(run):
    run.daemon.config = 'c.conf'
    run.daemon.start(daemonize=True)
    run.daemon.kill(signal.SIGHUP)
    run.wait_until(lambda: not is_alive(run.daemon.pid) or run.daemon.log.count('supervisord started') == 2)
    return 'restarted' if is_alive(run.daemon.pid) else 'ended'


@difference('After a reread a relative `logfile` or `pidfile` means another file than before',
            supervisord='logfile=main.log\ndirectory=%(here)s/tmp', start=False, reference=(1, 1), ours=(2, 0))
def test_relative_names_after_a_reload(run):
    run.daemon.start(daemonize=True)
    run.daemon.kill(signal.SIGHUP)

    def starts(name):
        return run.daemon.read(name).count('supervisord started')
    run.wait_until(lambda: starts('main.log') + starts('tmp/main.log') == 2)
    return starts('main.log'), starts('tmp/main.log')


@difference('After a rotation the file is not opened for appending',
            program('cat', '/bin/cat', startsecs=0, stdout_logfile='%(here)s/log/cat', stdout_logfile_maxbytes=100,
                    stderr_logfile='NONE'), reference=b'\0\0\0\0after\n', ours=b'after\n')
def test_truncated_after_a_rotation(run):
    run.wait('cat', 'RUNNING')
    run.rpc('sendProcessStdin', 'cat', 'a' * 120)
    run.wait_until(lambda: os.path.exists(run.daemon.path('log/cat.1')))
    run.rpc('sendProcessStdin', 'cat', 'new\n')
    run.wait_until(lambda: run.daemon.read('log/cat') == 'new\n')
    os.truncate(run.daemon.path('log/cat'), 0)
    run.rpc('sendProcessStdin', 'cat', 'after\n')
    run.wait_until(lambda: run.daemon.read('log/cat').endswith('after\n'))
    return run.daemon.read('log/cat', 'rb')


@difference('A log that cannot be opened at SIGUSR2 ends the daemon',
            program('cat', '/bin/cat', stdout_logfile='%(here)s/gone/cat', stderr_logfile='NONE', startsecs=0),
            start=False, reference='ended', ours='goes on')
def test_reopening_fails(run):
    run.daemon.strays_allowed = run.impl.name == 'reference'
    os.mkdir(run.daemon.path('gone'))
    run.start()
    run.wait('cat', 'RUNNING')
    run.settle()
    os.rename(run.daemon.path('gone'), run.daemon.path('elsewhere'))
    run.daemon.kill(signal.SIGUSR2)
    run.wait_log('supervisord logreopen')
    run.wait_until(lambda: not is_alive(run.daemon.pid) or 'gone/cat' in run.daemon.log)
    return 'goes on' if is_alive(run.daemon.pid) and run.daemon.state('cat') == 'RUNNING' else 'ended'


@difference('`unknown error making dispatchers` and `could not write pidfile` do not say more',
            program('cat', '/bin/cat', stdout_logfile='%(here)s/log', stderr_logfile='NONE', autostart='false'),
            reference=False, ours=True)
def test_log_that_is_a_directory(run):
    run.rpc('startProcess', 'cat', False)
    run.wait_log('spawnerr: unknown error making dispatchers for .cat.: EISDIR')
    return run.daemon.path('log') in run.daemon.info('cat')['spawnerr']


@difference('`/dev/stdout` or a FIFO with `maxbytes`: an error for each chunk',
            program('cat', '/bin/cat', stdout_logfile='%(here)s/fifo', stderr_logfile='NONE', startsecs=0,
                    autostart='false'), reference=(b'hello\n', True), ours=(b'hello\n', False))
def test_fifo_with_maxbytes(run):
    os.mkfifo(run.daemon.path('fifo'))
    reader = os.open(run.daemon.path('fifo'), os.O_RDONLY | os.O_NONBLOCK)
    run.rpc('startProcess', 'cat')
    run.rpc('sendProcessStdin', 'cat', 'hello\n')

    def read():
        try:
            return os.read(reader, 100)
        except BlockingIOError:
            return b''
    data = run.wait_until(read)
    run.knock()
    os.close(reader)
    return data, 'uncaptured python exception' in run.daemon.log


@difference('Integers above 2^31-1 answer 500', program('cat', '/bin/cat', stopwaitsecs=3000000000, **IDLE),
            reference='HTTP 500', ours=2147483647)
def test_large_integers(run):
    info = fault_of(run.daemon.rpc.supervisor.getAllConfigInfo)
    return info if isinstance(info, str) else info[0]['stopwaitsecs']


@difference('Whole numbers have no limit', start=False, reference=True, ours=False)
def test_large_priority(run):
    run.config(program('cat', '/bin/cat', priority=99999999999, **IDLE))
    run.start(wait=False)
    run.wait_until(lambda: run.daemon.process.poll() is not None or run.daemon.answers())
    return run.daemon.process.poll() is None


@difference('In a multicall, `params` that is a text or a struct becomes arguments', program('c', '/bin/cat', **IDLE),
            reference='c', ours=2)
def test_multicall_with_a_text(run):
    answer = run.daemon.rpc.system.multicall([{'methodName': 'supervisor.getProcessInfo', 'params': 'c'}])[0]
    return answer.get('name', answer.get('faultCode'))


@difference('Requests that a browser sends for another site are served', reference=200, ours=403)
def test_other_sites(run):
    return run.daemon.http('POST', '/RPC2', '<methodCall><methodName>supervisor.getState</methodName><params/>'
                           '</methodCall>', {'Content-Type': 'text/xml', 'Origin': 'http://elsewhere.example',
                                             'Sec-Fetch-Site': 'cross-site'})[0]


@difference('Control characters in logs and names go out raw',
            program('bytes', "/usr/bin/printf 'a\\001b'", stdout_logfile='%(here)s/log/bytes', stderr_logfile='NONE',
                    startsecs=0, autorestart='false'), reference='no XML', ours='a\ufffdb')
def test_control_characters(run):
    run.wait('bytes', 'EXITED')
    run.wait_until(lambda: run.daemon.read('log/bytes') == 'a\1b')
    try:
        return run.daemon.rpc.supervisor.readProcessStdoutLog('bytes', 0, 0)
    except xml.parsers.expat.ExpatError:
        return 'no XML'
