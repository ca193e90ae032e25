/*
 * test_xmlrpc.c: values to XML and back. tests/data/xmlrpc-samples holds what Supervisor's client and server
 * wrote to each other: each document must be read, and come out again byte for byte.
 */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "core/xmlrpc.h"

#define MANY (1 << 24)

#define CALL(params) "<methodCall><methodName>m</methodName>" params "</methodCall>"
#define ARG(value) CALL("<params><param>" value "</param></params>")

/* Allocations until one fails; negative: none does. */
static long fail_after = -1;

static bool
fails_now(void)
{
	return fail_after >= 0 && fail_after-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);

void *
__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return fails_now() ? NULL : __real_realloc(p, size);
}

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails_now() ? NULL : __real_reallocarray(p, n, size);
}

static void
check_call_round_trip(const char *xml, size_t len)
{
	struct buf out = BUF_INIT(MANY);
	struct err err = ERR_INIT;
	struct xmlrpc_call call;

	if (!xmlrpc_parse_call(xml, len, &call, &err))
		fail_msg("%s", err_text(&err));
	/* Some samples were sent by hand, without newlines. */
	if (memchr(xml, '\n', len) != NULL) {
		assert_true(xmlrpc_write_call(&out, call.method, call.params));
		assert_int_equal(out.len, len);
		assert_memory_equal(out.data, xml, len);
	}
	xmlrpc_call_release(&call);
	buf_release(&out);
}

static void
check_reply_round_trip(const char *xml, size_t len)
{
	struct buf out = BUF_INIT(MANY);
	struct err err = ERR_INIT;
	struct xmlrpc_reply reply;

	if (!xmlrpc_parse_reply(xml, len, &reply, &err))
		fail_msg("%s", err_text(&err));
	if (reply.fault_string != NULL)
		assert_true(xmlrpc_write_fault(&out, reply.fault_code, reply.fault_string));
	else
		assert_true(xmlrpc_write_value_reply(&out, reply.value));
	assert_int_equal(out.len, len);
	assert_memory_equal(out.data, xml, len);
	xmlrpc_reply_release(&reply);
	buf_release(&out);
}

static void
test_samples(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/tests/data/xmlrpc-samples", srcdir != NULL ? srcdir : ".");
	FILE *f = fopen(path, "r");
	char name[16], kind[16], *xml;
	size_t len, seen = 0;

	(void)state;
	assert_non_null(f);
	while (fscanf(f, "@ %15s %15s %zu", name, kind, &len) == 3) {
		assert_int_equal(fgetc(f), '\n');
		xml = xmalloc(len);
		assert_int_equal(fread(xml, 1, len, f), len);
		if (strcmp(kind, "request") == 0)
			check_call_round_trip(xml, len);
		else
			check_reply_round_trip(xml, len);
		free(xml);
		assert_int_equal(fgetc(f), '\n');
		seen++;
	}
	assert_true(feof(f));
	assert_true(seen > 120);
	fclose(f);
	free(path);
}

/* Parses a call of one argument and compares Python's text of its arguments. */
static void
check_args(const char *xml, const char *expected)
{
	struct buf text = BUF_INIT(MANY);
	struct err err = ERR_INIT;
	struct xmlrpc_call call;

	if (!xmlrpc_parse_call(xml, strlen(xml), &call, &err))
		fail_msg("%s: %s", xml, err_text(&err));
	assert_string_equal(call.method, "m");
	assert_true(xmlrpc_python_text(&text, call.params));
	assert_string_equal(buf_str(&text), expected);
	xmlrpc_call_release(&call);
	buf_release(&text);
}

