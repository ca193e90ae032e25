"""GET /metrics: what Prometheus sees, as it changes."""

import base64
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import xmlrpc.client

import pytest

from harness import DEADLINE, OURS, Daemon, UnixHTTPConnection, free_port, program, wait_until

pytestmark = pytest.mark.ours_only

DOCUMENT = os.path.join(os.path.dirname(__file__), '..', '..', 'doc', 'metrics.md')
TYPE = 'text/plain; version=0.0.4; charset=utf-8'
HOSTILE = 'q"uo\\te{},=ü'
MANY = 320  # so many that an answer does not fit into the buffers of a socket

QUIET = {'startsecs': 0, 'autorestart': 'false', 'autostart': 'false'}
CONFIG = (program('cat', '/bin/cat', startsecs=0, autorestart='false') +
          program('three', '/bin/sh -c "printf 12345; printf abc >&2; exit 3"', **QUIET) +
          program('zero', '/bin/sh -c "exit 0"', **QUIET) +
          program('none', '/nonexistent', startretries=0) +
          program('full', '/bin/sh -c "printf 1234567"', stdout_logfile='/dev/full', stdout_logfile_maxbytes=0, **QUIET) +
          program(HOSTILE, '/bin/cat', startsecs=0) +
          program('many', '/bin/cat', numprocs=MANY, process_name='p%(process_num)d', **QUIET) +
          program('deaf', '/bin/cat', section='eventlistener', events='REMOTE_COMMUNICATION', buffer_size=2, startsecs=0) +
          program('heard', '%(ENV_CHILDREN)s/talker "say:READY\\n" read "say:RESULT 2\\nOK" repeat', section='eventlistener',
                  events='REMOTE_COMMUNICATION', startsecs=0) +
          program('fast', '/bin/sleep 1000', section='fcgi-program', socket='unix://%(here)s/fast.sock', startsecs=0))


