"""Mixed configurations as one meets them in production: several kinds of sections, driven from outside."""

from scenario import program, scenario

PLAIN = (program('web', '/bin/sh -c "echo up; exec cat"', priority=20, stdout_logfile='%(here)s/log/web.out',
                 stderr_logfile='NONE') +
         program('worker', '/bin/sleep 1000', process_name='%(program_name)s_%(process_num)d', numprocs=2, priority=10) +
         program('cron', '/bin/true', startsecs=0, autorestart='false', priority=30, stdout_logfile='NONE',
                 stderr_logfile='NONE') +
         program('idle', '/bin/cat', autostart='false', stdout_logfile='NONE', stderr_logfile='NONE'))


@scenario(PLAIN, differences=('order of results',))
def test_a_day_of_work(run):
    """Start, look, stop, start, change nothing, restart, shut down with supervisorctl."""
    for name in ('web', 'worker:worker_0', 'worker:worker_1'):
        run.wait(name, 'RUNNING')
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
