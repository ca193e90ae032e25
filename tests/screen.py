"""A terminal for the tests of the screen: tmux, with a server of its own.

    with Screen([harness.TUI, '-c', d.config], d, columns=80, rows=24) as screen:
        screen.wait('RUNNING')
        screen.keys('j', 'Enter')
        screen.wait('cat')

What is drawn arrives in pieces: what stands beside something that was waited for is waited for as well, never looked up
in text() at once.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import uuid

import pytest
from harness import DEADLINE, wait_until


PROMPT = 'shell> '

#: A shell with that prompt; after wait_prompt() it takes a line.
SHELL = ['env', 'PS1=' + PROMPT, 'bash', '--norc', '--noprofile', '-i']


class Screen:
    """One program in one tmux window of a fixed size; locale, time zone and TERM are fixed as well."""

    def __init__(self, command, daemon, columns=80, rows=24, term='tmux-256color', env=None):
        if not shutil.which('tmux'):
            pytest.skip('tmux is not installed')
        self.socket = daemon.path('tmux-' + uuid.uuid4().hex[:6])
        self.size = (columns, rows)
        self.env = dict(daemon.env, LC_ALL='C.UTF-8', TZ='UTC', TERM='xterm-256color', **(env or {}))
        self.env.pop('TMUX', None)
        # What the screen remembers is this test's own.
        self.env.setdefault('XDG_CONFIG_HOME', daemon.path('config'))
        self.env.setdefault('XDG_STATE_HOME', daemon.path('state'))
        config = daemon.write('tmux.conf', 'set -g default-terminal %s\nset -g status off\nset -g escape-time 0\n'
                              'set -g remain-on-exit on\n' % term)
        self.tmux('-f', config, 'new-session', '-d', '-s', 'main', '-x', str(columns), '-y', str(rows),
                  'exec ' + shlex.join(command))

    def tmux(self, *args):
        done = subprocess.run(['tmux', '-S', self.socket, *args], capture_output=True, text=True, env=self.env,
                              errors='replace', timeout=DEADLINE * 3)
        assert done.returncode == 0, '%s: %s' % (args, done.stderr)
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        subprocess.run(['tmux', '-S', self.socket, 'kill-server'], capture_output=True, env=self.env,
                       timeout=DEADLINE * 3)

    def keys(self, *names):
        """Types keys by tmux's names ('Enter', 'C-c', 'PPage', 'j')."""
        self.tmux('send-keys', '-t', 'main', *names)

    def type(self, text):
        self.tmux('send-keys', '-t', 'main', '-l', text)

    def resize(self, columns, rows):
        self.size = (columns, rows)
        self.tmux('resize-window', '-t', 'main', '-x', str(columns), '-y', str(rows))

    def text(self, attributes=False):
        """What is on the screen; with attributes, the escape sequences of colours as well."""
        return self.tmux('capture-pane', '-p', '-t', 'main', *(['-e'] if attributes else []))

    def lines(self):
        return self.text().split('\n')[:self.size[1]]

    def wait(self, pattern, count=1):
        """Waits until the regular expression is found on the screen, so often; the first match."""
        def look():
            found = list(re.finditer(pattern, self.text(), re.M))
            return found[0] if len(found) >= count else None
        return wait_until(look, DEADLINE, '%r is shown' % pattern, state=lambda: '\n' + self.text())

    def wait_gone(self, pattern):
        return wait_until(lambda: not re.search(pattern, self.text(), re.M), DEADLINE, '%r is gone' % pattern,
                          state=lambda: '\n' + self.text())

    def wait_that(self, condition, what, **options):
        """Waits until condition(text of the screen) is true; options are those of text()."""
        return wait_until(lambda: condition(self.text(**options)), DEADLINE, what, state=lambda: '\n' + self.text())

    def keys_until(self, pattern, *names):
        """Types keys that may be typed several times until the pattern is shown: to the end of what still grows."""
        def look():
            found = re.search(pattern, self.text(), re.M)
            if not found:
                self.keys(*names)
            return found
        return wait_until(look, DEADLINE, '%r is shown' % pattern, state=lambda: '\n' + self.text(), pause=0.2)

    def wait_prompt(self):
        """Waits until the shell (SHELL) asks at the cursor: what is typed before that may be lost, or be another program's."""
        def asks():
            x, y = self.tmux('display', '-p', '-t', 'main', '#{cursor_x} #{cursor_y}').split()
            return int(x) == len(PROMPT) and self.lines()[int(y)].rstrip() == PROMPT.rstrip()
        return wait_until(asks, DEADLINE, 'the shell asks', state=lambda: '\n' + self.text())

    def exit_status(self):
        """None while the program runs."""
        dead, status, server = self.tmux('display', '-p', '-t', 'main',
                                         '#{pane_dead} #{pane_dead_status} #{pid}').split(' ')
        if dead == '1' and not status:
            # tmux has seen the end of the terminal, but sometimes misses the SIGCHLD: it looks again when told.
            os.kill(int(server), signal.SIGCHLD)
        return int(status) if dead == '1' and status else None

    def wait_exit(self):
        wait_until(lambda: self.exit_status() is not None, DEADLINE, 'the program ends', state=self.text)
        return self.exit_status()

    def pid(self):
        return int(self.tmux('display', '-p', '-t', 'main', '#{pane_pid}'))

    def expect(self, path, masks=()):
        """Compares the screen with the file, after masking; CVISOR_ACCEPT=1 writes the file instead."""
        text = self.text()
        for pattern, replacement in masks:
            text = re.sub(pattern, lambda m, r=replacement: r.ljust(len(m.group()))[:len(m.group())], text,
                          flags=re.M)
        text = '\n'.join(line.rstrip() for line in text.split('\n')[:self.size[1]]) + '\n'
        if os.environ.get('CVISOR_ACCEPT'):
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
        with open(path, encoding='utf-8') as file:
            assert text == file.read()