class Scrape:
    """An answer, taken apart; whatever Prometheus would not take is an assertion."""

    SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\["\\n])*",?)+)\})? (\S+)\Z')
    LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\["\\n])*)"')

    def __init__(self, text):
        assert text.endswith('\n')
        self.types, self.samples, self.labels = {}, {}, {}
        family = None
        for line in text[:-1].split('\n'):
            if line.startswith('# HELP '):
                family, helped = line.split(' ', 3)[2:]
                assert family not in self.types and helped
            elif line.startswith('# TYPE '):
                _, _, name, self.types[family] = line.split(' ')
                assert name == family
            else:
                self.add(family, line)

    def add(self, family, line):
        parsed = self.SAMPLE.match(line)
        assert parsed, 'no sample: %r' % line
        name, labels, value = parsed.groups()
        assert name == family, 'the samples of a family stand together'
        labels = [(key, re.sub(r'\\(.)', lambda m: {'n': '\n'}.get(m[1], m[1]), text))
                  for key, text in self.LABEL.findall(labels or '')]
        series = (name, frozenset(labels))
        assert series not in self.samples, 'the series %r is there twice' % (series,)
        self.samples[series] = float(value)
        self.labels.setdefault(name, set()).update(dict(labels))

    def __call__(self, family, **labels):
        """The value of a sample; None: there is none."""
        assert family in self.types
        return self.samples.get((family, frozenset(labels.items())))

    def of(self, name, family, group=None, **labels):
        """The same, of the process `name`."""
        return self('supervisord_process_' + family, group=group or name, name=name, **labels)

    def names(self, family):
        return {dict(labels)['name'] for name, labels in self.samples if name == family}


def text_of(d):
    status, headers, body = d.http('GET', '/metrics')
    assert (status, headers['Content-Type']) == (200, TYPE)
    return body.decode()


def scrape(d):
    return Scrape(text_of(d))


def until(d, condition):
    """Scrapes until condition(scrape) holds, and once more: an answer is no picture of one moment."""
    wait_until(lambda: condition(scrape(d)), what='a condition of /metrics')
    return scrape(d)


@pytest.fixture(scope='module')
def d(ours_runs):
    port = free_port()
    running = Daemon(OURS, CONFIG + '[inet_http_server]\nport=127.0.0.1:%d\nusername=me\npassword=pw\n' % port)
    running.port = port
    running.start()
    running.wait_state('none', 'FATAL')
    for name in ('cat', HOSTILE, 'deaf', 'heard', 'fast'):
        running.wait_state(name, 'RUNNING')
    yield running
    running.cleanup()


def test_running(d):
    info = d.info('cat')
    seen = scrape(d)
    assert seen('node_supervisord_up', group='cat', name='cat') == 1
    assert seen('node_supervisord_state', group='cat', name='cat') == 20
    assert seen('node_supervisord_exit_status', group='cat', name='cat') == 0
    assert seen('node_supervisord_start_time_seconds', group='cat', name='cat') == info['start']
    assert seen.of('cat', 'up') == 1
    assert seen.of('cat', 'state', state='RUNNING') == 1
    assert seen.of('cat', 'state', state='STOPPED') == 0
    assert int(seen.of('cat', 'start_time_seconds')) == info['start']
    assert seen.of('cat', 'starts_total') >= 1
    assert seen.of('cat', 'threads') == 1
    assert seen.of('cat', 'cpu_seconds_total') >= 0
    assert seen.of('cat', 'resident_memory_bytes') > 4096
    if os.stat('/proc/self/fd').st_size > 0:  # Linux 6.2
        assert seen.of('cat', 'open_fds') == len(os.listdir('/proc/%d/fd' % info['pid']))
    assert seen('supervisord_processes', state='RUNNING') == 5
    assert seen('supervisord_processes', state='FATAL') == 1
    assert seen('supervisord_processes', state='BACKOFF') == 0


def test_exits(d):
    before = scrape(d)
    exits = before.of('three', 'exits_total', exitcode='3', expected='false') or 0  # other tests start it, too
    starts = before.of('three', 'starts_total')
    d.rpc.supervisor.startProcess('three')
    seen = until(d, lambda s: s.of('three', 'exits_total', exitcode='3', expected='false') == exits + 1)
    assert seen('node_supervisord_state', group='three', name='three') == 100
    assert seen.of('three', 'state', state='EXITED') == 1
    assert seen('node_supervisord_exit_status', group='three', name='three') == 3
    assert seen('node_supervisord_start_time_seconds', group='three', name='three') is None
    for family in ('start_time_seconds', 'cpu_seconds_total', 'threads', 'resident_memory_bytes', 'open_fds'):
        assert seen.of('three', family) is None
    d.rpc.supervisor.startProcess('three')
    seen = until(d, lambda s: s.of('three', 'exits_total', exitcode='3', expected='false') == exits + 2)
    assert seen.of('three', 'starts_total') == starts + 2
    d.rpc.supervisor.startProcess('zero')
    seen = until(d, lambda s: s.of('zero', 'exits_total', exitcode='0', expected='true') == 1)
    assert seen.of('zero', 'exits_total', exitcode='0', expected='false') is None


def test_signals(d):
    reaped = scrape(d)('supervisord_reaped_pids_total', kind='program')
    os.kill(d.info('cat')['pid'], signal.SIGKILL)
    seen = until(d, lambda s: s('node_supervisord_up', group='cat', name='cat') == 0)
    assert seen.of('cat', 'exits_total', signal='SIGKILL', expected='false') == 1
    assert seen('node_supervisord_exit_status', group='cat', name='cat') == -1
    assert seen('supervisord_reaped_pids_total', kind='program') == reaped + 1
    d.rpc.supervisor.startProcess('cat')
    d.rpc.supervisor.stopProcess('cat')
    seen = scrape(d)
    assert seen.of('cat', 'exits_total', signal='SIGTERM', expected='true') == 1
    assert seen.of('cat', 'state', state='STOPPED') == 1
    assert seen('node_supervisord_exit_status', group='cat', name='cat') == 0
    d.rpc.supervisor.startProcess('cat')


def test_spawn_errors(d):
    seen = scrape(d)
    assert seen.of('none', 'spawn_errors_total') == 1
    assert seen.of('none', 'starts_total') == 0
    assert seen.of('none', 'state', state='FATAL') == 1
    assert seen('node_supervisord_state', group='none', name='none') == 200
    assert seen.of('cat', 'spawn_errors_total') == 0


def test_log_bytes(d):
    before = scrape(d)
    d.rpc.supervisor.startProcess('three')
    until(d, lambda s: s.of('three', 'log_written_bytes_total', channel='stdout') ==
          before.of('three', 'log_written_bytes_total', channel='stdout') + 5)
    seen = until(d, lambda s: s.of('three', 'log_written_bytes_total', channel='stderr') ==
                 before.of('three', 'log_written_bytes_total', channel='stderr') + 3)
    assert seen.of('three', 'log_lost_bytes_total', channel='stdout') == 0
    d.rpc.supervisor.startProcess('full')
    seen = until(d, lambda s: s.of('full', 'log_lost_bytes_total', channel='stdout') == 7)
    assert seen.of('full', 'log_lost_bytes_total', channel='stderr') == 0
    assert seen.of('full', 'log_written_bytes_total', channel='stdout') == 0


def test_listeners_and_sockets(d):
    until(d, lambda s: s('supervisord_eventlistener_ready_workers', group='heard') == 1)
    for _ in range(5):
        d.rpc.supervisor.sendRemoteCommEvent('a', 'b')
    seen = until(d, lambda s: s('supervisord_eventlistener_events_sent_total', group='heard') == 5)
    assert seen('supervisord_eventlistener_events_dropped_total', group='heard') == 0
    assert seen('supervisord_eventlistener_events_sent_total', group='deaf') == 0
    assert seen('supervisord_eventlistener_events_dropped_total', group='deaf') == 3
    assert seen('supervisord_eventlistener_queue_length', group='deaf') == 2
    assert seen('supervisord_eventlistener_queue_capacity', group='deaf') == 2
    assert seen('supervisord_eventlistener_ready_workers', group='deaf') == 0
    assert seen('supervisord_eventlistener_queue_length', group='cat') is None
    assert seen('supervisord_fcgi_socket_listening', group='fast') == 1
    assert seen('supervisord_fcgi_socket_processes', group='fast') == 1
    d.rpc.supervisor.stopProcess('fast')
    assert scrape(d)('supervisord_fcgi_socket_listening', group='fast') == 0
    d.rpc.supervisor.startProcess('fast')


def test_the_daemon_itself(d):
    with open('/proc/%d/limits' % d.pid) as limits:
        most = int(re.search(r'Max open files +(\d+)', limits.read())[1])
    stream = d.events()
    stream.next()
    seen = scrape(d)
    assert seen('supervisord_build_info', version=d.rpc.supervisor.getSupervisorVersion()) == 1
    assert seen('supervisord_event_streams') == 1
    assert seen('supervisord_http_connections') >= 2
    assert seen('supervisord_resident_memory_bytes') > 100000
    assert seen('supervisord_cpu_seconds_total') >= 0
    assert seen('supervisord_max_fds') == most
    assert abs(seen('supervisord_start_time_seconds') - time.time()) < 3600
    stream.close()
    until(d, lambda s: s('supervisord_event_streams') == 0)


def test_rpc_is_counted(d):
    before = scrape(d)
    d.rpc.supervisor.getPID()
    d.rpc.supervisor.getPID()
    for call in (lambda: d.rpc.supervisor.getProcessInfo('nobody'), d.rpc.supervisor.noSuchMethod):
        with pytest.raises(xmlrpc.client.Fault):
            call()
    d.rpc.system.multicall([{'methodName': 'supervisor.getIdentification', 'params': []}])
    after = scrape(d)
    for method, calls, faults in (('supervisor.getPID', 2, 0), ('supervisor.getProcessInfo', 1, 1), ('other', 1, 1),
                                  ('supervisor.getIdentification', 1, 0), ('system.multicall', 1, 0),
                                  ('supervisor.shutdown', 0, 0)):
        for family, more in (('supervisord_rpc_calls_total', calls), ('supervisord_rpc_faults_total', faults)):
            assert after(family, method=method) == before(family, method=method) + more, (family, method)


def test_a_refused_configuration_is_told(d):
    good = d.read('c.conf')
    before = scrape(d)
    assert before('supervisord_config_last_read_successful') == 1
    d.write('c.conf', good + '[program:bad]\n')
    try:
        with pytest.raises(xmlrpc.client.Fault):
            d.rpc.supervisor.reloadConfig()
        seen = scrape(d)
        assert seen('supervisord_config_last_read_successful') == 0
        assert seen('supervisord_config_reads_total', result='refused') == \
            before('supervisord_config_reads_total', result='refused') + 1
        stamp = 'supervisord_config_last_read_success_timestamp_seconds'
        assert seen(stamp) == before(stamp)
    finally:
        d.write('c.conf', good)
    d.rpc.supervisor.reloadConfig()
    seen = scrape(d)
    assert seen('supervisord_config_last_read_successful') == 1
    assert seen(stamp) > before(stamp)


def test_hostile_names(d):
    seen = scrape(d)
    assert seen.of(HOSTILE, 'up') == 1
    assert seen('node_supervisord_up', group=HOSTILE, name=HOSTILE) == 1
    assert 'up{group="q\\"uo\\\\te{},=ü",name="q\\"uo\\\\te{},=ü"} 1\n' in text_of(d)


def test_who_may_call(d):
    def get(**headers):
        connection = http.client.HTTPConnection('127.0.0.1', d.port, timeout=DEADLINE)
        try:
            connection.request('GET', '/metrics', headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
    key = 'Basic ' + base64.b64encode(b'me:pw').decode()
    wrong = 'Basic ' + base64.b64encode(b'me:px').decode()
    assert get()[0] == 401
    assert get(Authorization=wrong)[0] == 401
    status, body = get(Authorization=key)
    assert status == 200
    assert Scrape(body.decode()).of('none', 'up') == 0
    assert get(Authorization=key, Origin='http://elsewhere.example')[0] == 403
    assert d.http('GET', '/metrics', headers={'Sec-Fetch-Site': 'cross-site'})[0] == 403


def test_methods_and_paths(d):
    for method in ('POST', 'PUT', 'DELETE'):
        status, headers, _ = d.http(method, '/metrics', body='x')
        assert (status, headers['Allow']) == (405, 'GET, HEAD')
    assert d.http('GET', '/metrics/x')[0] == 404
    assert d.http('GET', '/metrics?debug=1')[0] == 200


def test_head_and_keep_alive(d):
    connection = UnixHTTPConnection(d.socket)
    try:
        for method in ('HEAD', 'GET', 'GET', 'HEAD', 'GET'):
            connection.request(method, '/metrics')
            descriptor = connection.sock.fileno()
            response = connection.getresponse()
            body = response.read()
            assert (response.status, response.getheader('Content-Type')) == (200, TYPE)
            assert response.getheader('Cache-Control') == 'no-store'
            assert (body == b'') == (method == 'HEAD')
            assert connection.sock is not None and connection.sock.fileno() == descriptor
        Scrape(body.decode())
    finally:
        connection.close()


def test_nothing_follows_a_head(d):
    """To a client that keeps the connection, the chunk that ends a stream was the beginning of its next answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(d.socket)
        connection.sendall(b'HEAD /metrics HTTP/1.1\r\n\r\n')
        answers = connection.recv(65536)
        connection.sendall(b'HEAD /ok.html HTTP/1.1\r\nConnection: close\r\n\r\n')
        answers += b''.join(iter(lambda: connection.recv(65536), b''))
    assert [part[:15] for part in answers.split(b'\r\n\r\n')] == [b'HTTP/1.1 200 OK', b'HTTP/1.1 200 OK', b'']


class SlowScraper:
    """Asks, and takes only what it is told to."""

    def __init__(self, d):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(d.socket)
        self.socket.sendall(b'GET /metrics HTTP/1.0\r\n\r\n')
        self.got = self.socket.recv(1)

    def read_families(self, n):
        """Takes the first n of them, whole."""
        while self.got.count(b'# HELP ') <= n:
            self.got += self.socket.recv(4096)

    def rest(self):
        while piece := self.socket.recv(1 << 20):
            self.got += piece
        self.socket.close()
        return Scrape(self.got.decode().split('\r\n\r\n', 1)[1])


def test_a_slow_scraper_delays_nobody(d):
    slow = SlowScraper(d)
    for _ in range(3):
        assert len(text_of(d)) > 400 * 1024
    d.rpc.supervisor.stopProcess('cat')
    d.rpc.supervisor.startProcess('cat')
    seen = slow.rest()
    assert seen('supervisord_reaped_pids_total', kind='program') is not None
    assert seen.names('supervisord_process_log_lost_bytes_total') == seen.names('node_supervisord_up')


def test_groups_come_and_go_during_a_scrape(d):
    many = {'p%d' % i for i in range(MANY)}
    d.rpc.supervisor.startProcess('three')
    until(d, lambda s: s.of('three', 'state', state='EXITED') == 1)
    slow = SlowScraper(d)
    slow.read_families(1)
    for name in ('none', 'many', 'zero'):
        d.rpc.supervisor.removeProcessGroup(name)
    d.rpc.supervisor.addProcessGroup('many')
    d.rpc.supervisor.addProcessGroup('zero')
    seen = slow.rest()  # and no series is there twice
    names = [seen.names(family) for family in seen.types
             if family.startswith(('node_', 'supervisord_process_')) and seen.names(family)]
    assert many | {'none', 'zero'} < names[0]
    assert not names[-1] & (many | {'none', 'zero'})
    assert {'cat', 'three', HOSTILE} <= names[-1]
    seen = scrape(d)
    assert many <= seen.names('supervisord_process_up')
    assert 'none' not in seen.names('supervisord_process_up')
    # What counts is the process, which is a new one.
    assert seen.of('zero', 'starts_total') == 0
    assert seen.of('zero', 'exits_total', exitcode='0', expected='true') is None
    assert seen.of('three', 'starts_total') >= 1
    d.rpc.supervisor.addProcessGroup('none')
    d.wait_state('none', 'FATAL')


def test_too_many_scrapers(d):
    slow = [SlowScraper(d) for _ in range(16)]
    status, _, _ = d.http('GET', '/metrics')
    assert status == 503
    assert d.rpc.supervisor.getPID() == d.pid
    for scraper in slow[:8]:
        scraper.socket.close()
    wait_until(lambda: d.http('GET', '/metrics')[0] == 200)
    for scraper in slow[8:]:
        scraper.rest()


def test_promtool(d):
    if shutil.which('promtool') is None:
        pytest.skip('promtool is not installed (package prometheus)')
    check = subprocess.run(['promtool', 'check', 'metrics'], input=text_of(d), capture_output=True, text=True, timeout=DEADLINE)
    # The type is the one that it has where its name comes from.
    assert check.stdout + check.stderr == \
        'node_supervisord_start_time_seconds counter metrics should have "_total" suffix\n'


def test_the_document_is_complete(d):
    """Names, types and labels of doc/metrics.md are those of the answer."""
    with open(DOCUMENT) as document:
        rows = re.findall(r'^\| `(\w+)` \| (\w+) \|([^|]*)\|', document.read(), re.M)
    seen = scrape(d)
    assert [(name, kind) for name, kind, _ in rows] == list(seen.types.items())
    for name, _, labels in rows:
        documented = set(re.findall(r'\w+', labels))
        assert seen.labels.get(name, documented) <= documented, name
