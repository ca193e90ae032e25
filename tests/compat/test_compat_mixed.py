"""Mixed configurations as one meets them in production, driven from outside (test_compat_pools.py: with listeners)."""

import os

from scenario import BARE, FAST, IDLE, brief, program, scenario

PLAIN = (program('web', '/bin/sh -c "echo up; exec cat"', priority=20, stdout_logfile='%(here)s/log/web.out',
                 stderr_logfile='NONE') +
         program('worker', '/bin/sleep 1000', process_name='%(program_name)s_%(process_num)d', numprocs=2, priority=10) +
         program('cron', brief(), autorestart='false', priority=30, **BARE) +
         program('idle', '/bin/cat', autostart='false', **BARE))

#: Those that end wait until they are told to, or startsecs are far away.
LIVES = (program('cat', '/bin/cat', **BARE) +
         program('crash', '/bin/sh -c "sleep 0.3; exit 3"', startretries=1, startsecs=5, **BARE) +
         program('missing', '/nonexistent/program', startretries=1, **BARE) +
         program('once', brief(), autostart='false', **FAST) +
         program('bad', brief('exit 5'), autorestart='false', **FAST) +
         program('code', brief('exit 7'), autorestart='unexpected', exitcodes='0,7', **FAST) +
         program('stopped', '/bin/cat', autostart='false', **BARE))


@scenario(PLAIN, differences=('order of results',), log='but deaths')
def test_a_day_of_work(run):
    """Start, look, stop, start, change nothing, restart, shut down with supervisorctl."""
    for name in ('web', 'worker:worker_0', 'worker:worker_1', 'cron'):
        run.wait(name, 'RUNNING')
    run.finish('cron')
    run.wait('cron', 'EXITED')
    run.ctl('status')
    run.states()
    run.ctl('stop', 'web')
    run.ctl('start', 'web', 'idle')
    run.ctl('stop', 'worker:*')
    run.ctl('update')
    run.ctl('restart', 'web')
    run.ctl('status')
    run.ctl('tail', 'web')
    run.ctl('shutdown')
    run.ended()


@scenario(LIVES, log='by process')
def test_starts_by_hand(run):
    """What a start by hand says of programs in each state."""
    for name in ('bad', 'code'):
        run.wait(name, 'RUNNING')
        run.finish(name)
        run.wait(name, 'EXITED')
    run.wait('crash', 'FATAL')
    run.wait('missing', 'FATAL')
    run.wait('cat', 'RUNNING')
    for name in ('cat', 'crash', 'missing', 'once', 'bad', 'code', 'stopped'):
        run.rpc('startProcess', name)
        if name in ('once', 'bad', 'code'):
            run.finish(name)
        if name in ('crash', 'once', 'bad', 'code'):
            run.wait(name, 'EXITED', 'FATAL')
        run.rpc('stopProcess', name)
        run.states(name)
    run.ctl('status')


@scenario(program('cat', '/bin/cat', **IDLE) +
          program('hard', '/bin/sh -c "trap \'\' TERM; echo ready; exec sleep 1000"', autostart='false', stopwaitsecs=1,
                  startsecs=0, stopasgroup='true', stdout_logfile='%(here)s/log/hard', stderr_logfile='NONE'),
          level='debug')
def test_debug_lines(run):
    """What the main log says, at debug, of signals, output, stops and SIGKILL."""
    run.rpc('startProcess', 'cat')
    run.rpc('signalProcess', 'cat', 'CONT')
    run.rpc('sendProcessStdin', 'cat', 'hello\n')
    run.wait_log("'cat' stdout output:\nhello")
    run.rpc('sendProcessStdin', 'cat', 'no line end')
    run.wait_log('no line end')
    run.rpc('stopProcess', 'cat')
    run.rpc('startProcess', 'hard')
    run.wait_log('ready', name='log/hard')
    run.rpc('stopProcess', 'hard')
    run.rpc('startProcess', 'cat')
    run.signal('cat', 'TERM')
    run.wait_log("INFO success: cat", count=3)
    run.rpc('signalAllProcesses', 'CONT')


@scenario('[group:mixed]\nprograms=pb,pa,pn\npriority=5\n\n' +
          program('pa', '/bin/cat', priority=1, **IDLE) + program('pb', '/bin/cat', priority=900, **IDLE) +
          program('pn', '/bin/cat', priority=50, numprocs=12, process_name='%(program_name)s_%(process_num)d', **IDLE) +
          program('first', '/bin/cat', priority=1, **IDLE) + program('last', '/bin/cat', **IDLE),
          differences=('order of results',), log='but deaths')
