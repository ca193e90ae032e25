"""FastCGI programs: a socket that the daemon makes, and their processes share."""

import os
import re
import signal
import socket
import stat
import struct
import subprocess
import time
import xmlrpc.client

import pytest
from harness import DEADLINE, free_port, open_files, program, status_field, wait_until

WORKER = '%(ENV_CHILDREN)s/pool_worker'
UNIX = 'unix://%(here)s/pool'


def pool(name='pool', command=WORKER, url=UNIX, numprocs=1, **options):
    """The text of an [fcgi-program:x]; its processes are NAME:NAME, or with numprocs NAME:0, NAME:1, ..."""
    if numprocs > 1:
        options = {'numprocs': numprocs, 'process_name': '%(process_num)d', **options}
    return program(name, command, section='fcgi-program', socket=url, **{'startsecs': 0, **options})


class Client:
    """A connection to a pool, held; .pid is who serves it."""

    def __init__(self, address, family=None):
        self.socket = socket.socket(family or (socket.AF_UNIX if isinstance(address, str) else socket.AF_INET))
        self.socket.settimeout(DEADLINE)
        try:
            self.socket.connect(address)
            self.word = self.socket.makefile().readline().split()
        except OSError:
            self.socket.close()
            raise
        self.pid = int(self.word[0]) if self.word else None

    def close(self):
        self.socket.close()


@pytest.fixture
def unstarted(impl, make_daemon):
    return lambda config: make_daemon(impl, config)


def served_by(address, family=None):
    client = Client(address, family)
    client.close()
    return client.pid


def refused(address):
    try:
        served_by(address)
    except (ConnectionRefusedError, FileNotFoundError):
        return True
    return False


def socket_lines(d):
    """What the log says of sockets and processes, without the pids."""
    return [re.sub(r'(with pid) \d+', r'\1 N', m[5:]) for m in d.log_messages()
            if re.match(r'INFO (Creating|Closing) socket|INFO spawned|\w+ (exited|stopped):|INFO spawnerr', m)]


def inode_of(pid, fd):
    return os.readlink('/proc/%d/fd/%d' % (pid, fd))


