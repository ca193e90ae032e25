#!/usr/bin/python3
"""What we cost and how fast we are, beside the reference, in one run.

Each figure is taken alternately from both, on the same machine, minutes apart at most, and printed with the ratio.
Nothing is asserted: a figure that got worse is for a person to see.

    make bench            (or tests/bench/bench.py, with CVISOR_BUILDDIR set)
"""

import contextlib
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import harness  # noqa: E402  (the path comes first)

# Tests start the reference by a fork; here a start costs what its user pays.
harness.reference = subprocess

SLEEPERS = 100
ROUNDS = 15
FLOOD_MB = 200


@contextlib.contextmanager
def running(impl, config, **options):
    daemon = harness.Daemon(impl, config, supervisord='loglevel=info\n', **options)
    daemon.quiet = True
    try:
        yield daemon.start()
    finally:
        daemon.cleanup()


def timed(call):
    begin = time.monotonic()
    call()
    return time.monotonic() - begin


def cpu_seconds(pid):
    with open('/proc/%d/stat' % pid) as stat:
        fields = stat.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def switches(pid):
    return int(harness.status_field(pid, 'voluntary_ctxt_switches'))


def sleepers():
    return harness.program('s', '/bin/sleep infinity', numprocs=SLEEPERS, process_name='s_%(process_num)04d',
                           stdout_logfile='NONE', stderr_logfile='NONE')


def all_running(daemon):
    return all(info['statename'] == 'RUNNING' for info in daemon.rpc.supervisor.getAllProcessInfo())


def measure_sleepers(impls):
    """start-up, memory, idle wakeups, status."""
    rows = {}
    with contextlib.ExitStack() as stack:
        daemons = {}
        for impl in impls:
            begin = time.monotonic()
            daemon = daemons[impl.name] = stack.enter_context(running(impl, sleepers()))
            harness.wait_until(lambda: all_running(daemon), 60)
            rows.setdefault('%d programs RUNNING after' % SLEEPERS, {})[impl.name] = (time.monotonic() - begin, 's')
        for impl in impls:
            memory = int(harness.status_field(daemons[impl.name].pid, 'VmRSS').split()[0]) / 1024
            rows.setdefault('memory of the daemon', {})[impl.name] = (memory, 'MB')
        before = {name: switches(daemon.pid) for name, daemon in daemons.items()}
        time.sleep(10)  # the measured time itself
        for name, daemon in daemons.items():
            rows.setdefault('wakeups in 10 s at rest', {})[name] = (switches(daemon.pid) - before[name], '')
        times = {impl.name: [] for impl in impls}
        for _ in range(ROUNDS):
            for impl in impls:
                times[impl.name].append(timed(lambda: daemons[impl.name].ctl('status')))
        for name, values in times.items():
            rows.setdefault('supervisorctl status (median)', {})[name] = (statistics.median(values) * 1000, 'ms')
        for impl in impls:
            seconds = timed(lambda: daemons[impl.name].ctl('restart', 's:*', timeout=120))
            rows.setdefault('restart of %d programs' % SLEEPERS, {})[impl.name] = (seconds, 's')
    return rows


def measure_flood(impls):
    """A program that writes as fast as its log is taken."""
    rows = {}
    command = "/bin/sh -c 'head -c %dM /dev/zero; exec sleep infinity'" % FLOOD_MB
    config = harness.program('flood', command, autostart='false', stdout_logfile='%(here)s/flood.log',
                             stdout_logfile_maxbytes='50MB', stdout_logfile_backups=10)
    for impl in impls:
        with running(impl, config) as daemon:
            cpu = cpu_seconds(daemon.pid)

            def done():
                names = [name for name in os.listdir(daemon.dir) if name.startswith('flood.log')]
                return sum(os.path.getsize(daemon.path(name)) for name in names) >= FLOOD_MB << 20
            begin = time.monotonic()
            daemon.rpc.supervisor.startProcess('flood', False)
            harness.wait_until(done, 120)
            seconds = time.monotonic() - begin
            rows.setdefault('%d MB of output logged, rate' % FLOOD_MB, {})[impl.name] = (FLOOD_MB / seconds, 'MB/s')
            rows.setdefault('%d MB of output logged, CPU' % FLOOD_MB, {})[impl.name] = (
                cpu_seconds(daemon.pid) - cpu, 's')
    return rows


def show(rows, impls):
    print('%-36s %14s %14s %10s' % ('', *(impl.name for impl in impls), 'ratio'))
    for title, values in rows.items():
        cells = ['%.4g %s' % values[impl.name] for impl in impls]
        ours, reference = (values.get(name, (0, ''))[0] for name in ('ours', 'reference'))
        print('%-36s %14s %14s %10s' % (title, *cells, '%.3g' % (reference / ours) if ours else '-'))


def main():
    impls = [harness.OURS]
    if harness.reference_is_installed():
        impls.append(harness.REFERENCE)
    else:
        sys.exit('bench: needs the reference (package supervisor) to compare with')
    print(subprocess.run(['uname', '-srm'], capture_output=True, text=True).stdout.strip(),
          '- ratio is reference / ours')
    rows = measure_sleepers(impls)
    rows.update(measure_flood(impls))
    show(rows, impls)


if __name__ == '__main__':
    main()
