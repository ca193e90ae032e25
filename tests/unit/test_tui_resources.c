/* Limits, ports and events of a listener in the details of a program. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_facts.h"
#include "tui/tui_resources.h"

static void
add_limit(struct xmlrpc_value *list, const char *name, const char *soft, const char *hard, const char *units)
{
	struct xmlrpc_value *v = xmlrpc_struct();

	xmlrpc_member(v, "name", xmlrpc_string(name));
	xmlrpc_member(v, "soft", xmlrpc_string(soft));
	xmlrpc_member(v, "hard", xmlrpc_string(hard));
	xmlrpc_member(v, "units", xmlrpc_string(units));
	xmlrpc_append(list, v);
}

static void
add_port(struct xmlrpc_value *list, const char *protocol, const char *address, int port, int pid)
{
	struct xmlrpc_value *v = xmlrpc_struct();

	xmlrpc_member(v, "protocol", xmlrpc_string(protocol));
	xmlrpc_member(v, "address", xmlrpc_string(address));
	xmlrpc_member(v, "port", xmlrpc_int(port));
	xmlrpc_member(v, "pid", xmlrpc_int(pid));
	xmlrpc_append(list, v);
}

static struct xmlrpc_value *
resources(size_t nports)
{
	struct xmlrpc_value *v = xmlrpc_struct(), *limits = xmlrpc_array(), *ports = xmlrpc_array();

	add_limit(limits, "Max cpu time", "unlimited", "unlimited", "seconds");
	add_limit(limits, "Max stack size", "8388608", "unlimited", "bytes");
	add_limit(limits, "Max processes", "7895", "7895", "processes");
	add_limit(limits, "Max open files", "1024", "524288", "files");
	add_limit(limits, "Max pending signals", "7895", "7895", "signals");
	add_limit(limits, "Max core file size", "0", "unlimited", "bytes");
	add_port(ports, "tcp", "127.0.0.1", 8000, 21034);
	add_port(ports, "udp", "::", 53, 17);
	for (size_t i = 2; i < nports; i++)
		add_port(ports, "tcp", "0.0.0.0", (int)i, 21034);
	xmlrpc_member(v, "limits", limits);
	xmlrpc_member(v, "ports", ports);
	return v;
}

static void
test_sentences(void **state)
{
	struct xmlrpc_value *v = resources(2);
	char *text;

	(void)state;
	text = tui_resources_limits(v);
	assert_string_equal(
	    text, "open files 1024 (at most 524288), processes 7895, stack 8.0M, size of a core 0B");
	free(text);
	text = tui_resources_ports(v, 21034);
	assert_string_equal(text, "tcp 127.0.0.1:8000, udp [::]:53 (pid 17)");
	free(text);
	xmlrpc_free(v);
	v = resources(70);
	text = tui_resources_ports(v, 21034);
	assert_non_null(strstr(text, "tcp 0.0.0.0:63, and 6 more"));
	free(text);
	xmlrpc_free(v);
	/* What is no answer of ours says nothing. */
	v = xmlrpc_string("x");
	text = tui_resources_limits(v);
	assert_string_equal(text, "");
	free(text);
	text = tui_resources_ports(v, 0);
	assert_string_equal(text, "");
	free(text);
	xmlrpc_free(v);
}

/* It is nowhere on the screen. */
static void
expect_none(struct tui_model *m, const char *text)
{
	char *screen = screen_text(m, 100, 40, false);

	assert_null(strstr(screen, text));
	free(screen);
}

/* Opens the details of the selected program and answers what they ask for about its resources. */
static void
open_details(struct tui_model *m)
{
	struct xmlrpc_value *v = resources(2);
	struct tui_request *r;

	type(m, "\r");
	do {
		r = must_take(m, REQUEST_CALL);
	} while (r->tag != TAG_FACT_RESOURCES && (tui_request_free(r), true));
	assert_string_equal(r->text, "cvisor.getProcessResources");
	tui_actions_reply(m->hosts[0], r->tag, r->ticket, v, 0, NULL);
	tui_request_free(r);
	xmlrpc_free(v);
}

static void
test_details(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	feed_process(&m, "api", "api_00", 20, 21034, ",\"description\":\"pid 21034, uptime 0:00:01\"");
	type(&m, "j");
	open_details(&m);
	assert_true(screen_has(&m, "listens on     tcp 127.0.0.1:8000, udp [::]:53 (pid 17)"));
	assert_true(screen_has(&m, "limits         open files 1024 (at most 524288), processes 7895,"));
	/* What was true when it was told last is not shown as if it were now. */
	expect_none(&m, "uptime 0:00:01");
	/* They were those of the process that has ended. */
	feed_process(&m, "api", "api_00", 0, 0, "");
	expect_none(&m, "listens on");
	tui_model_release(&m);
}

static void
feed_listener(struct tui_model *m, const char *state, int queued, int dropped)
{
	char *more = xasprintf(",\"listener\":{\"state\":\"%s\",\"queued\":%d,\"dropped\":%d}", state, queued,
			       dropped);

	feed_process(m, "api", "api_00", 20, 21034, more);
	free(more);
}

static void
test_listener(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "j\r");
	expect_none(&m, "  listener  ");
	feed_listener(&m, "ACKNOWLEDGED", 0, 0);
	assert_true(screen_has(&m, "listener       it has not said READY yet\n"));
	feed_listener(&m, "BUSY", 1, 0);
	assert_true(screen_has(&m, "listener       it takes events; 1 wait\n"));
	feed_listener(&m, "UNKNOWN", 10, 3);
	assert_true(
	    screen_has(&m, "listener       UNKNOWN: it has broken the protocol, and gets no events until"));
	assert_true(screen_has(&m, "10 wait; 3 lost"));
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sentences),
	    cmocka_unit_test(test_details),
	    cmocka_unit_test(test_listener),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