static void
test_lenient_arguments(void **state)
{
	static const struct {
		const char *xml, *args;
	} cases[] = {
	    {CALL(""), "[]"},
	    {CALL("<params/>"), "[]"},
	    {"<whatever><methodName>x</methodName><methodName>m</methodName></whatever>", "[]"},
	    {CALL("<params><value>a</value><param><string>b</string></param><string>c</string></params>"),
	     "['a', 'b', 'c']"},
	    {ARG("<value> a b </value>"), "[' a b ']"},
	    {ARG("<value/>"), "['']"},
	    {ARG("<value>x<int>5</int>y<int>6</int></value>"), "[5]"},
	    {ARG("<value><string/></value>"), "['']"},
	    {ARG("<value><int> +1_0 </int></value>"), "[10]"},
	    {ARG("<value><i4>-7</i4></value>"), "[-7]"},
	    {ARG("<value><int>99999999999999</int></value>"), "[99999999999999]"},
	    {ARG("<value><int>99999999999999999999999</int></value>"), "[9223372036854775807]"},
	    {ARG("<value><int>-99999999999999999999999</int></value>"), "[-9223372036854775808]"},
	    {ARG("<value><i8>7</i8></value>"), "['7']"},
	    {ARG("<value><foo>7</foo></value>"), "['7']"},
	    {ARG("<value><foo/></value>"), "[None]"},
	    {ARG("<value><nil/></value>"), "[None]"},
	    {ARG("<value><nil>x</nil></value>"), "['x']"},
	    {ARG("<value><boolean>1</boolean></value>"), "[True]"},
	    {ARG("<value><boolean> 1</boolean></value>"), "[False]"},
	    {ARG("<value><boolean>true</boolean></value>"), "[False]"},
	    {ARG("<value><double>1.5</double></value>"), "[1.5]"},
	    {ARG("<value><double>-inf</double></value>"), "[-inf]"},
	    {ARG("<value><double>nan</double></value>"), "[nan]"},
	    {ARG("<value><double>1e16</double></value>"), "[1e+16]"},
	    {ARG("<value><double>123456789012345</double></value>"), "[123456789012345.0]"},
	    {ARG("<value><double>0.0001</double></value>"), "[0.0001]"},
	    {ARG("<value><double>1.25e-5</double></value>"), "[1.25e-05]"},
	    {ARG("<value><double>0.1</double></value>"), "[0.1]"},
	    {ARG("<value><double>-0</double></value>"), "[-0.0]"},
	    {ARG("<value><double>1e300</double></value>"), "[1e+300]"},
	    {ARG("<value><dateTime.iso8601>20240229T03:04:05</dateTime.iso8601></value>"),
	     "[datetime.datetime(2024, 2, 29, 3, 4, 5)]"},
	    {ARG("<value><base64>aGVs\nbG8=</base64></value>"), "['hello']"},
	    {ARG("<value><base64>!!!</base64></value>"), "['']"},
	    {ARG("<value><base64>aGk=rest</base64></value>"), "['hi']"},
	    {ARG("<value><array><data/></array></value>"), "[[]]"},
	    {ARG("<value><array><data><value>a</value><value><int>1</int></value></data></array></value>"),
	     "[['a', 1]]"},
	    {ARG("<value><array>x<data>y<value>a</value>z</data><data/></array></value>"), "[['a']]"},
	    {ARG("<value><array><value>a</value></array></value>"), "['a']"},
	    {ARG("<value><data>q</data></value>"), "[[]]"},
	    {ARG("<value><struct/></value>"), "[{}]"},
	    {ARG("<value><struct><member><name>a</name><value>1</value></member>"
		 "<member><name>a</name><value>2</value></member></struct></value>"),
	     "[{'a': '2'}]"},
	    {ARG("<value>a&amp;&#60;<![CDATA[<b>]]></value>"), "['a&<<b>']"},
	    {ARG("<value>a\r\nb</value>"), "['a\\nb']"},
	    {"<?xml version='1.0' encoding='iso-8859-1'?>" ARG("<value>\xc3\xa9</value>"), "['\xc3\xa9']"},
	    {"\xef\xbb\xbf" ARG("<value>a</value>"), "['a']"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_args(cases[i].xml, cases[i].args);
}

static void
check_refused(const char *xml, size_t len, const char *expected)
{
	struct err err = ERR_INIT;
	struct xmlrpc_call call;

	if (xmlrpc_parse_call(xml, len, &call, &err))
		fail_msg("accepted: %.200s", xml);
	assert_null(call.method);
	assert_null(call.params);
	assert_non_null(strstr(err_text(&err), expected));
	err_release(&err);
}

static void
test_malformed_calls(void **state)
{
	static const struct {
		const char *xml, *error;
	} cases[] = {
	    {"", "unmarshallable (no element found: line 1, column 0)"},
	    {"<foo", "unmarshallable (unclosed token: line 1, column 0)"},
	    {"<methodCall/>", "no method name"},
	    {"<methodCall><methodName/></methodCall>", "no method name"},
	    {"<m:methodCall xmlns:m='u'><m:methodName>m</m:methodName></m:methodCall>", "no method name"},
	    {"<methodCall xmlns='u'><methodName>m</methodName></methodCall>", "no method name"},
	    {CALL("") "junk", "unmarshallable (junk after document element"},
	    {CALL("<params><param/></params>"), "param without value"},
	    {ARG("<value><int/></value>"), "bad int"},
	    {ARG("<value><int>x</int></value>"), "bad int"},
	    {ARG("<value><int>1__0</int></value>"), "bad int"},
	    {ARG("<value><int>_1</int></value>"), "bad int"},
	    {ARG("<value><int>1_</int></value>"), "bad int"},
	    {ARG("<value><int>-</int></value>"), "bad int"},
	    {ARG("<value><double>0x1p3</double></value>"), "bad double"},
	    {ARG("<value><double>nan(1)</double></value>"), "bad double"},
	    {ARG("<value><double/></value>"), "bad double"},
	    {ARG("<value><double>1.5x</double></value>"), "bad double"},
	    {ARG("<value><dateTime.iso8601>2024-01-02T03:04:05</dateTime.iso8601></value>"),
	     "bad dateTime.iso8601"},
	    {ARG("<value><dateTime.iso8601>20230229T03:04:05</dateTime.iso8601></value>"),
	     "bad dateTime.iso8601"},
	    {ARG("<value><base64>abc</base64></value>"), "bad base64"},
	    {ARG("<value><base64>/w==</base64></value>"), "base64 is not UTF-8"},
	    {ARG("<value><array></array></value>"), "array without data"},
	    {ARG("<value><struct><member><name>a</name></member></struct></value>"),
	     "member without name and value"},
	    {ARG("<value><struct><member><name>a</name><value/><value/></member></struct></value>"),
	     "member without name and value"},
	    {"<!DOCTYPE a [<!ENTITY e 'x'>]>" ARG("<value>&e;</value>"), "document type not allowed"},
	    {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" CALL(""), "document type not allowed"},
	    {ARG("<value>&e;</value>"), "undefined entity"},
	    {ARG("<value>\x01</value>"), "not well-formed"},
	    {ARG("<value>\xff</value>"), "not well-formed"},
	    {ARG("<value><ex:nil/></value>"), "unbound prefix"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_refused(cases[i].xml, strlen(cases[i].xml), cases[i].error);
	check_refused("<a>\0</a>", 8, "not well-formed");
}

/* No beginning of a document is a document, and none breaks the parser. */
static void
test_cut_everywhere(void **state)
{
	static const char xml[] =
	    ARG("<value><struct><member><name>a&#233;</name><value><array><data>"
		"<value><base64>aGk=</base64></value></data></array></value></member></struct></value>");
	char *cut;

	(void)state;
	for (size_t len = 0; len < sizeof(xml) - 1; len++) {
		cut = xmemdup(xml, len);
		check_refused(cut, len, "unmarshallable");
		free(cut);
	}
	check_args(xml, "[{'a\xc3\xa9': ['hi']}]");
}

/* Memory may run out anywhere: the request fails, nothing leaks, nothing breaks. */
static void
test_out_of_memory(void **state)
{
	static const char xml[] = CALL(
	    "<params><value><struct><member><name>a</name><value><array><data><value>text</value><int>1</int>"
	    "<double>1.5</double><boolean>1</boolean><base64>aGk=</base64><foo/><foo>x</foo><nil/>"
	    "<dateTime.iso8601>20240102T03:04:05</dateTime.iso8601></data></array></value></member>"
	    "<member><name>a</name><value/></member></struct></value></params>");
	static const char none[] = CALL("");
	struct err err = ERR_INIT;
	struct xmlrpc_call call;
	long failures = 0;
	bool ok = false;

	(void)state;
	while (!ok) {
		fail_after = failures++;
		ok = xmlrpc_parse_call(xml, strlen(xml), &call, &err);
		ok = ok && fail_after >= 0;
		fail_after = -1;
		xmlrpc_call_release(&call);
		err_release(&err);
	}
	assert_true(failures > 30);
	for (long n = 0; n < 5; n++) {
		fail_after = n;
		xmlrpc_parse_call(none, strlen(none), &call, &err);
		fail_after = -1;
		xmlrpc_call_release(&call);
		err_release(&err);
	}
}

static struct xmlrpc_value *
build(void)
{
	struct xmlrpc_value *root = xmlrpc_array(), *s = xmlrpc_struct();
	struct buf text = BUF_INIT(100);

	buf_puts(&text, "text");
	xmlrpc_member(s, "int", xmlrpc_int(1));
	xmlrpc_member(s, "nil", xmlrpc_nil());
	xmlrpc_append(root, s);
	xmlrpc_append(root, xmlrpc_bool(true));
	xmlrpc_append(root, xmlrpc_double(1.5));
	xmlrpc_append(root, xmlrpc_string("text"));
	xmlrpc_append(root, xmlrpc_string_from(&text));
	return root;
}

/* A tree for which memory was short anywhere is known by its root, and is not sent. */
static void
test_out_of_memory_while_building(void **state)
{
	struct buf out = BUF_INIT(MANY), full = BUF_INIT(2);
	struct xmlrpc_value *v;
	long failures = 0;
	bool failed = true;

	(void)state;
	while (failed) {
		fail_after = failures++;
		v = build();
		failed = fail_after < 0;
		fail_after = -1;
		assert_int_equal(xmlrpc_failed(v), failed);
		assert_int_equal(xmlrpc_write_value_reply(&out, v), !failed);
		assert_int_equal(xmlrpc_write_call(&full, "m", v), false);
		buf_clear(&out);
		xmlrpc_free(v);
	}
	assert_true(failures > 10);
	assert_false(xmlrpc_failed(NULL));
	buf_release(&full);
	buf_puts(&full, "more than two");
	v = xmlrpc_string_from(&full);
	assert_true(xmlrpc_failed(v));
	assert_int_equal(xmlrpc_type(v), XMLRPC_NIL);
	xmlrpc_free(v);
	buf_release(&out);
}

/* Only clients that are known to write control characters as they are may do so. */
static void
test_raw_control_characters_in_calls(void **state)
{
	static const char xml[] = CALL("<params><string>a\x01\x1b\xc3\xa9</string></params>");
	struct err err = ERR_INIT;
	struct xmlrpc_call call;

	(void)state;
	assert_false(xmlrpc_parse_call(xml, strlen(xml), &call, &err));
	assert_int_equal(err.code, XMLRPC_CALL_MALFORMED);
	assert_true(xmlrpc_parse_call_raw(xml, strlen(xml), &call, &err));
	assert_string_equal(xmlrpc_get_string(xmlrpc_at(call.params, 0)), "a\x01\x1b\xc3\xa9");
	xmlrpc_call_release(&call);
	err_release(&err);
	assert_false(xmlrpc_parse_call_raw(xml, strlen(xml) - 1, &call, &err));
	assert_int_equal(err.code, XMLRPC_CALL_MALFORMED);
	err_release(&err);
}

/* A document with its middle repeated n times. */
static struct buf
repeated(const char *before, const char *middle, size_t n, const char *after_each, const char *after)
{
	struct buf b = BUF_INIT(MANY);

	buf_puts(&b, before);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, middle);
	for (size_t i = 0; i < n && *after_each; i++)
		buf_puts(&b, after_each);
	buf_puts(&b, after);
	assert_false(b.failed);
	return b;
}

#define BEFORE "<methodCall><methodName>m</methodName><params><param>"
#define AFTER "</param></params></methodCall>"

static void
test_limits(void **state)
{
	struct xmlrpc_call call;
	struct err err = ERR_INIT;
	struct buf b;

	(void)state;
	b = repeated(BEFORE, "<value><array><data>", XMLRPC_MAX_DEPTH, "</data></array></value>", AFTER);
	assert_true(xmlrpc_parse_call(b.data, b.len, &call, &err));
	xmlrpc_call_release(&call);
	buf_release(&b);
	b = repeated(BEFORE, "<value><array><data>", XMLRPC_MAX_DEPTH + 1, "</data></array></value>", AFTER);
	check_refused(b.data, b.len, "nested too deep");
	buf_release(&b);
	b = repeated(BEFORE, "<x>", 100000, "</x>", AFTER);
	check_refused(b.data, b.len, "nested too deep");
	buf_release(&b);
	b = repeated(BEFORE, "<x/>", XMLRPC_MAX_ELEMENTS, "", AFTER);
	check_refused(b.data, b.len, "too many elements");
	buf_release(&b);
	b = repeated(BEFORE "<value><struct>", "<member><x/><x/></member>", 1000, "",
		     "</struct></value>" AFTER);
	assert_true(xmlrpc_parse_call(b.data, b.len, &call, &err));
	assert_int_equal(xmlrpc_get_length(xmlrpc_at(call.params, 0)), 1);
	xmlrpc_call_release(&call);
	buf_release(&b);
	b = repeated("<m><methodName>m</methodName>", "<params><value>x</value></params>", 1000, "", "</m>");
	assert_true(xmlrpc_parse_call(b.data, b.len, &call, &err));
	assert_int_equal(xmlrpc_get_length(call.params), 1);
	xmlrpc_call_release(&call);
	buf_release(&b);
}

static void
test_too_many_members(void **state)
{
	struct buf b = BUF_INIT(MANY);

	(void)state;
	buf_puts(&b, BEFORE "<value><struct>");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "<member><name>%d</name><value/></member>", i);
	buf_puts(&b, "</struct></value>" AFTER);
	check_refused(b.data, b.len, "too many members");
	buf_release(&b);
}

#define REPLY(value)                                                                                         \
	"<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n" value                                 \
	"\n</param>\n</params>\n</methodResponse>\n"

static void
test_raw_control_characters_in_replies(void **state)
{
	static const char xml[] = REPLY("<value><string>a\x1b[1mb\0c\x01\xef\xb7\xaf\r\t</string></value>");
	struct err err = ERR_INIT;
	struct xmlrpc_reply reply;

	(void)state;
	assert_true(xmlrpc_parse_reply(xml, sizeof(xml) - 1, &reply, &err));
	assert_int_equal(xmlrpc_get_length(reply.value), 12);
	assert_memory_equal(xmlrpc_get_string(reply.value), "a\x1b[1mb\0c\x01\x1f\n\t", 12);
	xmlrpc_reply_release(&reply);
}

/* A program that wrote U+FFFE made `tail` and `status` end with an error of expat. */
static void
test_noncharacters_in_replies(void **state)
{
	static const char text[] = "\xef\xbf\xbe\xef\xbf\xbf|\xef\xbf\xbd|\x1b|\xef\xbf\xbe";
	static const char xml[] =
	    REPLY("<value><string>\xef\xbf\xbe\xef\xbf\xbf|\xef\xbf\xbd|\x1b|\xef\xbf\xbe"
		  "</string></value>");
	struct err err = ERR_INIT;
	struct xmlrpc_reply reply;

	(void)state;
	assert_true(xmlrpc_parse_reply(xml, sizeof(xml) - 1, &reply, &err));
	assert_string_equal(xmlrpc_get_string(reply.value), text);
	xmlrpc_reply_release(&reply);
}

static void
test_replies_of_others(void **state)
{
	static const char fault[] = "<methodResponse><fault><value><struct><member><name>faultCode</name>"
				    "<value><i8>-5</i8></value></member><member><name>faultString</name>"
				    "<value>why</value></member></struct></value></fault></methodResponse>";
	static const char bytes[] = REPLY("<value><base64>/w==</base64></value>");
	struct err err = ERR_INIT;
	struct xmlrpc_reply reply;

	(void)state;
	assert_true(xmlrpc_parse_reply(fault, strlen(fault), &reply, &err));
	assert_null(reply.value);
	assert_int_equal(reply.fault_code, -5);
	assert_string_equal(reply.fault_string, "why");
	xmlrpc_reply_release(&reply);
	assert_true(xmlrpc_parse_reply(bytes, strlen(bytes), &reply, &err));
	assert_string_equal(xmlrpc_get_string(reply.value), "\xff");
	xmlrpc_reply_release(&reply);
}

static void
test_bad_replies(void **state)
{
	static const struct {
		const char *xml, *error;
		int code;
	} cases[] = {
	    {"hello", "syntax error: line 1, column 0", XMLRPC_REPLY_INCOMPLETE},
	    {"", "no element found: line 1, column 0", XMLRPC_REPLY_INCOMPLETE},
	    {"<methodResponse>\n<params>", "no element found: line 2, column 8", XMLRPC_REPLY_INCOMPLETE},
	    {"<html><p>no</html>", "mismatched tag: line 1, column 13", XMLRPC_REPLY_MALFORMED},
	    {"<html/>", "not an XML-RPC reply", XMLRPC_REPLY_FOREIGN},
	    {"<methodResponse><fault/></methodResponse>", "not an XML-RPC reply", XMLRPC_REPLY_FOREIGN},
	    {"<methodResponse><params/></methodResponse>", "not an XML-RPC reply", XMLRPC_REPLY_FOREIGN},
	    {"<!DOCTYPE x><x/>", "document type not allowed: line 1, column 0", XMLRPC_REPLY_FOREIGN},
	};
	struct err err = ERR_INIT;
	struct xmlrpc_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(xmlrpc_parse_reply(cases[i].xml, strlen(cases[i].xml), &reply, &err));
		if (i != 7)
			assert_string_equal(err_text(&err), cases[i].error);
		assert_int_equal(err.code, cases[i].code);
		err_release(&err);
	}
}

/* What a strict parser would refuse. */
static void
test_make_wellformed(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"", ""},
	    {"a\tb\nc\rd\x7f\xc2\x80", "a\tb\nc\rd\x7f\xc2\x80"},
	    {"\x1b[1m", "\xef\xbf\xbd[1m"},
	    {"a\x01\x02", "a\xef\xbf\xbd\xef\xbf\xbd"},
	    {"<\xef\xbf\xbe|\xef\xbf\xbf|\xef\xbf\xbd>", "<\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd>"},
	    {"\xef\xbf\xbe", "\xef\xbf\xbd"},
	};
	struct buf nul = BUF_INIT(MANY), small = BUF_INIT(4);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf doc = BUF_INIT(MANY);

		buf_puts(&doc, rows[i].text);
		assert_true(xmlrpc_make_wellformed(&doc));
		assert_string_equal(buf_str(&doc), rows[i].want);
		buf_release(&doc);
	}
	/* Each byte at each place. */
	for (int c = 1; c < 256; c++) {
		bool forbidden = c < 0x20 && c != '\t' && c != '\n' && c != '\r';

		for (size_t at = 0; at < 20; at++) {
			struct buf doc = BUF_INIT(MANY);

			buf_puts(&doc, "<a>text\n\xc3\xa9 and more</a>");
			doc.data[at] = (char)c;
			assert_true(xmlrpc_make_wellformed(&doc));
			assert_int_equal(doc.len, 23 + 2 * forbidden);
			assert_int_equal((unsigned char)doc.data[at], forbidden ? 0xef : c);
			buf_release(&doc);
		}
	}
	buf_append(&nul, "a\0b", 3);
	assert_true(xmlrpc_make_wellformed(&nul));
	assert_string_equal(buf_str(&nul), "a\xef\xbf\xbd"
					   "b");
	buf_puts(&small, "\x01\x02\x03");
	assert_false(xmlrpc_make_wellformed(&small));
	buf_release(&nul);
	buf_release(&small);
}

