"""Fixtures for all end-to-end tests (e2e/, tui/, compat/).

A test that takes `daemon` runs on ours; with --impl=reference or --impl=both it runs on the reference too, unless it
is marked `ours_only`.  `daemon(config, ...)` starts one; it is stopped, checked and removed after the test.
"""

import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402  (the path comes first)


def pytest_addoption(parser):
    parser.addoption('--impl', choices=['ours', 'reference', 'both'], default='ours',
                     help='which implementation the end-to-end tests run on')


def pytest_configure(config):
    config.addinivalue_line('markers', 'ours_only: shows what the reference does not have or does not do')
    config.addinivalue_line('markers', 'root: needs to be root')


def pytest_generate_tests(metafunc):
    if 'impl' not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption('--impl')
    names = ['ours', 'reference'] if wanted == 'both' else [wanted]
    if metafunc.definition.get_closest_marker('ours_only'):
        names = [name for name in names if name == 'ours']
    metafunc.parametrize('impl', [harness.IMPLEMENTATIONS[name] for name in names], ids=names)


def pytest_collection_modifyitems(config, items):
    if config.getoption('--impl') == 'reference':
        items[:] = [item for item in items if not item.get_closest_marker('ours_only')]
    for item in items:
        if item.get_closest_marker('root') and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason='needs to be root'))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == 'call':
        item.call_failed = report.failed


def says(program, argument, text):
    try:
        done = subprocess.run([program, argument], capture_output=True, text=True, timeout=20)
    except OSError:
        return False
    return done.returncode == 0 and text in done.stdout


@pytest.fixture(scope='session')
def ours_runs():
    """True once our daemon is there and says its version."""
    return says(harness.OURS.supervisord, '--version', '5.')


@pytest.fixture(scope='session')
def tui_runs():
    return says(harness.TUI, '--help', 'supervisortui')


def require(impl, ours_runs):
    if impl is harness.REFERENCE and not harness.reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')
    if impl is harness.OURS and not ours_runs:
        pytest.skip('our supervisord does not run yet')


@pytest.fixture
def make_daemon(request, ours_runs):
    """make_daemon(impl, config, ...) -> Daemon, not started."""
    made = []

    def make(impl, config='', **options):
        require(impl, ours_runs)
        daemon = harness.Daemon(impl, config, **options)
        made.append(daemon)
        return daemon
    yield make
    problems = []
    for daemon in made:
        try:
            daemon.cleanup(getattr(request.node, 'call_failed', True))
        except AssertionError as error:
            problems.append(str(error))
    assert not problems, '\n'.join(problems)


@pytest.fixture
def daemon(make_daemon, impl):
    """daemon(config, ...) -> a running Daemon of the implementation under test; args: more command line options."""
    def start(config='', args=(), daemonize=False, **options):
        return make_daemon(impl, config, **options).start(*args, daemonize=daemonize)
    return start
