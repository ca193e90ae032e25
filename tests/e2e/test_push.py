"""The push stream: what a small reader of /events sees."""

import http.client
import os
import signal
import time
import xmlrpc.client

import pytest
from harness import DEADLINE, free_port, program, status_field, wait_until

pytestmark = pytest.mark.ours_only

CAT = program('cat', '/bin/cat', startsecs=0)
TICKER = program('p', '%(ENV_CHILDREN)s/ticker %(here)s/ticks', stdout_logfile='%(here)s/log/out', startsecs=0)


def is_process(name, state):
    return lambda e: e.event == 'process' and e.data['name'] == name and e.data['statename'] == state


def test_hello_and_snapshot(daemon):
    d = daemon(CAT + program('w', '/bin/cat', numprocs=3, process_name='w%(process_num)d', autostart='false'),
               supervisord='identifier=me')
    pid = d.wait_state('cat', 'RUNNING')['pid']
    stream = d.events()
    assert stream.response.getheader('Content-Type').startswith('text/event-stream')
    hello = stream.next()
    assert hello.event == 'hello'
    assert hello.data['identification'] == 'me'
    assert hello.data['pid'] == d.pid
    assert hello.data['version'] + '\n' == d.run('-v').out
    assert hello.data['statename'] == 'RUNNING'
    for field in ('api', 'stream', 'boot', 'started', 'now'):
        assert hello.data[field]
    processes, groups = stream.snapshot()
    assert sorted(processes) == ['cat:cat', 'w:w0', 'w:w1', 'w:w2']
    assert sorted(group['name'] for group in groups) == ['cat', 'w']
    cat = processes['cat:cat']
    assert (cat['state'], cat['statename'], cat['pid'], cat['restarts']) == (20, 'RUNNING', pid, 0)
    for field in ('description', 'start', 'stop', 'exitstatus', 'signal', 'spawnerr', 'tries', 'next_try', 'lost_bytes',
                  'priority', 'stdout_logfile', 'stderr_logfile'):
        assert field in cat
    assert (cat['expected'], cat['ill']) == (True, False)
    assert abs(cat['start'] - time.time()) < 600


def test_stop_and_start_are_pushed(daemon):
    d = daemon(CAT)
    old = d.wait_state('cat', 'RUNNING')['pid']
    stream = d.events()
    stream.snapshot()
    assert d.ctl('stop', 'cat').status == 0
    event = stream.until(is_process('cat', 'STOPPING'))
    assert (event.data['from'], event.data['pid']) == ('RUNNING', old)
    event = stream.until(is_process('cat', 'STOPPED'))
    assert (event.data['from'], event.data['pid']) == ('STOPPING', 0)
    assert d.ctl('start', 'cat').status == 0
    event = stream.until(is_process('cat', 'RUNNING'))
    assert event.data['pid'] == d.info('cat')['pid'] != old
    ids = [e.id for e in stream.seen if e.event == 'process']
    boot = stream.seen[0].data['boot']
    numbers = [int(i.rpartition('-')[2]) for i in ids]
    assert all(i == '%s-%d' % (boot, n) for i, n in zip(ids, numbers))
    assert numbers == sorted(numbers)


def test_a_killed_child_is_pushed_with_its_new_pid(daemon):
    d = daemon(CAT)
    old = d.wait_state('cat', 'RUNNING')['pid']
    stream = d.events()
    stream.snapshot()
    os.kill(old, signal.SIGKILL)
    assert stream.until(is_process('cat', 'EXITED')).data['from'] == 'RUNNING'
    event = stream.until(is_process('cat', 'RUNNING'))
    assert event.data['pid'] not in (0, old)
    assert event.data['restarts'] == 1


