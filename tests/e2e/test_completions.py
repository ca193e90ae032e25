"""contrib/completions: what bash offers, against what the programs have; names that would be commands to a careless
shell. zsh and fish are asked where they are installed."""

import os
import re
import shutil
import subprocess

import pexpect
import pytest

from harness import DEADLINE, OURS, TESTS, TUI, Daemon, program

pytestmark = pytest.mark.ours_only

FOLDER = os.path.join(os.path.dirname(TESTS), 'contrib', 'completions')
BASH = os.path.join(FOLDER, 'supervisor.bash')

HOSTILE = ['$(touch${IFS}pwned)', '`touch${IFS}pwned`', 'a;touch${IFS}pwned', "quo'te", 'quo"te', 'br[1]', 'st*r', 'ti~de',
           'b\\ck', '-dash', 'gr\u00fcn']

CONFIG = (program('cat', '/bin/cat') +
          program('web', '/bin/sleep 1000', numprocs=2, process_name='web_%(process_num)02d') +
          ''.join(program(name, '/bin/cat', autostart='false') for name in HOSTILE))


@pytest.fixture(scope='module')
def d(ours_runs):
    d = Daemon(OURS, CONFIG)
    d.start()
    os.symlink(OURS.supervisorctl, d.path('supervisorctl'))
    yield d
    assert not os.path.exists(d.path('pwned'))
    d.cleanup()


def offered(d, line, program=OURS.supervisorctl, function='_supervisorctl'):
    """What bash would offer at the end of the line, as it would be inserted."""
    script = ('source "$1"; COMP_LINE=$2; COMP_POINT=${#COMP_LINE}; %s "$3" ""; '
              '[[ ${#COMPREPLY[@]} = 0 ]] || printf "%%s\\n" "${COMPREPLY[@]}"' % function)
    done = subprocess.run(['bash', '--norc', '-c', script, 'bash', BASH, line, program], capture_output=True, text=True,
                          cwd=d.dir, env=d.env, timeout=DEADLINE)
    assert done.stderr == ''
    return done.stdout.splitlines()


def listed_by_help(d, *topic):
    return set(re.match(r'\n.*\n=+\n(.*?)\n\n', d.ctl('help', *topic).out, re.S).group(1).split())


def test_commands_and_options(d):
    commands = listed_by_help(d) | listed_by_help(d, 'cvisor')
    assert set(offered(d, 'supervisorctl ')) == commands | {'help'}
    assert set(offered(d, 'supervisorctl -c c.conf help ')) == commands | {'cvisor'}
    assert offered(d, 'supervisorctl sta') == ['start', 'status']
    for path, function in ((OURS.supervisorctl, '_supervisorctl'), (OURS.supervisord, '_supervisor_only_options'),
                           (TUI, '_supervisor_only_options')):
        usage = subprocess.run([path, '-h'], capture_output=True, text=True, timeout=DEADLINE).stdout
        known = {name for names in re.findall(r'^(-\S+)(?: \S+)? -- ', usage, re.M) for name in names.split('/')}
        assert len(known) > 5 and set(offered(d, 'x -', path, function)) == known
    assert offered(d, 'supervisord -e wa', OURS.supervisord, '_supervisor_only_options') == ['warn']


def test_names(d):
    c = 'supervisorctl -c %s ' % d.config
    assert offered(d, c + 'restart w') == ['web:\\*', 'web:web_00', 'web:web_01']
    # Bash replaces what comes behind the last colon only.
    assert offered(d, c + 'restart web:w') == ['web_00', 'web_01']
    assert offered(d, c + 'tail ca') == ['cat']
    for takes_no_group in ('tail w', 'tail -f w', 'pid w', 'clear w', 'fg w'):
        assert offered(d, c + takes_no_group) == ['web:web_00', 'web:web_01']
    assert offered(d, c + 'tail cat std') == ['stdout', 'stderr']
    assert offered(d, c + 'tail -') == ['-dash', '-f']
    assert offered(d, c + 'signal US') == ['USR1', 'USR2']
    assert offered(d, c + 'signal HUP c') == ['cat']
    assert offered(d, c + 'status --') == ['--json', '--watch']
    assert offered(d, c + 'version -') == ['--json']
    assert offered(d, c + 'update we') == offered(d, c + 'remove we') == ['web']
    assert offered(d, c + 'stop al') == ['all']
    assert offered(d, c + 'avail ') == offered(d, c + 'open ') == []
    # Without a daemon there are no names, and what is said of that is none.
    assert offered(d, 'supervisorctl -s unix:///nonexistent restart ') == ['all']
    assert offered(d, 'supervisorctl -s ') == ['unix://', 'http://']


