"""doc/xmlrpc.md lists what system.listMethods and system.methodHelp say: nothing is missing, nothing is out of date."""

import os
import re

import pytest
from harness import TESTS

DOC = os.path.join(os.path.dirname(TESTS), 'doc', 'xmlrpc.md')
HEAD = '## Methods\n'


def described(rpc, name):
    text = rpc.system.methodHelp(name)
    params = ['%s%s' % (param, '?' if optional else '') for param, optional in re.findall(
        r'@param \w+ (\w+)( \(may be left out\))?', text)]
    types = rpc.system.methodSignature(name)
    assert len(params) == len(types) - 1
    summary = re.sub(r'\s+', ' ', text.partition('@')[0]).strip()
    return '- `%s(%s)` → %s: %s\n' % (name, ', '.join('%s: %s' % pair for pair in zip(params, types[1:])), types[0], summary)


@pytest.mark.ours_only
def test_all_methods_are_described(daemon):
    rpc = daemon().rpc
    wanted = '\n'.join(described(rpc, name) for name in rpc.system.listMethods())
    with open(DOC, encoding='utf-8') as file:
        head, _, tail = file.read().partition(HEAD)
    intro, _, listed = tail.partition('\n- ')
    if os.environ.get('CVISOR_WRITE_DOC'):
        with open(DOC, 'w', encoding='utf-8') as file:
            file.write(head + HEAD + intro.rstrip('\n') + '\n\n' + wanted)
        return
    assert '- ' + listed == wanted


@pytest.mark.ours_only
def test_faults_are_those_of_the_daemon():
    with open(os.path.join(os.path.dirname(TESTS), 'src', 'core', 'fault.c'), encoding='utf-8') as file:
        names = set(re.findall(r'"([A-Z_]+)"', file.read())) - {'SUCCESS', 'UNKNOWN'}
    with open(DOC, encoding='utf-8') as file:
        assert set(re.findall(r'^\| \d+ \| ([A-Z_]+) \|', file.read(), re.M)) == names
