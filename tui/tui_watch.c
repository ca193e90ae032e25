/* tui_watch.c: see tui_watch.h. */
#include "autoconf.h"

#include "tui/tui_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "tui/tui_around.h"
#include "tui/tui_pattern.h"
#include "tui/tui_record.h"
#include "tui/tui_rows.h"
#include "tui/tui_show.h"

#define WATCHES_MAX 64    /* words times programs */
#define HITS_MAX 500      /* that are listed; the oldest go */
#define LINE_KEPT 512     /* bytes of a hit's line */
#define LINE_LOOKED 16384 /* bytes of a line that are looked at */
#define BYTES_A_SECOND (1 << 20)
#define TOLD_SECONDS 60 /* a word is told of, and rings, once in so long; in between it is counted */
#define WEIGHT_LIGHT 32 /* of an expression as most are (tui_pattern_weight) */

struct watch {
	char *pattern; /* as it was typed; owned */
	struct tui_pattern words;
	struct tui_host *host;
	char *key;   /* of the program; owned */
	double told; /* when a hit of it was on the message line last; by the model's clock */
};

/* The line of a log that has not ended. */
struct tail {
	struct tui_host *host;
	char *log; /* owned */
	struct buf line;
	int64_t offset; /* of its beginning */
};

struct hit {
	struct tui_host *host;
	char *key; /* owned */
	enum channel channel;
	double time;
	double came; /* by the model's clock */
	int64_t offset;
	char *line;    /* owned */
	char *pattern; /* that was found; owned */
	bool seen;
};

struct tui_watches {
	struct watch watches[WATCHES_MAX];
	size_t n;
	struct tail tails[NCHANNELS * WATCHES_MAX];
	size_t ntails;
	struct hit hits[HITS_MAX]; /* oldest first */
	size_t nhits;
	double second; /* to which `looked` belongs */
	size_t looked; /* bytes */
	size_t passed; /* bytes that were not looked at */
};

static struct tui_watches *
own(struct tui_model *m)
{
	if (m->watches == NULL)
		m->watches = xcalloc(1, sizeof(*m->watches));
	return m->watches;
}

static void
release_watch(struct watch *w)
{
	tui_pattern_release(&w->words);
	free(w->pattern);
	free(w->key);
}

static void
release_tail(struct tail *t)
{
	free(t->log);
	buf_release(&t->line);
}

static void
release_hit(struct hit *hit)
{
	free(hit->key);
	free(hit->line);
	free(hit->pattern);
}

void
tui_watch_release(struct tui_model *m)
{
	struct tui_watches *w = m->watches;

	if (w == NULL)
		return;
	for (size_t i = 0; i < w->n; i++)
		release_watch(&w->watches[i]);
	for (size_t i = 0; i < w->ntails; i++)
		release_tail(&w->tails[i]);
	for (size_t i = 0; i < w->nhits; i++)
		release_hit(&w->hits[i]);
	free(w);
	m->watches = NULL;
}

/* Logs */

static bool
is_first_of_program(const struct tui_watches *w, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (w->watches[j].host == w->watches[i].host &&
		    strcmp(w->watches[j].key, w->watches[i].key) == 0)
			return false;
	return true;
}

void
tui_watch_each_log(const struct tui_model *m, const struct tui_host *h,
		   void (*fn)(void *arg, const char *log), void *arg)
{
	const struct tui_watches *w = m->watches;
	size_t logs = 0;

	for (size_t i = 0; w != NULL && i < w->n; i++) {
		if (w->watches[i].host != h || !is_first_of_program(w, i))
			continue;
		for (int channel = 0; channel < NCHANNELS && logs < TUI_WATCH_LOGS; channel++, logs++) {
			char *log =
			    xasprintf("%s:%s", w->watches[i].key, channel_name((enum channel)channel));

			fn(arg, log);
			free(log);
		}
	}
}

static struct tail *
put_tail(struct tui_watches *w, struct tui_host *h, const char *log)
{
	struct tail *t;

	for (size_t i = 0; i < w->ntails; i++)
		if (w->tails[i].host == h && strcmp(w->tails[i].log, log) == 0)
			return &w->tails[i];
	if (w->ntails == NCHANNELS * WATCHES_MAX)
		return NULL;
	t = &w->tails[w->ntails++];
	t->host = h;
	t->log = xstrdup(log);
	t->offset = -1;
	buf_init(&t->line, LINE_LOOKED);
	return t;
}

/* When a hit of these words, in whatever program, was told of last; 0: none was. */
static double
last_told(const struct tui_watches *w, const char *pattern)
{
	double told = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->watches[i].told > told && strcmp(w->watches[i].pattern, pattern) == 0)
			told = w->watches[i].told;
	return told;
}

/* The hits of these words in the last minute. */
static size_t
count_recent(const struct tui_model *m, const char *pattern)
{
	const struct tui_watches *w = m->watches;
	size_t n = 0;

	for (size_t i = w->nhits; i-- > 0 && w->hits[i].came > m->now - TOLD_SECONDS;)
		n += strcmp(w->hits[i].pattern, pattern) == 0;
	return n;
}

