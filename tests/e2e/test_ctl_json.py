"""supervisorctl --json: the documents of doc/json.md, and that the exit statuses are those of the text."""

import json
import os
import re

import pytest

from harness import OURS, TESTS, Daemon, program

pytestmark = pytest.mark.ours_only

CONFIG = (program('cat', '/bin/cat', priority=1) +
          program('web', '/bin/sleep 1000', numprocs=2, priority=2, process_name='web_%(process_num)02d') +
          program('idle', '/bin/sleep 1000', autostart='false') +
          program('nofile', '/nonexistent/prog', autostart='false'))


@pytest.fixture(scope='module')
def d(ours_runs):
    d = Daemon(OURS, CONFIG)
    d.start()
    for name in ('cat', 'web:web_00', 'web:web_01'):
        d.wait_state(name, 'RUNNING')
    yield d
    d.cleanup()


def document(result):
    """The one JSON document that stdout has to be."""
    assert result.err == ''
    assert result.out.endswith('\n') and result.out.count('\n') == 1
    return json.loads(result.out)


def same_status(d, *args):
    """Runs it with --json in both places, and without: the same document, the same status."""
    plain = d.ctl(*args)
    after, before = d.ctl(*args, '--json'), d.ctl('--json', *args)
    assert plain.status == after.status == before.status
    assert plain.out != after.out
    return after.status, document(after)


def test_status(d):
    status, found = same_status(d, 'status', 'cat')
    cat = found['processes'][0]
    assert (status, len(found['processes']), found['errors']) == (0, 1, [])
    info = d.info('cat')
    assert (cat['group'], cat['name'], cat['namespec']) == ('cat', 'cat', 'cat')
    for key in ('state', 'statename', 'pid', 'start', 'stop', 'exitstatus', 'spawnerr', 'logfile', 'stdout_logfile',
                'stderr_logfile'):
        assert cat[key] == info[key], key
    assert cat['description'].startswith('pid %d, uptime ' % info['pid'])
    assert cat['now'] >= cat['start'] > 0


def test_status_of_several(d):
    status, found = same_status(d, 'status')
    assert status == 3
    assert [p['namespec'] for p in found['processes']] == ['cat', 'idle', 'nofile', 'web:web_00', 'web:web_01']
    status, found = same_status(d, 'status', 'w*', 'nope', 'nope:*')
    assert status == 4
    assert [p['namespec'] for p in found['processes']] == ['web:web_00', 'web:web_01']
    assert found['errors'] == [
        {'name': 'nope', 'kind': 'name', 'code': None, 'message': 'nope: ERROR (no such process)'},
        {'name': 'nope:*', 'kind': 'name', 'code': None, 'message': 'nope: ERROR (no such group)'}]


with open(os.path.join(os.path.dirname(TESTS), 'doc', 'json.md')) as manual:
    EXAMPLES = dict(re.findall(r'^## ([^\n]*)\n+(?:[^\n#`][^\n]*\n+)*```json\n(.*?)^```', manual.read(), re.S | re.M))


def shape(value):
    """Members in their order and types: what a reader relies on.  Of a list, that of its first element."""
    if isinstance(value, dict):
        return [(key, shape(member)) for key, member in value.items()]
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value)


@pytest.mark.parametrize('command', ['status', 'avail', 'reread', 'update', 'version', 'Errors'])
def test_examples(d, command):
    old = d.read('c.conf')
    try:
        if command in ('reread', 'update'):
            d.write('c.conf', old.replace('[program:idle]', '[program:idle]\nstartsecs=3')
                    .replace('[program:nofile]', '[program:new]'))
        args = {'status': ['cat', 'nope'], 'update': ['idle', 'nope'], 'Errors': ['x']}.get(command, [])
        result = d.ctl('version' if command == 'Errors' else command, '--json', *args)
    finally:
        d.write('c.conf', old)
        d.ctl('update')
    example = json.loads(EXAMPLES[command])
    if command == 'Errors':
        example['error']['code'] = None  # the example is one that has a code
    assert shape(json.loads(result.out)) == shape(example)


def test_examples_of_watching(d):
    """Each line of the manual is one object, and has the members that such an event has."""
    lines = [json.loads(line) for line in EXAMPLES['status --watch --json'].splitlines()]
    assert [line['event'] for line in lines] == ['snapshot', 'change', 'removed', 'disconnected', 'connected']
    first = d.ctl('status', '--watch', '--json', 'nope').out
    assert shape(json.loads(first))[:2] == shape(lines[0])[:2] and json.loads(first).keys() == lines[0].keys()


def test_option_among_the_names(d):
    """It is taken wherever it stands, and only where it has a meaning."""
    assert document(d.ctl('status', '--json', 'cat'))['processes'][0]['name'] == 'cat'
    assert d.ctl('status', '--foo') == (4, '--foo: ERROR (no such process)\n', '')
    # Half of it was done before the other half was refused.
    for words in (('start', 'idle', '--json'), ('start', '--json', 'idle'), ('restart', '--json', 'idle')):
        result = d.ctl(*words)
        assert result.status == 2
        assert document(result)['error']['message'].startswith("Error: '%s' has no --json (these have: " % words[0])
    assert d.ctl('start', 'idle', '--watch') == (2, "Error: 'start' has no --watch (these have: status)\n", '')
    assert document(d.ctl('avail', '--watch', '--json'))['error']['kind'] == 'usage'
    assert 'STOPPED' in d.ctl('status', 'idle').out
    # Where any words may stand it is one of them.
    assert d.ctl('help', '--json').out == '*** No help on --json\n'