static void
test_writing(void **state)
{
	struct xmlrpc_value *a = xmlrpc_array();
	struct buf out = BUF_INIT(MANY), small = BUF_INIT(100);

	(void)state;
	xmlrpc_append(a, xmlrpc_int(INT64_C(4294967296)));
	xmlrpc_append(a, xmlrpc_int(INT64_MIN));
	xmlrpc_append(a, xmlrpc_stringn("a\0\r<&>\"'\x1b\xff", 10));
	xmlrpc_append(a, xmlrpc_string_take(xstrdup("taken"), 5));
	xmlrpc_append(a, xmlrpc_nil());
	assert_true(xmlrpc_write_value_reply(&out, a));
	static const char expected[] =
	    "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n"
	    "<value><int>2147483647</int></value>\n"
	    "<value><int>-2147483648</int></value>\n"
	    "<value><string>a\0\r&lt;&amp;&gt;\"'\x1b\xef\xbf\xbd</string></value>\n"
	    "<value><string>taken</string></value>\n"
	    "<value><nil/></value>\n"
	    "</data></array></value>\n</param>\n</params>\n</methodResponse>\n";
	assert_int_equal(out.len, sizeof(expected) - 1);
	assert_memory_equal(out.data, expected, out.len);
	assert_false(xmlrpc_write_value_reply(&small, a));
	xmlrpc_free(a);
	buf_clear(&out);
	/* Items that became text at once look the same. */
	a = xmlrpc_array();
	xmlrpc_append_written(a, xmlrpc_int(-7));
	xmlrpc_append_written(a, xmlrpc_string("<"));
	assert_true(xmlrpc_write_value_reply(&out, a));
	assert_non_null(strstr(buf_str(&out),
			       "<value><array><data>\n<value><int>-7</int></value>\n"
			       "<value><string>&lt;</string></value>\n</data></array></value>\n"));
	xmlrpc_free(a);
	buf_release(&out);
	buf_release(&small);
}

