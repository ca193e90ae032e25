"""The web page in a browser: headless Chromium by selenium (Debian: chromium, chromium-driver, python3-selenium).

One browser and one daemon for the module. Each test ends by looking at the browser's console: what the
Content-Security-Policy forbids, and each error of the script, would stand there.
"""

import contextlib
import os
import re
import shutil
import xmlrpc.client

import pytest
from harness import DEADLINE, OURS, Daemon, free_port, program, wait_until

webdriver = pytest.importorskip('selenium.webdriver', reason='selenium is not installed (Debian: python3-selenium)')
from selenium.common.exceptions import WebDriverException  # noqa: E402  (it may not be there)
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM, DRIVER = shutil.which('chromium'), shutil.which('chromedriver')
pytestmark = [pytest.mark.ours_only, pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason='Chromium is not installed (Debian: chromium chromium-driver)')]

HOSTILE = '<script>hacked=1;"\'&lt;'
CONFIG = (program('cat', '/bin/cat', stdout_logfile='%(here)s/log/cat') +
          program('web', '/bin/cat', numprocs=2, process_name='%(program_name)s_%(process_num)02d') +
          program('keys', '/bin/cat', autostart='false') + program('button', '/bin/cat') +
          program('plain', '/bin/cat', autostart='false') + program('elsewhere', '/bin/cat') +
          program('later', '/bin/cat', autostart='false') +
          program('bad', '/nonexistent/<script>hacked=1</script>', startretries=0) +
          program(HOSTILE, '/bin/cat', stdout_logfile='%(here)s/log/hostile'))

PHONE = {'width': 360, 'height': 740, 'deviceScaleFactor': 2, 'mobile': True}


def make_browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ('--headless=new', '--disable-gpu', '--disable-dev-shm-usage', '--window-size=1200,800',
                     '--user-data-dir=' + profile, *(['--no-sandbox'] if os.geteuid() == 0 else [])):
        options.add_argument(argument)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


class Site:
    """The daemon, its address, and the browser."""

    def __init__(self, daemon, base, browser, closed):
        self.daemon = daemon
        self.base = base
        self.browser = browser
        self.closed = closed

    def open(self, path='', live=True):
        self.browser.get(self.base + path)
        if live:
            self.wait_live()

    def wait_live(self):
        self.wait("document.getElementById('live').textContent === 'live'")

    def js(self, expression):
        return self.browser.execute_script('return ' + expression)

    def wait(self, expression):
        return wait_until(lambda: self.js(expression), what=expression, state=lambda: self.js('document.body.innerText'))

    def state(self, name):
        """What the row of a process says."""
        return self.js("(document.querySelector('tr[data-name=%s] .status') || {}).textContent" % quote('%s:%s' % (name, name)))

    def button(self, name, label):
        return self.browser.find_element(By.XPATH, '//tr[@data-name="%s:%s"]//button[text()="%s"]' % (name, name, label))

    def press(self, name, label):
        """Clicks on a button of a row, which the script may be making anew just now."""
        wait_until(lambda: not_yet(lambda: self.button(name, label).click() or True), what='%s %s' % (label, name))

    def text(self, name):
        """Of the element of that id, without a script; None while a page is loaded."""
        return not_yet(lambda: self.browser.find_element(By.ID, name).text)

    def is_state(self, name, state):
        return self.daemon.rpc.supervisor.getProcessInfo(name)['statename'] == state


def not_yet(call):
    """What it returns; None when the element, the alert or the page is not there (any more)."""
    with contextlib.suppress(WebDriverException):
        return call()


def quote(text):
    return '"%s"' % re.sub(r'["\\]', r'\\\g<0>', text)


@pytest.fixture(scope='module')
def module_site(ours_runs):
    port, closed = free_port(), free_port()
    daemon = Daemon(OURS, CONFIG, http='[inet_http_server]\nport=127.0.0.1:%d\n'
                    '[inet_http_server:closed]\nport=127.0.0.1:%d\nusername=me\npassword=it\n' % (port, closed))
    browser = None
    try:
        daemon.start()
        browser = make_browser(daemon.path('browser'))
        browser.set_page_load_timeout(3 * DEADLINE)
        yield Site(daemon, 'http://127.0.0.1:%d/' % port, browser, 'http://me:it@127.0.0.1:%d/' % closed)
    finally:
        if browser is not None:
            browser.quit()
        daemon.cleanup()


@pytest.fixture
def site(module_site):
    browser = module_site.browser
    browser.get_log('browser')
    yield module_site
    with contextlib.suppress(WebDriverException):
        browser.execute_cdp_cmd('Emulation.clearDeviceMetricsOverride', {})
        browser.execute_cdp_cmd('Emulation.setScriptExecutionDisabled', {'value': False})
    assert browser.get_log('browser') == []


