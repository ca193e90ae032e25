"""A terminal that is nothing but a pseudo-terminal: for what tmux would hide.  The test sees each byte that the program
sends, answers when and what it wants, and reads as slowly as it likes."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from harness import DEADLINE, wait_until


def set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


class Pty:
    """command runs in a terminal of its own; what it sends collects in .output (bytes) while somebody waits."""

    def __init__(self, command, env, columns=80, rows=24, term='xterm-256color'):
        self.output = b''
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Its size is there before the program is.
            set_size(0, columns, rows)
            os.execvpe(command[0], command, dict(env, TERM=term))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def resize(self, columns, rows):
        set_size(self.fd, columns, rows)

    def type(self, data):
        os.write(self.fd, data.encode() if isinstance(data, str) else data)

    def read(self, seconds=0.0):
        """Takes what has come, and waits so long for more. False: the program has closed the terminal."""
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.fd], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return True
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b''
            if not data:
                return False
            self.output += data

    def wait(self, pattern):
        """Reads until the pattern is in what came."""
        def look():
            self.read(0.02)
            return re.search(pattern, self.output, re.S)
        return wait_until(look, DEADLINE, '%r is sent' % pattern, state=lambda: self.output[-2000:])

    def exited(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is not None

    def wait_exit(self, read=True):
        """The exit status, as wait tells it."""
        def look():
            if read:
                self.read(0.01)
            return self.exited()
        wait_until(look, DEADLINE, 'the program ends', state=lambda: self.output[-2000:])
        return self.status

    def close(self):
        if not self.exited():
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitpid(self.pid, 0)[1]
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
