/* ctl_status.c: see ctl_status.h. */
#include "autoconf.h"

#include "ctl/ctl_status.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

#define NAME_WIDTH 30
#define STATE_WIDTH 10

static const char *
text_of(const struct xmlrpc_value *info, const char *member)
{
	return xmlrpc_get_string(xmlrpc_find(info, member));
}

/* Left-justified in width characters, not bytes. */
static void
put_padded(struct buf *out, const char *text, size_t width)
{
	size_t n = utf8_count(text, strlen(text));

	buf_puts(out, text);
	for (; n < width; n++)
		buf_putc(out, ' ');
}

void
ctl_status_rows(struct buf *out, const struct xmlrpc_value *const *infos, size_t n)
{
	size_t width = NAME_WIDTH;
	char *name;

	for (size_t i = 0; i < n; i++) {
		name = ctl_name_of(infos[i]);
		if (utf8_count(name, strlen(name)) > width)
			width = utf8_count(name, strlen(name));
		free(name);
	}
	for (size_t i = 0; i < n; i++) {
		name = ctl_name_of(infos[i]);
		put_padded(out, name, width + 3);
		put_padded(out, text_of(infos[i], "statename"), STATE_WIDTH);
		buf_puts(out, text_of(infos[i], "description"));
		buf_putc(out, '\n');
		free(name);
	}
}

/* STOPPED, EXITED, FATAL and UNKNOWN count as not running. */
static bool
is_down(const struct xmlrpc_value *info)
{
	switch (xmlrpc_get_int(xmlrpc_find(info, "state"))) {
	case 0:
	case 100:
	case 200:
	case 1000:
		return true;
	default:
		return false;
	}
}

struct rows {
	const struct xmlrpc_value **info;
	size_t n;
};

static void
rows_add(struct rows *rows, const struct xmlrpc_value *info)
{
	rows->info = xreallocarray(rows->info, rows->n + 1, sizeof(*rows->info));
	rows->info[rows->n++] = info;
}

/* The infos that one argument means; says so when there are none. */
static void
pick_rows(struct ctl *ctl, const struct xmlrpc_value *infos, const char *word, struct rows *rows)
{
	struct ctl_name name;
	size_t before = rows->n;

	ctl_name_split(&name, word);
	for (size_t i = 0; i < xmlrpc_get_length(infos); i++) {
		const struct xmlrpc_value *info = xmlrpc_at(infos, i);

		if (strcmp(text_of(info, "group"), name.group) == 0 &&
		    (name.process == NULL || strcmp(text_of(info, "name"), name.process) == 0))
			rows_add(rows, info);
	}
	if (rows->n == before) {
		if (name.process == NULL)
			ctl_say("%s: ERROR (no such group)", name.group);
		else
			ctl_say("%s: ERROR (no such process)", word);
		ctl_fail(ctl, CTL_EXIT_STATUS_UNKNOWN);
	}
	ctl_name_release(&name);
}

void
ctl_status(struct ctl *ctl, const struct ctl_args *args)
{
	struct xmlrpc_value *infos = ctl_call_or_raise(ctl, "getAllProcessInfo", NULL);
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	struct rows rows = {0};

	if (infos == NULL)
		return;
	if (args->n == 0 || ctl_args_contain(args, "all")) {
		for (size_t i = 0; i < xmlrpc_get_length(infos); i++)
			rows_add(&rows, xmlrpc_at(infos, i));
	} else {
		for (size_t i = 0; i < args->n; i++)
			pick_rows(ctl, infos, args->word[i], &rows);
	}
	ctl_status_rows(&out, rows.info, rows.n);
	fputs(buf_str(&out), stdout);
	for (size_t i = 0; i < rows.n; i++) {
		if (is_down(rows.info[i]))
			ctl_fail(ctl, CTL_EXIT_STATUS_NOT_RUNNING);
	}
	buf_release(&out);
	free(rows.info);
	xmlrpc_free(infos);
}

