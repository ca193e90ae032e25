"""What a program finds around itself."""

import grp
import json
import os
import pwd

import pytest
from harness import program, wait_until

REPORT = '%(ENV_CHILDREN)s/report %(here)s/report'


def report(d, name='report'):
    wait_until(lambda: d.read(name), what='the report is written', state=lambda: d.log[-2000:])
    return json.loads(d.read(name))


def test_variables(daemon):
    d = daemon(program('p', REPORT, environment='''A="one, two",B='b"b',C=c,PATHS="%(ENV_EXTRA)s:/x",''' +
                       '''N="%(program_name)s/%(process_num)d/%(group_name)s"'''),
               supervisord='environment=SHARED=all,C=less', env={'EXTRA': 'from outside'})
    environ = report(d)['environ']
    expected = {'A': 'one, two', 'B': 'b"b', 'C': 'c', 'PATHS': 'from outside:/x', 'N': 'p/0/p', 'SHARED': 'all',
                'SUPERVISOR_ENABLED': '1', 'SUPERVISOR_SERVER_URL': 'unix://' + d.socket,
                'SUPERVISOR_PROCESS_NAME': 'p', 'SUPERVISOR_GROUP_NAME': 'p', 'EXTRA': 'from outside'}
    assert {name: environ.get(name) for name in expected} == expected


def test_names_in_a_group(daemon):
    d = daemon(program('w', '%(ENV_CHILDREN)s/report %(here)s/report%(process_num)d', numprocs=2,
                       process_name='%(program_name)s_%(process_num)02d') + '[group:g]\nprograms=w\n')
    for n in range(2):
        environ = report(d, 'report%d' % n)['environ']
        assert environ['SUPERVISOR_PROCESS_NAME'] == 'w_%02d' % n
        assert environ['SUPERVISOR_GROUP_NAME'] == 'g'


def test_directory_and_umask(daemon):
    d = daemon(program('p', REPORT, directory='%(here)s/tmp', umask='027', stdout_logfile='%(here)s/log/out'))
    found = report(d)
    assert found['cwd'] == d.path('tmp')
    assert found['umask'] == 0o027
    # The program's umask is not its log's.
    assert os.stat(d.path('log/out')).st_mode & 0o777 == 0o666 & ~os_umask()


def os_umask():
    umask = os.umask(0)
    os.umask(umask)
    return umask


def test_signals_and_process_group(daemon):
    found = report(daemon(program('p', REPORT)))
    assert found['pgid'] == found['pid']
    assert int(found['blocked'], 16) == 0
    # SIGPIPE stays ignored: a program then survives the loss of its log's reader.  (Python itself ignores XFSZ.)
    assert int(found['ignored'], 16) & (1 << 12)


def test_descriptors(daemon):
    d = daemon(program('p', REPORT) + program('other', '/bin/cat'))
    found = report(d)
    # The directory that the report itself reads may appear.
    fds = {int(fd) for fd, target in found['descriptors'].items() if not target.startswith('/proc/')}
    assert fds == {0, 1, 2}
    assert all(found['descriptors'][fd].startswith('pipe:') for fd in '012')


def test_redirected_stderr_is_stdout(daemon):
    found = report(daemon(program('p', REPORT, redirect_stderr='true')))
    assert found['descriptors']['1'] == found['descriptors']['2']


@pytest.mark.root
def test_user(daemon):
    d = daemon(program('p', REPORT, user='nobody', directory='%(here)s/tmp').replace('%(here)s/report', '%(here)s/tmp/r'))
    found = report(d, 'tmp/r')
    nobody = pwd.getpwnam('nobody')
    assert (found['uid'], found['gid']) == (nobody.pw_uid, nobody.pw_gid)
    assert set(found['groups']) == {nobody.pw_gid} | {g.gr_gid for g in grp.getgrall() if 'nobody' in g.gr_mem}


@pytest.mark.root
def test_daemon_drops_privileges(make_daemon, impl):
    d = make_daemon(impl, program('p', REPORT.replace('%(here)s/report', '%(here)s/tmp/r')), supervisord='user=nobody')
    os.chmod(d.dir, 0o777)
    d.start()
    nobody = pwd.getpwnam('nobody')
    assert report(d, 'tmp/r')['uid'] == nobody.pw_uid
    assert os.stat('/proc/%d' % d.pid).st_uid == nobody.pw_uid
    assert 'INFO Set uid to user %d succeeded' % nobody.pw_uid in d.log_messages()


def test_stdin(daemon):
    d = daemon(program('cat', '/bin/cat', stdout_logfile='%(here)s/log/out'))
    d.wait_state('cat', 'RUNNING')
    assert d.rpc.supervisor.sendProcessStdin('cat', 'hällo\n') is True
    d.wait_log('hällo', name='log/out')


def test_command_words(daemon):
    d = daemon(program('p', r'''%(ENV_CHILDREN)s/report %(here)s/report 'a b' "c \"d\" \e" f\ g "" '%%d' é *'''))
    assert report(d)['argv'][2:] == ['a b', 'c "d" \\e', 'f g', '', '%d', 'é', '*']