def test_avail(d):
    status, found = same_status(d, 'avail')
    assert status == 0
    by_name = {p['namespec']: p for p in found['processes']}
    logs = [by_name['web:web_01'].pop(key) for key in ('stdout_logfile', 'stderr_logfile')]
    assert all(log == 'auto' or log.startswith(d.path('log')) for log in logs)
    assert by_name['web:web_01'] == {
        'group': 'web', 'name': 'web_01', 'namespec': 'web:web_01', 'in_use': True, 'autostart': True,
        'group_priority': 2, 'priority': 2, 'command': '/bin/sleep 1000', 'directory': 'none', 'startsecs': 1,
        'startretries': 3, 'stopsignal': 15, 'stopwaitsecs': 10}
    assert by_name['idle']['autostart'] is False


def test_version(d):
    status, found = same_status(d, 'version')
    version = d.ctl('version').out.strip()
    assert (status, found) == (0, {'supervisord': version, 'supervisorctl': version})


def test_usage(d):
    for command in ('avail', 'reread', 'version'):
        status, found = same_status(d, command, 'x')
        assert (status, found) == (1, {'error': {
            'kind': 'usage', 'code': None, 'message': 'Error: %s accepts no arguments' % command}})
    for command in ('start', 'help', 'tui', 'maintail'):
        result = d.ctl('--json', command, 'x')
        assert result.status == 2
        assert document(result)['error']['message'].startswith("Error: '%s' has no --json (" % command)
    result = d.ctl('--json', 'frob')
    assert (result.status, document(result)['error']['message']) == (1, '*** Unknown syntax: frob')
    result = d.ctl('--json')
    assert result.status == 2 and '--json needs a command' in result.err and '"kind":"usage"' in result.out
    for words, message in ((('--frob', '--json', 'status'), 'option --frob not recognized'),
                           (('--json', '-s'), 'option -s requires argument'),
                           (('--json', '--json', 'status'), 'conflicting command line option'),
                           (('--frob', 'status', '--json'), 'option --frob not recognized')):
        result = d.ctl(*words)
        assert result.status == 2 and result.err.startswith('Error: ' + message)
        error = json.loads(result.out)['error']
        assert error['kind'] == 'usage' and error['message'].startswith(message)
    assert d.ctl('--frob', 'status').out == ''


def test_unreachable(d):
    url = 'unix://%s' % d.path('nobody')
    for command, code in (('status', 4), ('version', 7), ('reread', 1), ('update', 1), ('avail', 1)):
        result = d.ctl('--json', command, options=['-c', '', '-s', url])
        assert result.status == code == d.ctl(command, options=['-c', '', '-s', url]).status
        error = document(result)['error']
        assert (error['kind'], error['code']) == ('connection', 2)
    missing = d.ctl('status', '--json', options=['-c', d.path('missing')])
    assert missing.status == 2 and missing.err.startswith('Error: could not find config file')
    assert json.loads(missing.out)['error']['message'].startswith('could not find config file')


def test_in_the_shell(d):
    """As an argument it is known at the prompt, too."""
    out = d.ctl(stdin='version --json\nversion\n').out
    version = d.ctl('version').out
    assert 'supervisor> {"supervisord":"' in out and 'supervisor> ' + version in out


def test_credentials(d):
    """Nobody is asked for them; the status is that of the text."""
    other = Daemon(OURS, program('cat', '/bin/cat'), http='username=u\npassword=p')
    try:
        other.start()
        assert other.ctl('status', '--json').status == 1
        result = other.ctl('--json', '-i', 'status')
        assert (result.status, document(result)) == (1, {'error': {
            'kind': 'http', 'code': 401, 'message': 'Unauthorized'}})
    finally:
        other.cleanup()


def test_reread_and_update(d):
    old = d.read('c.conf')
    try:
        assert same_status(d, 'reread') == (0, {'available': [], 'changed': [], 'disappeared': []})
        assert same_status(d, 'update') == (0, {'groups': [], 'errors': []})
        changed = old.replace('/bin/sleep 1000\nautostart', '/bin/sleep 1001\nautostart')
        d.write('c.conf', changed.replace('[program:nofile]', '[program:new]\ncommand=/bin/cat\n[program:gone]'))
        status, found = same_status(d, 'reread')
        assert (status, found) == (0, {'available': ['gone', 'new'], 'changed': ['idle'], 'disappeared': ['nofile']})
        result = d.ctl('update', '--json', 'new', 'what', 'idle')
        assert result.status == 1
        assert document(result) == {
            'groups': [{'group': 'idle', 'change': 'changed', 'done': True, 'error': None},
                       {'group': 'new', 'change': 'added', 'done': True, 'error': None}],
            'errors': [{'name': 'what', 'kind': 'name', 'code': None, 'message': 'ERROR: no such group: what'}]}
        assert [(g['group'], g['change']) for g in document(d.ctl('update', '--json'))['groups']] == [
            ('nofile', 'removed'), ('gone', 'added')]
    finally:
        d.write('c.conf', old)
        d.ctl('update')


def test_refused_file(d):
    """The fault names file and line and what would be accepted, in both forms."""
    old = d.read('c.conf')
    try:
        d.write('c.conf', old + 'stopsignal=TERN\n')
        for command in ('reread', 'update'):
            status, found = same_status(d, command)
            error = found['error']
            assert (status, error['kind'], error['code']) == (1, 'fault', 92)
            assert 'c.conf:' in error['message'] and 'TERN' in error['message'] and 'TERM' in error['message']
        out = d.ctl('update').out
        assert out.startswith("error: <class 'xmlrpc.client.Fault'>, <Fault 92: ")
        assert out.endswith(': file: /usr/lib/python3.11/xmlrpc/client.py line: 668\n')
        assert 'c.conf:' in out and 'TERM' in out
    finally:
        d.write('c.conf', old)
        assert d.ctl('reread').status == 0
