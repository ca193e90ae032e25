"""The story that the screen is for: somebody logs in, sees what is wrong, learns why, mends it and sees it run, and leaves
the terminal as it was.  A real daemon, a real shell, and nothing but what an operator would type."""

import pytest
from harness import TUI, program, wait_until
from screen import Screen

pytestmark = pytest.mark.ours_only

WEB = program('web', '/bin/sleep 1000', numprocs=3, process_name='web_%(process_num)d', startsecs=0)
CRON = program('cron', '/bin/sleep 1000', startsecs=0)


def mailer(command):
    return program('mailer', command, startsecs=1, startretries=0)


def test_from_login_to_logout(daemon):
    d = daemon(WEB + CRON + mailer('/bin/cat --qeueu=/tmp'))
    d.wait_state('mailer', 'FATAL')
    with Screen(['/bin/sh'], d, 100, 30) as screen:
        screen.wait(r'^[#$] ?$')
        screen.type("cd '%s'; stty -a > before; '%s' -c c.conf; echo back $?; stty -a > after\n" % (d.dir, TUI))
        # One look: which program, and its own words.
        screen.wait(r'^▐ *mailer +FATAL')
        screen.wait(r"unrecognized option '--qeueu=/tmp'")
        screen.wait(r'1 fatal')
        # Why, in a sentence.
        screen.keys('w')
        screen.wait(r'FATAL: given up \d+ s ago after 1 try\b')  # and the rest, wherever the line ends
        screen.wait(r'last\s+exit\s+1\s+after\s+\d\.\d\s+s;\s+last\s+stderr\s+line:')
        screen.keys('Escape')
        # Mended in the file, shown as a difference, applied, running.
        d.write_config(WEB + CRON + mailer('/bin/cat'))
        screen.keys('u')
        screen.wait(r'^─ update: 0 added, 1 changed, 0 removed, 2 stay')
        screen.wait(r'command +/bin/cat --qeueu=/tmp (->|→) /bin/cat\b')
        assert d.info('mailer')['statename'] == 'FATAL'
        screen.keys('y')
        pid = d.wait_state('mailer', 'RUNNING')['pid']
        screen.wait(r'mailer +RUNNING +%d' % pid)
        screen.wait_gone(r'fatal')
        # Several at once: asked with their names, and only these.
        before = {n: d.info(n)['pid'] for n in ('web:web_0', 'web:web_1', 'web:web_2', 'cron')}
        screen.keys('/')
        screen.type('web_0\n')
        screen.wait(r'^▐.*web_0')
        screen.keys('Space', 'Space', 'r')
        screen.wait(r'restart 2 processes: web:web_0, web:web_1\? y/N')
        screen.keys('y')
        for name in ('web:web_0', 'web:web_1'):
            wait_until(lambda n=name: d.info(n)['pid'] not in (0, before[n]), what=name + ' runs anew')
            screen.wait(r'%s +RUNNING +%d' % (name[4:], d.info(name)['pid']))
        assert {n: d.info(n)['pid'] for n in ('web:web_2', 'cron')} == {n: before[n] for n in ('web:web_2', 'cron')}
        # What is known from elsewhere works here.
        screen.keys(':')
        screen.type('status\n')
        screen.wait(r'^ ?mailer +RUNNING +pid %d, uptime' % pid)
        screen.keys('q')
        screen.wait_gone(r'uptime 0:')
        screen.keys('q')
        screen.wait(r'^back 0')
        # The shell's line is there, and what was before, too.
        screen.wait(r'^[#$] cd ')
        wait_until(lambda: d.read('after') == d.read('before') != '', what='the terminal is as it was', state=lambda: d.read('after'))
