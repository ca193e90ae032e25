/* Changes as sentences, without a screen. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_plain.h"

static void
expect_lines(struct tui_plain *plain, struct tui_model *m, const char *want)
{
	struct buf said = BUF_INIT(65536);

	tui_plain_take(plain, m, &said);
	if (strstr(buf_str(&said), want) == NULL)
		fail_msg("no \"%s\" in\n%s", want, buf_str(&said));
	buf_release(&said);
}

/* A program that dies and is started at once is told of as that, though it is only looked at afterwards. */
static void
test_an_end_that_is_overtaken(void **state)
{
	struct tui_model m;
	struct tui_plain plain;

	(void)state;
	build_scene(&m);
	tui_plain_init(&plain, true);
	feed_process(&m, "cron", "cron", 20, 50, "");
	/* Those that flap need a hand, too. */
	for (int pid = 51; pid <= 53; pid++) {
		feed_process(&m, "cron", "cron", 100, 0,
			     ",\"exitstatus\":1,\"stop\":1763999990,\"expected\":false");
		feed_process(&m, "cron", "cron", 20, pid, "");
	}
	expect_lines(&plain, &m, "web-03: 18 programs, 3 ill\n");
	feed_process(&m, "cron", "cron", 100, 0, ",\"exitstatus\":3,\"expected\":false");
	feed_process(&m, "cron", "cron", 10, 54, "");
	expect_lines(&plain, &m, " cron ended (exit 3, not expected), is now STARTING, pid 54\n");
	feed_process(&m, "cron", "cron", 20, 54, "");
	expect_lines(&plain, &m, " cron is now RUNNING, pid 54\n");
	feed_process(&m, "cron", "cron", 100, 0, ",\"exitstatus\":-1,\"signal\":9,\"expected\":true");
	expect_lines(&plain, &m, " cron is now EXITED: killed by SIGKILL\n");
	feed_process(&m, "cron", "cron", 20, 55, "");
	expect_lines(&plain, &m, " cron is now RUNNING, pid 55\n");
	tui_plain_release(&plain);
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_end_that_is_overtaken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
