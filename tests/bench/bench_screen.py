#!/usr/bin/python3
"""What the screen writes to its terminal, and how soon it answers a key.

supervisortui runs in a pseudo-terminal; what it writes is counted and, where the screen has to be read, shown to a
terminal emulator (python3-pyte).  Figures are printed, nothing is asserted.

    make bench-screen     (or tests/bench/bench_screen.py [rest] [busy] [many] [replay], with CVISOR_BUILDDIR set)
"""

import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..'), os.path.join(HERE, '..', 'tui')]
import fake_daemon  # noqa: E402  (the path comes first)
import harness  # noqa: E402


class Terminal:
    """supervisortui in a pseudo-terminal."""

    def __init__(self, url, columns=80, rows=24):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM='xterm-256color', LC_ALL='C.UTF-8', HOME='/dev/null/none', XDG_CONFIG_HOME='/dev/null/none', XDG_STATE_HOME='/dev/null/none')
            os.execv(harness.TUI, [harness.TUI, '--set', 'cursor=first', '-s', url])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def pump(self, seconds, until=None):
        """Reads for so long, or until the screen is as it should be; True if it is."""
        deadline = time.monotonic() + seconds
        while True:
            if until is not None and until():
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if select.select([self.fd], [], [], left)[0]:
                data = os.read(self.fd, 65536)
                self.bytes += len(data)
                self.stream.feed(data)

    def has(self, text):
        return any(text in line for line in self.screen.display)

    def cursor_line(self):
        return next((i for i, line in enumerate(self.screen.display) if line.startswith('▐')), -1)

    def key(self, data, until):
        """Milliseconds from a key to what it does, or None after 5 s."""
        begin = time.monotonic()
        os.write(self.fd, data)
        return (time.monotonic() - begin) * 1000 if self.pump(5, until) else None

    def memory(self):
        return int(harness.status_field(self.pid, 'VmRSS').split()[0]) / 1024

    def cpu(self):
        with open('/proc/%d/stat' % self.pid, encoding='utf-8') as file:
            fields = file.read().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        while True:
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class Demo:
    """The daemon that is made of nothing, in a process of its own."""

    def __init__(self, many):
        self.directory = tempfile.mkdtemp(prefix='cvb')
        path = os.path.join(self.directory, 's')
        self.url = 'unix://' + path
        self.process = subprocess.Popen(['/usr/bin/python3', os.path.join(HERE, '..', 'tui', 'fake_daemon.py'), path,
                                         '--many', str(many)])
        harness.wait_until(lambda: os.path.exists(path), 10)

    def call(self, method, *params):
        proxy = harness.server_proxy(self.url[len('unix://'):])
        for name in method.split('.'):
            proxy = getattr(proxy, name)
        return proxy(*params)

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def say(what, figure):
    print('  %-66s %s' % (what, figure), flush=True)


def show_latency(what, times):
    times = [t for t in times if t is not None]
    if not times:
        say(what, 'no answer')
        return
    times.sort()
    say(what, 'median %.0f ms, 95 %% %.0f ms, worst %.0f ms' % (
        statistics.median(times), times[int(len(times) * .95)], times[-1]))


def keys(terminal, n):
    """Moves, and opens and closes the help, as quickly as a person types: the times until the screen shows it."""
    move, page = [], []
    for i in range(n):
        terminal.pump(0.1)
        line = terminal.cursor_line()
        down = line < 8
        move.append(terminal.key(b'j' if down else b'k', lambda: terminal.cursor_line() not in (line, -1)))
        if i % 5 == 0:
            page.append(terminal.key(b'?', lambda: terminal.has('Everywhere')))
            terminal.pump(0.1)
            page.append(terminal.key(b'q', lambda: not terminal.has('Everywhere')))
    return move, page


def rest():
    print('At rest: 30 idle programs, up for more than a minute, 80x24, default columns')
    config = harness.program('s', '/bin/sleep infinity', numprocs=30, process_name='s_%(process_num)02d')
    daemon = harness.Daemon(harness.OURS, config)
    try:
        daemon.start()
        time.sleep(61)  # what is measured begins after a minute
        terminal = Terminal('unix://' + daemon.socket)
        terminal.pump(5, lambda: terminal.has('s_10'))
        terminal.pump(7)
        before, cpu = terminal.bytes, terminal.cpu()
        terminal.pump(60)
        say('bytes in a minute', terminal.bytes - before)
        say('CPU in that minute', '%.2f s' % (terminal.cpu() - cpu))
        say('memory', '%.1f MB' % terminal.memory())
        terminal.close()
    finally:
        daemon.cleanup()


def busy():
    print('20 changes a second, 30 programs')
    demo = Demo(30)
    terminal = Terminal(demo.url)
    terminal.pump(5, lambda: terminal.has('many0'))
    terminal.pump(1)
    before = terminal.bytes
    demo.call('fake.flap', 1, 67, 10)  # 201 changes
    terminal.pump(10)
    say('bytes in a minute', (terminal.bytes - before) * 6)
    terminal.close()
    demo.close()


def many():
    print('5,000 programs')
    demo = Demo(5000)
    begin = time.monotonic()
    terminal = Terminal(demo.url)
    terminal.pump(20, lambda: terminal.has('many0'))
    say('first picture after', '%.2f s' % (time.monotonic() - begin))
    terminal.pump(1)
    move, page = keys(terminal, 60)
    show_latency('a key at rest: moving', move)
    show_latency('a key at rest: help and back', page)
    say('memory', '%.1f MB' % terminal.memory())
    cpu = terminal.cpu()
    demo.call('fake.flap', 100, 40, 20)
    move, page = keys(terminal, 60)
    show_latency('100 of them flapping, 600 changes a second: moving', move)
    show_latency('... help and back', page)
    say('CPU of the screen meanwhile', '%.2f s' % (terminal.cpu() - cpu))
    terminal.close()
    demo.close()


def replay():
    print('Five hours of events in a minute: 5,000 programs, 100 of them with 1,800 deaths each (540,000 changes)')
    demo = Demo(5000)
    terminal = Terminal(demo.url)
    terminal.pump(20, lambda: terminal.has('many0'))
    terminal.pump(1)
    memory, cpu, begin = terminal.memory(), terminal.cpu(), time.monotonic()
    demo.call('fake.flap', 100, 1800, 60)
    move, page = [], []
    while not demo.call('fake.has_flapped'):
        more = keys(terminal, 20)
        move += more[0]
        page += more[1]
    say('the minute took', '%.0f s' % (time.monotonic() - begin))
    show_latency('a key meanwhile: moving', move)
    show_latency('a key meanwhile: help and back', page)
    say('CPU of the screen', '%.1f s' % (terminal.cpu() - cpu))
    say('memory before and after', '%.1f MB, %.1f MB' % (memory, terminal.memory()))
    terminal.close()
    demo.close()


def main():
    parts = {'rest': rest, 'busy': busy, 'many': many, 'replay': replay}
    for name in sys.argv[1:] or parts:
        parts[name]()


if __name__ == '__main__':
    main()