/* Words that come all the time must leave the line to what else is to be said. */
static void
tell(struct tui_model *m, struct watch *watch, const char *line)
{
	const struct tui_proc *p = tui_host_proc(watch->host, watch->key);
	double told = last_told(m->watches, watch->pattern);
	size_t n = count_recent(m, watch->pattern);
	struct buf note = BUF_INIT(128);

	if (told > 0 && m->now < told + TOLD_SECONDS && m->now >= told)
		return;
	watch->told = m->now;
	m->bell = true;
	if (n > 1)
		buf_printf(&note, "%zu in the last minute", n);
	buf_printf(&note, "%s", tui_hint(m, n > 1 ? "; W lists" : "W lists", ""));
	tui_news(watch->host, LOOK_WARN, "%s: %.*s%s%s%s", p == NULL ? watch->key : p->display, LINE_KEPT,
		 line, note.len > 0 ? " (" : "", buf_str(&note), note.len > 0 ? ")" : "");
	buf_release(&note);
}

static void
add_hit(struct tui_model *m, struct watch *watch, enum channel channel, double time, int64_t offset,
	const char *line)
{
	struct tui_watches *w = m->watches;

	if (w->nhits == HITS_MAX) {
		release_hit(&w->hits[0]);
		memmove(w->hits, w->hits + 1, --w->nhits * sizeof(w->hits[0]));
	}
	w->hits[w->nhits++] = (struct hit){
	    .host = watch->host,
	    .key = xstrdup(watch->key),
	    .channel = channel,
	    .time = time,
	    .came = m->now,
	    .offset = offset,
	    .line = xstrndup(line, LINE_KEPT),
	    .pattern = xstrdup(watch->pattern),
	};
	tell(m, watch, line);
	if (m->overlay.type != NULL && m->overlay.data == w && m->overlay.cursor > 0)
		m->overlay.cursor++;
	tui_overlay_refill(m);
}

/* One line counts once for a program, however many words are in it. */
static void
look_at_line(struct tui_model *m, const struct tail *t, double time)
{
	struct tui_watches *w = m->watches;
	const char *line = buf_str(&t->line), *colon = strrchr(t->log, ':');
	size_t len = (size_t)(colon - t->log);
	unsigned weight;

	for (size_t i = 0; i < w->n; i++) {
		struct watch *watch = &w->watches[i];

		if (watch->host != t->host || strlen(watch->key) != len ||
		    strncmp(watch->key, t->log, len) != 0)
			continue;
		if (w->looked > BYTES_A_SECOND) {
			w->passed += t->line.len;
			return;
		}
		weight = tui_pattern_weight(&watch->words);
		w->looked += weight > WEIGHT_LIGHT ? t->line.len * (weight / WEIGHT_LIGHT) : 0;
		if (!tui_pattern_matches(&watch->words, line, t->line.len))
			continue;
		add_hit(m, watch, strcmp(colon + 1, "stderr") == 0 ? CHANNEL_STDERR : CHANNEL_STDOUT, time,
			t->offset, line);
		return;
	}
}

static bool
is_watched(const struct tui_watches *w, const struct tui_host *h, const char *log)
{
	for (size_t i = 0; w != NULL && i < w->n; i++) {
		size_t len = strlen(w->watches[i].key);

		if (w->watches[i].host == h && strncmp(log, w->watches[i].key, len) == 0 && log[len] == ':')
			return true;
	}
	return false;
}

/* So much a second: a flood must not take the keys' time. */
static bool
may_look(struct tui_model *m, size_t len)
{
	struct tui_watches *w = m->watches;

	if (m->now >= w->second + 1 || m->now < w->second) {
		w->second = m->now;
		w->looked = 0;
	}
	w->looked += len;
	if (w->looked <= BYTES_A_SECOND)
		return true;
	w->passed += len;
	return false;
}

void
tui_watch_text(struct tui_host *h, const char *log, double time, int64_t offset, const char *text, size_t len)
{
	struct tui_model *m = h->model;
	struct tail *t;

	if (!is_watched(m->watches, h, log) || (t = put_tail(m->watches, h, log)) == NULL)
		return;
	if (!may_look(m, len)) {
		buf_clear(&t->line);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (t->line.len == 0)
			t->offset = offset < 0 ? -1 : offset + (int64_t)i;
		if (text[i] == '\n') {
			look_at_line(m, t, time);
			buf_clear(&t->line);
		} else if (text[i] != '\0')
			buf_putc(&t->line, text[i]); /* what is longer is not looked at */
	}
}

size_t
tui_watch_unseen_all(const struct tui_model *m)
{
	size_t n = 0;

	for (size_t i = 0; m->watches != NULL && i < m->watches->nhits; i++)
		n += !m->watches->hits[i].seen;
	return n;
}