static void
test_accessors_are_total(void **state)
{
	struct xmlrpc_value *array = xmlrpc_array(), *text = xmlrpc_stringn("a\0b", 3);
	size_t len;
	struct xmlrpc_value *i = xmlrpc_int(5), *s = xmlrpc_struct(), *d = xmlrpc_double(-1e300);

	(void)state;
	xmlrpc_member(s, "a", xmlrpc_bool(true));
	assert_int_equal(xmlrpc_type(NULL), XMLRPC_NIL);
	xmlrpc_append(array, xmlrpc_int(1));
	/* An array has a length, and no text of that length. */
	assert_string_equal(xmlrpc_get_text(array, &len), "");
	assert_int_equal(len, 0);
	assert_memory_equal(xmlrpc_get_text(text, &len), "a\0b", 3);
	assert_int_equal(len, 3);
	xmlrpc_free(array);
	xmlrpc_free(text);
	assert_string_equal(xmlrpc_get_string(i), "");
	assert_null(xmlrpc_at(i, 0));
	assert_null(xmlrpc_at(s, 0));
	assert_null(xmlrpc_find(i, "a"));
	assert_null(xmlrpc_find(s, "b"));
	assert_true(xmlrpc_get_bool(xmlrpc_find(s, "a")));
	assert_string_equal(xmlrpc_member_name(s, 0), "a");
	assert_null(xmlrpc_member_name(s, 1));
	assert_true(xmlrpc_get_int(d) == INT64_MIN);
	assert_true(xmlrpc_get_bool(d));
	assert_false(xmlrpc_get_bool(NULL));
	xmlrpc_free(i);
	xmlrpc_free(s);
	xmlrpc_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_samples),
	    cmocka_unit_test(test_lenient_arguments),
	    cmocka_unit_test(test_malformed_calls),
	    cmocka_unit_test(test_cut_everywhere),
	    cmocka_unit_test(test_out_of_memory),
	    cmocka_unit_test(test_out_of_memory_while_building),
	    cmocka_unit_test(test_raw_control_characters_in_calls),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_too_many_members),
	    cmocka_unit_test(test_raw_control_characters_in_replies),
	    cmocka_unit_test(test_noncharacters_in_replies),
	    cmocka_unit_test(test_replies_of_others),
	    cmocka_unit_test(test_bad_replies),
	    cmocka_unit_test(test_writing),
	    cmocka_unit_test(test_make_wellformed),
	    cmocka_unit_test(test_accessors_are_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