static void
say_config(const struct xmlrpc_value *config)
{
	struct buf line = BUF_INIT(SIZE_MAX / 2);
	char *name = ctl_name_of(config);

	put_padded(&line, name, 32);
	buf_printf(&line, " %-9s %-9s %lld:%lld",
		   xmlrpc_get_bool(xmlrpc_find(config, "inuse")) ? "in use" : "avail",
		   xmlrpc_get_bool(xmlrpc_find(config, "autostart")) ? "auto" : "manual",
		   (long long)xmlrpc_get_int(xmlrpc_find(config, "group_prio")),
		   (long long)xmlrpc_get_int(xmlrpc_find(config, "process_prio")));
	ctl_say("%s", buf_str(&line));
	buf_release(&line);
	free(name);
}

void
ctl_avail(struct ctl *ctl, const struct ctl_args *args)
{
	struct client_result r;

	if (args->n > 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: avail accepts no arguments");
		return;
	}
	if (ctl_call(ctl, &r, "getAllConfigInfo", NULL)) {
		for (size_t i = 0; i < xmlrpc_get_length(r.value); i++)
			say_config(xmlrpc_at(r.value, i));
	} else if (ctl_is_fault(&r, FAULT_SHUTDOWN_STATE)) {
		ctl_say("ERROR: supervisor shutting down");
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else {
		ctl_raise(ctl, &r.error);
	}
	client_result_release(&r);
}

/* -- pid
 * ---------------------------------------------------------------------------------------------------------
 */

static int64_t
say_pid(const struct xmlrpc_value *pid)
{
	ctl_say("%lld", (long long)xmlrpc_get_int(pid));
	return xmlrpc_get_int(pid);
}

static void
pid_of_daemon(struct ctl *ctl)
{
	struct xmlrpc_value *pid = ctl_call_or_raise(ctl, "getPID", NULL);

	if (pid != NULL)
		say_pid(pid);
	xmlrpc_free(pid);
}

static void
pid_of_all(struct ctl *ctl)
{
	struct xmlrpc_value *infos = ctl_call_or_raise(ctl, "getAllProcessInfo", NULL);

	for (size_t i = 0; i < xmlrpc_get_length(infos); i++)
		say_pid(xmlrpc_find(xmlrpc_at(infos, i), "pid"));
	xmlrpc_free(infos);
}

static void
pid_of_one(struct ctl *ctl, const char *name)
{
	struct client_result r;

	if (ctl_call(ctl, &r, "getProcessInfo", ctl_strings(1, name))) {
		if (say_pid(xmlrpc_find(r.value, "pid")) == 0)
			ctl_fail(ctl, CTL_EXIT_NOT_RUNNING);
	} else if (ctl_is_fault(&r, FAULT_BAD_NAME)) {
		ctl_say("No such process %s", name);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else {
		ctl_raise(ctl, &r.error);
	}
	client_result_release(&r);
}

void
ctl_pid(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n == 0)
		pid_of_daemon(ctl);
	else if (ctl_args_contain(args, "all"))
		pid_of_all(ctl);
	for (size_t i = 0; i < args->n && !ctl_args_contain(args, "all") && !ctl_raised(ctl); i++)
		pid_of_one(ctl, args->word[i]);
}

/* Version, open */

void
ctl_version(struct ctl *ctl, const struct ctl_args *args)
{
	struct xmlrpc_value *version;

	if (args->n > 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: version accepts no arguments");
		return;
	}
	if (!ctl_check(ctl))
		return;
	version = ctl_call_or_raise(ctl, "getSupervisorVersion", NULL);
	if (version != NULL)
		ctl_say("%s", xmlrpc_get_string(version));
	xmlrpc_free(version);
}

void
ctl_open(struct ctl *ctl, const struct ctl_args *args)
{
	int before = ctl->status;

	if (strncasecmp(args->raw, "unix:", 5) != 0 && strncasecmp(args->raw, "http:", 5) != 0) {
		ctl_say("ERROR: url must be http:// or unix://");
		ctl_fail(ctl, CTL_EXIT_GENERIC);
		return;
	}
	free(ctl->url);
	ctl->url = xstrdup(args->raw);
	ctl_run_command(ctl, ctl_command_find("status"), "");
	/* What the status says does not count, unless it could not be asked at all. */
	if (ctl_raised(ctl))
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	else
		ctl->status = before;
	ctl_error_release(&ctl->raised);
}