def test_the_table_changes_without_a_reload(site):
    site.open()
    site.browser.execute_script('window.here = true')
    wait_until(lambda: site.state('elsewhere') == 'running')
    site.daemon.rpc.supervisor.stopProcess('elsewhere')
    wait_until(lambda: site.state('elsewhere') == 'stopped')
    wait_until(lambda: not_yet(lambda: site.button('elsewhere', 'Start').is_enabled() and
                               not site.button('elsewhere', 'Stop').is_enabled()))
    site.daemon.rpc.supervisor.removeProcessGroup('later')
    site.wait('document.querySelector(\'tr[data-name="later:later"]\') === null')
    site.daemon.rpc.supervisor.addProcessGroup('later')
    site.wait('document.querySelector(\'tr[data-name="later:later"]\') !== null')
    names = site.js("[...document.querySelectorAll('tbody tr')].map((tr) => tr.dataset.name)")
    assert names == sorted(names, key=lambda name: name.split(':')) and len(names) == 10
    site.press('later', 'Start')
    wait_until(lambda: site.is_state('later', 'RUNNING'))
    assert site.js('window.here') is True


def test_a_button_stops_a_program(site):
    site.open()
    wait_until(lambda: site.state('button') == 'running')
    site.press('button', 'Stop')
    wait_until(lambda: site.state('button') == 'stopped')
    assert site.is_state('button', 'STOPPED')
    site.wait("document.getElementById('message').textContent === 'Process button stopped'")
    assert site.js('location.search') == ''


def test_a_button_with_credentials_in_the_address(site):
    """As bookmarks have them; fetch() refuses such addresses, and the page's own is what others are relative to."""
    site.browser.get(site.closed)
    site.wait_live()
    wait_until(lambda: site.state('button') in ('running', 'stopped'))
    label = {'running': 'Restart', 'stopped': 'Start'}[site.state('button')]
    site.press('button', label)
    site.wait("document.getElementById('message').textContent === 'Process button %sed'" % label.lower())
    site.browser.get(site.closed + 'tail.html?processname=cat')
    site.wait_live()
    site.browser.find_element(By.XPATH, '//button[text()="Clear log"]').click()
    site.wait("document.getElementById('message').textContent === 'Log for cat cleared'")


def test_a_question_comes_first(site):
    site.open()
    site.browser.find_element(By.XPATH, '//button[text()="Stop All"]').click()
    alert = wait_until(lambda: not_yet(lambda: site.browser.switch_to.alert))
    assert alert.text == 'Stop all programs?'
    alert.dismiss()
    assert site.is_state('cat', 'RUNNING')


def test_by_keyboard_alone(site):
    """Tab to the button and Enter; the focus stays where it was when the button has done its work."""
    site.open()
    active = site.browser.switch_to.active_element
    for _ in range(100):
        active.send_keys(Keys.TAB)
        active = site.browser.switch_to.active_element
        if active.get_attribute('aria-label') == 'Start keys':
            break
    assert active.get_attribute('aria-label') == 'Start keys'
    assert site.js("getComputedStyle(document.activeElement).outlineStyle") == 'solid'
    active.send_keys(Keys.ENTER)
    wait_until(lambda: site.state('keys') == 'running')
    assert site.is_state('keys', 'RUNNING')
    site.wait("document.activeElement.textContent === 'Restart'")
    active.send_keys(Keys.TAB)
    active = site.browser.switch_to.active_element
    assert active.get_attribute('aria-label') == 'Stop keys'
    active.send_keys(Keys.ENTER)
    wait_until(lambda: site.state('keys') == 'stopped')
    site.wait("document.activeElement.getAttribute('aria-disabled') === 'true'")
    assert site.js("document.activeElement.getAttribute('aria-label')") == 'Stop keys'


def test_the_filter(site):
    site.open()
    site.browser.find_element(By.CSS_SELECTOR, '#filter input').send_keys('web run')
    shown = "[...document.querySelectorAll('tbody tr')].filter((tr) => !tr.hidden).map((tr) => tr.dataset.name).join()"
    site.wait(shown + " === 'web:web_00,web:web_01'")
    site.browser.find_element(By.CSS_SELECTOR, '#filter input').send_keys('nothing')
    site.wait("!document.getElementById('nothing').hidden")
    site.browser.find_element(By.CSS_SELECTOR, '#nothing button').click()
    site.wait(shown + ".split(',').length === 10")