def test_update_is_pushed(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    stream = d.events()
    stream.snapshot()
    d.write_config(program('new', '/bin/cat', startsecs=0))
    assert d.ctl('reread').status == 0
    event = stream.until(lambda e: e.event == 'config')
    assert (event.data['available'], event.data['changed'], event.data['disappeared']) == (['new'], [], ['cat'])
    assert d.ctl('update').status == 0
    changes = [stream.until(lambda e: e.event == 'group').data for _ in range(2)]
    assert [(c['name'], c['change']) for c in changes] == [('cat', 'removed'), ('new', 'added')]
    stream.until(is_process('new', 'RUNNING'))


def test_shutdown_is_pushed(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    stream = d.events()
    stream.snapshot()
    assert d.stop() == 0
    assert stream.until(lambda e: e.event == 'supervisor').data['statename'] == 'SHUTDOWN'
    stream.until(is_process('cat', 'STOPPED'))
    while stream.next() is not None:
        pass


def test_resume(daemon):
    """Who comes back with Last-Event-ID gets what it missed, and no snapshot."""
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    first = d.events()
    first.snapshot()
    assert d.ctl('stop', 'cat').status == 0
    last = first.until(is_process('cat', 'STOPPING'))
    first.close()
    assert d.ctl('start', 'cat').status == 0
    second = d.events(headers={'Last-Event-ID': last.id})
    second.until(is_process('cat', 'RUNNING'))
    assert [e.event for e in second.seen if e.event.startswith('snapshot')] == []
    states = [e.data['statename'] for e in second.seen if e.event == 'process']
    # STARTING is told twice: when it is decided, and when the pid is known.
    assert list(dict.fromkeys(states)) == ['STOPPED', 'STARTING', 'RUNNING']


def test_resume_of_another_boot_gets_a_snapshot(daemon):
    d = daemon(CAT)
    stream = d.events(headers={'Last-Event-ID': 'nonsense-17'})
    assert 'cat:cat' in stream.snapshot()[0]


def test_only_some_events(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    stream = d.events('events=supervisor')
    assert d.ctl('stop', 'cat').status == 0
    assert d.stop() == 0
    while stream.next() is not None:
        pass
    assert {e.event for e in stream.seen} == {'hello', 'supervisor'}


def test_log_is_followed(daemon):
    d = daemon(TICKER)
    d.write('ticks', 'x\n')
    d.wait_log('tick 1', name='log/out')
    stream = d.events('log=p:p:stdout&log_tail=100')
    event = stream.until(lambda e: e.event == 'log')
    assert (event.data['log'], event.data['text'], event.data['offset']) == ('p:p:stdout', 'tick 1\n', 0)
    d.write('ticks', 'x\nx\n')
    event = stream.until(lambda e: e.event == 'log' and e.data['text'])
    assert (event.data['text'], event.data['offset']) == ('tick 2\n', 7)
    assert abs(event.data['time'] - time.time()) < 60


def test_main_log_is_followed(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    stream = d.events('log=:main')
    stream.snapshot()
    assert d.ctl('stop', 'cat').status == 0
    stream.until(lambda e: e.event == 'log' and 'stopped: cat (terminated by SIGTERM)' in e.data['text'])


def test_log_of_a_program_without_a_file(daemon):
    d = daemon(TICKER.replace('%(here)s/log/out', 'NONE'))
    d.write('ticks', '')
    d.wait_state('p', 'RUNNING')
    stream = d.events('log=p:p:stdout')
    stream.snapshot()
    # The follow begins after the snapshot; lines go on until one is seen.
    lines = []

    def seen():
        lines.append('x\n')
        d.write('ticks', ''.join(lines))
        return not stream.events.empty() and stream.until(lambda e: e.event == 'log' and 'tick ' in e.data['text'])
    wait_until(seen, pause=0.1)


def test_follow_changes_an_open_stream(daemon):
    d = daemon(TICKER)
    d.write('ticks', '')
    d.wait_state('p', 'RUNNING')
    stream = d.events()
    number = stream.next().data['stream']
    stream.snapshot()
    assert d.rpc.cvisor.follow(number, ['p:p:stdout']) is True
    d.write('ticks', 'x\n')
    assert stream.until(lambda e: e.event == 'log').data['text'] == 'tick 1\n'
    assert d.rpc.cvisor.follow(number, []) is True


def test_text_that_is_not_utf8(daemon):
    d = daemon(program('p', r"/bin/sh -c 'cat %(here)s/bytes; exec sleep 1000'", stdout_logfile='%(here)s/log/out',
                       autostart='false', startsecs=0))
    with open(d.path('bytes'), 'wb') as file:
        file.write('grün\n'.encode() + b'a\xffb\n')
    stream = d.events('log=p:p:stdout')
    stream.snapshot()
    assert d.ctl('start', 'p').status == 0
    text = ''
    while 'b\n' not in text:
        text += stream.until(lambda e: e.event == 'log').data['text']
    assert text == 'grün\na\ufffdb\n'
    assert d.read('log/out', 'rb') == 'grün\n'.encode() + b'a\xffb\n'


def test_slow_reader_is_resynchronised(daemon):
    """A reader that stops reading holds nobody up; when it reads again it learns what it missed."""
    size = 40 * 1024 * 1024
    d = daemon(program('flood', '%%(ENV_CHILDREN)s/flood %d' % size, stdout_logfile='%(here)s/log/out', startsecs=0,
                       autostart='false') + CAT, supervisord='loglevel=info')
    d.wait_state('cat', 'RUNNING')
    slow = d.events('log=flood:flood:stdout', paused=True)
    assert d.ctl('start', 'flood').status == 0
    wait_until(lambda: os.path.exists(d.path('log/out')) and
               os.path.getsize(d.path('log/out')) == size, 3 * DEADLINE, 'the program is not held up')
    for _ in range(5):
        assert d.ctl('restart', 'cat').status == 0
    slow.resume()
    skipped = slow.until(lambda e: e.event == 'log' and e.data.get('skipped')).data['skipped']
    assert 0 < skipped <= size
    last = d.ctl('stop', 'cat')
    assert last.status == 0
    slow.until(is_process('cat', 'STOPPED'))
    received = sum(len(e.data['text']) for e in slow.seen if e.event == 'log')
    missed = sum(e.data.get('skipped', 0) for e in slow.seen if e.event == 'log')
    assert received + missed == size


def test_flood_of_a_followed_log(daemon):
    """300 MB as fast as a program can write them, and more until we have asked ten times, followed by one who reads a little now
    and then: the daemon's memory stays what it is, and it answers others at once."""
    size = 300 * 1000 * 1000
    d = daemon(program('flood', "/bin/sh -c 'n=0; until [ $n -ge 10 ] && [ -e enough ]; do yes followed by a slow reader | head -c %d; "
                       "n=$((n + 1)); done; exec cat'" % (size // 10), startsecs=0, autostart='false', directory='%(here)s',
                       stdout_logfile='%(here)s/log/out', stdout_logfile_maxbytes=20000000,
                       stdout_logfile_backups=1, stdout_events_enabled='true') + CAT, supervisord='loglevel=info')
    stream = d.events('log=flood:flood:stdout', paused=True)
    with open('/proc/%d/maps' % d.pid) as maps:
        sanitized = 'libasan' in maps.read()

    def memory():
        return int(status_field(d.pid, 'VmRSS').split()[0])
    before, most, waits = memory(), 0, []
    pid = d.rpc.supervisor.startProcess('flood') and d.info('flood')['pid']

    def is_over():
        with open('/proc/%d/comm' % pid) as comm:
            return comm.read() == 'cat\n'
    end = time.monotonic() + 3 * DEADLINE
    read = 0
    while not is_over():
        began = time.monotonic()
        assert d.rpc.supervisor.getProcessInfo('cat')['statename'] == 'RUNNING'
        waits.append(time.monotonic() - began)
        most = max(most, memory())
        assert began < end, 'the flood is held up'
        if len(waits) == 10:
            d.write('enough', '')
        if len(waits) % 10 == 0:
            read += len(stream.response.read1(16384))
    waits.sort()
    print('%d calls, median %.1f ms, slowest %.1f ms, %d kB more, %d bytes read' % (
        len(waits), waits[len(waits) // 2] * 1000, waits[-1] * 1000, most - before, read))
    # How quickly depends on what else runs here.
    assert waits[len(waits) // 2] < 1
    # What is unsent is at most 1 MiB, and the kernel's buffers are its own.
    assert sanitized or most - before < 8000
    assert read < size / 10
    # It is told what it has missed.
    stream.resume()
    assert d.rpc.supervisor.stopProcess('flood')

    def missed():
        return sum(e.data.get('skipped', 0) for e in stream.seen if e.event == 'log')
    stream.until(lambda e: missed() > size / 2)


def test_rotation_is_told(daemon):
    """The pieces between two `rotated` are the files, byte by byte, and offsets count within each."""
    size = 200000
    d = daemon(program('flood', '%%(ENV_CHILDREN)s/flood %d' % size, stdout_logfile='%(here)s/log/out', startsecs=0,
                       stdout_logfile_maxbytes=50000, stdout_logfile_backups=10, autostart='false'))
    stream = d.events('log=flood:flood:stdout')
    stream.snapshot()
    assert d.ctl('start', 'flood').status == 0
    files, received = [''], 0
    while received < size:
        event = stream.until(lambda e: e.event == 'log')
        assert event.data['offset'] == len(files[-1])
        assert 'skipped' not in event.data
        files[-1] += event.data['text']
        received += len(event.data['text'])
        if event.data.get('rotated'):
            files.append('')
    assert len(files) > 2
    names = ['out.%d' % n for n in range(len(files) - 1, 0, -1)] + ['out']
    assert files == [d.read('log/' + name) for name in names]


def test_log_tail_is_what_was_written_last(daemon):
    d = daemon(TICKER)
    d.write('ticks', 'x\n' * 9)
    d.wait_log('tick 9', name='log/out')
    stream = d.events('log=p:p:stdout&log_tail=12')
    event = stream.until(lambda e: e.event == 'log')
    assert (event.data['text'], event.data['offset'], event.data['tail']) == ('tick 8\ntick 9\n'[-12:], 9 * 7 - 12, True)
    assert 0 < event.data['written'] <= event.data['time']
    d.write('ticks', 'x\n' * 10)
    event = stream.until(lambda e: e.event == 'log' and e.data['text'])
    assert (event.data['text'], event.data['offset']) == ('tick 10\n', 63)
    assert 'tail' not in event.data and 'written' not in event.data


def test_a_log_is_followed_over_restarts_and_before_there_is_one(daemon):
    d = daemon()
    stream = d.events('log=late:late:stderr')
    stream.snapshot()
    d.write_config(program('late', "/bin/sh -c 'echo $$ >&2; exec sleep 1000'", startsecs=0))
    assert d.ctl('update').status == 0
    for _ in range(2):
        text = stream.until(lambda e: e.event == 'log').data['text']
        assert int(text) == d.wait_state('late', 'RUNNING')['pid']
        assert d.ctl('restart', 'late').status == 0
    assert d.ctl('stop', 'late').status == 0


def test_slow_reader_gets_a_fresh_snapshot(daemon):
    """Who does not read for so long that more than its share has gathered is told how things are, not how they came."""
    d = daemon(program('many', '/bin/cat', numprocs=50, process_name='m%(process_num)02d', startsecs=0,
                       autostart='false') + CAT, supervisord='loglevel=info')
    d.wait_state('cat', 'RUNNING')
    slow = d.events(paused=True)
    fast = d.events()
    fast.snapshot()

    def restart_all():
        """A few thousand events, each of half a kilobyte."""
        d.rpc.supervisor.startProcessGroup('many')
        d.rpc.supervisor.stopProcessGroup('many')
    before = int(status_field(d.pid, 'VmRSS').split()[0])
    for _ in range(20):
        restart_all()
    with open('/proc/%d/maps' % d.pid) as maps:
        sanitized = 'libasan' in maps.read()
    # A sanitizer keeps what is freed for a while.
    assert sanitized or int(status_field(d.pid, 'VmRSS').split()[0]) < before + 8192
    seen = 0
    while seen < 20 * 50 * 2:
        event = fast.until(lambda e: e.event == 'process')
        seen += event.data['statename'] in ('RUNNING', 'STOPPED')
    assert d.ctl('stop', 'cat').status == 0
    slow.resume()
    slow.snapshot()
    processes, groups = slow.snapshot()
    assert len(processes) == 51 and len(groups) == 2
    assert {p['statename'] for p in processes.values()} == {'STOPPED'}
    assert [e.event for e in fast.seen].count('snapshot-begin') == 1
    # It is live again.
    assert d.ctl('start', 'cat').status == 0
    slow.until(is_process('cat', 'RUNNING'))


def test_metrics(daemon):
    d = daemon(program('busy', "/bin/sh -c '(while :; do :; done) & exec sleep 1000'", startsecs=0, stopasgroup='true') +
               program('off', '/bin/cat', autostart='false'))
    d.wait_state('busy', 'RUNNING')
    stream = d.events('metrics=1')
    stream.snapshot()

    def sample():
        event = stream.until(lambda e: e.event == 'metrics' and e.data['processes'])
        assert event.id is None
        assert len(event.data['load']) == 3
        assert event.data['mem_total'] > event.data['mem_available'] > 0
        assert [p['name'] for p in event.data['processes']] == ['busy']
        return event.data['processes'][0]
    # Shell and sleep: the child of the child counts.
    wait_until(lambda: sample()['threads'] == 2)
    both = sample()
    assert both['threads'] == 2
    assert both['rss'] > 100000
    assert both['cpu'] > 1


def test_metrics_are_told_when_they_change(daemon):
    d = daemon(program('a', '/bin/cat', startsecs=0) + program('b', '/bin/cat', startsecs=0))
    d.wait_state('a', 'RUNNING')
    d.wait_state('b', 'RUNNING')
    for name in ('a', 'b'):  # what answers has settled: exec, and the pages that cat touches at first
        d.rpc.supervisor.sendProcessStdin(name, 'x\n')
        d.wait_log("DEBG '%s' stdout output:\nx$" % name)
    stream = d.events('metrics=1')
    seen = []

    def told(e):
        if e.event == 'metrics':
            seen.extend(p['name'] for p in e.data['processes'])
        return e.event == 'metrics' and e.data['processes']
    stream.until(told)
    d.rpc.supervisor.stopProcess('a')
    d.rpc.supervisor.startProcess('a')
    stream.until(lambda e: told(e) and 'a' in seen[2:])
    assert seen[:2] == ['a', 'b']
    assert seen[2:].count('b') <= 1


def test_metrics_tell_output(daemon):
    """Bytes of both channels, with no log file at all; one entry for each sample in which something came."""
    d = daemon(program('quiet', '/bin/cat', startsecs=0) +
               program('loud', "/bin/sh -c 'read x; echo hello; echo err >&2; exec sleep 1000'", startsecs=0,
                       stdout_logfile='NONE', stderr_logfile='NONE') +
               program('gone', "/bin/sh -c 'echo bye'", startsecs=0, autorestart='false', stdout_logfile='NONE'))
    d.wait_state('gone', 'EXITED')
    d.wait_state('loud', 'RUNNING')
    d.wait_state('quiet', 'RUNNING')
    stream = d.events('metrics=1')
    latest = {}
    entries = []

    def tells(condition):
        def told(e):
            if e.event == 'metrics':
                latest.update((p['name'], p) for p in e.data['processes'])
                entries.extend(p['name'] for p in e.data['processes'])
            return e.event == 'metrics' and condition()
        return told
    stream.until(tells(lambda: len(latest) == 3))
    assert (latest['loud']['out'], latest['loud']['last_output'], latest['loud']['out_rate']) == (0, 0, 0)
    # It does not run: what it uses is not there, what it wrote is.
    assert latest['gone']['out'] == 4 and 'cpu' not in latest['gone']
    assert abs(latest['gone']['last_output'] - d.info('gone')['stop']) < 30
    before = time.time()
    d.rpc.supervisor.sendProcessStdin('loud', 'x\n')
    stream.until(tells(lambda: latest['loud']['out'] == 10))
    assert before - 1 < latest['loud']['last_output'] < time.time() + 1
    # At rest its rate is 0 again.
    stream.until(tells(lambda: latest['loud']['out_rate'] == 0))
    assert latest['quiet']['out'] == 0 and latest['quiet']['last_output'] == 0
    assert entries.count('gone') == 1


def test_metrics_cost_nothing_without_a_reader(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    stream = d.events('metrics=1')
    stream.until(lambda e: e.event == 'metrics')
    stream.close()
    assert d.ctl('status').status == 0

    def wakeups():
        return int(status_field(d.pid, 'voluntary_ctxt_switches'))

    def quiet():
        before = wakeups()
        time.sleep(2.5)
        return wakeups() == before
    assert wait_until(quiet)


def test_two_readers(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    streams = [d.events() for _ in range(2)]
    numbers = {stream.next().data['stream'] for stream in streams}
    assert len(numbers) == 2
    for stream in streams:
        stream.snapshot()
    assert d.ctl('stop', 'cat').status == 0
    for stream in streams:
        stream.until(is_process('cat', 'STOPPED'))


@pytest.mark.parametrize('headers', [{'Origin': 'http://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}])
@pytest.mark.parametrize('method, path', [('GET', '/events'), ('POST', '/RPC2'), ('GET', '/mainlogtail'),
                                          ('GET', '/nonexistent')])
def test_other_sites_are_refused(daemon, headers, method, path):
    d = daemon()
    assert d.http(method, path, '' if method == 'POST' else None, headers)[0] == 403


def test_rebinding_is_refused(daemon):
    port = free_port()
    d = daemon('[inet_http_server]\nport=127.0.0.1:%d\n' % port)

    def ask(host):
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=DEADLINE)
        connection.request('GET', '/nonexistent', headers={'Host': host})
        status = connection.getresponse().status
        connection.close()
        return status
    assert ask('evil.example') == ask('evil.example:%d' % port) == 403
    assert ask('localhost:%d' % port) == ask('127.0.0.1:%d' % port) == ask('[::1]:%d' % port) == 404
    assert d.http('GET', '/nonexistent', headers={'Host': 'evil.example'})[0] == 404


def test_credentials_are_asked_for(daemon):
    d = daemon(http='username=me\npassword=123')
    status, headers, _ = d.http('GET', '/events')
    assert status == 401 and 'WWW-Authenticate' in headers
    stream = d.events(headers={'Authorization': 'Basic bWU6MTIz'})
    assert stream.next().event == 'hello'


def test_api(daemon):
    d = daemon()
    api = d.rpc.cvisor.getApi()
    assert api['api'] == 1
    assert api['version'] + '\n' == d.run('-v').out
    assert api['boot'] == d.events().next().data['boot']
    assert 'resume' in api['features']


def test_preview_of_an_update(daemon):
    d = daemon(CAT + program('old', '/bin/cat'))
    pid = d.wait_state('cat', 'RUNNING')['pid']
    before = d.events()
    before.snapshot()
    d.write_config(CAT.replace('startsecs=0', 'startsecs=3\nenvironment=A="1",MY_TOKEN="hush"') + program('new', '/bin/cat'))
    preview = d.rpc.cvisor.previewUpdate()
    assert (preview['added'], preview['removed']) == (['new'], ['old'])
    assert [group['name'] for group in preview['changed']] == ['cat']
    options = {option['option']: option for option in preview['changed'][0]['options']}
    startsecs = options['startsecs']
    assert (startsecs['process'], startsecs['old'], startsecs['new']) == ('cat', '0', '3')
    assert startsecs['file'] == d.config
    assert d.read('c.conf').split('\n')[startsecs['line'] - 1] == 'startsecs=3'
    assert 'A="1"' in options['environment']['new'] and 'hush' not in str(preview)
    assert d.info('cat')['pid'] == pid
    assert [info['name'] for info in d.rpc.supervisor.getAllProcessInfo()] == ['cat', 'old']
    d.write_config(CAT.replace('startsecs=0', 'startsecs=never'))
    with pytest.raises(xmlrpc.client.Fault) as fault:
        d.rpc.cvisor.previewUpdate()
    assert fault.value.faultCode == 92 and 'startsecs' in fault.value.faultString
    # Nobody was told of a reread, for there was none.
    d.ctl('stop', 'cat')
    before.until(is_process('cat', 'STOPPED'))
    assert 'config' not in [e.event for e in before.seen]


def test_history(daemon):
    d = daemon(CAT)
    pids = [d.wait_state('cat', 'RUNNING')['pid']]
    assert d.ctl('restart', 'cat').status == 0
    pids.append(d.info('cat')['pid'])
    os.kill(pids[1], signal.SIGKILL)
    pids.append(wait_until(lambda: d.info('cat')['statename'] == 'RUNNING' and
                           d.info('cat')['pid'] != pids[1] and d.info('cat')['pid']))
    history = d.rpc.cvisor.getHistory('cat', 10)
    assert [(h['event'], h['pid'], h['signal'], h['cause'], h['expected']) for h in history] == [
        ('start', pids[2], 0, 'autorestart', True), ('end', pids[1], 9, 'crash', False),
        ('start', pids[1], 0, 'request', True), ('end', pids[0], 15, 'request', True),
        ('start', pids[0], 0, 'autostart', True)]
    assert {h['name'] for h in history} == {'cat:cat'}
    assert [h['time'] for h in history] == sorted([h['time'] for h in history], reverse=True)
    assert d.rpc.cvisor.getHistory('cat:cat', 2) == history[:2]
    with pytest.raises(xmlrpc.client.Fault) as fault:
        d.rpc.cvisor.getHistory('nobody', 2)
    assert fault.value.faultString == 'BAD_NAME: nobody'


def test_history_of_all(daemon):
    """More than one slice of it, and what has gone is still in it."""
    d = daemon(program('m', '/bin/cat', numprocs=60, process_name='m%(process_num)d', autostart='false', startsecs=0) +
               program('gone', '/bin/cat'))
    d.wait_state('gone', 'RUNNING')
    for _ in range(5):
        d.rpc.supervisor.startProcessGroup('m')
        d.rpc.supervisor.stopProcessGroup('m')
    d.rpc.supervisor.stopProcess('gone')
    d.rpc.supervisor.removeProcessGroup('gone')
    history = d.rpc.cvisor.getHistory('', 5000)
    assert len(history) == 2 + 5 * 60 * 2
    assert (history[0]['name'], history[0]['event'], history[0]['stdout_offset']) == ('gone:gone', 'end', -1)
    assert [h['time'] for h in history] == sorted([h['time'] for h in history], reverse=True)
    since = history[299]['time']
    assert d.rpc.cvisor.getHistory('', 5000, since)[:300] == history[:300]
    assert d.rpc.cvisor.getHistory('', 5000, int(since) + 1000) == []
    assert len(d.rpc.cvisor.getHistory('', 7)) == 7


def test_changes(daemon):
    d = daemon(CAT)
    d.wait_state('cat', 'RUNNING')
    d.write_config(CAT.replace('/bin/cat', '/bin/cat -u') + program('new', '/bin/cat'))
    before = time.time()
    assert d.ctl('update').status == 0
    changes = d.rpc.cvisor.getChanges(50, before)
    assert [(c['change'], c['name'], c['statename']) for c in changes] == [
        ('added', 'new', ''), ('added', 'cat', ''), ('removed', 'cat', ''), ('reread', '', '')]
    assert [c['time'] for c in changes] == sorted([c['time'] for c in changes], reverse=True)
    assert d.rpc.cvisor.getChanges()[4]['change'] in ('added', 'state')
    assert d.rpc.cvisor.getChanges(1) == changes[:1]
    with pytest.raises(xmlrpc.client.Fault):
        d.rpc.cvisor.getChanges(1, 'yesterday')


def test_history_finds_the_place_in_the_log(daemon):
    """Where each run begins and ends, as long as that is in the file that is there now."""
    d = daemon(program('p', "/bin/sh -c 'echo out $$; echo err $$ >&2; exec cat'", startsecs=0,
                       stdout_logfile='%(here)s/log/out', stderr_logfile='%(here)s/log/err'))
    pids = []
    for _ in range(3):
        pids.append(d.wait_state('p', 'RUNNING')['pid'])
        d.wait_log('err %d' % pids[-1], name='log/err')
        assert d.ctl('restart', 'p').status == 0
    pids.append(d.info('p')['pid'])
    d.wait_log('err %d' % pids[-1], name='log/err')
    d.wait_log('out %d' % pids[-1], name='log/out')

    def places(channel):
        return {(h['event'], h['pid']): int(h[channel + '_offset']) for h in d.rpc.cvisor.getHistory('p', 20)}

    for channel in ('out', 'err'):
        text, at = d.read('log/' + channel), places('std' + channel)
        for pid in pids[:3]:
            assert text[at['start', pid]:at['end', pid]] == '%s %d\n' % (channel, pid)
        assert text[at['start', pids[3]]:] == '%s %d\n' % (channel, pids[3])
    # Rotated by somebody else: the path has another file, or none.
    os.rename(d.path('log/out'), d.path('log/out.old'))
    assert set(places('stdout').values()) == {-1}
    assert places('stderr')['start', pids[0]] == 0
    os.kill(d.pid, signal.SIGUSR2)
    wait_until(lambda: os.path.exists(d.path('log/out')))
    # This run goes on where the new file begins.
    assert d.ctl('stop', 'p').status == 0
    at = places('stdout')
    assert at.pop(('end', pids[3])) == 0 and set(at.values()) == {-1}
    assert d.ctl('clear', 'p').status == 0
    assert d.ctl('start', 'p').status == 0
    d.wait_log('err', name='log/err')
    at = places('stderr')
    assert at['start', d.info('p')['pid']] == 0 and at['start', pids[0]] == -1


def test_what_is_ill_is_told(daemon):
    d = daemon(program('p', "/bin/sh -c 'exit $(cat %(here)s/status)'", startsecs=0, autostart='false',
                       autorestart='false', exitcodes='0,3') + program('bad', '/bin/false', startretries=0, startsecs=30, autostart='false'))
    stream = d.events()
    stream.snapshot()
    for status, ill in ((3, False), (4, True), (0, False)):
        d.write('status', str(status))
        d.ctl('start', 'p')
        data = stream.until(is_process('p', 'EXITED')).data
        assert (data['exitstatus'], data['expected'], data['ill']) == (status, not ill, ill)
    d.ctl('start', 'bad')
    for state, ill in (('STARTING', False), ('BACKOFF', True), ('FATAL', True)):
        assert stream.until(is_process('bad', state)).data['ill'] == ill
    assert not stream.seen[-1].data['expected']


def test_how_a_start_has_failed_is_told(daemon):
    d = daemon(program('bad', "/bin/sh -c 'exit 7'", startretries=1, startsecs=30, autostart='false'))
    stream = d.events()
    stream.snapshot()
    d.ctl('start', 'bad')
    stream.until(is_process('bad', 'FATAL'))
    told = [(e.data['statename'], e.data['exitstatus'], e.data['next_try'] > 0) for e in stream.seen
            if e.event == 'process' and e.data['pid'] == 0 and e.data['statename'] != 'STARTING']
    # The second time nothing follows but the end of trying.
    assert told == [('BACKOFF', 7, True), ('BACKOFF', 7, False), ('FATAL', 7, False)]
    # As Supervisor has it.
    assert d.info('bad')['exitstatus'] == 0


def test_listeners_that_are_deaf_are_told(daemon):
    """The first READY, the buffer that overflows and the protocol that is broken; not each READY and BUSY."""
    options = {'events': 'REMOTE_COMMUNICATION', 'startsecs': 0, 'buffer_size': 2, 'section': 'eventlistener'}
    d = daemon(program('ears', "%(ENV_CHILDREN)s/talker 'say:READY\\n' read wait:%(here)s/go 'say:nonsense\\n'", **options) +
               program('others', "%(ENV_CHILDREN)s/talker 'say:READY\\n' read 'say:RESULT 2\\nOK' repeat", **options) + CAT)
    stream = d.events()
    stream.snapshot()

    def until(name, **wanted):
        return stream.until(lambda e: e.event == 'process' and e.data['name'] == name and all(
            e.data['listener'][key] == value for key, value in wanted.items()))
    d.wait_log('others: ACKNOWLEDGED -> READY$')
    d.wait_log('ears: ACKNOWLEDGED -> READY$')
    began = time.monotonic()
    for _ in range(50):
        assert d.rpc.supervisor.sendRemoteCommEvent('t', 'text')
        d.rpc.supervisor.getState()
    until('ears', state='BUSY', queued=2, dropped=47)
    told = [e for e in stream.seen if e.event == 'process' and 'listener' in e.data and e.data['from'] == e.data['statename']]
    assert len(told) < 12 + 2 * (time.monotonic() - began)  # once a second, if there is something
    d.write('go', '')
    event = until('ears', state='UNKNOWN')
    assert (event.data['statename'], event.data['from']) == ('RUNNING', 'RUNNING')
    # 47 and the one in its hand: that came back to a full queue.
    assert event.data['listener'] == {'state': 'UNKNOWN', 'queued': 2, 'dropped': 48}
    d.ctl('restart', 'ears')
    until('ears', state='ACKNOWLEDGED')
    processes, _ = d.events().snapshot()
    assert processes['others:others']['listener']['state'] in ('ACKNOWLEDGED', 'READY', 'BUSY')
    assert 'listener' not in processes['cat:cat']


def test_sockets_of_fcgi_programs_are_told(daemon):
    d = daemon(program('app', '/bin/cat', section='fcgi-program', socket='unix://%(here)s/app') + CAT)
    processes, _ = d.events().snapshot()
    assert processes['app:app']['socket'] == 'unix://' + d.path('app')
    assert 'socket' not in processes['cat:cat']


def test_config_of_a_process(daemon):
    d = daemon(program('cat', '/bin/cat', startsecs=7, environment='A="1",DB_PASSWORD="hush"'))
    options = {o['option']: o for o in d.rpc.cvisor.getProcessConfig('cat')}
    assert (options['startsecs']['value'], options['startsecs']['default']) == ('7', '1')
    assert options['startsecs']['file'] == d.config
    assert d.read('c.conf').split('\n')[options['startsecs']['line'] - 1] == 'startsecs=7'
    assert (options['stopwaitsecs']['value'], options['stopwaitsecs']['line']) == ('10', 0)
    assert 'A="1"' in options['environment']['value'] and 'DB_PASSWORD' in options['environment']['value']
    assert 'hush' not in str(options)
    assert 'hush' in str(d.rpc.cvisor.getProcessConfig('cat', True))


def test_tree_of_a_process(daemon):
    d = daemon(program('p', "/bin/sh -c 'sleep 1001 & exec sleep 1000'", startsecs=0, stopasgroup='true') +
               program('off', '/bin/cat', autostart='false'))
    pid = d.wait_state('p', 'RUNNING')['pid']
    tree = wait_until(lambda: [e for e in [d.rpc.cvisor.getProcessTree('p')] if len(e) == 2 and all(
        p['command'].startswith('sleep') for p in e)])[0]
    by_command = {p['command']: p for p in tree}
    assert by_command['sleep 1000']['pid'] == pid
    assert by_command['sleep 1000']['parent'] == d.pid
    assert by_command['sleep 1001']['parent'] == pid
    assert all(p['rss'] > 0 and p['cpu'] >= 0 for p in tree)
    assert d.rpc.cvisor.getProcessTree('off') == []


def test_resources_of_a_process(daemon):
    d = daemon(program('p', "/bin/sh -c '/usr/bin/python3 -IS %(here)s/listen & exec sleep 1000'", startsecs=0,
                       stopasgroup='true') + program('off', '/bin/cat', autostart='false'), supervisord='minfds=512', start=False)
    d.write('listen', '''
import os, socket, time
tcp = socket.create_server(('127.0.0.1', 0))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(('127.0.0.1', 0))
with open('%(dir)s/ports.new', 'w') as file:
    print(tcp.getsockname()[1], udp.getsockname()[1], file=file)
os.rename('%(dir)s/ports.new', '%(dir)s/ports')
time.sleep(1000)
''' % {'dir': d.dir})
    d.start()
    d.wait_state('p', 'RUNNING')
    tcp, udp = map(int, wait_until(lambda: d.read('ports')).split())
    ports = d.rpc.cvisor.getProcessResources('p')['ports']
    assert [(p['protocol'], p['address'], p['port']) for p in ports] == [('tcp', '127.0.0.1', tcp),
                                                                          ('udp', '127.0.0.1', udp)]
    assert ports[0]['pid'] in [p['pid'] for p in d.rpc.cvisor.getProcessTree('p')]
    limits = {limit['name']: limit for limit in d.rpc.cvisor.getProcessResources('p')['limits']}
    with open('/proc/%d/limits' % d.info('p')['pid']) as file:
        files = [line.split() for line in file if line.startswith('Max open files')][0]
    assert [limits['Max open files'][key] for key in ('soft', 'hard', 'units')] == files[3:]
    assert d.rpc.cvisor.getProcessResources('off') == {'limits': [], 'ports': []}


@pytest.mark.parametrize('query', ['metrics=x', 'log=nothing', 'log_tail=-1', 'events=nothing'])
def test_bad_parameters(daemon, query):
    status, _, body = daemon().http('GET', '/events?' + query)
    assert (status, body.decode().partition(':')[0]) == (400, query.partition('=')[0])
