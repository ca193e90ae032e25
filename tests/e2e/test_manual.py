"""The manuals name what the programs have, no more and no less. Lists of options and keys are `make check-manual`'s."""

import os
import re
import subprocess

import pytest

import harness

MAN = os.path.join(os.path.dirname(harness.TESTS), 'man')


def page(name):
    with open(os.path.join(MAN, name)) as file:
        return file.read()


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=harness.DEADLINE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands_of_help(topic):
    """Of the table between the two empty lines that follow the head."""
    head, table = re.match(r'\n(.*\n=+)\n(.*?)\n\n', output(harness.OURS.supervisorctl, 'help', *topic), re.S).groups()
    assert head.startswith('cvisor commands' if topic else 'default commands')
    return set(table.split())


@pytest.mark.ours_only
def test_commands_of_supervisorctl():
    heads = re.findall(r'^\.It Cm (\w+)(?: , (\w+))?', page('supervisorctl.1'), re.M)
    listed = {name for head in heads for name in head if name}
    assert listed == commands_of_help([]) | commands_of_help(['cvisor']) | {'help'}


@pytest.mark.ours_only
@pytest.mark.parametrize('program, manual', [
    (harness.OURS.supervisord, 'supervisord.8'),
    (harness.OURS.supervisorctl, 'supervisorctl.1'),
    (harness.TUI, 'supervisortui.1'),
])
def test_options(program, manual):
    known = set(re.findall(r'(?<![\w-])--([a-z][\w-]+)', output(program, '-h')))
    text = page(manual).replace('\\-', '-')
    missing = {name for name in known if not re.search(r'Fl (-|Fl )%s\b' % re.escape(name), text)}
    assert not missing


@pytest.mark.ours_only
def test_listener_in_shell(daemon):
    """The example works as it stands in the manual, with characters of several bytes, too."""
    text = re.search(r'^A listener in shell:\n\.Bd .*\n(#!(?:.*\n)*?)\.Ed', page('supervisord.8'), re.M).group(1)
    d = daemon(harness.program('ears', '/bin/bash listener.sh', section='eventlistener', events='REMOTE_COMMUNICATION',
                               directory='%(here)s', autostart='false', stderr_logfile='%(here)s/heard'))
    d.write('listener.sh', text.replace('\\e', '\\'))
    d.ctl('start', 'ears')
    for data in ('one', 'zw\u00f6lf\n', 'three'):
        d.rpc.supervisor.sendRemoteCommEvent('number', data)
    harness.wait_until(lambda: d.read('heard').endswith('type:number\nthree\n'))
    assert 'type:number\nzw\u00f6lf\n\n' in d.read('heard')
