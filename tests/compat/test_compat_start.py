"""How the daemon starts and ends: errors at the start, the lines of its log in order, sockets, pid file, user, limits,
the background, signals, restarts."""

import contextlib
import os
import socket

import pytest
from scenario import program, scenario

QUIET = {'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
CAT = program('cat', '/bin/cat', startsecs=0, **QUIET)
#: Ends the daemon that has started it, for daemons that are run to their end (with -s: the log is compared anyhow).
END = program('end', "/bin/sh -c 'kill -TERM $PPID; exec cat'", startsecs=10, **QUIET)
RUN = ('-n', '-s', '-c', 'c.conf')

root = pytest.mark.root


def by_hand(config='', **options):
    """A scenario whose daemon the steps start."""
    return scenario(config, start=False, **options)


# The log of a start and an end

@scenario(CAT)
def test_start_and_end(run):
    """The log on stdout is the one in the file; the pid file is written, and gone at the end."""
    run.wait('cat', 'RUNNING')
    run.sh('cat supervisord.pid; stat -c %a supervisord.pid supervisord.log s')
    run.end()
    run.sh('ls')


@scenario(CAT, args=('-s',))
def test_silent(run):
    run.wait('cat', 'RUNNING')


@scenario()
def test_nothing_to_run(run):
    """The last line is that of the signal."""
    run.states()


@scenario(program('c', '/bin/cat', startsecs=0, priority=1, **QUIET) +
          program('b', '/bin/cat', startsecs=0, priority=2, **QUIET) +
          program('a', '/bin/cat', startsecs=0, priority=2, **QUIET) +
          program('z', '/bin/cat', autostart='false', **QUIET) +
          '[group:early]\nprograms=y,x\npriority=0\n' +
          ''.join(program(name, '/bin/cat', startsecs=0, **QUIET) for name in 'xy'), log='by process')
def test_order_of_starts_and_stops(run):
    for name in ('a', 'b', 'c', 'early:x', 'early:y'):
        run.wait(name, 'RUNNING')
    spawned = [line.split("'")[1] for line in run.daemon.log_messages() if 'spawned' in line]
    run.end()
    run.say('started: %s' % spawned)
    # Those of one group are stopped at once.
    stopped = [line.split()[2] for line in run.daemon.log_messages() if 'stopped:' in line]
    run.say('stopped: %s %s' % (stopped[:3], sorted(stopped[3:])))


@by_hand(CAT, http='[inet_http_server]\nport=127.0.0.1:0\n', differences=('where',))
def test_bad_port(run):
    """Port 0 is none."""
    run.supervisord(*RUN)


@scenario(CAT, http='[unix_http_server:second]\nfile=%(here)s/s2\nusername=u\npassword=p\n'
          '[unix_http_server:third]\nfile=%(here)s/s3\nchmod=0770\n')
def test_several_servers(run):
    """Each says that it is there, and that it wants no password."""
    run.wait('cat', 'RUNNING')
    run.sh('stat -c "%n %a %F" s s2 s3')


@by_hand(END + '[include]\nfiles=nothing/*.conf %(here)s/more.conf nothing.conf\n' +
         program('warn', '/bin/cat', autostart='false', stdout_logfile='syslog', stderr_logfile='NONE') +
         program('auto', '/bin/cat', autostart='false', stderr_logfile='AUTO', stdout_logfile_maxbytes=0,
                 stderr_logfile_maxbytes=0))
def test_messages_of_the_reading(run):
    """CRIT, then WARN, then INFO, before all else."""
    run.write('more.conf', program('more', '/bin/cat', autostart='false', redirect_stderr='true', stderr_logfile='/tmp/x',
                                   numprocs=2, process_name='more%(process_num)d'))
    run.supervisord(*RUN)


# User and limits

@root
@by_hand(END, supervisord='user=root\n')
def test_user_root(run):
    run.supervisord(*RUN)


@root
@by_hand(program('id', '/bin/sh -c "id; kill -TERM $PPID; exec cat"', startsecs=10, stderr_logfile='NONE',
                 stdout_logfile='%(here)s/log/id'),
         supervisord='user=nobody\nlogfile=%(here)s/log/main\npidfile=%(here)s/log/pid\n', http='file=%(here)s/log/s\n',
         without={'log': 'is another file', 'log/main': 'has pids; the steps show it without them'})
def test_user_nobody(run):
    """The log, the socket and the children belong to the user."""
    run.supervisord(*RUN)
    run.sh('stat -c "%n %U %G %a" log/main log/id')
    run.sh("sed 's/^[^ ]* [^ ]* //; s/with pid .*//' log/main | grep -v 'to die$'")


@root
@pytest.mark.parametrize('user', ['nobody-of-that-name', '987654'])
@by_hand(lambda user: END, differences=('where', ))
def test_user_unknown(run, user):
    run.daemon.sections['supervisord'] += '\nuser=%s' % user
    run.config(END)
    run.supervisord(*RUN)


def as_nobody(run, command=''):
    run.sh('chmod 777 . && rm -f supervisord.log && setpriv --reuid=65534 --regid=65534 --clear-groups '
           '/bin/sh -c "%s exec %s -n -s -c c.conf"' % (command, run.impl.supervisord))


@root
@by_hand(END, supervisord='user=root\n')
def test_user_that_it_cannot_become(run):
    as_nobody(run)


@root
@by_hand(END)
def test_start_as_nobody(run):
    """No line about privileges."""
    as_nobody(run)


@root
@by_hand(END)
def test_limits_are_raised(run):
    run.sh('ulimit -Sn 300; exec %s -n -s -c c.conf' % run.impl.supervisord)


@root
@by_hand(END, supervisord='minfds=600\n', without={'log': 'of nobody'},
         differences=('hard limit',))
def test_limit_that_cannot_be_raised(run):
    as_nobody(run, 'ulimit -n 500;')


@root
@by_hand(program('limits', '/bin/sh -c "ulimit -Sn; ulimit -Hn; kill -TERM $PPID; exec cat"', startsecs=10,
                 stderr_logfile='NONE', stdout_logfile='%(here)s/log/limits'), supervisord='minfds=700\n')
def test_limits_of_children(run):
    run.sh('ulimit -n 900; ulimit -Sn 650; exec %s -n -s -c c.conf' % run.impl.supervisord)


# The main log and the pid file

@by_hand(END, supervisord='logfile=%(here)s/log\n', without={'stderr': 'a traceback'})
def test_log_that_is_a_directory(run):
    """What is said differs, the status does not."""
    result = run.daemon.run(*RUN)
    run.say('status %d, something is said: %s' % (result.status, bool(result.err)))


@by_hand(END, supervisord='logfile=%(here)s/nowhere/log\n', differences=('where',))
def test_log_in_a_directory_that_is_not_there(run):
    run.supervisord(*RUN)


@by_hand(END, supervisord='pidfile=%(here)s/log\n', differences=('pidfile',))
def test_pidfile_that_cannot_be_written(run):
    run.supervisord(*RUN)


@by_hand(END)
def test_pidfile_of_another_run(run):
    """It is overwritten, and removed at the end."""
    run.write('supervisord.pid', '1\n')
    run.supervisord(*RUN)
    run.sh('ls')


@scenario(CAT)
def test_pidfile_that_somebody_has_taken(run):
    run.wait('cat', 'RUNNING')
    run.write('supervisord.pid', 'mine\n')
    run.end()
    run.sh('ls')


@scenario(CAT, supervisord='logfile=/dev/stdout\nlogfile_maxbytes=0\n', without={'stdout': 'is the log, twice'})
def test_log_on_stdout(run):
    """With -n each line is there twice."""
    run.wait('cat', 'RUNNING')
    run.end()
    lines = [line.split(' ', 2)[2] for line in run.daemon.read('stdout').splitlines()]
    run.say('twice' if lines[::2] == lines[1::2] else '\n'.join(lines))


@scenario(CAT, supervisord='logfile=/dev/null\nlogfile_maxbytes=0\n')
def test_log_nowhere(run):
    run.wait('cat', 'RUNNING')
    run.end()
    lines = [line.split(' ', 2)[2] for line in run.daemon.read('stdout').splitlines()]
    run.say('\n'.join(line for line in lines if 'waiting' not in line))


# AUTO logs of earlier runs

OLD = ['a-stdout---supervisor-abcdefgh.log', 'a-stderr---supervisor-abcdefgh.log.3', 'a---supervisor-x.logfoo',
       '---supervisor-x.log', 'a-stdout---other-abcdefgh.log', 'plain.log', 'a---supervisor-.log', 'a---supervisor-a b.log', 'a.supervisor-abcdefgh.log']


def old_logs(run):
    for name in OLD:
        run.write('log/' + name, 'old\n')


@by_hand(END)
def test_cleanup(run):
    old_logs(run)
    os.mkdir(run.daemon.path('log/dir---supervisor-abcdefgh.log'))
    run.supervisord(*RUN)


@by_hand(END)
def test_no_cleanup(run):
    old_logs(run)
    run.supervisord(*RUN, '-k')


@by_hand(END, supervisord='identifier=other\n')
def test_cleanup_of_an_identifier(run):
    old_logs(run)
    run.supervisord(*RUN)


@scenario(program('cat', '/bin/cat'))
def test_cleanup_at_a_restart(run):
    """The AUTO logs of a program are new ones after it."""
    run.wait('cat', 'RUNNING')
    run.kill('HUP')
    run.wait_log('success: cat', count=2)
    run.sh('ls log | wc -l')


# Sockets

def stale(run, path):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(run.daemon.path(path))
    sock.close()


@by_hand(END)
def test_stale_socket(run):
    stale(run, 's')
    run.supervisord(*RUN)
    run.sh('ls')


@scenario(CAT, differences=('server',))
def test_socket_in_use(run):
    """The second daemon ends, and leaves all that is the first one's."""
    run.wait('cat', 'RUNNING')
    run.supervisord('-n', '-s', '-c', 'c.conf', '-l', run.daemon.path('second.log'))
    run.sh('ls')
    run.states()


@by_hand(END, differences=('server',))
def test_port_in_use(run):
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        sock.listen()
        port = ':%d' % sock.getsockname()[1]
        run.daemon.sections['http'] = '[inet_http_server:x]\nport=127.0.0.1%s\n' % port
        run.config(END)
        result = run.daemon.run(*RUN)
    run.say('%d %s' % (result.status, result.err.replace(port, ':PORT')))
    run.sh('ls')


@by_hand(END, http='[unix_http_server:x]\nfile=%(here)s/nowhere/s\n', differences=('server', 'socket left'))
def test_socket_in_a_directory_that_is_not_there(run):
    run.supervisord(*RUN)


@root
@scenario(CAT, http='chmod=0765\nchown=nobody:nogroup\n')
def test_mode_and_owner_of_the_socket(run):
    run.wait('cat', 'RUNNING')
    run.sh('stat -c "%a %U %G" s')


@root
@scenario(CAT, http='chown=nobody\n')
def test_owner_of_the_socket(run):
    run.wait('cat', 'RUNNING')
    run.sh('stat -c "%a %U %G" s')


# In the background

LOOK = '''
p=$(cat supervisord.pid)
set -- $(cut -d' ' -f4-6 /proc/$p/stat)
echo "parent $1"
[ $2 = $p ] && echo 'leads its group'
[ $3 = $p ] && echo 'leads its session'
readlink /proc/$p/fd/0 /proc/$p/fd/1 /proc/$p/fd/2 /proc/$p/cwd
grep Umask /proc/$p/status
stat -c '%n %a' supervisord.pid supervisord.log
'''


@scenario(CAT + program('where', '/bin/sh -c "pwd; umask; exec cat"', stdout_logfile='%(here)s/log/where', stderr_logfile='NONE'),
          daemonize=True, log='by process')
def test_background(run):
    run.wait('cat', 'RUNNING')
    run.wait('where', 'RUNNING')
    run.sh(LOOK)


@scenario(CAT, daemonize=True, supervisord='umask=077\ndirectory=/tmp\n')
def test_background_with_umask_and_directory(run):
    run.wait('cat', 'RUNNING')
    run.sh(LOOK)


@scenario(CAT, supervisord='umask=077\ndirectory=/tmp\n')
def test_foreground_ignores_umask_and_directory(run):
    run.wait('cat', 'RUNNING')
    run.sh("p=$(cat supervisord.pid); readlink /proc/$p/cwd; grep Umask /proc/$p/status; stat -c %a supervisord.pid")


@scenario(CAT, daemonize=True, args=('-d', '/usr', '-m', '027', '-i', 'me', '-e', 'warn'))
def test_background_with_options(run):
    run.wait('cat', 'RUNNING')
    run.sh(LOOK)
    run.rpc('getIdentification')
    run.kill('TERM')
    run.ended()
    run.sh('ls')


# Signals and restarts

@pytest.mark.parametrize('signal', ['INT', 'QUIT'])
@scenario(lambda signal: CAT)
def test_signals_that_end_it(run, signal):
    run.wait('cat', 'RUNNING')
    run.kill(signal)
    run.ended()


STUBBORN = program('stubborn', "/bin/sh -c 'trap : TERM; echo up; while :; do sleep 0.1; done'", startsecs=0, stopwaitsecs=5,
                   stdout_logfile='%(here)s/log/stubborn', stderr_logfile='NONE', killasgroup='true')


@scenario(STUBBORN)
def test_signals_while_it_ends(run):
    """HUP is refused, another TERM is logged and changes nothing."""
    run.wait_log('up', name='log/stubborn')
    run.wait('stubborn', 'RUNNING')
    run.kill('TERM')
    run.wait_log('received SIGTERM')
    run.kill('HUP')
    run.wait_log('SIGHUP')
    run.kill('TERM')
    run.wait_log('received SIGTERM', count=2)
    run.ended()


@scenario(STUBBORN)
def test_end_while_it_restarts(run):
    """It ends instead."""
    run.wait_log('up', name='log/stubborn')
    run.wait('stubborn', 'RUNNING')
    run.kill('HUP')
    run.wait_log('SIGHUP')
    run.kill('TERM')
    run.wait_log('received SIGTERM')
    run.ended()


@scenario(CAT)
def test_restart_by_signal(run):
    run.wait('cat', 'RUNNING')
    run.config(CAT + program('new', '/bin/cat', autostart='false', **QUIET))
    run.kill('HUP')
    run.wait_log('success: cat', count=2)
    run.states()


@scenario(CAT, daemonize=True, supervisord='directory=/tmp\n')
def test_restart_in_the_background(run):
    """No second fork; the pid stays, and so does the directory."""
    run.wait('cat', 'RUNNING')
    run.rpc('restart')
    run.wait_log('success: cat', count=2)
    run.sh(LOOK)


@scenario(CAT)
def test_restart_with_another_log(run):
    run.wait('cat', 'RUNNING')
    run.daemon.sections['supervisord'] += '\nlogfile=%(here)s/other\npidfile=%(here)s/otherpid'
    run.config('')
    run.kill('HUP')
    run.wait_log('supervisord started', name='other')
    run.sh('ls; cat otherpid')
    run.end()
    run.sh('ls')


@scenario(CAT)
def test_reopening(run):
    run.wait('cat', 'RUNNING')
    run.sh('mv supervisord.log old.log')
    run.kill('USR2')
    run.wait_log('logreopen', name='old.log')
    run.wait_until(lambda: os.path.exists(run.daemon.path('supervisord.log')))
    run.kill('TERM')
    run.ended()


@scenario(CAT, without={'stdout': 'the log'})
def test_signal_without_a_meaning(run):
    """USR1 kills it; what it had stays."""
    run.wait('cat', 'RUNNING')
    pid = run.daemon.info('cat')['pid']
    run.kill('USR1')
    run.ended()
    run.sh('ls')
    with contextlib.suppress(ProcessLookupError):  # its standard input has ended
        os.kill(pid, 9)