def test_a_log_follows(site):
    site.daemon.rpc.supervisor.sendProcessStdin('cat', 'before\n')
    site.daemon.wait_log('before', name='log/cat')
    site.open('tail.html?processname=cat')
    text = "document.getElementById('log').textContent"
    site.wait(text + " === 'before\\n'")
    site.daemon.rpc.supervisor.sendProcessStdin(
        'cat', xmlrpc.client.Binary(b'\x1b[31mred\x1b[0m <script>hacked=1</script>\n'))
    site.wait(text + " === 'before\\nred <script>hacked=1</script>\\n'")
    assert site.js("document.querySelector('#log script')") is None
    # Who scrolls up reads in peace; who comes back sees the end.
    site.daemon.rpc.supervisor.sendProcessStdin('cat', 'line\n' * 500)
    site.wait(text + ".length > 2500 && document.getElementById('log').scrollTop > 1000")
    site.browser.execute_script("document.getElementById('log').scrollTop = 100")
    site.wait("document.getElementById('follow').textContent.startsWith('Paused')")
    site.daemon.rpc.supervisor.sendProcessStdin('cat', 'unseen\n')
    site.wait(text + ".endsWith('unseen\\n')")
    assert site.js("document.getElementById('log').scrollTop") == 100
    site.browser.find_element(By.ID, 'follow').click()
    site.wait("document.getElementById('log').scrollTop > 1000")
    # No more than so many lines are kept.
    for _ in range(3):
        site.daemon.rpc.supervisor.sendProcessStdin('cat', 'more\n' * 4000)
    site.daemon.rpc.supervisor.sendProcessStdin('cat', 'end\n')
    site.wait(text + ".endsWith('end\\n')")
    site.wait(text + ".split('\\n').length < 6000")
    site.browser.find_element(By.XPATH, '//button[text()="Clear log"]').click()
    site.wait("document.getElementById('message').textContent === 'Log for cat cleared'")
    assert site.daemon.read('log/cat') == ''


def test_nothing_hostile_is_obeyed(site):
    site.daemon.rpc.supervisor.sendProcessStdin(HOSTILE, '<img src=x onerror="hacked=1">\n')
    for path in ('', '?message=<script>hacked=1</script><img src=x onerror=hacked=1>', 'tail.html?processname=<script>hacked=1</script>'):
        site.open(path, live=not path.startswith('tail'))
        assert site.js('typeof hacked') == 'undefined' and site.js('document.scripts.length') == 1
    site.open()
    site.wait("document.getElementById('problems').textContent.includes('<script>hacked=1</script>')")
    # The row is made anew by the script, of the stream.
    site.daemon.rpc.supervisor.stopProcess(HOSTILE)
    site.daemon.rpc.supervisor.removeProcessGroup(HOSTILE)
    site.wait("![...document.querySelectorAll('.name')].some((cell) => cell.textContent.includes('hacked'))")
    site.daemon.rpc.supervisor.addProcessGroup(HOSTILE)
    site.wait("[...document.querySelectorAll('.name')].some((cell) => cell.textContent === %s)" % quote(HOSTILE))
    site.browser.find_element(By.PARTIAL_LINK_TEXT, 'hacked').click()
    site.wait("document.title === %s" % quote('Supervisor tail of process ' + HOSTILE))
    site.wait("document.getElementById('log').textContent.includes('onerror=')")
    assert site.js('typeof hacked') == 'undefined' and site.js('document.images.length') == 0


def test_without_a_script(site):
    site.browser.execute_cdp_cmd('Emulation.setScriptExecutionDisabled', {'value': True})
    site.open(live=False)
    assert not site.browser.find_element(By.ID, 'filter').is_displayed()
    site.press('plain', 'Start')
    wait_until(lambda: 'message=' in site.browser.current_url)
    wait_until(lambda: site.text('message') == 'Process plain started', state=lambda: site.text('message'))
    assert site.is_state('plain', 'RUNNING')
    site.browser.find_element(By.LINK_TEXT, 'Refresh').click()
    wait_until(lambda: (site.text('message') or '').startswith('Page refreshed at'))
    site.browser.find_element(By.LINK_TEXT, 'plain').click()
    wait_until(lambda: 'tail.html' in site.browser.current_url)
    site.browser.find_element(By.LINK_TEXT, '16 KB').click()
    wait_until(lambda: 'limit=16384' in site.browser.current_url)


def test_on_a_phone(site):
    site.browser.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', PHONE)
    for path in ('', 'tail.html?processname=cat'):
        site.open(path)
        assert site.js('document.documentElement.scrollWidth') <= PHONE['width']
        small = site.js("[...document.querySelectorAll('button, a.button, #channels a, td.action a')]"
                        ".filter((e) => e.offsetParent && !e.closest('#summary') && e.getBoundingClientRect().height < 43)"
                        ".map((e) => e.textContent)")
        assert small == []


def test_a_lost_connection_is_seen(ours_runs, site):
    """The table greys when the daemon goes, and is live again when it is back."""
    port = free_port()
    daemon = Daemon(OURS, program('x', '/bin/cat'), http='[inet_http_server]\nport=127.0.0.1:%d\n' % port)
    try:
        daemon.start()
        site.browser.get('http://127.0.0.1:%d/' % port)
        site.wait_live()
        daemon.stop()
        site.wait("document.body.classList.contains('lost')")
        site.wait("document.getElementById('live').textContent.startsWith('connection lost at ')")
        daemon.start()
        site.wait_live()
        site.wait("!document.body.classList.contains('lost')")
        site.wait("document.querySelector('tr[data-name=\"x:x\"] .status').textContent === 'running'")
        site.browser.get('about:blank')
        # The browser has noted that nobody was there for a while, and nothing else.
        assert [entry for entry in site.browser.get_log('browser') if 'net::ERR_' not in entry['message']] == []
    finally:
        daemon.cleanup()
