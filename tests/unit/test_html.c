/* html: escaping, percent-encoding, templates. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "core/html.h"

typedef bool convert_fn(struct buf *out, const char *s, size_t len);

static void
check(convert_fn *fn, const char *in, size_t len, const char *expected)
{
	struct buf out = BUF_INIT(4096);

	assert_true(fn(&out, in, len));
	assert_string_equal(buf_str(&out), expected);
	buf_release(&out);
}

#define CHECK(fn, in, expected) check(fn, in, sizeof(in) - 1, expected)

static void
markup_is_escaped(void **state)
{
	(void)state;
	CHECK(html_escape, "", "");
	CHECK(html_escape, "plain", "plain");
	CHECK(html_escape, "<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
	CHECK(html_escape, "a=\"b\" onclick='c'", "a=&quot;b&quot; onclick=&#39;c&#39;");
	CHECK(html_escape, "&amp; & &#60;", "&amp;amp; &amp; &amp;#60;");
}

static void
bad_bytes_are_replaced(void **state)
{
	(void)state;
	CHECK(html_escape, "\303\244", "\303\244");
	CHECK(html_escape, "\360\237\220\233", "\360\237\220\233");
	CHECK(html_escape, "a\377b", "a\357\277\275b");
	CHECK(html_escape, "\303", "\357\277\275");
	CHECK(html_escape, "\342\202<", "\357\277\275\357\277\275&lt;");
	/* An overlong '<', a surrogate, and beyond the last character. */
	CHECK(html_escape, "\300\274", "\357\277\275\357\277\275");
	CHECK(html_escape, "\355\240\200", "\357\277\275\357\277\275\357\277\275");
	CHECK(html_escape, "\364\220\200\200", "\357\277\275\357\277\275\357\277\275\357\277\275");
}

static void
controls_are_shown(void **state)
{
	(void)state;
	CHECK(html_escape, "\0\033\177", "\342\220\200\342\220\233\342\220\241");
	CHECK(html_escape, "a\tb\nc\r", "a\342\220\211b\342\220\212c\342\220\215");
	CHECK(html_escape_lines, "a\tb\nc\r<", "a\tb\nc\342\220\215&lt;");
	CHECK(html_escape_lines, "\033[1;31mred\033[0m \033[?25l<\033[", "red &lt;\342\220\233[");
	CHECK(html_escape, "\033[1m", "\342\220\233[1m");
	/* C1, and what turns the direction of writing. */
	CHECK(html_escape, "\302\233", "\357\277\275");
	CHECK(html_escape_lines, "\342\200\256x\342\201\246", "\357\277\275x\357\277\275");
}

/* No byte of any value, alone or between others, leaves a character that HTML gives a meaning, or bad UTF-8. */
static void
every_byte_is_harmless(void **state)
{
	struct buf out = BUF_INIT(4096);
	char in[3] = "a?b";

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		in[1] = (char)byte;
		buf_clear(&out);
		assert_true(html_escape(&out, in, sizeof in));
		assert_null(strpbrk(buf_str(&out), "<>\"'"));
		assert_true(utf8_valid(out.data, out.len));
		for (size_t i = 0; i < out.len; i++)
			assert_true((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
	}
	buf_release(&out);
}

static void
links_are_encoded_as_python_does(void **state)
{
	(void)state;
	CHECK(html_percent, "web:web_00", "web%3Aweb_00");
	CHECK(html_percent, "a~'()*!,;-_.+b@$=:/ ", "a~%27%28%29%2A%21%2C%3B-_.%2Bb%40%24%3D%3A/%20");
	CHECK(html_percent, "n\303\244m\377", "n%C3%A4m%FF");
	CHECK(html_percent, "a\0b\r\n", "a%00b%0D%0A");
}

static void
a_full_buffer_is_told(void **state)
{
	struct buf out = BUF_INIT(4);

	(void)state;
	assert_false(html_escape(&out, "<<", 2));
	buf_clear(&out);
	assert_false(html_percent(&out, "::", 2));
	buf_release(&out);
}

static void
fill_name(struct buf *out, void *arg)
{
	html_escape(out, arg, strlen(arg));
}

static void
fill_nothing(struct buf *out, void *arg)
{
	(void)out;
	(void)arg;
}

static void
templates_are_filled(void **state)
{
	static const struct html_slot slots[] = {
	    {.name = "name", .fn = fill_name},
	    {.name = "nothing", .fn = fill_nothing},
	    {0},
	};
	static const char template[] = "<b>{{name}}</b>{{nothing}}{{name}} {name}";
	struct buf out = BUF_INIT(4096);
	char name[] = "{{name}}<";

	(void)state;
	assert_true(html_fill(&out, template, sizeof template - 1, slots, name));
	/* What a slot writes is no template. */
	assert_string_equal(buf_str(&out), "<b>{{name}}&lt;</b>{{name}}&lt; {name}");
	buf_release(&out);

	struct buf small = BUF_INIT(10);

	assert_false(html_fill(&small, template, sizeof template - 1, slots, name));
	buf_release(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(markup_is_escaped),
	    cmocka_unit_test(bad_bytes_are_replaced),
	    cmocka_unit_test(controls_are_shown),
	    cmocka_unit_test(every_byte_is_harmless),
	    cmocka_unit_test(links_are_encoded_as_python_does),
	    cmocka_unit_test(a_full_buffer_is_told),
	    cmocka_unit_test(templates_are_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
