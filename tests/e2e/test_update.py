"""reread, update, add, remove."""

import pytest
from harness import is_alive, program

A = program('a', '/bin/cat')
B = program('b', '/bin/cat')
C = program('c', '/bin/cat')


def test_reread(daemon):
    d = daemon(A + B)
    assert d.ctl('reread') == (0, 'No config updates to processes\n', '')
    d.write_config(A.replace('/bin/cat', '/bin/cat -u') + C)
    assert d.ctl('reread') == (0, 'a: changed\nb: disappeared\nc: available\n', '')
    assert [info['name'] for info in d.rpc.supervisor.getAllProcessInfo()] == ['a', 'b']
    assert d.ctl('avail').out.splitlines() == [
        '%-32s %-9s %-9s %s' % (name, used, 'auto', '999:999') for name, used in (('a', 'in use'), ('c', 'avail'))]


def test_update(daemon):
    d = daemon(A + B)
    before = {name: d.wait_state(name, 'RUNNING')['pid'] for name in 'ab'}
    assert d.ctl('update') == (0, '', '')
    d.write_config(A.replace('/bin/cat', '/bin/cat -u') + C)
    result = d.ctl('update')
    assert result == (0, 'b: stopped\nb: removed process group\n'
                         'a: stopped\na: updated process group\n'
                         'c: added process group\n', '')
    after = {name: d.wait_state(name, 'RUNNING')['pid'] for name in 'ac'}
    assert after['a'] != before['a'] and not is_alive(before['a']) and not is_alive(before['b'])
    assert 'INFO spawned' in d.log


def test_update_leaves_others_alone(daemon):
    d = daemon(A + B)
    pid = d.wait_state('a', 'RUNNING')['pid']
    d.write_config(A + B.replace('/bin/cat', '/bin/cat -u'))
    assert d.ctl('update').out == 'b: stopped\nb: updated process group\n'
    assert d.info('a')['pid'] == pid


def test_update_of_named_groups(daemon):
    d = daemon(A + B)
    d.wait_state('b', 'RUNNING')
    d.write_config(C)
    assert d.ctl('update', 'b', 'nope') == (1, 'ERROR: no such group: nope\nb: stopped\nb: removed process group\n', '')
    assert [info['name'] for info in d.rpc.supervisor.getAllProcessInfo()] == ['a']
    assert d.ctl('update', 'all').out == 'a: stopped\na: removed process group\nc: added process group\n'


def test_add_and_remove(daemon):
    d = daemon(A)
    d.write_config(A + B)
    assert d.ctl('add', 'b') == (1, 'ERROR: no such process/group: b\n', '')
    assert d.ctl('reread').out == 'b: available\n'
    assert d.ctl('add', 'b') == (0, 'b: added process group\n', '')
    assert d.ctl('add', 'b') == (0, 'ERROR: process group already active\n', '')
    d.wait_state('b', 'RUNNING')
    assert d.ctl('remove', 'b') == (1, 'ERROR: process/group still running: b\n', '')
    assert d.ctl('stop', 'b').status == 0
    assert d.ctl('remove', 'b') == (0, 'b: removed process group\n', '')
    assert d.ctl('remove', 'nope') == (1, 'ERROR: no such process/group: nope\n', '')
    assert d.ctl('status', 'b') == (4, 'b: ERROR (no such process)\n', '')


@pytest.mark.parametrize('change', [
    {'numprocs': 2, 'process_name': 'a%(process_num)d'}, {'environment': 'X=1'}, {'stopsignal': 'INT'},
    {'priority': 3}, {'autorestart': 'true'}, {'stdout_logfile_backups': 3}, {'directory': '/tmp'}, {'umask': '077'}],
    ids=lambda change: next(iter(change)))
def test_what_counts_as_a_change(daemon, change):
    d = daemon(A)
    d.write_config(program('a', '/bin/cat', **change))
    assert d.ctl('reread').out == 'a: changed\n'


def test_bad_reread_changes_nothing(daemon):
    d = daemon(A)
    pid = d.wait_state('a', 'RUNNING')['pid']
    d.write_config(A + B + 'startsecs=soon\n')
    result = d.ctl('reread')
    assert result.status == 1
    assert result.out.startswith("ERROR: CANT_REREAD: invalid literal for int() with base 10: 'soon'")
    result = d.ctl('update')
    assert result.status == 1
    assert result.out.startswith("error: <class 'xmlrpc.client.Fault'>, <Fault 92: ")
    assert d.info('a')['pid'] == pid


def test_changed_command_is_what_runs(daemon):
    d = daemon(program('a', '/bin/sleep 1111'))
    d.wait_state('a', 'RUNNING')
    d.write_config(program('a', '/bin/sleep 2222'))
    d.ctl('update')
    pid = d.wait_state('a', 'RUNNING')['pid']
    with open('/proc/%d/cmdline' % pid) as file:
        assert file.read() == '/bin/sleep\x002222\x00'
