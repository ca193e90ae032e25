#!/usr/bin/env python3
"""A daemon made of nothing, for tests of the screen: /events and /RPC2 on a UNIX socket, on programs that are only
told of.  What real programs do by themselves, a test does by calling fake.* (class Fake), in this process or from
another by XML-RPC.

    fake_daemon.py SOCKET [--no-events] [--many N] [--hostile]    serves the demo until it is killed
"""
import argparse
import http.server
import json
import os
import queue
import re
import socket
import socketserver
import sys
import threading
import time
import urllib.parse
import xmlrpc.client

STATES = {'STOPPED': 0, 'STARTING': 10, 'RUNNING': 20, 'BACKOFF': 30, 'STOPPING': 40, 'EXITED': 100, 'FATAL': 200,
          'UNKNOWN': 1000}
STOPPED = ('STOPPED', 'EXITED', 'FATAL', 'UNKNOWN')


# option, value, default, line of the file (0: not written)
CONFIG = [
    ('command', '/usr/bin/python3 /srv/app/app.py --port 8080 --config /srv/app/etc/production.toml --workers 4', '', 2),
    ('process_name', '%(program_name)s_%(process_num)02d', '%(program_name)s', 4),
    ('numprocs', '3', '1', 3),
    ('directory', '/srv/app', '', 5),
    ('umask', '', '', 0),
    ('user', 'www-data', '', 6),
    ('priority', '999', '999', 0),
    ('autostart', 'true', 'true', 0),
    ('autorestart', 'unexpected', 'unexpected', 9),
    ('startsecs', '10', '1', 8),
    ('startretries', '4', '3', 7),
    ('exitcodes', '0', '0', 0),
    ('stopsignal', 'TERM', 'TERM', 0),
    ('stopwaitsecs', '10', '10', 0),
    ('redirect_stderr', 'false', 'false', 0),
    ('stdout_logfile', 'AUTO', 'AUTO', 0),
    ('stdout_logfile_maxbytes', '50MB', '50MB', 0),
    ('stderr_logfile', 'AUTO', 'AUTO', 0),
    ('environment', 'HOME="/srv/app",DB_PASSWORD="hunter2",API_TOKEN="abc,def",LANG="C.UTF-8"', '', 10),
]


class Fault(xmlrpc.client.Fault):
    pass


