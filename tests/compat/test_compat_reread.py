"""What reread calls added, changed and removed, option by option, and what update makes of it.

One daemon of each kind reads one configuration after another, each of which differs from what runs in one thing."""

import re
import subprocess

import pytest
from harness import OURS
from scenario import brief, listener, program, scenario

NO_LOGS = {'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
OFF = {'command': '/bin/cat', 'autostart': 'false'}

#: What runs: section -> options.  `p` has log files of its own, `auto` has AUTO logs.
RUNNING = {
    'program:p': dict(OFF, stdout_logfile='%(here)s/log/p.out', stderr_logfile='%(here)s/log/p.err'),
    'program:auto': dict(OFF),
    'program:many': dict(OFF, numprocs=2, process_name='many_%(process_num)d', **NO_LOGS),
    'eventlistener:l': dict(OFF, events='TICK_3600,PROCESS_STATE', **NO_LOGS),
    'fcgi-program:f': dict(OFF, socket='unix://%(here)s/f.sock', **NO_LOGS),
    'program:m1': dict(OFF, **NO_LOGS),
    'program:m2': dict(OFF, **NO_LOGS),
    'group:g': {'programs': 'm1,m2'},
}

#: Values to try for each option that programs, listeners and FastCGI programs share.  The first is the default.
VALUES = {
    'priority': ['999', '5'],
    'autostart': ['false', 'true'],
    'autorestart': ['unexpected', 'true', 'false'],
    'startsecs': ['1', '2', '0'],
    'startretries': ['3', '4'],
    'stopsignal': ['TERM', 'SIGTERM', '15', 'INT'],
    'stopwaitsecs': ['10', '11'],
    'stopasgroup': ['false', 'true'],
    'killasgroup': ['false', 'true'],
    'exitcodes': ['0', '0,0', '0,2', '2'],
    'stdout_capture_maxbytes': ['0', '1KB'],
    'stderr_capture_maxbytes': ['0', '1KB'],
    'stdout_events_enabled': ['false', 'true'],
    'stderr_events_enabled': ['false', 'true'],
    'stdout_logfile_backups': ['10', '3'],
    'stderr_logfile_backups': ['10', '3'],
    'stdout_logfile_maxbytes': ['50MB', '52428800', '0'],
    'stderr_logfile_maxbytes': ['50MB', '52428800', '0'],
    'stdout_syslog': ['false', 'true'],
    'stderr_syslog': ['false', 'true'],
    'serverurl': ['AUTO', 'http://localhost:1'],
    'user': ['root', '0', 'nobody'],
    'umask': ['022', '077'],
    'environment': ['', 'A="1"', 'A="1",B="2"'],
    'directory': ['/tmp', '/nowhere/at/all'],
    'numprocs': ['1'],
    'numprocs_start': ['0', '5'],
    'stdout_logfile': ['AUTO', 'NONE', 'none', 'off', '%(here)s/log/new'],
    'stderr_logfile': ['AUTO', 'NONE', '%(here)s/log/new'],
    'redirect_stderr': ['false', 'true'],
    'process_name': ['%(program_name)s', 'other'],
    'command': ['/bin/cat', '/bin/cat -u'],
    'an_unknown_option': ['1'],
}
#: Options that only their kind has.
LISTENER_VALUES = {
    # Not the same names in another order: the reference compares lists made of sets, whose order differs with each start.
    # Nor what comes every five seconds: nobody takes it, and the buffer is full after ten.
    'events': ['TICK_3600', 'TICK_3600,PROCESS_STATE,TICK_60', 'EVENT', 'TICK_3600,PROCESS_STATE,TICK_3600'],
    'buffer_size': ['10', '11'],
    'result_handler': ['supervisor.dispatchers:default_handler'],
}
FCGI_VALUES = {
    'socket': ['unix://%(here)s/g.sock', 'tcp://localhost:9'],
    'socket_backlog': ['5'],
    'socket_owner': ['root', 'root:root'],
    'socket_mode': ['0700', '0660'],
}
GROUP_VALUES = {
    'programs': ['m1,m2', 'm2,m1', 'm1', 'm1,m2,auto', 'm1, m2', 'p,m1,m2'],
    'priority': ['999', '7'],
}
#: Ours only: the reference does not know them.
OURS_ALONE = {'stdout_full_action', 'stderr_full_action'}


def changed(section, **options):
    """A function that makes the sections with one changed; a value of None takes the option away."""
    def change(sections):
        sections[section].update(options)
        for name in [name for name, value in sections[section].items() if value is None]:
            del sections[section][name]
    return change


def without(*names):
    def change(sections):
        for name in names:
            del sections[name]
    return change


def added(section, **options):
    def change(sections):
        sections[section] = options
    return change


def renamed(old, new, **options):
    def change(sections):
        sections[new] = dict(sections.pop(old), **options)
    return change


def each_value(section, values):
    return [('[%s] %s=%s' % (section, name, value), changed(section, **{name: value}))
            for name, tried in values.items() for value in tried]


ROWS = {
    'program': each_value('program:p', VALUES),
    'program with AUTO logs': each_value('program:auto', {
        name: values for name, values in VALUES.items() if name.startswith('std') or name == 'redirect_stderr'}),
    'program with numprocs': each_value('program:many', {
        'numprocs': ['1', '3'], 'numprocs_start': ['0', '1'],
        'process_name': ['many_%(process_num)02d', '%(program_name)s_%(process_num)s', 'x%(process_num)d'],
        'command': ['/bin/cat %(process_num)d', '%(here)s/x', '/bin/%(program_name)s'],
        'environment': ['N="%(process_num)d"'], 'directory': ['/tmp/%(group_name)s']}),
    'eventlistener': each_value('eventlistener:l', {
        **{name: values for name, values in VALUES.items() if name != 'redirect_stderr'}, **LISTENER_VALUES}),
    'fcgi-program': each_value('fcgi-program:f', {**VALUES, **FCGI_VALUES}),
    'group': each_value('group:g', GROUP_VALUES) + each_value('program:m2', VALUES),
    'groups': [
        ('nothing', lambda sections: None),
        ('p is gone', without('program:p')),
        ('a new one', added('program:new', **OFF)),
        ('three new ones, by priority and name', lambda sections: [
            added('program:z', priority='5', **OFF)(sections), added('program:b', **OFF)(sections),
            added('program:a', **OFF)(sections)]),
        ('p has another name', renamed('program:p', 'program:q')),
        ('no programs at all', without(*RUNNING)),
        ('the group is gone, its programs are not', without('group:g')),
        ('the group has another name', renamed('group:g', 'group:h')),
        ('the group has the name of a program in it', renamed('group:g', 'group:m1')),
        ('p becomes a listener', renamed('program:p', 'eventlistener:p', events='TICK_5')),
        ('p becomes a FastCGI program', renamed('program:p', 'fcgi-program:p', socket='tcp://localhost:9')),
        ('the listener becomes a program', renamed('eventlistener:l', 'program:l')),
        ('the FastCGI program becomes a program', renamed('fcgi-program:f', 'program:f')),
        ('p moves into the group', changed('group:g', programs='m1,m2,p')),
        ('a program leaves the group', changed('group:g', programs='m2')),
        ('a group of p alone has its name', added('group:p', programs='p')),
        ('some changed, some added, some removed', lambda sections: [
            changed('program:p', priority='1')(sections), changed('group:g', priority='2')(sections),
            without('program:auto', 'program:many')(sections), added('program:new', **OFF)(sections)]),
        ('the other way round', None),
    ],
}

#: More lines for [supervisord], and what else stands in the file.
OTHERS = [
    ('environment', 'environment=A="1"', ''),
    ('no environment again', '', ''),
    ('minfds', 'minfds=1000', ''),
    ('loglevel', 'loglevel=debug', ''),
    ('umask', 'umask=077', ''),
    ('directory', 'directory=/tmp', ''),
    ('nodaemon', 'nodaemon=true', ''),
    ('strip_ansi', 'strip_ansi=true', ''),
    ('nocleanup', 'nocleanup=true', ''),
    ('logfile_maxbytes', 'logfile_maxbytes=1MB', ''),
    ('logfile_backups', 'logfile_backups=1', ''),
    ('another server', '', '[inet_http_server]\nport=127.0.0.1:1\n'),
    ('another program for supervisorctl', '', '[ctlplugin:x]\nsupervisor.ctl_factory=a:b\n'),
    ('an include that matches nothing', '', '[include]\nfiles=%(here)s/nothing/*.conf\n'),
    ('comments', '; nothing', '; nothing\n\n\n# nothing\n'),
    ('a section that nobody knows', '', '[what:ever]\nx=1\n'),
]


def text_of(sections):
    return ''.join('[%s]\n%s\n' % (name, ''.join('%s=%s\n' % item for item in options.items()))
                   for name, options in sections.items())


def copy_of(sections):
    return {name: dict(options) for name, options in sections.items()}




def reread(run, label):
    run.say('--- ' + label)
    run.rpc('reloadConfig')


@pytest.mark.parametrize('kind', ROWS)
@scenario(lambda kind: text_of(RUNNING))
def test_each_option(run, kind):
    for label, change in ROWS[kind]:
        sections = copy_of(RUNNING)
        if change:
            change(sections)
        else:
            sections = dict(reversed(sections.items()))
        run.config(text_of(sections))
        reread(run, label)


@scenario(text_of(RUNNING))
def test_what_is_not_of_programs(run):
    head = run.daemon.sections['supervisord']
    for label, daemon, more in OTHERS:
        run.daemon.sections['supervisord'] = head + '\n' + daemon
        run.config(text_of(RUNNING) + more)
        reread(run, label)


def test_all_options_are_in_the_table():
    """An option that is added to the program is added here, too."""
    done = subprocess.run([OURS.echo_conf], capture_output=True, text=True, check=True)
    known = {'program': VALUES, 'eventlistener': {**VALUES, **LISTENER_VALUES},
             'fcgi-program': {**VALUES, **FCGI_VALUES}, 'group': GROUP_VALUES}
    seen, section = {name: set() for name in known}, None
    for line in done.stdout.splitlines():
        head = re.match(r';?\[([^:\]]+)', line)
        option = re.match(r';?([a-z_]+)\s*=', line)
        if head:
            section = head.group(1)
        elif option and section in known:
            seen[section].add(option.group(1))
    assert len(seen['program']) > 30 and 'events' in seen['eventlistener'] and 'programs' in seen['group']
    for section, names in seen.items():
        assert not names - set(known[section]) - OURS_ALONE, section


# update

#: With startsecs=0 the reference says `success` a turn later: between lines of other processes, or before them.
BY_PROCESS = 'by process'
ON = {'startsecs': 0, 'stdout_logfile': 'NONE', 'stderr_logfile': 'NONE'}
A, B, C = (program(name, '/bin/cat', **ON) for name in 'abc')


def up(run, *names):
    for name in names:
        run.wait(name, 'RUNNING')


def update(run, text, *args):
    run.config(text)
    run.ctl('reread')
    run.ctl('update', *args)


@scenario(A + B, log=BY_PROCESS)
def test_update_keeps_what_has_not_changed(run):
    up(run, 'a', 'b')
    update(run, A + B)
    update(run, B + A)
    update(run, A + B.replace('/bin/cat', '/bin/cat -u') + C)
    up(run, 'b', 'c')
    run.states()
    update(run, A)
    run.states()


@scenario(A + B + C, log=BY_PROCESS)
def test_update_of_some(run):
    up(run, 'a', 'b', 'c')
    new = program('new', '/bin/cat', **ON)
    update(run, A.replace('/bin/cat', '/bin/cat -u') + B.replace('/bin/cat', '/bin/cat -u') + new, 'a', 'nothing')
    up(run, 'a')
    run.states()
    update(run, A + new, 'c', 'new')
    up(run, 'new')
    run.ctl('update', 'all')
    up(run, 'a')
    run.states()


@scenario(program('low', '/bin/cat', priority=1, **ON) + program('mid', '/bin/cat', priority=5, **ON) +
          program('high', '/bin/cat', priority=9, **ON), log=BY_PROCESS)
def test_update_of_priorities(run):
    up(run, 'low', 'mid', 'high')
    update(run, program('low', '/bin/cat', priority=9, **ON) + program('mid', '/bin/cat', priority=5, **ON) +
           program('high', '/bin/cat', priority=1, **ON))
    up(run, 'low', 'mid', 'high')
    run.states()
    run.ctl('avail')
    run.ctl('shutdown')
    run.ended()


@scenario(A + B + '[group:g]\nprograms=a,b\n', log=BY_PROCESS)
def test_update_of_a_group(run):
    up(run, 'g:a', 'g:b')
    update(run, A + B + C + '[group:g]\nprograms=a,c\n')
    up(run, 'g:a', 'g:c', 'b')
    run.states()
    update(run, A + B + C)
    up(run, 'a', 'b', 'c')
    run.states()
    update(run, A + B + C + '[group:g]\nprograms=c,b\npriority=3\n[group:h]\nprograms=a\n')
    up(run, 'h:a', 'g:b', 'g:c')
    run.states()


def many(n, **options):
    return program('many', '/bin/cat', numprocs=n, process_name='%(program_name)s_%(process_num)02d', **ON, **options)


@scenario(many(2) + A, log=BY_PROCESS)
def test_update_of_numprocs(run):
    up(run, 'many:many_00', 'many:many_01', 'a')
    update(run, many(4) + A)
    up(run, *('many:many_%02d' % i for i in range(4)))
    run.states()
    update(run, many(1, numprocs_start=3) + A)
    up(run, 'many:many_03')
    run.states()


@scenario(A + program('b', '/bin/cat', **ON), log=BY_PROCESS)
def test_program_becomes_listener_and_back(run):
    up(run, 'a', 'b')
    update(run, A + listener('b', 'PROCESS_STATE_STOPPED', startsecs=0, stderr_logfile='NONE'))
    up(run, 'b')
    run.wait_until(lambda: run.received('b') is not None)
    run.ctl('stop', 'a')
    run.wait_event('b', 'processname:a')
    update(run, A + program('b', '/bin/cat', **ON))
    up(run, 'b')
    run.states('a', 'b')


@scenario(A + B, log=BY_PROCESS)
def test_update_of_the_environment_of_all(run):
    up(run, 'a', 'b')
    head = run.daemon.sections['supervisord']
    run.daemon.sections['supervisord'] = head + '\nenvironment=X="1"'
    update(run, A + B)
    up(run, 'a', 'b')
    run.states()


@scenario(A + program('off', '/bin/cat', autostart='false', **ON) +
          program('gone', brief(), autorestart='false', **ON), log=BY_PROCESS)
def test_update_of_what_does_not_run(run):
    up(run, 'a', 'gone')
    run.finish('gone')
    run.wait('gone', 'EXITED')
    update(run, A + program('off', '/bin/cat -u', autostart='false', **ON))
    run.states()


@scenario(A + B, log=BY_PROCESS)
def test_add_and_remove(run):
    up(run, 'a', 'b')
    run.config(A + C)
    run.rpc('addProcessGroup', 'c')
    run.rpc('reloadConfig')
    run.rpc('addProcessGroup', 'c')
    run.rpc('addProcessGroup', 'c')
    run.rpc('addProcessGroup', 'b')
    up(run, 'c')
    run.rpc('removeProcessGroup', 'b')
    run.rpc('removeProcessGroup', 'nothing')
    run.rpc('removeProcessGroup', 'b:b')
    run.rpc('stopProcess', 'b')
    run.rpc('removeProcessGroup', 'b')
    run.rpc('addProcessGroup', 'b')
    run.rpc('reloadConfig')
    run.states()


@scenario(A + B, differences=('where',), log=BY_PROCESS)
def test_bad_file_leaves_the_last_good_reading(run):
    up(run, 'a', 'b')
    run.config(A + B + C)
    run.rpc('reloadConfig')
    run.config(A + B + C + program('bad', '/bin/cat', startsecs='soon'))
    run.ctl('reread')
    run.ctl('avail')
    run.rpc('addProcessGroup', 'c')
    up(run, 'c')
    run.states()
