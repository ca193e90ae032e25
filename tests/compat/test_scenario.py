"""The framework of the scenarios itself."""

import pytest
import scenario
from scenario import OURS, REFERENCE, program


def test_differences_are_documented():
    """Each purposeful difference that is taken out of a comparison is a line of doc/differences.md."""
    first = scenario.documented_differences()
    assert [name for name, row in scenario.DIFFERENCES.items() if row.doc not in first] == []


def test_a_difference_is_found(make_daemon):
    """Two runs that are not the same give a diff: of the steps, the log and the files."""
    runs = [scenario.Run(make_daemon(impl, program('one', '/bin/cat', stdout_logfile='NONE')), {
        'level': 'info', 'log': 'in order', 'events': 'in order', 'without': {}}) for impl in (REFERENCE, OURS)]

    def steps(run):
        run.wait('one', 'RUNNING')
        run.write('mine', run.impl.name + '\n')
        run.rpc('stopProcess' if run.impl is OURS else 'getProcessInfo', 'one')
    results = [run.play(steps, {}) for run in runs]
    assert [problem for _, problem in results] == [None, None]
    with pytest.raises(AssertionError) as failure:
        scenario.check(runs, results, ())
    text = str(failure.value)
    assert "+rpc stopProcess('one',) -> True" in text
    assert '-  reference\n' in text and '+  ours' in text
    assert '\n+WARN stopped: one (terminated by SIGTERM)\n WARN received SIGTERM indicating exit request\n' in text


def test_what_is_named_must_be_used(make_daemon):
    runs = [scenario.Run(make_daemon(impl), {}) for impl in (REFERENCE, OURS)]
    with pytest.raises(AssertionError, match='does not make use of it'):
        scenario.check(runs, [(['a'], None), (['a'], None)], ('where',))