class Fake:
    """The programs, and everybody who looks at them."""

    def __init__(self, events=True, now=None):
        self.lock = threading.RLock()
        self.events = events
        self.fixed_now = now
        self.boot = '%x' % (time.time_ns() & 0xffffff)
        self.serial = 0
        self.streams = {}
        self.next_stream = 1
        self.next_pid = 21000
        self.procs = {}     # key: dict
        self.groups = {}    # name: priority
        self.logs = {}      # "key:channel": text
        self.written = {}   # "key:channel": when it was written last, as the past tells it
        self.history = {}   # key: starts and ends, oldest first
        self.changes = []   # of the daemon and its groups, oldest first
        self.calls = []     # every call that came: (method, params)
        self.statename = 'RUNNING'
        self.host = 'web-03'
        self.started = self.now() - (12 * 86400 + 4 * 3600)
        self.config = {}         # key: {option: value}, what is written beside CONFIG
        self.tree = []           # what every program that runs has below it; pids from its own on
        self.preview = {'added': [], 'changed': [], 'removed': []}
        self.refusal = ''        # why the configuration is bad
        self.start_result = {}   # key: state that a start leads to
        self.silent = False      # takes connections and says nothing
        self.slow = 0            # seconds that it takes to answer a call
        self.flapped = False     # flap() has come to its end
        self.turns = {}          # key: how often it has changed

    def now(self):
        return self.fixed_now if self.fixed_now is not None else time.time()

    # What tests do

    def add(self, group, name, state='RUNNING', **fields):
        with self.lock:
            self.groups.setdefault(group, 999)
            alive = state in ('RUNNING', 'STARTING', 'STOPPING')
            if alive:
                self.next_pid += 1
            proc = {'group': group, 'name': name, 'state': STATES[state], 'statename': state, 'description': '',
                    'pid': self.next_pid if alive else 0, 'start': int(self.now()), 'stop': 0, 'exitstatus': 0,
                    'signal': 0, 'expected': True, 'ill': False, 'spawnerr': '', 'tries': 0, 'next_try': 0,
                    'restarts': 0, 'lost_bytes': 0, 'priority': 999, 'stdout_logfile': '/var/log/%s.log' % name,
                    'stderr_logfile': ''}
            proc.update(fields)
            self.judge(proc, fields)
            self.procs['%s:%s' % (group, name)] = proc
            return proc

    @staticmethod
    def judge(proc, given):
        """The one rule of what is ill."""
        if proc['statename'] in ('EXITED', 'BACKOFF'):
            proc['expected'] = given.get('expected', proc['statename'] == 'EXITED' and proc['exitstatus'] == 0 and
                                         proc['signal'] == 0)
            if proc['statename'] == 'EXITED' and not proc['expected'] and not proc['spawnerr']:
                proc['spawnerr'] = 'Bad exit code %d' % proc['exitstatus']
        proc['ill'] = given.get('ill', proc['statename'] in ('BACKOFF', 'FATAL', 'UNKNOWN') or (
            proc['statename'] == 'EXITED' and not proc['expected']))

    def happened(self, key, event, at=None, **fields):
        """A start or an end for getHistory, at the present ends of its logs unless `fields` say otherwise."""
        with self.lock:
            record = {'name': key, 'time': float(self.now() if at is None else at), 'event': event, 'pid': 0,
                      'exitstatus': 0, 'signal': 0, 'expected': True,
                      'cause': 'request' if event == 'start' else 'exit'}
            for channel in ('stdout', 'stderr'):
                text = self.logs.get('%s:%s' % (key, channel), '')
                record[channel + '_offset'] = float(len(text.encode('utf-8', 'surrogateescape')))
            record.update(fields)
            self.history.setdefault(key, []).append(record)

    def change(self, key, state, **fields):
        """Another state, as if the process had done it."""
        with self.lock:
            proc = self.procs[key]
            self.turns[key] = self.turns.get(key, 0) + 1
            before, pid = proc['statename'], proc['pid']
            if state in ('RUNNING', 'STARTING') and proc['pid'] == 0:
                self.next_pid += 1
                proc['pid'] = self.next_pid
                proc['start'] = int(self.now())
                proc['spawnerr'] = ''
            if state in STOPPED or state == 'BACKOFF':
                proc['pid'] = 0
                proc['stop'] = int(self.now())
            proc.update(state=STATES[state], statename=state)
            proc.update(fields)
            self.judge(proc, fields)
            if pid == 0 and proc['pid'] != 0:
                self.happened(key, 'start', pid=proc['pid'])
            elif pid != 0 and proc['pid'] == 0:
                self.happened(key, 'end', pid=pid, exitstatus=proc['exitstatus'], signal=proc['signal'],
                              expected=proc['expected'], cause='exit' if proc['expected'] else 'crash')
            self.send('process', dict(proc, **{'from': before}))

    def remove_group(self, name):
        with self.lock:
            for key in [k for k, p in self.procs.items() if p['group'] == name]:
                del self.procs[key]
            self.groups.pop(name, None)
            self.send('group', {'name': name, 'change': 'removed'})

    def log(self, key, text, channel='stdout', **fields):
        with self.lock:
            name = '%s:%s' % (key, channel)
            offset = len(self.logs.get(name, '').encode('utf-8', 'surrogateescape'))
            self.logs[name] = self.logs.get(name, '') + text
            self.send('log', dict({'log': name, 'time': self.now(), 'offset': offset, 'text': text}, **fields), False)

    def metrics(self, figures, output=None):
        """figures: key: (cpu, rss), output: key: (bytes, bytes a second, time of the last)"""
        procs = [{'group': k.split(':')[0], 'name': k.split(':')[1], 'cpu': c, 'rss': r, 'threads': 1}
                 for k, (c, r) in figures.items()]
        for p in procs:
            told = (output or {}).get('%s:%s' % (p['group'], p['name']))
            if told:
                p.update(zip(('out', 'out_rate', 'last_output'), told))
        self.last_metrics = {'processes': procs, 'load': [0.1, 0.2, 0.3], 'mem_total': 1 << 33,
                             'mem_available': 1 << 32}
        self.send('metrics', self.last_metrics, False)

    def send(self, event, data, with_id=True):
        with self.lock:
            change = {'group': data.get('change'), 'supervisor': 'state', 'config': 'reread'}.get(event)
            if change:
                self.changes.append({'time': float(self.now()), 'change': change, 'name': data.get('name', ''),
                                     'statename': data.get('statename', '')})
            if with_id:
                self.serial += 1
            for stream in self.streams.values():
                stream.put((event, data, '%s-%d' % (self.boot, self.serial) if with_id else None))

    def raw(self, text):
        with self.lock:
            for stream in self.streams.values():
                stream.put(('raw', text, None))

    def flap(self, count, rounds, seconds):
        """The first `count` programs go through a death, a wait and a start again and again: `rounds` of them for each,
        spread evenly over `seconds`.  Returns at once."""
        with self.lock:
            keys = list(self.procs)[:count]

        def run():
            begin = time.monotonic()
            for i in range(rounds):
                lines = []
                for key in keys:
                    proc = dict(self.procs[key])
                    for state in ('EXITED', 'STARTING', 'RUNNING'):
                        self.serial += 1
                        alive = state != 'EXITED'
                        self.next_pid += state == 'STARTING'
                        proc.update(state=STATES[state], statename=state, pid=self.next_pid if alive else 0,
                                    restarts=i + 1, ill=not alive, expected=alive, start=int(self.now()))
                        lines.append('event: process\nid: %s-%d\ndata: %s\n\n' % (self.boot, self.serial,
                                                                                 json.dumps(proc)))
                self.raw(''.join(lines))
                time.sleep(max(0, begin + (i + 1) * seconds / rounds - time.monotonic()))
            self.flapped = True
        self.flapped = False
        threading.Thread(target=run, daemon=True).start()
        return True

    def has_flapped(self):
        return self.flapped

    # The stream

    def open_stream(self, query):
        with self.lock:
            number = self.next_stream
            self.next_stream += 1
            stream = Stream(self, number, query)
            self.streams[number] = stream
            ident = '%s-%d' % (self.boot, self.serial)
            stream.put(('hello', {'identification': 'supervisor', 'version': '5.0.0', 'api': 1, 'stream': number,
                                  'boot': self.boot, 'pid': os.getpid(), 'host': self.host,
                                  'started': self.started, 'statename': self.statename, 'now': self.now()}, ident))
            stream.put(('snapshot-begin', {}, None))
            stream.put(('snapshot', {'groups': [{'name': n, 'priority': p} for n, p in self.groups.items()]}, None))
            procs = list(self.procs.values())
            for i in range(0, len(procs), 100):
                stream.put(('snapshot', {'processes': [dict(p) for p in procs[i:i + 100]]}, None))
            stream.put(('snapshot-end', {}, ident))
            if stream.metrics and getattr(self, 'last_metrics', None):
                stream.put(('metrics', self.last_metrics, None))
            return stream

    # Methods

    def call(self, method, params):
        name = method.replace('.', '_')
        time.sleep(self.slow)
        try:
            if method.startswith('fake.'):
                return getattr(self, method[5:])(*params)
            if not hasattr(self, name) or (not self.events and method.startswith('cvisor.')):
                raise Fault(1, 'UNKNOWN_METHOD')
            return getattr(self, name)(*params)
        finally:
            # When it is seen there, it has been done.
            with self.lock:
                self.calls.append((method, params))

    def proc_named(self, name):
        key = name if ':' in name else '%s:%s' % (name, name)
        if key not in self.procs:
            raise Fault(10, 'BAD_NAME: %s' % name)
        return key

    def system_multicall(self, calls):
        results = []
        for c in calls:
            try:
                results.append(self.call(c['methodName'], c['params']))
            except Fault as f:
                results.append({'faultCode': f.faultCode, 'faultString': f.faultString})
        return results

    def later(self, seconds, key, state, **fields):
        """What the process does then, unless something else has happened to it: timers that are late keep no order."""
        turn = self.turns[key]

        def change():
            with self.lock:
                if key in self.procs and self.turns[key] == turn:
                    self.change(key, state, **fields)
        timer = threading.Timer(seconds, change)
        timer.daemon = True
        timer.start()

    def supervisor_startProcess(self, name, wait=True):
        with self.lock:
            key = self.proc_named(name)
            if self.procs[key]['statename'] in ('RUNNING', 'STARTING', 'BACKOFF'):
                raise Fault(60, 'ALREADY_STARTED: %s' % name)
            self.change(key, 'STARTING')
            end = self.start_result.get(key, 'RUNNING')
            fields = {'spawnerr': 'Exited too quickly (process log may have details)'} if end == 'FATAL' else {}
            self.later(0.1, key, end, **fields)
            return True

    def supervisor_stopProcess(self, name, wait=True):
        with self.lock:
            key = self.proc_named(name)
            if self.procs[key]['statename'] not in ('RUNNING', 'STARTING', 'BACKOFF'):
                raise Fault(70, 'NOT_RUNNING: %s' % name)
            self.change(key, 'STOPPING')
            self.later(0.1, key, 'STOPPED')
            return True

    def supervisor_stopProcessGroup(self, name, wait=True):
        for key, p in list(self.procs.items()):
            if p['group'] == name and p['statename'] not in STOPPED:
                self.change(key, 'STOPPED')
        return []

    def supervisor_removeProcessGroup(self, name):
        self.remove_group(name)
        return True

    def supervisor_addProcessGroup(self, name):
        if name in self.groups:
            raise Fault(90, 'ALREADY_ADDED: %s' % name)
        self.send('group', {'name': name, 'change': 'added'})
        self.add(name, name, 'STARTING')
        self.change('%s:%s' % (name, name), 'RUNNING')
        return True

    def names(self):
        return [[e['name'] if isinstance(e, dict) else e for e in self.preview[k]]
                for k in ('added', 'changed', 'removed')]

    def supervisor_reloadConfig(self):
        if self.refusal:
            raise Fault(92, 'CANT_REREAD: ' + self.refusal)
        return [self.names()]

    def need_running(self, name):
        key = self.proc_named(name)
        if self.procs[key]['statename'] != 'RUNNING':
            raise Fault(70, 'NOT_RUNNING: %s' % name)
        return key

    def supervisor_signalProcess(self, name, signal):
        self.need_running(name)
        return True

    def supervisor_sendProcessStdin(self, name, chars):
        """The program is a cat."""
        self.log(self.need_running(name), chars)
        return True

    def supervisor_clearProcessLogs(self, name):
        key = self.proc_named(name)
        for channel in ('stdout', 'stderr'):
            self.logs['%s:%s' % (key, channel)] = ''
        return True

    def supervisor_clearLog(self):
        return True

    def supervisor_shutdown(self):
        self.statename = 'SHUTDOWN'
        self.send('supervisor', {'statename': 'SHUTDOWN'})
        return True

    def supervisor_restart(self):
        self.statename = 'RESTARTING'
        self.send('supervisor', {'statename': 'RESTARTING'})
        return True

    def supervisor_getState(self):
        return {'statecode': 1, 'statename': self.statename}

    def supervisor_getIdentification(self):
        return 'supervisor'

    def supervisor_getSupervisorVersion(self):
        return '4.2.5'

    def supervisor_getVersion(self):
        return '3.0'

    supervisor_getAPIVersion = supervisor_getVersion

    def supervisor_getPID(self):
        return os.getpid()

    def supervisor_getAllProcessInfo(self):
        keys = ('group', 'name', 'state', 'statename', 'description', 'pid', 'start', 'stop', 'exitstatus', 'spawnerr',
                'stdout_logfile', 'stderr_logfile')
        with self.lock:
            return [dict({k: p[k] for k in keys}, now=int(self.now()), logfile=p['stdout_logfile'])
                    for p in self.procs.values()]

    def tail(self, name, channel, offset, length):
        data = self.logs.get('%s:%s' % (self.proc_named(name), channel), '').encode()
        size, overflow = len(data), False
        if size > offset + length:
            overflow, offset = True, size - 1
        if offset + length > size:
            if offset > size - 1:
                length = 0
            offset = size - length
        offset, length = max(offset, 0), max(length, 0)
        return [data[offset:offset + length].decode('utf-8', 'replace'), size, overflow]

    def supervisor_tailProcessStdoutLog(self, name, offset, length):
        return self.tail(name, 'stdout', offset, length)

    def supervisor_tailProcessStderrLog(self, name, offset, length):
        return self.tail(name, 'stderr', offset, length)

    def read(self, name, offset, length):
        data = self.logs.get(name, '').encode('utf-8', 'surrogateescape')
        if offset < 0:
            offset, length = max(len(data) + offset, 0), 0
        return data[offset:offset + length if length else None].decode('utf-8', 'replace')

    def supervisor_readLog(self, offset, length):
        return self.read(':main', offset, length)

    def supervisor_readProcessStdoutLog(self, name, offset, length):
        return self.read('%s:stdout' % self.proc_named(name), offset, length)

    def supervisor_readProcessStderrLog(self, name, offset, length):
        return self.read('%s:stderr' % self.proc_named(name), offset, length)

    def cvisor_previewUpdate(self):
        if self.refusal:
            raise Fault(92, 'CANT_REREAD: ' + self.refusal)
        return self.preview

    def cvisor_getHistory(self, name, count=20, since=0):
        with self.lock:
            keys = list(self.history) if name == '' else [self.proc_named(name)]
            records = [dict(r, name=key) for key in keys for r in self.history.get(key, []) if r['time'] >= since]
        records.sort(key=lambda r: r['time'])
        return records[::-1][:min(count, 1000 if name else 5000)]

    def cvisor_getProcessResources(self, name):
        pid = self.procs[self.proc_named(name)]['pid']
        return {'limits': [{'name': 'Max open files', 'soft': '1024', 'hard': '524288',
                            'units': 'files'}] if pid else [],
                'ports': [{'protocol': 'tcp', 'address': '127.0.0.1', 'port': 8000, 'pid': pid}] if pid else []}

    def cvisor_getChanges(self, count=20, since=0):
        with self.lock:
            return [c for c in reversed(self.changes) if c['time'] >= since][:min(count, 1000)]

    def cvisor_getProcessConfig(self, name, reveal=False):
        key = self.proc_named(name)
        options = []
        for option, value, default, line in CONFIG:
            if key in self.config and option in self.config[key]:
                value, line = self.config[key][option], 7
            if option == 'environment' and not reveal:
                value = re.sub(r'(\w*(?:PASS|TOKEN)\w*=")[^"]*', r'\1********', value)
            options.append({'option': option, 'value': value, 'default': default, 'line': line,
                            'file': '/etc/supervisor/conf.d/%s.conf' % key.split(':')[0] if line else ''})
        return options

    def cvisor_getProcessTree(self, name):
        proc = self.procs[self.proc_named(name)]
        if not proc['pid']:
            return []
        pid = proc['pid']
        own = {'pid': pid, 'parent': os.getpid(), 'command': '/usr/bin/python3 /srv/app/app.py --port 8080', 'cpu': 12.5,
               'rss': float(120 << 20)}
        return [own] + [dict(b, pid=pid + b['pid'], parent=pid + b['parent']) for b in self.tree]

    def cvisor_follow(self, number, logs):
        with self.lock:
            if number not in self.streams:
                raise Fault(2, 'INCORRECT_PARAMETERS')
            self.streams[number].follow(logs)
        # As with a real daemon, the ends of the logs are sent before this is answered.
        self.wait_sent()
        return True

    def wait_sent(self, seconds=5):
        """Waits until the streams have nothing more to send, or so long."""
        end = time.monotonic() + seconds
        while any(s.queue.unfinished_tasks for s in list(self.streams.values())) and time.monotonic() < end:
            time.sleep(0.005)


