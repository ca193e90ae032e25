#!/usr/bin/env python3
"""Which lines of src/ and tui/ ran: reads what a build with --enable-coverage has counted, with gcov alone.

    coverage.py prepare BUILDDIR                    before the tests: forgets the counts of earlier runs
    coverage.py report BUILDDIR                     a line for each file, for each area that must be covered, in total
    coverage.py uncovered BUILDDIR [FILE...]        the lines that did not run, of the files whose names contain FILE

A program writes its counts when it ends by exit() or by leaving main, adding them to those of others; what SIGKILL or
another signal ends leaves none.  After a fork the counts before it are the child's: the daemon's that went into the
background are complete.
"""

import collections
import concurrent.futures
import json
import os
import re
import stat
import subprocess
import sys

#: What must be covered best, as patterns of files.
AREAS = [
    ('state machine', r'core/(process|process_sm|process_table|job)\.c$'),
    ('configuration', r'core/(ini|values|expand|shlex|options_table|config\w*)\.c$|client/config_\w+\.c$'),
    ('logs', r'daemon/(log\w+|mainlog)\.c$|core/(capture|ansi)\.c$'),
    ('events', r'core/(event|listener_proto)\.c$|daemon/(listeners|eventbus|tick)\.c$'),
]


def found(builddir, suffix):
    for top in ('src', 'tui'):
        for where, _, files in os.walk(os.path.join(builddir, top)):
            for name in files:
                if name.endswith(suffix):
                    yield os.path.join(where, name)


def prepare(builddir):
    """Empty counts, which a daemon may add to that has become another user."""
    for path in list(found(builddir, '.gcda')):
        os.unlink(path)
    os.umask(0)
    for program in ('supervisord', 'supervisorctl', 'supervisortui', 'echo_supervisord_conf'):
        subprocess.run([os.path.join(builddir, program), '--help'], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    for path in found(builddir, '.gcda'):
        os.chmod(path, 0o666)
    for top in ('src', 'tui'):
        for where, _, _ in os.walk(os.path.join(builddir, top)):
            os.chmod(where, stat.S_IMODE(os.stat(where).st_mode) | 0o777)


def gcov(path):
    done = subprocess.run(['gcov', '--json-format', '--stdout', path], capture_output=True, text=True, check=False,
                          cwd=os.path.dirname(path))
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{')]


def counts(builddir):
    """{file: {line: times}} for all sources, by their path from the top of the source tree."""
    result = collections.defaultdict(lambda: collections.defaultdict(int))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for documents in pool.map(gcov, sorted(found(builddir, '.gcno'))):
            for document in documents:
                for file in document['files']:
                    match = re.search(r'(?:^|/)((?:src|tui)/[\w/]+\.[ch])$', file['file'])
                    if not match:
                        continue
                    for line in file['lines']:
                        result[match.group(1)][line['line_number']] += line['count']
    return result


def figures(lines):
    """How many lines there are, and how many of them ran."""
    return len(lines), sum(count > 0 for count in lines.values())


def told(name, total, ran):
    print('%6.2f %% of %5d  %s' % (100 * ran / total if total else 100, total, name))


def report(files):
    sums = collections.defaultdict(lambda: [0, 0])
    for name, lines in sorted(files.items()):
        total, ran = figures(lines)
        told(name, total, ran)
        areas = ['area: ' + area for area, pattern in AREAS if re.search(pattern, name)]
        for key in [name.rpartition('/')[0] + '/', 'src/' if name.startswith('src/') else None, 'all'] + areas:
            sums[key][0] += total
            sums[key][1] += ran
    print()
    for key in sorted(filter(None, sums)):
        told(key, *sums[key])


def uncovered(files, patterns, srcdir):
    for name, lines in sorted(files.items()):
        if patterns and not any(pattern in name for pattern in patterns):
            continue
        with open(os.path.join(srcdir, name), encoding='utf-8') as file:
            source = file.read().splitlines()
        total, ran = figures(lines)
        if ran == total:
            continue
        told(name, total, ran)
        # Lines without code between two that did not run belong to the range.
        first = last = None
        for line in sorted(lines) + [None]:
            missed = line is not None and lines[line] == 0
            if missed and first is None:
                first = line
            elif not missed and first is not None:
                for number in range(first, last + 1):
                    print('    %5d  %s' % (number, source[number - 1]))
                print()
                first = None
            if missed:
                last = line


def main(argv):
    if len(argv) < 3 or argv[1] not in ('prepare', 'report', 'uncovered'):
        sys.exit(__doc__)
    builddir = os.path.abspath(argv[2])
    if argv[1] == 'prepare':
        prepare(builddir)
        return
    files = counts(builddir)
    if not files:
        sys.exit('%s: nothing was counted (./configure --enable-coverage)' % builddir)
    if argv[1] == 'report':
        report(files)
    else:
        uncovered(files, argv[3:], os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


if __name__ == '__main__':
    main(sys.argv)
