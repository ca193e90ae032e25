/*
 * supervisortui: the full-screen client. Options, settings and connections; then one of the three ways to show them:
 * tui_run_screen, tui_run_once, tui_run_plain. The loop and what hangs on it is struct tui (tui_app.h).
 */
#include "autoconf.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "tui/tui_app.h"
#include "tui/tui_play.h"
#include "tui/tui_recorder.h"
#include "tui/tui_run_once.h"
#include "tui/tui_run_plain.h"
#include "tui/tui_run_screen.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_seen.h"

/* A terminal that can do nothing gets lines without being asked. */
static bool
is_plain(const struct tui_options *o)
{
	const char *term = getenv("TERM");

	return !o->once && (o->plain || (isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") == 0));
}

/* A recording instead of daemons. Nothing is remembered of it. */
static int
replay(struct tui *t, struct err *err)
{
	const struct tui_endpoints none = {0};
	int status = EXIT_TROUBLE;

	t->play = tui_play_open(t->options->replay, &t->m, err);
	if (t->play != NULL) {
		t->links = tui_links_new(t->base, &none, &t->m, err);
		status = tui_run_screen(t, err);
	}
	tui_app_release(t);
	return status;
}

static bool
begin_record(struct tui *t, struct err *err)
{
	if (t->options->record == NULL)
		return true;
	t->recorder = tui_recorder_new(t->options->record, &t->m, err);
	tui_links_record(t->links, t->recorder);
	return t->recorder != NULL;
}

static int
run(const struct tui_options *o, struct err *err)
{
	struct tui t;
	int status = EXIT_TROUBLE;

	tui_app_init(&t, o);
	if (!tui_app_read_settings(&t, err)) {
		tui_app_release(&t);
		return EXIT_USAGE;
	}
	if (o->replay != NULL)
		return replay(&t, err);
	t.links = tui_links_new(t.base, &o->endpoints, &t.m, err);
	if (t.links != NULL && !begin_record(&t, err)) {
		tui_app_release(&t);
		return EXIT_TROUBLE;
	}
	if (t.links != NULL && !o->once && !is_plain(o))
		tui_seen_load(&t.m);
	if (t.links != NULL && tui_links_ask(t.links, err))
		status = o->once       ? tui_run_once(&t, err)
			 : is_plain(o) ? tui_run_plain(&t)
				       : tui_run_screen(&t, err);
	if (status == EXIT_OK && !o->once && !is_plain(o)) {
		tui_app_save_settings(&t);
		tui_seen_save(&t.m);
	}
	tui_app_release(&t);
	return status;
}

/* Files, URLs and daemons have a say in it. */
static void
print_error(struct err *err)
{
	const char *text = err_text(err);
	struct buf line = BUF_INIT(65536);

	tui_sanitize(&line, text, strlen(text));
	fprintf(stderr, "Error: %s\n", buf_str(&line));
	buf_release(&line);
}

int
main(int argc, char **argv)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct tui_options o;
	struct buf help = BUF_INIT(65536);
	struct err err = ERR_INIT;
	int status = EXIT_OK;

	(void)argc;
	setlocale(LC_CTYPE, "");
	sigaction(SIGPIPE, &ignore, NULL);
	/* A file that may not grow (setrlimit) is an error like others. */
	sigaction(SIGXFSZ, &ignore, NULL);
	if (!tui_options_parse(&o, argv, &err)) {
		print_error(&err);
		fprintf(stderr, "For help, use %s -h\n", argv[0]);
		status = EXIT_USAGE;
	} else if (o.help) {
		tui_options_help(&help, argv[0]);
		fputs(buf_str(&help), stdout);
	} else if (o.version)
		puts(PACKAGE_VERSION);
	else if (o.replay == NULL && !tui_options_read_config(&o, &err)) {
		print_error(&err);
		status = EXIT_USAGE;
	} else {
		status = run(&o, &err);
		if (status != EXIT_OK)
			print_error(&err);
	}
	buf_release(&help);
	err_release(&err);
	tui_options_release(&o);
	return status;
}
