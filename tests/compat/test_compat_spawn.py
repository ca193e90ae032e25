"""The making of children: what they find around themselves, and what is said when it fails."""

import os

import pytest
from scenario import BARE, FAST, IDLE, program, scenario

ERR = {'stdout_logfile': '%(here)s/log/out', 'stderr_logfile': '%(here)s/log/err'}
ONCE = {'autostart': 'false', 'startretries': 0, 'startsecs': 5, **ERR}

#: What a program may ask the system about itself, pids left out.
SURROUNDINGS = ('#!/bin/sh\n'
                'grep -E "^(Uid|Gid|Groups|SigBlk|Umask|NoNewPrivs)" /proc/self/status\n'
                'for fd in /proc/$$/fd/*; do echo "fd ${fd##*/}"; done\n'
                'for fd in 0 1 2; do readlink /proc/$$/fd/$fd | cut -d: -f1; done\n'
                'test "$(cut -d" " -f5 /proc/$$/stat)" = $$ && echo leads its process group\n'
                'pwd\n'
                'echo "$0:" "$@"\n'
                'echo done >&2\n'
                'exec sleep 1000\n')


def script(run, name, text, mode=0o755):
    run.write(name, text)
    os.chmod(run.daemon.path(name), mode)


OPTIONS = ['', 'user=nobody', 'user=root', 'directory=/', 'umask=027', 'umask=777\nuser=daemon',
           'directory=%(here)s/tmp\nuser=daemon\numask=0', 'redirect_stderr=true']


@pytest.mark.root
@scenario(''.join(program('p%d' % n, '%(here)s/look a "b c"', autostart='false', startsecs=0,
                          stdout_logfile='%(here)s/log/%(program_name)s', stderr_logfile='%(here)s/log/%(program_name)s.err') +
                  options + '\n' for n, options in enumerate(OPTIONS)))
def test_surroundings(run):
    """User, groups, signal mask, umask, descriptors, process group, directory, arguments."""
    script(run, 'look', SURROUNDINGS)
    for n, options in enumerate(OPTIONS):
        run.rpc('startProcess', 'p%d' % n)
        run.wait_log('done', name='log/p%d' % n if 'redirect' in options else 'log/p%d.err' % n)


SCRIPTS = [('interpreter', '#!/no/such/interpreter\n', 0o755), ('none', 'no interpreter\n', 0o755), ('empty', '', 0o755),
           ('directory', '#!/\n', 0o755), ('x', '#!/bin/sh\n', 0o644), ('nothing', '#!/bin/sh\n', 0),
           ('others', '#!/bin/sh\n', 0o001)]


@scenario(''.join(program(name, '%(here)s/%(program_name)s and arguments', autostart='false', startretries=0, startsecs=5,
                          stderr_logfile='%(here)s/log/%(program_name)s', stdout_logfile='NONE') for name, _, _ in SCRIPTS))
def test_script_that_cannot_be_executed(run):
    for name, text, mode in SCRIPTS:
        script(run, name, text, mode)
        run.rpc('startProcess', name)
    run.states()


COMMANDS = ['/no/such/program', 'no-such-program', '/', '/etc/passwd', "sh -c 'abc", 'sh \\', ' ', '""', '/bin/sh/x',
            './no-such']


@scenario(''.join(program('p%d' % n, command, startretries=0, **BARE) for n, command in enumerate(COMMANDS)),
          log='in any order')
def test_command_that_cannot_be_found(run):
    """By itself, and by hand."""
    for n in range(len(COMMANDS)):
        run.wait('p%d' % n, 'FATAL')
        run.rpc('startProcess', 'p%d' % n)
        run.wait('p%d' % n, 'FATAL')
    run.ctl('start', 'all')
    run.states()


@pytest.mark.root
@pytest.mark.parametrize('redirect', ['false', 'true'])
@scenario(lambda redirect: program('p', '/bin/cat', user='nobody', directory='%(here)s/mine', redirect_stderr=redirect,
                                   **ONCE))
def test_directory_that_may_not_be_entered(run, redirect):
    """As the program's user."""
    run.daemon.write('file', '')
    os.mkdir(run.daemon.path('mine'), 0o700)
    run.rpc('startProcess', 'p')
    run.states()


@pytest.mark.parametrize('directory', ['%(here)s/nowhere', '/etc/passwd', '~'])
@scenario(lambda directory: program('p', '/bin/cat', directory=directory, **ONCE))
def test_directory_that_is_none(run, directory):
    run.rpc('startProcess', 'p')


@pytest.mark.root
@scenario(program('p', '%(here)s/script', user='nobody', **ONCE))
def test_command_that_the_user_may_not_execute(run):
    script(run, 'script', '#!/bin/sh\n', 0o700)
    run.rpc('startProcess', 'p')


@pytest.mark.root
@scenario(program('p', '/bin/cat', user='root', **ONCE), supervisord='user=nobody', start=False)
def test_user_that_it_may_not_become(run):
    os.chmod(run.dir, 0o777)
    run.start()
    run.rpc('startProcess', 'p')


@scenario(program('p', '/bin/cat', environment='BIG="%s"' % ('x' * 200000), **ONCE))
def test_environment_that_is_too_big(run):
    run.rpc('startProcess', 'p')


@scenario(program('p', 'hello world', environment='PATH="%(here)s/nowhere:%(here)s/bin"', startsecs=0, autostart='false',
                  **ERR) +
          program('q', 'hello', environment='PATH=""', startretries=0, **FAST))
def test_search_path(run):
    """PATH of the program's environment; an entry that is a directory is taken all the same."""
    os.mkdir(run.daemon.path('bin'))
    script(run, 'bin/hello', '#!/bin/sh\necho "$0" "$@"; exec /bin/sleep 1000\n')
    run.rpc('startProcess', 'p')
    run.wait_log('hello', name='log/out')
    run.wait('q', 'FATAL')
    run.ctl('stop', 'p')
    os.mkdir(run.daemon.path('nowhere'))
    os.mkdir(run.daemon.path('nowhere/hello'))
    run.rpc('startProcess', 'p')


@scenario(program('p', '/bin/cat', **IDLE) + program('deaf', '/bin/sh -c "exec <&-; echo closed; exec sleep 1000"',
                                                    autostart='false', startsecs=0, **ERR))
def test_stdin(run):
    """What sendProcessStdin says."""
    run.rpc('sendProcessStdin', 'p', 'x')
    run.rpc('startProcess', 'p')
    run.rpc('sendProcessStdin', 'p', '')
    run.rpc('sendProcessStdin', 'p', 'h\u00e4llo\n')
    run.rpc('sendProcessStdin', 'p:p', 'x')
    run.rpc('sendProcessStdin', 'nobody', 'x')
    run.rpc('startProcess', 'deaf')
    run.wait_log('closed', name='log/out')
    run.rpc('sendProcessStdin', 'deaf', 'x')
    run.rpc('sendProcessStdin', 'deaf', 'x')
    run.rpc('stopProcess', 'p')
    run.rpc('sendProcessStdin', 'p', 'x')
