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
#include "ctl/ctl_names.h"
#include "ctl/ctl_watch.h"

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

static void
no_such(struct ctl *ctl, const char *word)
{
	struct ctl_name name;

	ctl_name_split(&name, word);
	if (name.process == NULL)
		ctl_complain_of(ctl, word, CTL_PROBLEM_NAME, "%s: ERROR (no such group)", name.group);
	else
		ctl_complain_of(ctl, word, CTL_PROBLEM_NAME, "%s: ERROR (no such process)", word);
	ctl_fail(ctl, CTL_EXIT_STATUS_UNKNOWN);
	ctl_name_release(&name);
}

static void
show_rows(const struct ctl_picks *rows)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);

	ctl_status_rows(&out, rows->info, rows->n);
	fputs(buf_str(&out), stdout);
	buf_release(&out);
}

static void
answer_rows(json_t *list, const struct ctl_picks *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		json_array_append_new(list, ctl_json_process(rows->info[i]));
}

void
ctl_status(struct ctl *ctl, const struct ctl_args *args)
{
	struct xmlrpc_value *infos;
	struct ctl_picks rows;
	json_t *list = NULL;

	if (args->watch) {
		ctl_watch(ctl, args);
		return;
	}
	infos = ctl_call_or_raise(ctl, "getAllProcessInfo", NULL);
	if (infos == NULL)
		return;
	if (args->json)
		list = ctl_json_list(ctl, "processes");
	ctl_picks_init(&rows, infos);
	if (args->n == 0 || ctl_args_contain(args, "all")) {
		ctl_picks_all(&rows);
	} else {
		for (size_t i = 0; i < args->n; i++) {
			if (!ctl_picks_pattern(&rows, args->word[i]) && !ctl_picks_name(&rows, args->word[i]))
				no_such(ctl, args->word[i]);
		}
	}
	if (args->json)
		answer_rows(list, &rows);
	else
		show_rows(&rows);
	for (size_t i = 0; i < rows.n; i++) {
		if (is_down(rows.info[i]))
			ctl_fail(ctl, CTL_EXIT_STATUS_NOT_RUNNING);
	}
	ctl_picks_release(&rows);
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

static void
answer_configs(struct ctl *ctl, const struct xmlrpc_value *configs)
{
	json_t *list = json_array();

	for (size_t i = 0; i < xmlrpc_get_length(configs); i++)
		json_array_append_new(list, ctl_json_config(xmlrpc_at(configs, i)));
	ctl_json_set(ctl, "processes", list);
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
		if (args->json)
			answer_configs(ctl, r.value);
		for (size_t i = 0; !args->json && i < xmlrpc_get_length(r.value); i++)
			say_config(xmlrpc_at(r.value, i));
	} else if (ctl_is_fault(&r, FAULT_SHUTDOWN_STATE)) {
		ctl_complain(ctl, CTL_PROBLEM_FAULT, r.error.code, "ERROR: supervisor shutting down");
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

static void
pid_of_names(struct ctl *ctl, const struct ctl_args *args)
{
	struct ctl_targets targets;

	if (!ctl_targets_get(ctl, args->word, args->n, &targets))
		return;
	for (size_t i = 0; i < targets.n && !ctl_raised(ctl); i++)
		pid_of_one(ctl, targets.target[i].name);
	ctl_targets_release(&targets);
}

void
ctl_pid(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n == 0)
		pid_of_daemon(ctl);
	else if (ctl_args_contain(args, "all"))
		pid_of_all(ctl);
	else
		pid_of_names(ctl, args);
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
	if (version != NULL && args->json) {
		ctl_json_set(ctl, "supervisord", ctl_json_text(xmlrpc_get_string(version)));
		ctl_json_set(ctl, "supervisorctl", ctl_json_text(PACKAGE_VERSION));
	} else if (version != NULL) {
		ctl_say("%s", xmlrpc_get_string(version));
	}
	xmlrpc_free(version);
}

/* A URL that cannot be taken apart is not taken over; raised. */
static bool
url_comes_apart(struct ctl *ctl, const char *url)
{
	struct client_error e = CLIENT_ERROR_INIT;
	struct client_address address;
	bool ok = client_address_parse(&address, url, &e) || e.kind != CLIENT_BAD_HOST ||
		  (e.code != CLIENT_HOST_BRACKETS && e.code != CLIENT_HOST_ADDRESS) || ctl_raise(ctl, &e);

	client_address_release(&address);
	client_error_release(&e);
	return ok;
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
	if (!url_comes_apart(ctl, args->raw))
		return;
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