def test_hostile_names(d):
    """What is inserted is a word that means just that name."""
    inserted = offered(d, 'supervisorctl -c %s start ' % d.config)
    words = subprocess.run(['bash', '-c', 'for w in %s; do printf "%%s\\n" "$w"; done' % ' '.join(inserted)],
                           capture_output=True, text=True, cwd=d.dir, env=d.env, timeout=DEADLINE).stdout.splitlines()
    assert set(words) == set(HOSTILE) | {'all', 'cat', 'web:*', 'web:web_00', 'web:web_01'}
    assert set(HOSTILE) == {name for name in offered(d, "supervisorctl -c %s start '" % d.config)} - {
        'all', 'cat', 'web:*', 'web:web_00', 'web:web_01'}


def shell(d, command, *args, **env):
    return pexpect.spawn(command, list(args), cwd=d.dir, encoding='utf-8', timeout=DEADLINE, dimensions=(30, 200),
                         env=dict(d.env, TERM='dumb', HOME=d.path('tmp'), PATH=d.dir + ':/usr/bin:/bin', **env))


def test_in_a_shell(d):
    child = shell(d, '/bin/bash', '--norc', '--noprofile')
    try:
        child.sendline("PS1='ready> '; bind 'set bell-style none'; source %s" % BASH)
        child.expect_exact('\r\nready> ')
        child.send('supervisorctl -c c.conf status web:web_0\t0\n')
        child.expect(r'web:web_00 +\w+')
        child.expect_exact('ready> ')
        child.send('supervisorctl -c c.conf status br\t\n')
        child.expect(r'br\[1\] +STOPPED')
        child.expect_exact('ready> ')
        child.send('supervisorctl -c c.conf status \\$\t\n')
        child.expect_exact('$(touch${IFS}pwned)             ')
    finally:
        child.close(force=True)


@pytest.mark.skipif(not shutil.which('fish'), reason='fish is not installed')
def test_fish(d):
    def complete(line):
        done = subprocess.run(['fish', '--no-config', '-c', 'source $argv[1]; complete -C $argv[2]',
                               os.path.join(FOLDER, 'supervisor.fish'), line], capture_output=True, text=True, cwd=d.dir,
                              timeout=DEADLINE, env=dict(d.env, HOME=d.path('tmp'), PATH=d.dir + ':/usr/bin:/bin'))
        return [found.split('\t')[0] for found in done.stdout.splitlines()]
    assert set(complete('supervisorctl ')) >= listed_by_help(d) | {'tui', 'help'}
    names = complete('supervisorctl -c c.conf start ')
    assert {name.replace('\\', '') for name in names} >= {name.replace('\\', '') for name in HOSTILE[:7]}
    assert 'web:web_01' in names and 'all' in names
    assert '--watch' in complete('supervisorctl -c c.conf status --')


@pytest.mark.skipif(not shutil.which('zsh'), reason='zsh is not installed')
def test_zsh(d):
    child = shell(d, shutil.which('zsh'), '-f')
    try:
        child.sendline("PS1='ready> '; fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; unsetopt zle_bracketed_paste"
                       % FOLDER)
        child.expect('\rready> ')
        child.send('supervisorctl -c c.conf status br\t')
        child.expect_exact('br\\[1\\]')
        child.send('\n')
        child.expect(r'br\[1\] +STOPPED')
        child.expect_exact('ready> ')
        child.send('supervisorctl -c c.conf status web:web_0\t')
        child.expect_exact('web:web_00')
        child.expect_exact('web:web_01')
    finally:
        child.close(force=True)
