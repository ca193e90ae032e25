"""The shortest way through everything: start, ask, stop."""


def test_start_status_stop(daemon):
    d = daemon('[program:cat]\ncommand=/bin/cat\n')
    d.wait_state('cat', 'RUNNING')
    result = d.ctl('status')
    assert result.status == 0
    assert result.out.startswith('cat                              RUNNING   pid ')
    assert d.stop() == 0
    assert 'WARN received SIGTERM indicating exit request' in d.log_messages()