def test_order_of_a_group(run):
    """[group:x] with priorities: the order of starting, of stopping, of the shutdown, and of the results."""
    run.rpc('startProcessGroup', 'mixed')
    run.rpc('startAllProcesses')
    run.ctl('stop', 'mixed:pa', 'mixed:pb')
    run.ctl('start', 'mixed:*')
    run.ctl('status', 'mixed:*')
    run.rpc('getAllConfigInfo')


@scenario(''.join(program(name, '/bin/cat', priority=priority, **BARE) for name, priority in (
    ('gamma', 1), ('beta', 500), ('alpha', 500), ('omega', 2000), ('delta', 999))))
def test_order_of_programs(run):
    """Programs start by priority, then name, and stop the other way round, one after another."""
    for name in ('alpha', 'beta', 'gamma', 'delta', 'omega'):
        run.wait(name, 'RUNNING')
    run.rpc('getAllConfigInfo')


@scenario(program('cat', '/bin/cat', stdout_logfile='%(here)s/log/cat', redirect_stderr='true', startsecs=0) +
          program('big', "/bin/sh -c 'cat %(here)s/input; exec sleep 1000'", autostart='false', startsecs=0,
                  stdout_logfile='%(here)s/log/big', stdout_logfile_maxbytes=1000, stdout_logfile_backups=2,
                  stderr_logfile='NONE'), start=False)
def test_logs_by_rpc(run):
    """sendProcessStdin, reading, tailing and clearing of logs, USR2, and the reading of the main log."""
    run.write('input', ''.join('line %03d\n' % n for n in range(150)))
    run.start()
    run.wait('cat', 'RUNNING')
    run.rpc('sendProcessStdin', 'cat', 'first\n')
    run.wait_log('first', name='log/cat')
    run.rpc('readProcessStdoutLog', 'cat', 0, 0)
    run.rpc('tailProcessStdoutLog', 'cat', 0, 3)
    os.rename(run.daemon.path('log', 'cat'), run.daemon.path('log', 'cat.old'))
    run.kill('USR2')
    run.wait_log('supervisord logreopen')
    run.wait_until(lambda: os.path.exists(run.daemon.path('log', 'cat')))
    run.rpc('sendProcessStdin', 'cat', 'second\n')
    run.wait_log('second', name='log/cat')
    run.rpc('clearProcessLogs', 'cat')
    run.rpc('sendProcessStdin', 'cat', 'third\n')
    run.wait_log('third', name='log/cat')
    run.rpc('startProcess', 'big')
    run.wait_until(lambda: run.daemon.read('log/big.1'))
    run.turn()
    run.ctl('tail', 'cat')
    run.ctl('clear', 'all')
    run.rpc('readProcessStdoutLog', 'cat', 0, 0)


@scenario(program('cat', '/bin/cat', **FAST) + program('crash', '/bin/false', startretries=0, startsecs=5, **BARE), daemonize=True,
          supervisord='umask=077\ndirectory=%(here)s/tmp', log='by process')
def test_daemonized(run):
    """In the background: its log lines, the modes of what it makes, and its end by supervisorctl."""
    run.wait('cat', 'RUNNING')
    run.wait('crash', 'FATAL')
    run.sh('stat -c %a supervisord.pid s')
    run.ctl('status')
    run.ctl('pid')
    run.ctl('shutdown')
    run.ended()


@scenario(program('cat', '/bin/cat', **FAST), http='username=user\npassword=secret', ctl='username=user\npassword=secret',
          start=False)
def test_password(run):
    """With a name and a password: who has them is let in."""
    run.start()
    run.wait_log('INFO success: cat')
    run.ctl('status')
    run.ctl('-u', 'nobody', 'status')
    run.ctl('-u', 'user', '-p', 'wrong', 'pid')


@scenario(program('cat', '/bin/cat', **FAST) + program('two', '/bin/cat', **IDLE))
def test_multicall(run):
    """system.multicall: results and faults in the order of the calls."""
    run.wait('cat', 'RUNNING')
    run.rpc('system.multicall', [
        {'methodName': 'supervisor.stopProcess', 'params': ['cat']},
        {'methodName': 'supervisor.startProcess', 'params': ['two']},
        {'methodName': 'supervisor.startProcess', 'params': ['two']},
        {'methodName': 'supervisor.nope', 'params': []},
        {'methodName': 'system.multicall', 'params': [[]]},
        {'methodName': 'supervisor.getState', 'params': []},
        {'methodName': 'supervisor.sendRemoteCommEvent', 'params': ['a', 'b']}])
    run.rpc('stopAllProcesses')
    run.rpc('startAllProcesses', False)
