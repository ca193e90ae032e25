/*
 * The script of the web page. The page is complete without it; this keeps it live, from the daemon's push stream
 * (/events, doc/push-stream.md), and sends forms without leaving the page.
 *
 * Text of any origin enters the page by textContent and by attributes alone, never as HTML.
 */
'use strict';

(function () {
const $ = (id) => document.getElementById(id);

/* Elements. */

function element(name, attributes, text) {
	const made = document.createElement(name);

	for (const key of Object.keys(attributes || {}))
		made.setAttribute(key, attributes[key]);
	if (text !== undefined)
		made.textContent = text;
	return made;
}

/* Only what differs is written: with thousands of rows, that is what keeps the page quick. */
function setText(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

function show(node, shown) {
	if (node && node.hidden === shown)
		node.hidden = !shown;
}

/* As html_escape and html_escape_lines do on the server: no control character is obeyed, each is seen. */
function visible(text, lines) {
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => {
		const code = c.charCodeAt(0);

		if (lines && (c === '\n' || c === '\t'))
			return c;
		if (code < 0x20)
			return String.fromCharCode(0x2400 + code);
		return code === 0x7f ? '\u2421' : '\ufffd';
	});
}

function say(text, failed) {
	const message = $('message');

	message.className = text === '' ? 'hidden' : failed ? 'status_msg failed' : 'status_msg';
	setText(message, visible(text));
}

/*
 * The stream. EventSource reconnects by itself after most failures, but not after an answer such as 401 or 503.
 * A page that nobody sees lets go of its connection: browsers allow six to a server, and a seventh tab would wait.
 */

const RETRY = 3000;
const HIDDEN_FOR = 10000;

function Stream(address, handlers, changed) {
	let source = null, timer = 0, lost = false;

	function open() {
		clearTimeout(timer);
		source = new EventSource(address());
		source.onerror = () => {
			const gone = source.readyState === EventSource.CLOSED;

			if (!lost)
				changed(false);
			lost = true;
			if (gone)
				timer = setTimeout(open, RETRY);
		};
		for (const name of Object.keys(handlers)) {
			source.addEventListener(name, (event) => {
				if (name === 'hello') {
					lost = false;
					changed(true);
				}
				handlers[name](JSON.parse(event.data));
			});
		}
	}

	function close() {
		clearTimeout(timer);
		if (source)
			source.close();
		source = null;
	}

	document.addEventListener('visibilitychange', () => {
		clearTimeout(timer);
		if (document.hidden)
			timer = setTimeout(close, HIDDEN_FOR);
		else if (!source || source.readyState === EventSource.CLOSED)
			open();
	});
	window.addEventListener('pagehide', close);
	window.addEventListener('pageshow', () => {
		if (!source)
			open();
	});
	open();
	return {reopen() { close(); open(); }};
}

function showLive(live) {
	document.body.classList.toggle('lost', !live);
	show($('live'), true);
	setText($('live'), live ? 'live' : 'connection lost at ' + new Date().toLocaleTimeString() + ', trying again');
}

/*
 * Forms. Each button knows its address; the answer to a script is the message, without a page.
 */

const QUESTIONS = {
	stopall: 'Stop all programs?',
	restartall: 'Restart all programs?',
};

/* fetch() refuses an address with credentials, which the page's own has when it was opened as http://user:password@host/;
 * the browser sends them all the same. */
function withoutCredentials(address) {
	const url = new URL(address);

	url.username = url.password = '';
	return url;
}

async function send(button) {
	const row = button.closest('tr');

	if (QUESTIONS[button.value] && !window.confirm(QUESTIONS[button.value]))
		return;
	if (row)
		row.setAttribute('aria-busy', 'true');
	say(button.textContent + ' ...');
	try {
		const answer = await fetch(withoutCredentials(button.formAction), {
			method: 'POST',
			headers: {Accept: 'application/json'},
			body: new URLSearchParams({action: button.value}),
		});

		if (answer.ok) {
			const result = await answer.json();

			say(result.message, !result.ok);
		} else {
			say('supervisord refuses this: ' + answer.status + ' ' + answer.statusText, true);
		}
	} catch (error) {
		say('supervisord did not answer', true);
	}
	if (row)
		row.removeAttribute('aria-busy');
}

document.addEventListener('submit', (event) => {
	const button = event.submitter;

	if (!button || button.name !== 'action')
		return;
	event.preventDefault();
	if (button.getAttribute('aria-disabled') !== 'true')
		send(button);
});

/*
 * The table: one object per row, by "GROUP:NAME".
 */

/* As looks[] in page_status.c. */
const LOOKS = {
	STOPPED: {style: 'statusnominal', starts: true, first: true, stop: false},
	STARTING: {style: 'statusnominal', starts: false, first: true, stop: true},
	RUNNING: {style: 'statusrunning', starts: false, first: true, stop: true},
	BACKOFF: {style: 'statuserror', starts: false, first: true, stop: true},
	STOPPING: {style: 'statusnominal', starts: true, first: false, stop: false},
	EXITED: {style: 'statusnominal', starts: true, first: true, stop: false},
	FATAL: {style: 'statuserror', starts: true, first: true, stop: false},
	UNKNOWN: {style: 'statusnominal', starts: true, first: false, stop: false},
};
const PROBLEMS_SHOWN = 5;

function statusPage() {
	const body = document.querySelector('#processes tbody');
	const rows = new Map();
	const states = new Set();   /* that are shown alone; none: all */
	let words = [];             /* of the filter */
	let clock = 0;              /* what to add to ours for the daemon's, in seconds */
	let seen = null;            /* of the snapshot under way */
	let due = 0;
	const inView = new Set();
	const watcher = new IntersectionObserver((entries) => {
		for (const entry of entries) {
			if (entry.isIntersecting)
				inView.add(entry.target);
			else
				inView.delete(entry.target);
		}
	});

	/* Rows */

	function adopt(tr) {
		const [state, description, name, action] = tr.cells;
		const row = {
			tr, key: tr.dataset.name, process: null,
			state: state.firstElementChild,
			description: description.firstElementChild,
			note: description.lastElementChild,
			name: name.firstElementChild,
			first: action.children[0], stop: action.children[1],
		};

		rows.set(row.key, row);
		watcher.observe(tr);
		return row;
	}

	function makeButton(value, label, name, link) {
		return element('button', {name: 'action', value,
			formaction: `index.html?processname=${link}&action=${value}`,
			'aria-label': `${label} ${name}`}, label);
	}

	/* What row.html has. */
	function makeRow(p) {
		const spec = visible(p.group === p.name ? p.name : `${p.group}:${p.name}`);
		const link = encodeURIComponent(p.group === p.name ? p.name : `${p.group}:${p.name}`);
		const tail = `tail.html?processname=${link}`;
		const tr = element('tr', {role: 'row', 'data-name': `${p.group}:${p.name}`});
		const cells = ['status', 'desc', 'name', 'action'].map((name) => element('td', {role: 'cell', class: name}));

		cells[0].append(element('span'));
		cells[1].append(element('span'), ' ', element('small'));
		cells[2].append(element('a', {href: tail}, spec));
		cells[3].append(makeButton('start', 'Start', spec, link), ' ', makeButton('stop', 'Stop', spec, link), ' ',
			makeButton('clearlog', 'Clear Log', spec, link), ' ',
			element('a', {href: tail, 'aria-label': `Stdout of ${spec}`}, 'Stdout'), ' ',
			element('a', {href: tail + '&channel=stderr', 'aria-label': `Stderr of ${spec}`}, 'Stderr'));
		tr.append(...cells);
		return tr;
	}

	/* In the order of the server: by group, then by name. Both are free of what sorts before a colon. */
	function comesBefore(p, q) {
		return p.group !== q.group ? p.group < q.group : p.name < q.name;
	}

	function insert(tr, p) {
		let low = 0, high = body.rows.length;

		while (low < high) {
			const middle = (low + high) >> 1;
			const [group, name] = body.rows[middle].dataset.name.split(':');

			if (comesBefore({group, name}, p))
				low = middle + 1;
			else
				high = middle;
		}
		body.insertBefore(tr, body.rows[low] || null);
	}

	function remove(row) {
		watcher.unobserve(row.tr);
		inView.delete(row.tr);
		row.tr.remove();
		rows.delete(row.key);
	}

	/* A button that has the focus keeps it: who works by keyboard must not be thrown to the top of the page. */
	function enable(button, on) {
		if (on === (!button.disabled && button.getAttribute('aria-disabled') !== 'true'))
			return;
		button.removeAttribute('aria-disabled');
		button.disabled = !on && button !== document.activeElement;
		if (!on && !button.disabled)
			button.setAttribute('aria-disabled', 'true');
	}

	body.addEventListener('focusout', (event) => {
		if (event.target.getAttribute('aria-disabled') === 'true') {
			event.target.removeAttribute('aria-disabled');
			event.target.disabled = true;
		}
	});

	function describe(p) {
		if (p.statename !== 'RUNNING')
			return visible(p.description);
		return `pid ${p.pid}, uptime ${duration(Math.floor(Date.now() / 1000 + clock) - Math.floor(p.start))}`;
	}

	function noteOf(p) {
		const parts = [];

		if (p.statename === 'EXITED' && p.spawnerr)
			parts.push(visible(p.spawnerr));
		if (p.restarts > 0)
			parts.push(`${p.restarts} restart${p.restarts === 1 ? '' : 's'}`);
		if (p.lost_bytes > 0)
			parts.push(`${p.lost_bytes} bytes of output lost`);
		return parts.join(', ');
	}

	function isProblem(p) {
		return p.statename === 'FATAL' || p.statename === 'BACKOFF' || p.statename === 'UNKNOWN' ||
			(p.statename === 'EXITED' && p.spawnerr !== '');
	}

	function updateFirst(row, look) {
		const value = look.starts ? 'start' : 'restart', label = look.starts ? 'Start' : 'Restart';

		if (row.first.value !== value) {
			row.first.value = value;
			row.first.textContent = label;
			row.first.setAttribute('aria-label', `${label} ${row.name.textContent}`);
			row.first.setAttribute('formaction',
				row.first.getAttribute('formaction').replace(/action=\w+$/, 'action=' + value));
		}
		enable(row.first, look.first);
	}

	function update(p) {
		const key = `${p.group}:${p.name}`, look = LOOKS[p.statename] || LOOKS.UNKNOWN;
		let row = rows.get(key);

		if (!row) {
			const tr = makeRow(p);

			insert(tr, p);
			row = adopt(tr);
		}
		row.process = p;
		if (row.tr.dataset.state !== p.statename) {
			row.tr.dataset.state = p.statename;
			row.state.className = look.style;
			row.state.textContent = visible(p.statename.toLowerCase());
		}
		row.tr.toggleAttribute('data-problem', isProblem(p));
		setText(row.description, describe(p));
		setText(row.note, noteOf(p));
		updateFirst(row, look);
		enable(row.stop, look.stop);
		show(row.tr, matches(row));
		if (seen)
			seen.add(key);
		later();
	}

	/* Filter */

	function matches(row) {
		if (states.size > 0 && !states.has(row.tr.dataset.state))
			return false;
		if (words.length === 0)
			return true;
		const text = [row.name, row.state, row.description, row.note].map((n) => n.textContent).join(' ').toLowerCase();

		return words.every((word) => text.includes(word));
	}

	function filter() {
		for (const row of rows.values())
			show(row.tr, matches(row));
		for (const button of document.querySelectorAll('#summary button'))
			button.setAttribute('aria-pressed', states.has(button.dataset.state));
		later();
	}

	function showAll() {
		const input = document.querySelector('#filter input');

		input.value = '';
		words = [];
		states.clear();
		filter();
		input.focus();
	}

	/* What depends on all rows follows a little later, once for many changes. */

	function later() {
		if (!due)
			due = setTimeout(summarize, 50);
	}

	function summarize() {
		const counts = {}, problems = [];
		let shown = 0;

		due = 0;
		for (const row of rows.values()) {
			counts[row.tr.dataset.state] = (counts[row.tr.dataset.state] || 0) + 1;
			shown += row.tr.hidden ? 0 : 1;
			if (row.tr.hasAttribute('data-problem'))
				problems.push(row);
		}
		for (const button of document.querySelectorAll('#summary button')) {
			const n = counts[button.dataset.state] || 0;

			setText(button.firstElementChild, String(n));
			show(button.parentElement, n > 0 || states.has(button.dataset.state));
		}
		show($('none'), rows.size === 0);
		show($('nothing'), rows.size > 0 && shown === 0);
		show($('processes'), shown > 0);
		showProblems(problems);
	}

	function showProblems(problems) {
		const title = problems.length > 0 ? `(${problems.length}) Supervisor Status` : 'Supervisor Status';
		const list = document.querySelector('#problems ul');
		const items = [];

		problems.sort((a, b) => a.tr.compareDocumentPosition(b.tr) & 4 ? -1 : 1);
		for (const row of problems.slice(0, PROBLEMS_SHOWN)) {
			const item = element('li');
			const why = row.tr.dataset.state === 'EXITED' ? row.note : row.description;

			item.append(element('a', {href: row.name.getAttribute('href')}, row.name.textContent), ' ',
				element('b', {}, row.state.textContent), ' ', element('span', {}, why.textContent));
			items.push(item);
		}
		if (problems.length > PROBLEMS_SHOWN)
			items.push(element('li', {}, `and ${problems.length - PROBLEMS_SHOWN} more`));
		if (document.title !== title)
			document.title = title;
		/* A link that somebody is about to follow is not replaced by one that looks the same. */
		if (list.textContent.trim() !== items.map((item) => item.textContent).join('\n'))
			list.replaceChildren(...items.flatMap((item, i) => i > 0 ? ['\n', item] : [item]));
		show($('problems'), problems.length > 0);
	}

	/* Time goes on in the rows that are in view. */
	function tick() {
		if (document.hidden || document.body.classList.contains('lost'))
			return;
		for (const tr of inView) {
			const row = rows.get(tr.dataset.name);

			if (row && row.process && row.process.statename === 'RUNNING')
				setText(row.description, describe(row.process));
		}
	}

	function supervisorState(name) {
		document.body.dataset.supervisor = name;
		setText($('live'), name === 'RUNNING' ? 'live' : name === 'SHUTDOWN' ? 'supervisord is shutting down' :
			'supervisord is restarting');
	}

	[...body.rows].forEach(adopt);
	for (const button of document.querySelectorAll('#summary button')) {
		button.disabled = false;
		button.setAttribute('aria-pressed', 'false');
		button.addEventListener('click', () => {
			if (!states.delete(button.dataset.state))
				states.add(button.dataset.state);
			filter();
		});
	}
	document.querySelector('#nothing button').addEventListener('click', showAll);
	document.querySelector('#filter input').addEventListener('input', (event) => {
		words = event.target.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
		filter();
	});
	document.addEventListener('keydown', (event) => {
		if (event.key === '/' && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
			event.preventDefault();
			document.querySelector('#filter input').focus();
		} else if (event.key === 'Escape' && (words.length > 0 || states.size > 0)) {
			showAll();
		}
	});
	show($('filter'), true);
	show($('refresh'), false);
	setInterval(tick, 1000);

	Stream(() => 'events?events=process,group,supervisor', {
		hello(data) {
			clock = data.now - Date.now() / 1000;
			setText($('host'), visible(data.host));
			supervisorState(data.statename);
		},
		'snapshot-begin'() {
			seen = new Set();
		},
		snapshot(data) {
			data.processes.forEach(update);
		},
		'snapshot-end'() {
			for (const row of [...rows.values()])
				if (seen && !seen.has(row.key))
					remove(row);
			seen = null;
			later();
		},
		process: update,
		group(data) {
			if (data.change !== 'removed')
				return;
			for (const row of [...rows.values()])
				if (row.key.startsWith(data.name + ':'))
					remove(row);
			later();
		},
		supervisor(data) {
			supervisorState(data.statename);
		},
	}, showLive);
}

function duration(seconds) {
	const rest = Math.max(0, seconds) % 86400, days = Math.floor(Math.max(0, seconds) / 86400);
	const two = (n) => String(Math.floor(n)).padStart(2, '0');
	const time = `${Math.floor(rest / 3600)}:${two(rest / 60 % 60)}:${two(rest % 60)}`;

	return days === 0 ? time : `${days} day${days === 1 ? '' : 's'}, ${time}`;
}

/*
 * The log. New text is gathered and shown at most once per frame; so many lines are kept, and when somebody has
 * scrolled up to read, nothing moves.
 */

const LINES_KEPT = 5000;
const CHARACTERS_KEPT = 2000000;
const LINES_TOGETHER = 200;
const PENDING_KEPT = 1000000;
const PAST_BYTES = 65536;

function tailPage() {
	const log = $('log'), follow = $('follow'), name = document.body.dataset.log;
	const blocks = [];          /* {node, lines, characters}, in order */
	let lines = 0, characters = 0;
	let pending = '', carried = '', due = 0;
	let following = true, missed = false, fresh = true;

	function block(node, n, text) {
		blocks.push({node, lines: n, characters: text.length});
		lines += n;
		characters += text.length;
		log.append(node);
	}

	function clear() {
		blocks.length = lines = characters = 0;
		pending = '';
		log.replaceChildren();
	}

	function mark(text) {
		flush();
		block(element('span', {class: 'mark'}, text), 1, text);
	}

	function trim() {
		while (blocks.length > 1 && (lines > LINES_KEPT || characters > CHARACTERS_KEPT)) {
			const first = blocks.shift();

			lines -= first.lines;
			characters -= first.characters;
			first.node.remove();
		}
	}

	/* Pieces of some lines each, so that old ones go in small steps. */
	function flush() {
		const parts = pending.split('\n');
		const last = parts.length - 1;

		for (let i = 0; pending !== '' && i <= last; i += LINES_TOGETHER) {
			const end = Math.min(i + LINES_TOGETHER, parts.length);
			const text = parts.slice(i, end).join('\n') + (end <= last ? '\n' : '');

			if (text !== '')
				block(document.createTextNode(text), end - i - (end > last ? 1 : 0), text);
		}
		pending = '';
	}

	function render() {
		due = 0;
		flush();
		if (!following)
			return;
		trim();
		log.scrollTop = log.scrollHeight;
	}

	function later() {
		if (!due)
			due = document.hidden ? setTimeout(render, 200) : requestAnimationFrame(render);
	}

	/* Colours are for terminals. A sequence may be cut by the end of a piece. */
	function plain(text) {
		const whole = carried + text;
		const cut = /\x1b(\[[0-?]*[ -/]*)?$/.exec(whole);

		carried = cut && cut[0].length < 64 ? cut[0] : '';
		return visible(whole.slice(0, whole.length - carried.length).replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, '')
			.replace(/\r+\n/g, '\n'), true);
	}

	function setFollowing(on) {
		following = on;
		follow.setAttribute('aria-pressed', on);
		setText(follow, on ? 'Following' : 'Paused: follow');
		if (on && missed) {
			missed = false;
			fresh = true;
			stream.reopen();
		} else if (on) {
			later();
		}
	}

	function receive(data) {
		if (data.tail && fresh) {
			clear();
			carried = '';
			fresh = false;
		}
		/* Somebody reads, and much has come meanwhile: the rest is fetched when they go on. */
		if (!following && (lines > 2 * LINES_KEPT || characters > 2 * CHARACTERS_KEPT))
			missed = true;
		if (missed)
			return;
		if (data.skipped)
			mark(`${data.skipped} bytes were skipped: they came too fast`);
		pending += plain(data.text);
		if (pending.length > PENDING_KEPT) {
			pending = pending.slice(-PENDING_KEPT / 2);
			mark('some lines were skipped: they came too fast');
		}
		if (data.rotated)
			mark('the file was rotated or cleared');
		later();
	}

	block(log.firstChild || document.createTextNode(''), log.textContent.split('\n').length - 1, log.textContent);
	log.addEventListener('scroll', () => {
		const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;

		if (atEnd !== following && (atEnd || !due))
			setFollowing(atEnd);
	}, {passive: true});
	follow.addEventListener('click', () => setFollowing(!following));
	show(follow, true);
	show($('plain'), false);
	log.scrollTop = log.scrollHeight;

	const stream = Stream(() => {
		/* Who reads what is above keeps it. */
		fresh = following;
		carried = '';
		return 'events?events=log&log_tail=' + PAST_BYTES + '&log=' + encodeURIComponent(name);
	}, {
		hello() {
			if (!following)
				missed = true;
		},
		log: receive,
	}, showLive);

	setFollowing(true);
}

if (document.body.id === 'status')
	statusPage();
else if (document.body.dataset.log)
	tailPage();
})();