def backlog_of(port=None, path=None):
    """How many connections may wait at a listening socket."""
    out = subprocess.run(['ss', '-ltnH' if port else '-lxnH'], capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        words = line.split()
        if (port and words[3].endswith(':%d' % port)) or (path and path in words):
            return int(words[2 if port else 3])
    raise AssertionError('nobody listens\n' + out)


def somaxconn():
    with open('/proc/sys/net/core/somaxconn') as limit:
        return min(int(limit.read()), socket.SOMAXCONN)


# One socket for all


def test_all_processes_of_a_pool_serve_one_unix_socket(daemon):
    d = daemon(pool(numprocs=3))
    pids = {d.wait_state('pool:%d' % n, 'RUNNING')['pid'] for n in range(3)}
    clients = [Client(d.path('pool')) for _ in range(3)]
    assert {client.pid for client in clients} == pids
    assert len({inode_of(pid, 0) for pid in pids}) == 1
    for client in clients:
        client.close()


def test_all_processes_of_a_pool_serve_one_tcp_socket(daemon):
    port = free_port()
    d = daemon(pool(url='tcp://127.0.0.1:%d' % port, numprocs=3))
    pids = {d.wait_state('pool:%d' % n, 'RUNNING')['pid'] for n in range(3)}
    clients = [Client(('127.0.0.1', port)) for _ in range(3)]
    assert {client.pid for client in clients} == pids
    for client in clients:
        client.close()
    assert 'Creating socket tcp://127.0.0.1:%d' % port in socket_lines(d)


def test_host_may_be_a_name(daemon):
    port = free_port()
    d = daemon(pool(url='tcp://LocalHost:%d' % port))
    pid = d.wait_state('pool', 'RUNNING')['pid']
    assert served_by(('127.0.0.1', port)) == pid
    assert 'Creating socket tcp://localhost:%d' % port in socket_lines(d)


@pytest.mark.ours_only
def test_ipv6(daemon):
    port = free_port()
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
    except OSError:
        pytest.skip('no IPv6 here')
    d = daemon(pool(url='tcp://[::1]:%d' % port))
    pid = d.wait_state('pool', 'RUNNING')['pid']
    assert served_by(('::1', port), socket.AF_INET6) == pid


def test_output_goes_to_the_logs_as_usual(daemon):
    d = daemon(pool(stdout_logfile='%(here)s/out'))
    d.wait_log('serving', name='out')
    pid = d.info('pool')['pid']
    assert inode_of(pid, 0).startswith('socket:')
    assert inode_of(pid, 1).startswith('pipe:') and inode_of(pid, 2).startswith('pipe:')


def test_stdin_cannot_be_written_to(daemon):
    d = daemon(pool())
    d.wait_state('pool', 'RUNNING')
    with pytest.raises(xmlrpc.client.Fault) as fault:
        d.rpc.supervisor.sendProcessStdin('pool', 'x')
    assert (fault.value.faultCode, fault.value.faultString) == (20, 'NO_FILE: pool')


# Its life


def test_log_tells_when_it_is_made_and_closed(daemon):
    d = daemon(pool(numprocs=2))
    for n in range(2):
        d.wait_state('pool:%d' % n, 'RUNNING')
    d.ctl('stop', 'pool:0')
    d.ctl('start', 'pool:0')
    d.ctl('stop', 'pool:1')
    d.ctl('stop', 'pool:0')
    url = 'unix://' + d.path('pool')
    made, closed = 'Creating socket ' + url, 'Closing socket ' + url
    assert socket_lines(d) == [
        made, closed,  # the trial when the group is added
        made, "spawned: '0' with pid N", "spawned: '1' with pid N",
        'stopped: 0 (terminated by SIGTERM)', "spawned: '0' with pid N",
        'stopped: 1 (terminated by SIGTERM)', 'stopped: 0 (terminated by SIGTERM)', closed]


def test_closed_after_the_last_stop_and_made_anew(daemon):
    d = daemon(pool(numprocs=2))
    for n in range(2):
        d.wait_state('pool:%d' % n, 'RUNNING')
    d.ctl('stop', 'pool:1')
    assert served_by(d.path('pool')) == d.info('pool:0')['pid']
    d.ctl('stop', 'pool:0')
    assert refused(d.path('pool'))
    assert stat.S_ISSOCK(os.stat(d.path('pool')).st_mode), 'the path stays, as with the reference'
    d.ctl('start', 'pool:1')
    assert served_by(d.path('pool')) == d.info('pool:1')['pid']


def test_not_made_for_a_pool_that_is_not_started(daemon):
    d = daemon(pool(autostart='false'))
    assert d.state('pool') == 'STOPPED'
    assert refused(d.path('pool'))
    assert len(socket_lines(d)) == 2


def test_kept_while_one_of_several_starts_again(daemon):
    # kill -9 of one: the other serves on, on the same socket, and the new one joins it.
    d = daemon(pool(numprocs=2))
    pids = [d.wait_state('pool:%d' % n, 'RUNNING')['pid'] for n in range(2)]
    inode = inode_of(pids[0], 0)
    os.kill(pids[1], signal.SIGKILL)
    wait_until(lambda: d.info('pool:1')['pid'] not in (0, pids[1]))
    # For a moment, until its exec, the child of the reference has what the daemon has.
    wait_until(lambda: inode_of(d.info('pool:1')['pid'], 0) == inode)
    assert socket_lines(d).count('Closing socket unix://' + d.path('pool')) == 1


def test_made_anew_when_the_only_one_starts_again(daemon):
    d = daemon(pool())
    pid = d.wait_state('pool', 'RUNNING')['pid']
    os.kill(pid, signal.SIGKILL)
    new = wait_until(lambda: d.info('pool')['pid'] not in (0, pid) and d.info('pool')['pid'])
    wait_until(lambda: served_by(d.path('pool')) == new)
    url = 'unix://' + d.path('pool')
    assert socket_lines(d)[2:] == [
        'Creating socket ' + url, "spawned: 'pool' with pid N", 'exited: pool (terminated by SIGKILL; not expected)',
        'Closing socket ' + url, 'Creating socket ' + url, "spawned: 'pool' with pid N"]


def test_closed_when_the_command_cannot_be_found(daemon):
    d = daemon(pool(command='/no/such/worker', startretries=0))
    d.wait_state('pool', 'FATAL')
    url = 'unix://' + d.path('pool')
    assert socket_lines(d)[2:] == ['Creating socket ' + url, "spawnerr: can't find command '/no/such/worker'",
                                   'Closing socket ' + url]
    assert refused(d.path('pool'))


def test_a_pool_that_dies_at_once(daemon):
    d = daemon(pool(command='/bin/false', startsecs=30, startretries=1))
    d.wait_state('pool', 'FATAL')
    url = 'unix://' + d.path('pool')
    once = ['Creating socket ' + url, "spawned: 'pool' with pid N", 'exited: pool (exit status 1; not expected)',
            'Closing socket ' + url]
    assert socket_lines(d)[2:] == once * 2


def test_no_descriptor_is_left(daemon):
    d = daemon(pool(numprocs=2, autostart='false'))

    def descriptors():
        return sorted(open_files(d.pid).values())

    def cycle():
        d.ctl('start', 'pool:*')
        d.ctl('stop', 'pool:*')

    cycle()
    before = descriptors()
    for _ in range(5):
        cycle()
    wait_until(lambda: len(descriptors()) <= len(before), state=lambda: (before, descriptors()))


def test_other_programs_do_not_get_it(daemon):
    d = daemon(pool() + program('other', '/bin/cat', startsecs=0))
    d.wait_state('pool', 'RUNNING')
    d.ctl('restart', 'other')
    # For a moment an exec has everything open.
    wait_until(lambda: sorted(os.listdir('/proc/%d/fd' % d.info('other')['pid'])) == ['0', '1', '2'])


# Who may use it


def permissions(path):
    st = os.stat(path)
    return '%o' % (st.st_mode & 0o7777), st.st_uid, st.st_gid


@pytest.mark.parametrize('mode', ['', '0770', '666', '0', '1777'])
def test_mode(daemon, mode):
    d = daemon(pool(**({'socket_mode': mode} if mode else {})))
    d.wait_state('pool', 'RUNNING')
    assert permissions(d.path('pool'))[0] == ('%o' % int(mode, 8) if mode else '700')


@pytest.mark.root
@pytest.mark.parametrize('options,owner', [
    ({}, (0, 0)),
    ({'user': 'nobody'}, (65534, 65534)),
    ({'user': 'nobody', 'socket_owner': 'root:daemon'}, (0, 1)),
    ({'socket_owner': 'daemon'}, (1, 0)),
    ({'socket_owner': '1:2'}, (1, 2)),
])
def test_owner(daemon, options, owner):
    d = daemon(pool(**options))
    d.wait_state('pool', 'RUNNING')
    assert permissions(d.path('pool')) == ('700', *owner)
    if 'user' in options:
        pid = served_by(d.path('pool'))
        assert status_field(pid, 'Uid').split()[0] == '65534'


#: user, group and others: rwx
DEFAULT_ACL_OF_ALL = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', tag, 7, 0xffffffff) for tag in (1, 4, 0x20))


def test_not_more_open_than_asked_in_a_directory_with_a_default_acl(unstarted):
    d = unstarted(pool(url='unix://%(here)s/acl/pool', autostart='false', socket_mode='0600'))
    os.mkdir(d.path('acl'))
    try:
        os.setxattr(d.path('acl'), 'system.posix_acl_default', DEFAULT_ACL_OF_ALL)
    except OSError:
        pytest.skip('no ACLs here')
    d.start()
    assert permissions(d.path('acl/pool'))[0] == '600'


@pytest.mark.parametrize('backlog', [7, None])
@pytest.mark.parametrize('kind', ['unix', 'tcp'])
def test_backlog(daemon, kind, backlog):
    port = free_port()
    d = daemon(pool(url=UNIX if kind == 'unix' else 'tcp://127.0.0.1:%d' % port,
                    **({'socket_backlog': backlog} if backlog else {})))
    d.wait_state('pool', 'RUNNING')
    found = backlog_of(port) if kind == 'tcp' else backlog_of(path=d.path('pool'))
    assert found == (backlog or somaxconn())


# What is in the way


def stale_socket(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(path)


def test_stale_socket_is_replaced(unstarted):
    d = unstarted(pool())
    stale_socket(d.path('pool'))
    d.start()
    pid = d.wait_state('pool', 'RUNNING')['pid']
    assert served_by(d.path('pool')) == pid


def test_socket_that_somebody_listens_on_is_replaced(unstarted):
    # Workers of a daemon that was killed hold the socket; the next daemon must come up all the same.
    d = unstarted(pool())
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(d.path('pool'))
        s.listen(1)
        d.start()
        pid = d.wait_state('pool', 'RUNNING')['pid']
        assert served_by(d.path('pool')) == pid


@pytest.mark.ours_only
@pytest.mark.parametrize('thing', ['file', 'directory', 'symlink'])
def test_only_a_socket_is_removed(unstarted, thing):
    # Supervisor deletes whatever is at the path.
    d = unstarted(pool())
    path = d.path('pool')
    if thing == 'file':
        d.write('pool', 'precious')
    elif thing == 'directory':
        os.mkdir(path)
    else:
        d.write('precious', 'precious')
        os.symlink('precious', path)
    result = d.run('-n', '-c', d.config)
    assert result.status == 1
    assert ("Could not create FastCGI socket unix://%s: '%s' exists and is not a socket; remove it, or set another "
            'socket=\n' % (path, path)) in result.err
    assert os.path.lexists(path)


def test_daemon_does_not_start_when_the_port_is_taken(unstarted):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen(1)
        d = unstarted(pool(url='tcp://127.0.0.1:%d' % taken.getsockname()[1]))
        result = d.run('-n', '-c', d.config)
    assert result.status == 1
    assert 'Could not create FastCGI socket' in result.err
    assert not os.path.exists(d.path('supervisord.pid'))


@pytest.mark.ours_only
@pytest.mark.parametrize('url,why', [
    ('unix://%(here)s/missing/pool', "cannot bind '{dir}/missing/pool': No such file or directory"),
    ('unix:///' + 'x' * 120, "the path '/" + 'x' * 120 + "' is too long: 107 bytes are the most"),
    ('tcp://192.0.2.1:9', "cannot bind 'tcp://192.0.2.1:9': Cannot assign requested address"),
    ('tcp://no-such-host.invalid:9', "host 'no-such-host.invalid': "),
])
def test_reason_is_told(unstarted, url, why):
    d = unstarted(pool(url=url))
    result = d.run('-n', '-c', d.config)
    assert result.status == 1
    assert 'Could not create FastCGI socket %s: %s' % (url.replace('%(here)s', d.dir), why.format(dir=d.dir)) in result.err


@pytest.mark.ours_only
def test_socket_that_cannot_be_made_again_is_a_spawn_error(unstarted):
    # Supervisor's daemon ends when the directory of the socket has gone, and leaves its other programs alone.
    d = unstarted(pool(url='unix://%(here)s/run/pool', startretries=1) + program('other', '/bin/cat', startsecs=0))
    os.mkdir(d.path('run'))
    d.start()
    pid = d.wait_state('pool', 'RUNNING')['pid']
    os.unlink(d.path('run/pool'))
    os.rmdir(d.path('run'))
    os.kill(pid, signal.SIGKILL)
    info = d.wait_state('pool', 'FATAL')
    url, path = 'unix://' + d.path('run/pool'), d.path('run/pool')
    assert info['spawnerr'] == "Could not create FastCGI socket %s: cannot bind '%s': No such file or directory" % (url, path)
    assert d.state('other') == 'RUNNING'
    assert socket_lines(d)[-4:] == ['Creating socket ' + url, 'spawnerr: ' + info['spawnerr']] * 2
    result = d.ctl('start', 'pool')
    assert result == (7, 'pool: ERROR (spawn error)\n', '')
    os.mkdir(d.path('run'))
    d.ctl('stop', 'pool')
    assert d.ctl('start', 'pool').out == 'pool: started\n'
    assert served_by(path) == d.info('pool')['pid']


@pytest.mark.ours_only
def test_port_taken_between_two_starts(daemon):
    port = free_port()
    d = daemon(pool(url='tcp://127.0.0.1:%d' % port, startretries=30, autostart='false'))
    with socket.create_server(('127.0.0.1', port)):
        assert d.ctl('start', 'pool') == (7, 'pool: ERROR (spawn error)\n', '')
        assert d.state('pool') == 'BACKOFF'
    d.wait_state('pool', 'RUNNING')  # by itself, when the port is free
    assert served_by(('127.0.0.1', port)) == d.info('pool')['pid']


# Changes


def test_update_to_another_socket(daemon):
    d = daemon(pool())
    old = d.wait_state('pool', 'RUNNING')['pid']
    d.write_config(pool(url='unix://%(here)s/second'))
    d.ctl('update')
    new = d.wait_state('pool', 'RUNNING')['pid']
    assert new != old
    assert served_by(d.path('second')) == new
    assert refused(d.path('pool'))


def test_update_that_keeps_the_socket(daemon):
    # The group is removed and added; the same port is bound again at once, while an old connection still lingers.
    port = free_port()
    d = daemon(pool(url='tcp://127.0.0.1:%d' % port))
    pid = d.wait_state('pool', 'RUNNING')['pid']
    client = Client(('127.0.0.1', port))
    assert client.pid == pid
    d.write_config(pool(command=WORKER + ' second', url='tcp://127.0.0.1:%d' % port))
    d.ctl('update')
    d.wait_state('pool', 'RUNNING')
    client.close()
    second = Client(('127.0.0.1', port))
    assert second.word[1] == 'second'
    second.close()


def test_reload_makes_it_anew(daemon):
    d = daemon(pool(numprocs=2))
    pids = {d.wait_state('pool:%d' % n, 'RUNNING')['pid'] for n in range(2)}
    d.ctl('reload')
    d.wait_log('supervisord started', count=2)
    new = {d.wait_state('pool:%d' % n, 'RUNNING')['pid'] for n in range(2)}
    assert not new & pids
    wait_until(lambda: served_by(d.path('pool')) in new)


@pytest.mark.ours_only
@pytest.mark.parametrize('kind', ['directory', 'file', 'port', 'host'])
def test_reload_with_a_socket_that_cannot_be_made_changes_nothing(daemon, kind):
    # Supervisor stops everything, and ends.
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen(1)
        d = daemon(pool())
        pid = d.wait_state('pool', 'RUNNING')['pid']
        d.write('file', '')
        url = {'directory': 'unix://%(here)s/missing/pool', 'file': 'unix://%(here)s/file', 'host': 'tcp://nobody.invalid:9',
               'port': 'tcp://127.0.0.1:%d' % taken.getsockname()[1]}[kind]
        d.write_config(pool(url=url))
        d.kill(signal.SIGHUP)
        d.wait_log('CRIT .*Could not create FastCGI socket ' + re.escape(url.replace('%(here)s', d.dir)))
        assert d.info('pool')['pid'] == pid
        assert served_by(d.path('pool')) == pid
        assert d.read('file') == ''


def test_reload_keeps_the_port(daemon):
    port = free_port()
    d = daemon(pool(url='tcp://127.0.0.1:%d' % port))
    old = d.wait_state('pool', 'RUNNING')['pid']
    d.write_config(pool(url='tcp://localhost:%d' % port))
    d.kill(signal.SIGHUP)
    d.wait_log('supervisord started', count=2)
    new = d.wait_state('pool', 'RUNNING')['pid']
    assert new != old
    wait_until(lambda: not refused(('127.0.0.1', port)))


@pytest.mark.ours_only
@pytest.mark.root
def test_name_server_that_does_not_answer(unstarted):
    # Adding the group fails after three seconds; a start that needs the name is not even tried.
    d = unstarted(program('other', '/bin/cat', startsecs=0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        try:
            silent.bind(('127.0.0.153', 53))
        except OSError:
            pytest.skip('no port 53 here')
        d.write('resolv.conf', 'nameserver 127.0.0.153\noptions timeout:30\n')
        d.write('nsswitch.conf', 'hosts: dns\n')
        d.write('start', '#!/bin/sh\nexec unshare -m sh -c \'mount --bind %s /etc/resolv.conf && '
                'mount --bind %s /etc/nsswitch.conf && exec %s "$@"\' start "$@"\n' % (
                    d.path('resolv.conf'), d.path('nsswitch.conf'), d.impl.supervisord))
        os.chmod(d.path('start'), 0o755)
        if subprocess.run(['unshare', '-m', 'mount', '--bind', d.path('resolv.conf'), '/etc/resolv.conf'],
                          check=False, capture_output=True).returncode:
            pytest.skip('no mount namespaces here')
        d.start(supervisord=d.path('start'))
        d.write_config(program('other', '/bin/cat', startsecs=0) + pool(url='tcp://fcgi.example:9000'))
        d.ctl('reread')
        before = time.monotonic()
        with pytest.raises(xmlrpc.client.Fault) as fault:
            d.rpc.supervisor.addProcessGroup('pool')
        assert time.monotonic() - before < 15
        assert fault.value.faultString == ("FAILED: Could not create FastCGI socket tcp://fcgi.example:9000: host "
                                           "'fcgi.example': no name server has answered within 3000 ms")
        assert d.ctl('status').out.startswith('other   ')

        # Nobody is left who waits for the answer.
        def children():
            with open('/proc/%d/task/%d/children' % (d.pid, d.pid)) as file:
                return file.read().split()
        wait_until(lambda: children() == [str(d.info('other')['pid'])], state=children)


def test_changes_of_mode_owner_and_backlog_are_not_seen(daemon):
    d = daemon(pool())
    d.wait_state('pool', 'RUNNING')
    d.write_config(pool(socket_mode='0777', socket_backlog=3))
    assert d.ctl('reread').out == 'No config updates to processes\n'


def test_group_that_is_added_with_a_bad_socket(daemon):
    d = daemon(program('other', '/bin/cat', startsecs=0))
    d.write_config(program('other', '/bin/cat', startsecs=0) + pool(url='unix://%(here)s/missing/pool'))
    d.ctl('reread')
    with pytest.raises((xmlrpc.client.Fault, xmlrpc.client.ProtocolError)) as error:
        d.rpc.supervisor.addProcessGroup('pool')
    if d.impl.name == 'ours':
        assert error.value.faultCode == 30
        assert 'Could not create FastCGI socket' in error.value.faultString
    assert d.state('other') == 'RUNNING'


def test_removal_in_the_call_that_stops_it(daemon):
    d = daemon(pool(numprocs=2))
    for n in range(2):
        d.wait_state('pool:%d' % n, 'RUNNING')
    results = d.rpc.system.multicall([{'methodName': 'supervisor.stopProcessGroup', 'params': ['pool']},
                                      {'methodName': 'supervisor.removeProcessGroup', 'params': ['pool']}])
    assert results[1] is True
    assert socket_lines(d)[-1] == 'Closing socket unix://' + d.path('pool')
    assert refused(d.path('pool'))


def test_member_of_a_group_is_an_ordinary_program(daemon):
    # A quirk that is kept: no socket is made for it, its stdin is a pipe.
    d = daemon(pool('fast', command='/bin/cat') + '[group:g]\nprograms=fast\n')
    pid = d.wait_state('g:fast', 'RUNNING')['pid']
    assert inode_of(pid, 0).startswith('pipe:')
    assert not os.path.lexists(d.path('pool'))
    assert not [line for line in socket_lines(d) if 'socket' in line]
    assert d.rpc.supervisor.sendProcessStdin('g:fast', 'x') is True


def test_ordinary_program_of_that_name_becomes_a_pool(daemon):
    d = daemon(program('pool', '/bin/cat', startsecs=0))
    d.wait_state('pool', 'RUNNING')
    d.write_config(pool())
    assert d.ctl('reread').out == 'pool: changed\n'
    d.ctl('update')
    pid = d.wait_state('pool', 'RUNNING')['pid']
    assert served_by(d.path('pool')) == pid