size_t
tui_watch_unseen(const struct tui_proc *p)
{
	const struct tui_watches *w = p->group->host->model->watches;
	size_t n = 0;

	for (size_t i = 0; w != NULL && i < w->nhits; i++)
		n += !w->hits[i].seen && w->hits[i].host == p->group->host &&
		     strcmp(w->hits[i].key, p->key) == 0;
	return n;
}

/* Words */

bool
tui_watch_add(struct tui_model *m, const char *pattern, struct tui_proc *p)
{
	struct tui_watches *w = own(m);
	struct watch *watch = &w->watches[w->n];
	char *whole, *why = NULL;
	bool ok;

	if (w->n == WATCHES_MAX) {
		tui_message(m, LOOK_WARN, "%d words are watched already: :unwatch ends them", WATCHES_MAX);
		return false;
	}
	for (size_t i = 0; i < w->n; i++)
		if (w->watches[i].host == p->group->host && strcmp(w->watches[i].key, p->key) == 0 &&
		    strcmp(w->watches[i].pattern, pattern) == 0)
			return true;
	whole = xasprintf("%s%s", pattern[0] == '~' ? "" : "~", pattern);
	tui_pattern_init(&watch->words);
	ok = tui_pattern_set(&watch->words, whole, &why) && tui_pattern_is_on(&watch->words);
	free(whole);
	if (!ok) {
		tui_message(m, LOOK_BAD, "watch '%s': %s", pattern,
			    why != NULL ? why : "there is nothing to look for");
		tui_pattern_release(&watch->words);
		free(why);
		return false;
	}
	watch->told = 0;
	watch->pattern = xstrdup(pattern);
	watch->host = p->group->host;
	watch->key = xstrdup(p->key);
	w->n++;
	return true;
}

/* There is room for as many logs as may be watched at once. */
static void
drop_tails(struct tui_watches *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->ntails; i++) {
		if (is_watched(w, w->tails[i].host, w->tails[i].log))
			w->tails[n++] = w->tails[i];
		else
			release_tail(&w->tails[i]);
	}
	w->ntails = n;
}

size_t
tui_watch_drop(struct tui_model *m, const char *pattern, size_t *left)
{
	struct tui_watches *w = own(m);
	size_t before = w->n;

	w->n = 0;
	for (size_t i = 0; i < before; i++) {
		if (pattern == NULL || strcmp(w->watches[i].pattern, pattern) == 0)
			release_watch(&w->watches[i]);
		else
			w->watches[w->n++] = w->watches[i];
	}
	drop_tails(w);
	*left = w->n;
	return before - w->n;
}

/* The list */

static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	struct tui_watches *w = own(m);
	char stamp[TUI_STAMP_MAX];

	(void)width;
	(void)valid_for;
	for (size_t i = w->nhits; i-- > 0;) {
		w->hits[i].seen = true;
		tui_text_addf(t, LOOK_PLAIN, "   %s  %s  %s",
			      tui_stamp(m, w->hits[i].host, w->hits[i].time, stamp), w->hits[i].key,
			      w->hits[i].line);
	}
	if (w->nhits == 0 && w->n > 0)
		tui_text_add(t, LOOK_DIM, "   nothing yet");
	for (size_t i = 0; i < w->n; i++)
		tui_text_addf(t, LOOK_DIM, "   watching %s for %s", w->watches[i].key, w->watches[i].pattern);
	if (w->n == 0)
		tui_text_add(t, LOOK_DIM, "   nothing is watched: :watch PATTERN [PROGRAM] does");
	if (w->passed > 0)
		tui_text_addf(t, LOOK_WARN, "   %zu bytes came too fast and were not looked at", w->passed);
}

static void
choose(struct tui_model *m, size_t line)
{
	const struct tui_watches *w = m->watches;
	int64_t offset[NCHANNELS] = {-1, -1};
	const struct hit *hit;
	struct tui_proc *p;
	char moment[TUI_MOMENT_MAX], what[TUI_MOMENT_MAX + 32];

	if (w == NULL || line >= w->nhits)
		return;
	hit = &w->hits[w->nhits - 1 - line];
	p = tui_host_proc(hit->host, hit->key);
	if (p == NULL) {
		tui_message(m, LOOK_WARN, "%s is not there any more", hit->key);
		return;
	}
	offset[hit->channel] = hit->offset;
	tui_rows_show(m, p);
	tui_show_settle(m);
	snprintf(what, sizeof(what), "%s the watched word came",
		 tui_moment(m, hit->time - hit->host->clock_ahead, moment));
	if (!tui_around_show(m, hit->host, hit->key, hit->time, offset, what))
		return;
	tui_overlay_close(m, true);
	m->focus = PANE_LOG;
	m->zoom = true;
}

static const struct tui_overlay_type watch_type = {
    .keymap = KEYMAP_OVERLAY,
    .chooses = true,
    .fill = fill,
    .choose = choose,
};

void
tui_watch_open(struct tui_model *m)
{
	tui_overlay_open(m, &watch_type, "watch words");
	m->overlay.data = own(m);
}