class Stream:
    def __init__(self, fake, number, query):
        self.fake = fake
        self.number = number
        self.queue = queue.Queue()
        self.logs = set(query.get('log', []))
        self.tail = int(query.get('log_tail', ['0'])[0])
        self.metrics = 'metrics' in query

    def follow(self, logs):
        for name in logs:
            if name in self.logs:
                continue
            data = self.fake.logs.get(name, '').encode()
            past = data[-self.tail:] if self.tail else b''
            self.logs.add(name)
            if past:
                event = {'log': name, 'time': self.fake.now(), 'offset': len(data) - len(past),
                         'text': past.decode('utf-8', 'replace'), 'tail': True}
                if name in self.fake.written:
                    event['written'] = self.fake.written[name]
                self.queue.put(('log', event, None))
        self.logs &= set(logs)

    def put(self, item):
        event, data, _ = item
        if event == 'log' and data.get('log') not in self.logs:
            return
        if event == 'metrics' and not self.metrics:
            return
        self.queue.put(item)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wbufsize = -1

    def log_message(self, *args):
        pass

    def address_string(self):
        return 'local'

    def do_GET(self):
        fake = self.server.fake
        url = urllib.parse.urlsplit(self.path)
        while fake.silent:
            time.sleep(0.1)
        if url.path != '/events' or not fake.events:
            self.send_error(404)
            return
        stream = fake.open_stream(urllib.parse.parse_qs(url.query))
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Connection', 'close')
        self.end_headers()
        self.close_connection = True
        said = time.monotonic()
        try:
            while self.server.alive:
                try:
                    event, data, ident = stream.queue.get(timeout=0.2)
                except queue.Empty:
                    # Who says nothing at all for longer counts as silent.
                    if time.monotonic() - said > 5:
                        said = time.monotonic()
                        self.wfile.write(b':\n\n')
                        self.wfile.flush()
                    continue
                said = time.monotonic()
                if event == 'raw':
                    self.wfile.write(data.encode('utf-8', 'surrogateescape'))
                else:
                    text = 'event: %s\n' % event
                    if ident:
                        text += 'id: %s\n' % ident
                    text += 'data: %s\n\n' % json.dumps(data)
                    self.wfile.write(text.encode())
                if stream.queue.empty():
                    self.wfile.flush()
                stream.queue.task_done()
        except OSError:
            pass
        with fake.lock:
            fake.streams.pop(stream.number, None)

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        params, method = xmlrpc.client.loads(body)
        try:
            answer = xmlrpc.client.dumps((self.server.fake.call(method, params),), methodresponse=True,
                                         allow_none=True)
        except xmlrpc.client.Fault as fault:
            answer = xmlrpc.client.dumps(fault, methodresponse=True)
        data = answer.encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/xml')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 50

    def __init__(self, path, fake):
        if os.path.exists(path):
            os.unlink(path)
        self.fake = fake
        self.alive = True
        self.connections = set()
        super().__init__(path, Handler)

    def get_request(self):
        request, _ = super().get_request()
        self.connections.add(request)
        return request, ('local', 0)

    def handle_error(self, request, address):
        pass

    def start(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def die(self):
        """As a killed daemon: every connection is cut, the socket stays behind."""
        self.alive = False
        self.shutdown()
        self.server_close()
        for c in list(self.connections):
            try:
                c.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def demo(fake):
    now = fake.now()
    fake.add('api', 'api_00', start=now - 3 * 86400 - 7300)
    fake.add('api', 'api_01', start=now - 3 * 86400 - 7300, restarts=1)
    fake.add('api', 'api_02', 'BACKOFF', tries=4, next_try=now + 3, restarts=3,
             spawnerr='Exited too quickly (process log may have details)', stop=now - 3, exitstatus=1)
    fake.add('cron', 'cron', start=fake.started)
    fake.add('migrate', 'migrate', 'EXITED', stop=now - 7200, exitstatus=0)
    fake.add('worker', 'worker', 'FATAL', stop=now - 41 * 60, restarts=5,
             spawnerr='Exited too quickly (process log may have details)')
    for i in range(6):
        fake.add('web', 'web_%d' % i, start=now - 86400 - i * 60)
    fake.metrics({'api:api_00': (15.1, 201 << 20), 'api:api_01': (16.1, 211 << 20), 'cron:cron': (0.0, 3250586),
                  **{'web:web_%d' % i: (0.8, 200 << 20) for i in range(6)}})
    for i in range(200):
        fake.log('api:api_00', '10.0.0.%d GET /health 200 %d ms\n' % (i % 250, i))
    fake.log('api:api_00', 'Traceback: something is wrong\n', 'stderr')
    fake.log('api:api_02', '  File "app.py", line 88, in connect\nConnectionRefusedError: [Errno 111] db:5432\n')
    fake.happened('api:api_02', 'start', now - 60, pid=21012, cause='backoff')
    fake.happened('api:api_02', 'end', now - 59, pid=21012, exitstatus=1, expected=False, cause='crash')
    fake.tree = [{'pid': 1, 'parent': 0, 'command': 'worker: GET /health', 'cpu': 3.0, 'rss': float(60 << 20)},
                 {'pid': 2, 'parent': 0, 'command': 'worker: idle', 'cpu': 0.5, 'rss': float(55 << 20)},
                 {'pid': 3, 'parent': 1, 'command': '[convert]', 'cpu': 0.0, 'rss': 0.0}]
    fake.preview = {
        'added': ['mailer'],
        'changed': [{'name': 'worker', 'options': [
            {'process': 'worker', 'option': 'startretries', 'old': '3', 'new': '10', 'file': 'conf.d/worker.conf',
             'line': 7}]}],
        'removed': ['migrate'],
        'processes': {'mailer': 2, 'worker': 1},
        'processes': {'mailer': 2, 'worker': 1},
    }


def hostile(fake):
    fake.log('api:api_00', 'title \x1b]0;owned\x07 clear \x1b[2J home \x1b[H c1 \x9b31m nul \x00 bell \x07\n')
    fake.log('api:api_00', 'bidi \u202eabc\u202c zero\u200bwidth \x1b[31mred\x1b[0m plain \u4f60\u597d wide\n')
    fake.add('evil', 'a\x1b[2J\u202eb', 'FATAL', spawnerr='\x1b]52;c;ZXZpbA==\x07 \x1bc')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('socket')
    parser.add_argument('--no-events', action='store_true')
    parser.add_argument('--many', type=int, default=0)
    parser.add_argument('--hostile', action='store_true')
    args = parser.parse_args()
    fake = Fake(events=not args.no_events)
    demo(fake)
    if args.hostile:
        hostile(fake)
    for i in range(args.many):
        fake.add('many%d' % (i // 100), 'p_%d' % i)
    server = Server(args.socket, fake).start()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        server.die()


if __name__ == '__main__':
    sys.exit(main())
