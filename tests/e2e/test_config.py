"""Reading the file: includes, expansion, groups, and what is said about mistakes."""

import os
import re

import pytest
from harness import OURS, program, wait_until


def test_include(make_daemon, impl):
    d = make_daemon(impl, '[include]\nfiles=%(here)s/tmp/*.ini %(here)s/none/*.ini\n')
    d.write('tmp/a.ini', program('a', '/bin/cat'))
    d.write('tmp/b.ini', program('b', '/bin/cat', autostart='false'))
    d.start()
    d.wait_state('a', 'RUNNING')
    assert d.state('b') == 'STOPPED'
    messages = d.log_messages()
    for name in ('a', 'b'):
        assert 'INFO Included extra file "%s" during parsing' % d.path('tmp/%s.ini' % name) in messages
    assert any(m.startswith('WARN No file matches via include "') for m in messages)


@pytest.mark.ours_only
def test_include_of_a_fifo(make_daemon, impl):
    """One that lay among the included files held the daemon at its next reading, for good."""
    d = make_daemon(impl, '[include]\nfiles=%(here)s/tmp/*\n')
    d.write('tmp/a.ini', program('a', '/bin/cat'))
    d.start()
    os.mkfifo(d.path('tmp/b.ini'))
    d.write('tmp/c.ini', program('c', '/bin/cat'))
    assert d.ctl('update').out == 'c: added process group\n'
    writer = os.open(d.path('tmp/b.ini'), os.O_RDWR)
    try:
        assert d.ctl('reread').out == 'No config updates to processes\n'
    finally:
        os.close(writer)


def test_groups_and_processes(daemon):
    d = daemon(program('x', '/bin/cat', autostart='false', numprocs=2, process_name='x%(process_num)d') +
               program('y', '/bin/cat', autostart='false') + program('z', '/bin/cat', autostart='false', priority=5) +
               '[group:g]\nprograms=x,y\npriority=7\n')
    names = [(info['group'], info['name']) for info in d.rpc.supervisor.getAllProcessInfo()]
    assert names == [('g', 'x0'), ('g', 'x1'), ('g', 'y'), ('z', 'z')]
    assert d.ctl('avail').out.splitlines() == [
        '%-32s %-9s %-9s %s' % row for row in (
            ('g:x0', 'in use', 'manual', '7:999'), ('g:x1', 'in use', 'manual', '7:999'),
            ('g:y', 'in use', 'manual', '7:999'), ('z', 'in use', 'manual', '5:5'))]


def test_comments_and_continuation(daemon):
    d = daemon('; a comment\n[program:p] ; after a section\ncommand=/bin/sh -c\n  "exec sleep 1000"  ; the rest\n'
               '\n# another\nAutoStart : true\n')
    d.wait_state('p', 'RUNNING')


def test_environment_expands(daemon):
    d = daemon(program('v', '/bin/sleep %(ENV_SECONDS)s'), env={'SECONDS': '1234'})
    wait_until(lambda: d.spawned('v'))
    pid = d.wait_state('v', 'RUNNING')['pid']
    with open('/proc/%d/cmdline' % pid) as file:
        assert file.read() == '/bin/sleep\x001234\x00'


BAD = [  # a line of a program section, the reference's words
    ('startsecs=soon', "invalid literal for int() with base 10: 'soon'"),
    ('autostart=maybe', "not a valid boolean value: 'maybe'"),
    ('autorestart=always', "invalid 'autorestart' value 'always'"),
    ('stopsignal=TERN', "value 'TERN' is not a valid signal name"),
    ('exitcodes=0,300', "not a valid list of exit codes: '0,300'"),
    ('umask=8', '8 can not be converted to an octal type'),
    ('user=no-such-user', 'Invalid user name no-such-user'),
    ('stdout_logfile=/nonexistent/x', 'The directory named as part of the path /nonexistent/x does not exist'),
    ('stdout_logfile_maxbytes=1TB', "invalid literal for int() with base 10: '1tb'"),
]


@pytest.mark.parametrize('line, text', BAD, ids=[line for line, _ in BAD])
def test_bad_option(impl, make_daemon, line, text):
    """The reference's words come first; ours names the file and the line as well."""
    d = make_daemon(impl, '[program:p]\ncommand=/bin/cat\n%s\n' % line)
    number = d.read('c.conf').splitlines().index(line) + 1
    result = d.run('-n', '-c', d.config)
    assert result.status == 2
    first, hint = result.err.split('\nFor help')
    assert text in first
    assert first.startswith('Error: ')
    if impl.name == 'ours':
        assert '%s:%d' % (d.config, number) in first
        assert line.split('=')[0] in first
    else:
        assert first == "Error: %s in section 'program:p' (file: '%s')" % (text, d.config)


@pytest.mark.parametrize('text, words', [
    ('[program:p]\n', "program section program:p does not specify a command"),
    ('[group:g]\nprograms=nope\n', '[group:g] names unknown program or fcgi-program nope'),
    ('[program:a:b]\ncommand=/bin/cat\n', "Invalid name: 'a:b' because of character: ':'"),
    ('[program:p]\ncommand=/bin/cat\nnumprocs=2\n',
     '%(process_num) must be present within process_name when numprocs > 1'),
    ('[program:p]\ncommand=%(nope)s\n', 'which cannot be expanded'),
    ('[program:p]\nnonsense\n', 'Source contains parsing errors'),
])
def test_bad_file(impl, make_daemon, text, words):
    d = make_daemon(impl, text)
    result = d.run('-n', '-c', d.config)
    assert result.status == 2
    assert words in result.err


@pytest.mark.ours_only
def test_test_config(impl, make_daemon):
    d = make_daemon(impl, program('p', '/bin/cat'))
    result = d.run('--test-config', '-c', d.config)
    assert result.status == 0, result
    d.write_config(program('p', '/bin/cat', startsecs='soon') + program('q', '/bin/cat', stopsignal='TERN'))
    result = d.run('--test-config', '-c', d.config)
    assert result.status == 2
    for words in ('startsecs', 'stopsignal'):
        assert re.search(r'c\.conf:\d+.*%s' % words, result.out + result.err)


@pytest.mark.ours_only
@pytest.mark.ours_only
@pytest.mark.parametrize('what', ['file', 'link'])
def test_socket_path_that_is_taken(make_daemon, what):
    # The start and its rehearsal agree, and leave what is there.
    d = make_daemon(OURS, program('cat', '/bin/cat'))
    if what == 'file':
        d.write('s', 'precious')
    else:
        os.symlink('nowhere', d.path('s'))
    message = "'%s' exists and is not a socket" % d.socket
    result = d.run('--test-config', '-c', d.config)
    line = d.read('c.conf').splitlines().index('file=%(here)s/s') + 1
    assert result.status == 2 and result.err == 'error: %s:%d: [unix_http_server] file: %s; remove it, or set another file=\n' % (
        d.config, line, message)
    result = d.run('-n', '-c', d.config)
    assert result.status == 2 and message in result.err and 'remove it, or set another file=' in result.err
    assert os.path.islink(d.path('s')) if what == 'link' else d.read('s') == 'precious'


def test_test_config_starts_nothing(impl, make_daemon):
    d = make_daemon(impl, program('p', '/usr/bin/touch %(here)s/touched'))
    assert d.run('--test-config', '-c', d.config).status == 0
    assert d.read('supervisord.log') == '' and d.read('supervisord.pid') == '' and d.read('touched') == ''
