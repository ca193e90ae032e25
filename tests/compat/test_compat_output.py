"""Output of programs as events."""

from scenario import listener, program, scenario

@scenario(listener('logs', 'PROCESS_LOG', startsecs=0, buffer_size=100) +
          program('ticker', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', startsecs=0, autostart='false', stdout_events_enabled='true',
                  stdout_logfile='%(here)s/log/ticker', stderr_logfile='NONE') +
          program('silent', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', startsecs=0, stdout_logfile='%(here)s/log/silent',
                  stderr_logfile='NONE', autostart='false'), start=False)
def test_log_events(run):
    """PROCESS_LOG for the programs that ask for it, each read one event, and the log file beside."""
    run.write('ticks', '')
    run.start()
    run.wait('logs', 'RUNNING')
    run.rpc('startProcess', 'ticker')
    run.rpc('startProcess', 'silent')
    for number in range(1, 4):
        with open(run.daemon.path('ticks'), 'a') as file:
            file.write('x\n')
        run.wait_log('tick %d' % number, name='log/ticker')
        run.wait_log('tick %d' % number, name='log/silent')
        run.wait_event('logs', 'tick %d' % number)


@scenario(listener('comm', 'PROCESS_COMMUNICATION', startsecs=0, buffer_size=100) +
          program('tagged', "/bin/sh -c 'printf \"before <!--XSUPERVISOR:BEGIN-->inside<!--XSUPERVISOR:END--> and a long"
                  " text after it\\n\"; exec sleep 1000'", startsecs=0, autostart='false', stdout_capture_maxbytes='1KB',
                  stdout_logfile='%(here)s/log/tagged', stderr_logfile='NONE') +
          program('error', "/bin/sh -c 'printf \"<!--XSUPERVISOR:BEGIN-->e 1<!--XSUPERVISOR:END-->between the two of them, "
                  "and <!--XSUPERVISOR:BEGIN-->e 2<!--XSUPERVISOR:END-->a text that is long enough after them\\n\" >&2; "
                  "exec sleep 1000'", startsecs=0, autostart='false', stderr_capture_maxbytes='1KB',
                  stderr_logfile='%(here)s/log/error', stdout_logfile='NONE'))
def test_communication(run):
    """Tagged output is an event and not in the log; the rest is in the log and no event."""
    run.wait('comm', 'RUNNING')
    run.rpc('startProcess', 'tagged')
    run.wait_event('comm', 'processname:tagged')
    run.rpc('startProcess', 'error')
    run.wait_event('comm', 'processname:error', count=2)
    run.wait_log('text after it', name='log/tagged')
    run.wait_log('after them', name='log/error')
