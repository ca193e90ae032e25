/* ctl_logs.c: see ctl_logs.h. */
#include "autoconf.h"

#include "ctl/ctl_logs.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "client/client_stream.h"
#include "ctl/ctl_names.h"
#include "ctl/ctl_tails.h"

#define DEFAULT_BYTES 1600
#define PLACE_CLEAR 1260 /* the line of supervisorctl.py that error texts name */

/* Following */

static void
follow_open(void *arg)
{
	struct ctl_follow *f = arg;

	f->open = true;
}

static void
follow_data(void *arg, const char *data, size_t len)
{
	struct ctl_follow *f = arg;

	f->bytes += len;
	fwrite(data, 1, len, stdout);
	/* Nobody reads any more: a closed pipe, a full disk. */
	if (fflush(stdout) != 0 || ferror(stdout))
		f->over = true;
}

void
ctl_follow_explain(const char *url, const struct client_error *e)
{
	struct ctl_error shown = {0};
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	switch (e->kind) {
	case CLIENT_OK:
	case CLIENT_DISCONNECTED:
	case CLIENT_TRUNCATED:
		return;
	case CLIENT_STATUS:
		fprintf(stderr, "%s Cannot read, status code %d\n", url, e->code);
		return;
	default:
		ctl_error_from_client(&shown, e);
		ctl_error_short(&text, &shown);
		fprintf(stderr, "%s Cannot connect, %s\n", url, buf_str(&text));
		buf_release(&text);
		ctl_error_release(&shown);
	}
}

static void
follow_end(void *arg, const struct client_error *e)
{
	struct ctl_follow *f = arg;

	f->over = true;
	ctl_follow_explain(f->url, e);
}

static const struct client_stream_ops follow_ops = {
    .open = follow_open,
    .data = follow_data,
    .end = follow_end,
};

void
ctl_follow_start(struct ctl_follow *f, struct ctl *ctl, const char *path)
{
	struct client_options options = ctl_client_options(ctl);

	*f = (struct ctl_follow){.ctl = ctl, .url = xasprintf("%s%s", ctl->url, path)};
	f->stream = client_stream_open(ctl->base, &options, path, NULL, NULL, &follow_ops, f);
}

void
ctl_follow_stop(struct ctl_follow *f)
{
	client_stream_close(f->stream);
	free(f->url);
	*f = (struct ctl_follow){0};
}

/* Until the server ends it or the user presses Ctrl-C, which is not the end of the shell. */
static void
follow(struct ctl *ctl, const char *path)
{
	struct ctl_follow f;

	ctl_interrupt_catch(ctl); /* before that is offered */
	ctl_say("==> Press Ctrl-C to exit <==");
	ctl_follow_start(&f, ctl, path);
	if (ctl_run_until(ctl, &f.over))
		putchar('\n');
	ctl_follow_stop(&f);
}

/* Reading */

bool
ctl_parse_bytes(const char *digits, int64_t *bytes)
{
	if (*digits == '\0' || strspn(digits, "0123456789") != strlen(digits))
		return false;
	*bytes = strtoll(digits, NULL, 10);
	return true;
}

/* The text of a log and one line end. False: the answer is an error. */
static bool
read_log(struct ctl *ctl, struct client_result *r, const char *method, const char *name, int64_t bytes)
{
	struct xmlrpc_value *params = xmlrpc_array();
	const char *text;
	size_t len;
	bool ok;

	if (name != NULL)
		xmlrpc_append(params, xmlrpc_string(name));
	/* "-0" is the whole log. */
	xmlrpc_append(params, xmlrpc_int(-bytes));
	xmlrpc_append(params, xmlrpc_int(0));
	if (bytes > INT32_MAX) {
		xmlrpc_free(params);
		*r = (struct client_result)CLIENT_RESULT_INIT;
		client_error_set(&r->error, CLIENT_BAD_CALL, 0, "int exceeds XML-RPC limits");
		return false;
	}
	ok = ctl_call(ctl, r, method, params);
	if (ok) {
		text = xmlrpc_get_text(r->value, &len);
		fwrite(text, 1, len, stdout);
		putchar('\n');
	}
	return ok;
}

static void
say_main_log(struct ctl *ctl, int64_t bytes)
{
	struct client_result r;

	if (!read_log(ctl, &r, "readLog", NULL, bytes)) {
		if (ctl_is_fault(&r, FAULT_NO_FILE))
			ctl_say("supervisord: ERROR (no log file)");
		else if (ctl_is_fault(&r, FAULT_FAILED))
			ctl_say("supervisord: ERROR (unknown error reading log)");
		else
			ctl_raise(ctl, &r.error);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	}
	client_result_release(&r);
}

void
ctl_maintail(struct ctl *ctl, const struct ctl_args *args)
{
	int64_t bytes = DEFAULT_BYTES;

	if (args->n > 1) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: too many arguments");
		return;
	}
	if (args->n == 1 && strcmp(args->word[0], "-f") == 0) {
		follow(ctl, "/mainlogtail");
		return;
	}
	if (args->n == 1 && (args->word[0][0] != '-' || !ctl_parse_bytes(args->word[0] + 1, &bytes))) {
		ctl_say("Error: bad argument %s", args->word[0]);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
		return;
	}
	say_main_log(ctl, bytes);
}

static void
say_log(struct ctl *ctl, const char *name, bool errors, int64_t bytes)
{
	struct client_result r;

	if (!read_log(ctl, &r, errors ? "readProcessStderrLog" : "readProcessStdoutLog", name, bytes)) {
		if (ctl_is_fault(&r, FAULT_NO_FILE))
			ctl_say("%s: ERROR (no log file)", name);
		else if (ctl_is_fault(&r, FAULT_FAILED))
			ctl_say("%s: ERROR (unknown error reading log)", name);
		else if (ctl_is_fault(&r, FAULT_BAD_NAME))
			ctl_say("%s: ERROR (no such process name)", name);
		else
			ctl_raise(ctl, &r.error);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	}
	client_result_release(&r);
}

