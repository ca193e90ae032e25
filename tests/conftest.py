"""Fixtures for all end-to-end tests (e2e/, tui/, compat/).

A test that takes `daemon` runs on ours; with --impl=reference or --impl=both it runs on the reference too, unless it
is marked `ours_only`.  `daemon(config, ...)` starts one; it is stopped, checked and removed after the test.
"""

import os
import signal
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402  (the path comes first)


def pytest_addoption(parser):
    parser.addoption('--impl', choices=['ours', 'reference', 'both'], default='ours',
                     help='which implementation the end-to-end tests run on')


def pytest_configure(config):
    # A shell starts what runs in its background with SIGINT ignored, and so would be the programs that we start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
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


def pytest_sessionfinish(session):
    """Names what failed, a test a line, in the file $CVISOR_FAILED: run-pytest tries them again."""
    path = os.environ.get('CVISOR_FAILED')
    reporter = session.config.pluginmanager.get_plugin('terminalreporter')
    if not path or hasattr(session.config, 'workerinput') or reporter is None:
        return
    failed = {report.nodeid: None for kind in ('failed', 'error') for report in reporter.stats.get(kind, [])}
    if failed:
        with open(path, 'w') as out:
            out.writelines(name + '\n' for name in failed)


@pytest.fixture(scope='session')
def ours_runs():
    """Fails each test that needs ours when it is not built, instead of passing it over."""
    for program in (harness.OURS.supervisord, harness.OURS.supervisorctl, harness.TUI):
        assert os.access(program, os.X_OK), '%s is not built (CVISOR_BUILDDIR says where it is)' % program
    return True


@pytest.fixture(scope='session')
def tui_runs(ours_runs):
    return ours_runs


def require_reference():
    if not harness.reference_is_installed():
        pytest.skip('the reference (package supervisor) is not installed')


@pytest.fixture
def make_daemon(request):
    """make_daemon(impl, config, ...) -> Daemon, not started."""
    made = []

    def make(impl, config='', **options):
        if impl is harness.REFERENCE:
            require_reference()
        else:
            request.getfixturevalue('ours_runs')
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
    def made(config='', args=(), daemonize=False, start=True, **options):
        d = make_daemon(impl, config, **options)
        return d.start(*args, daemonize=daemonize) if start else d
    return made
