"""Ansible's module community.general.supervisorctl, which runs supervisorctl and reads what it prints.

One run of tests/data/ansible/supervisorctl.yml, since a start of Ansible takes longer than twenty of its tasks. With
--impl=both the same play runs on the reference: what it expects is what comes of it there.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

from harness import TESTS, free_port, program

PLAYBOOK = os.path.join(TESTS, 'data', 'ansible', 'supervisorctl.yml')
#: The interpreter that knows Debian's Ansible, and that its modules run in.
PYTHON = '/usr/bin/python3'

#: What the module says of what fails: its own words, or what supervisorctl has printed, on stdout where it also ends
#: with a status that is not 0.
SAID = {
    'remove a running program': {'msg': 'ERROR: process/group still running: one\n'},
    'a wrong password': {'msg': 'ERROR (no such process)'},
    'restart with a wrong password': {
        'rc': 1, 'stdout': "Server requires authentication\nerror: <class 'xmlrpc.client.ProtocolError'>, "
                           '<ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>: file: '
                           '/usr/lib/python3/dist-packages/supervisor/xmlrpc.py line: 539\n'},
    'start without a daemon': {'msg': 'ERROR (no such process)'},
    'restart without a daemon': {
        'rc': 1, 'stdout': "error: <class 'FileNotFoundError'>, [Errno 2] No such file or directory: file: "
                           '/usr/lib/python3/dist-packages/supervisor/xmlrpc.py line: 557\n'},
    'start what does not exist': {'msg': 'ERROR (no such process)'},
    'stop a group that does not exist': {'msg': 'ERROR (no such process)'},
    'add what does not exist': {'msg': 'ERROR: no such process/group: nosuch\n'},
    'a bad signal': {'rc': 1, 'stdout': 'late: ERROR (bad signal name)\n'},
    'start a failing program': {'rc': 7, 'stdout': 'failing: ERROR (spawn error)\n'},
}
AFFECTED = {
    'start a program': ['one'],
    'start a group': ['web:a', 'web:b'],
    'restart a group': ['web:a', 'web:b'],
    'signal a group': ['web:a', 'web:b'],
    'signal all': ['one', 'web:a', 'web:b'],
    'stop all': ['one', 'web:a', 'web:b'],
    'signal a program': ['late'],
}


def module_path():
    """Where the module is; None: it is not installed."""
    if shutil.which('ansible-playbook') is None:
        return None
    found = subprocess.run([PYTHON, '-c', 'import ansible_collections.community.general as m; print(list(m.__path__)[0])'],
                           capture_output=True, text=True)
    path = os.path.join(found.stdout.strip() or '/nonexistent', 'plugins', 'modules', 'supervisorctl.py')
    return path if os.path.exists(path) else None


def play(d, variables):
    """Runs the playbook in the daemon's directory; the results by the name of the task, in order."""
    home = d.path('tmp', 'ansible')
    env = dict(d.env, HOME=home, ANSIBLE_HOME=home, ANSIBLE_LOCAL_TEMP=os.path.join(home, 'local'),
               ANSIBLE_REMOTE_TEMP=os.path.join(home, 'remote'), ANSIBLE_CONFIG=os.path.join(home, 'none'),
               ANSIBLE_STDOUT_CALLBACK='ansible.posix.json', ANSIBLE_PIPELINING='1', ANSIBLE_NOCOLOR='1',
               ANSIBLE_LOCALHOST_WARNING='0', ANSIBLE_DEPRECATION_WARNINGS='0')
    os.mkdir(home)
    done = subprocess.run(['ansible-playbook', '-i', 'localhost,', '-e', '@' + d.write('vars.json', json.dumps(variables)),
                           PLAYBOOK], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=d.dir, env=env,
                          timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    tasks = json.loads(done.stdout)['plays'][0]['tasks']
    return {task['task']['name']: task['hosts']['localhost'] for task in tasks}


def outcome(result):
    if result.get('skipped'):
        return 'skipped'
    if result.get('failed'):
        return 'failed'
    return 'changed' if result['changed'] else 'ok'


def test_ansible_manages_programs(daemon):
    module = module_path()
    if module is None:
        pytest.skip("Ansible's module for supervisorctl is not installed (Debian: ansible)")
    idle = {'autostart': 'false', 'autorestart': 'true', 'startsecs': 0}
    d = daemon(program('one', '/bin/cat', **idle) + program('a', '/bin/cat', **idle) + program('b', '/bin/cat', **idle) +
               '[group:web]\nprograms=a,b\n\n[include]\nfiles=%(here)s/late/*.conf\n',
               start=False)
    inet = 'http://127.0.0.1:%d' % free_port()
    os.mkdir(d.path('late'))
    with open(d.config, 'a') as config:
        config.write('\n[inet_http_server]\nport=%s\nusername=anna\npassword=p w:d\n' % inet[len('http://'):])
    d.start()
    with open(module) as text:
        can_stop = 'stop_before_removing' in text.read()

    results = play(d, {'supervisorctl': d.impl.supervisorctl, 'configuration': d.config, 'username': 'anna',
                       'password': 'p w:d', 'socket_url': 'unix://' + d.socket, 'inet_url': inet,
                       'late_file': d.path('late', 'late.conf'), 'module_can_stop': can_stop,
                       'ansible_python_interpreter': PYTHON})

    seen = {name: outcome(result) for name, result in results.items()}
    for name, result in results.items():
        print('%-8s %s %s' % (seen[name], name, {key: result[key] for key in ('msg', 'rc', 'stdout', 'affected')
                                                  if key in result}))
    assert len(seen) == len(re.findall(r'^    - name: ', open(PLAYBOOK).read(), re.M))
    assert {name for name, what in seen.items() if what == 'skipped'} == (set() if can_stop else {
        'start, to be removed: changed', 'stop and remove a program: changed'})
    assert [(name, what) for name, what in seen.items()
            if what != 'skipped' and name.rpartition(': ')[2] != what] == []
    short = {name.rpartition(': ')[0]: result for name, result in results.items()}
    for name, said in SAID.items():
        assert {key: short[name][key] for key in said} == said, name
    assert {name: short[name]['affected'] for name in AFFECTED} == AFFECTED

    # And it was done, not only said: started, restarted, all, over the socket (and to be removed).
    assert len(d.spawned('one')) == 4 + can_stop
    assert len(d.spawned('a')) == len(d.spawned('b')) == 3
    d.wait_log(r"INFO spawned: 'late' with pid", count=2)  # the signal has ended it