/* The last word, which names the channel. False: it names none, which has been said. */
static bool
parse_channel(const char *word, bool *errors)
{
	char *lower = xstrdup(word), *quoted;
	bool ok;

	for (char *c = lower; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	*errors = strcmp(lower, "stderr") == 0;
	ok = *errors || strcmp(lower, "stdout") == 0;
	if (!ok) {
		quoted = pyrepr(lower);
		ctl_say("Error: bad channel %s", quoted);
		free(quoted);
	}
	free(lower);
	return ok;
}

static void
tail_log(struct ctl *ctl, const char *name, bool errors, const char *modifier)
{
	int64_t bytes = DEFAULT_BYTES;
	char *path;

	if (modifier != NULL && strcmp(modifier, "-f") == 0) {
		path = xasprintf("/logtail/%s/%s", name, errors ? "stderr" : "stdout");
		follow(ctl, path);
		free(path);
	} else if (modifier != NULL && !ctl_parse_bytes(modifier + 1, &bytes)) {
		ctl_say("Error: bad argument %s", modifier);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else {
		say_log(ctl, name, errors, bytes);
	}
}

/* A pattern may stand for several processes: they can be followed together, but not printed one after the other. */
static void
tail_targets(struct ctl *ctl, const char *typed, bool errors, const char *modifier,
	     const struct ctl_targets *targets)
{
	bool follows = modifier != NULL && strcmp(modifier, "-f") == 0;

	if (targets->n == 1) {
		tail_log(ctl, targets->target[0].name, errors, modifier);
	} else if (follows && targets->n <= CTL_TAILS_MAX) {
		ctl_tails(ctl, targets, errors ? "stderr" : "stdout");
	} else {
		printf("Error: %s is %zu processes (at most %d, and only with -f):", typed, targets->n,
		       CTL_TAILS_MAX);
		for (size_t i = 0; i < targets->n; i++)
			printf(" %s", targets->target[i].name);
		putchar('\n');
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	}
}

static void
tail_word(struct ctl *ctl, char *word, bool errors, const char *modifier)
{
	struct ctl_targets targets;

	if (!ctl_targets_get(ctl, &word, 1, &targets))
		return;
	tail_targets(ctl, word, errors, modifier, &targets);
	ctl_targets_release(&targets);
}

void
ctl_tail(struct ctl *ctl, const struct ctl_args *args)
{
	const char *modifier = args->n > 0 && args->word[0][0] == '-' ? args->word[0] : NULL;
	size_t first = modifier != NULL ? 1 : 0;
	bool errors = false;

	if (args->n == 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: too few arguments");
	} else if (args->n > 3) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: too many arguments");
	} else if (args->n == first) {
		ctl_say("Error: tail requires process name");
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else if (args->n - first > 1 && !parse_channel(args->word[args->n - 1], &errors)) {
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else {
		/* A word between name and channel is not looked at, as in Supervisor. */
		tail_word(ctl, args->word[first], errors, modifier);
	}
}

/* Clear */

/* False: raised. */
static bool
say_cleared(struct ctl *ctl, int code, const char *name)
{
	if (code == FAULT_SUCCESS) {
		ctl_say("%s: cleared", name);
		return true;
	}
	ctl_fail(ctl, CTL_EXIT_GENERIC);
	if (code == FAULT_BAD_NAME)
		ctl_say("%s: ERROR (no such process)", name);
	else if (code == FAULT_FAILED)
		ctl_say("%s: ERROR (failed)", name);
	else
		return ctl_raise_set(ctl, "ValueError", CTL_ERROR_FILE, PLACE_CLEAR,
				     "Unknown result code %d for %s", code, name);
	return true;
}

static void
clear_all(struct ctl *ctl)
{
	struct xmlrpc_value *results = ctl_call_or_raise(ctl, "clearAllProcessLogs", NULL);
	bool ok = true;

	for (size_t i = 0; ok && i < xmlrpc_get_length(results); i++) {
		char *name = ctl_name_of(xmlrpc_at(results, i));

		ok =
		    say_cleared(ctl, (int)xmlrpc_get_int(xmlrpc_find(xmlrpc_at(results, i), "status")), name);
		free(name);
	}
	xmlrpc_free(results);
}

static void
clear_one(struct ctl *ctl, const char *typed)
{
	struct client_result r;
	struct ctl_name name;
	char *shown;

	ctl_name_split(&name, typed);
	/* Supervisor knows no groups here and says "web:None" for "web:*". */
	shown = ctl_name_join(name.group, name.process != NULL ? name.process : "None");
	if (ctl_call(ctl, &r, "clearProcessLogs", ctl_strings(1, typed)))
		say_cleared(ctl, FAULT_SUCCESS, shown);
	else if (r.error.kind == CLIENT_FAULT)
		say_cleared(ctl, r.error.code, shown);
	else
		ctl_raise(ctl, &r.error);
	client_result_release(&r);
	ctl_name_release(&name);
	free(shown);
}

static void
clear_names(struct ctl *ctl, const struct ctl_args *args)
{
	struct ctl_targets targets;

	if (!ctl_targets_get(ctl, args->word, args->n, &targets))
		return;
	for (size_t i = 0; i < targets.n && !ctl_raised(ctl); i++)
		clear_one(ctl, targets.target[i].name);
	ctl_targets_release(&targets);
}

void
ctl_clear(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n == 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: clear requires a process name");
	} else if (ctl_args_contain(args, "all")) {
		clear_all(ctl);
	} else {
		clear_names(ctl, args);
	}
}
