/* expand.c: see expand.h. */
#include "autoconf.h"

#include "core/expand.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/pyrepr.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

#define MESSAGE_MAX (8U << 20)
#define CHARACTER_MAX 4 /* bytes of one in UTF-8 */

/* One % form, taken apart. */
struct form {
	const struct expand_name *arg; /* NULL: no name given */
	bool left, plus, blank, alt, zero;
	bool used; /* a '*' has taken the value */
	long width;
	long precision; /* -1: none */
	uint32_t conversion;
	const char *letter; /* the conversion in the value */
};

struct expansion {
	const char *value;
	const char *option;
	const struct expand_names *names;
	const char *at;
	struct buf out;
	struct err *err;
};

/* The name in this layer, NULL when it is not there. */
static struct expand_name *
layer_find(const struct expand_names *names, const char *name, size_t len)
{
	size_t at = places_find(&names->places, names->names, names->n, sizeof(*names->names), name, len);

	return at < names->n ? &names->names[at] : NULL;
}

static struct expand_name *
layer_add(struct expand_names *names, const char *name)
{
	names->names = xgrow(names->names, names->n, sizeof(*names->names));
	names->names[names->n++] = (struct expand_name){.name = xstrdup(name)};
	places_added(&names->places, names->names, names->n, sizeof(*names->names));
	return &names->names[names->n - 1];
}

static struct expand_name *
own_name(struct expand_names *names, const char *name)
{
	struct expand_name *found = layer_find(names, name, strlen(name));

	return found != NULL ? found : layer_add(names, name);
}

void
expand_set(struct expand_names *names, const char *name, const char *text)
{
	struct expand_name *n = own_name(names, name);
	char *copy = xstrdup(text);

	free(n->text);
	n->text = copy;
}

void
expand_set_number(struct expand_names *names, const char *name, long number)
{
	struct expand_name *n = own_name(names, name);

	free(n->text);
	n->text = NULL;
	n->number = number;
}

void
expand_set_environ(struct expand_names *names, const char *const *environ)
{
	for (; *environ != NULL; environ++) {
		const char *equals = strchr(*environ, '=');
		char *name;

		if (equals == NULL)
			continue;
		name = xasprintf("ENV_%.*s", (int)(equals - *environ), *environ);
		expand_set(names, name, equals + 1);
		free(name);
	}
}

void
expand_names_clear(struct expand_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->names[i].name);
		free(names->names[i].text);
	}
	free(names->names);
	places_clear(&names->places);
	names->names = NULL;
	names->n = 0;
}

static const struct expand_name *
find_name(const struct expand_names *names, const char *name, size_t len)
{
	const struct expand_name *found = NULL;

	for (; names != NULL && found == NULL; names = names->outer)
		found = layer_find(names, name, len);
	return found;
}

static int
compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every name that could have been used, sorted, each once. The bytes of UTF-8 sort as its characters do. */
static void
append_names(struct buf *out, const struct expand_names *names)
{
	const char **all = NULL;
	size_t n = 0;

	for (const struct expand_names *layer = names; layer != NULL; layer = layer->outer)
		for (size_t i = 0; i < layer->n; i++) {
			all = xreallocarray(all, n + 1, sizeof(*all));
			all[n++] = layer->names[i].name;
		}
	if (n > 0)
		qsort(all, n, sizeof(*all), compare_text);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && strcmp(all[i], all[i - 1]) == 0)
			continue;
		buf_printf(out, "%s%s", i > 0 ? ", " : "", all[i]);
	}
	free(all);
}

/* "Format string 'VALUE' for 'OPTION' " */
static void
message_head(const struct expansion *x, struct buf *out)
{
	buf_puts(out, "Format string ");
	pyrepr_append(out, x->value, strlen(x->value));
	buf_puts(out, " for ");
	pyrepr_append(out, x->option, strlen(x->option));
}

static bool
unknown_name(const struct expansion *x, const char *name, size_t len)
{
	struct buf out = BUF_INIT(MESSAGE_MAX);

	message_head(x, &out);
	buf_puts(&out, " contains names (");
	pyrepr_append(&out, name, len);
	buf_puts(&out, ") which cannot be expanded. Available names: ");
	append_names(&out, x->names);
	err_set(x->err, "%s", buf_str(&out));
	buf_release(&out);
	return false;
}

static bool bad_format(const struct expansion *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool
bad_format(const struct expansion *x, const char *fmt, ...)
{
	struct buf out = BUF_INIT(MESSAGE_MAX);
	va_list ap;

	message_head(x, &out);
	buf_puts(&out, " is badly formatted: ");
	va_start(ap, fmt);
	buf_vprintf(&out, fmt, ap);
	va_end(ap);
	err_set(x->err, "%s", buf_str(&out));
	buf_release(&out);
	return false;
}

/* Reading a form */

/* "(name)", parentheses balanced. */
static bool
read_name(struct expansion *x, struct form *f)
{
	const char *start = ++x->at;

	for (int depth = 1; depth > 0; x->at++) {
		if (*x->at == '\0')
			return bad_format(x, "incomplete format key");
		if (*x->at == '(')
			depth++;
		else if (*x->at == ')')
			depth--;
	}
	f->arg = find_name(x->names, start, (size_t)(x->at - 1 - start));
	return f->arg != NULL || unknown_name(x, start, (size_t)(x->at - 1 - start));
}

static void
read_flags(struct expansion *x, struct form *f)
{
	for (;; x->at++) {
		switch (*x->at) {
		case '-':
			f->left = true;
			break;
		case '+':
			f->plus = true;
			break;
		case ' ':
			f->blank = true;
			break;
		case '#':
			f->alt = true;
			break;
		case '0':
			f->zero = true;
			break;
		default:
			return;
		}
	}
}

/* Digits, or a '*' that takes the value as the number. */
static bool
read_number(struct expansion *x, struct form *f, long *number, const char *what)
{
	char *end;

	if (*x->at == '*') {
		if (f->arg == NULL || f->arg->text != NULL)
			return bad_format(x, "* wants int");
		if (f->used)
			return bad_format(x, "not enough arguments for format string");
		f->used = true;
		*number = f->arg->number;
		x->at++;
		return true;
	}
	if (*x->at < '0' || *x->at > '9')
		return true;
	errno = 0;
	*number = strtol(x->at, &end, 10);
	if (errno != 0)
		return bad_format(x, "%s too big", what);
	x->at = end;
	return true;
}

static bool
read_form(struct expansion *x, struct form *f)
{
	uint32_t cp = 0;
	int n;

	if (*x->at == '(' && !read_name(x, f))
		return false;
	read_flags(x, f);
	if (!read_number(x, f, &f->width, "width"))
		return false;
	if (*x->at == '.') {
		x->at++;
		f->precision = 0;
		if (!read_number(x, f, &f->precision, "precision"))
			return false;
	}
	if (*x->at == 'h' || *x->at == 'l' || *x->at == 'L')
		x->at++;
	if (*x->at == '\0')
		return bad_format(x, "incomplete format");
	f->letter = x->at;
	n = utf8_decode(x->at, strnlen(x->at, CHARACTER_MAX), &cp);
	f->conversion = n > 0 ? cp : (unsigned char)*x->at;
	x->at += n > 0 ? n : 1;
	if (f->width < 0) {
		f->left = true;
		f->width = f->width == LONG_MIN ? LONG_MAX : -f->width;
	}
	return true;
}

/* Writing it */

static void
pad(struct buf *out, char c, long n)
{
	char *to;

	if (n <= 0)
		return;
	to = buf_reserve(out, (size_t)n);
	if (to == NULL)
		return;
	memset(to, c, (size_t)n);
	buf_added(out, (size_t)n);
}

/* Bytes of the first chars characters of s. */
static size_t
chars_to_bytes(const char *s, size_t len, long chars)
{
	size_t at = 0;
	uint32_t cp;

	for (; chars > 0 && at < len; chars--) {
		int n = utf8_decode(s + at, len - at, &cp);

		at += n > 0 ? (size_t)n : 1;
	}
	return at;
}

static void
write_text(struct expansion *x, const struct form *f, const char *s)
{
	size_t len = strlen(s);
	long room;

	if (f->precision >= 0)
		len = chars_to_bytes(s, len, f->precision);
	room = f->width - (long)utf8_count(s, len);
	if (!f->left)
		pad(&x->out, ' ', room);
	buf_append(&x->out, s, len);
	if (f->left)
		pad(&x->out, ' ', room);
}

/* sign and prefix, then digits, padded with zeros between them or with blanks outside. */
static void
write_number(struct expansion *x, const struct form *f, bool negative, const char *prefix, const char *digits)
{
	const char *sign = negative ? "-" : f->plus ? "+" : f->blank ? " " : "";
	long room = f->width - (long)(strlen(sign) + strlen(prefix) + strlen(digits));

	if (!f->left && !f->zero)
		pad(&x->out, ' ', room);
	buf_puts(&x->out, sign);
	buf_puts(&x->out, prefix);
	if (!f->left && f->zero)
		pad(&x->out, '0', room);
	buf_puts(&x->out, digits);
	if (f->left)
		pad(&x->out, ' ', room);
}

static void
write_integer(struct expansion *x, const struct form *f)
{
	long n = f->arg->number;
	unsigned long size = n < 0 ? -(unsigned long)n : (unsigned long)n;
	struct buf digits = BUF_INIT(EXPAND_MAX);
	const char *prefix = "";
	char text[32];

	switch (f->conversion) {
	case 'x':
		snprintf(text, sizeof(text), "%lx", size);
		prefix = f->alt ? "0x" : "";
		break;
	case 'X':
		snprintf(text, sizeof(text), "%lX", size);
		prefix = f->alt ? "0X" : "";
		break;
	case 'o':
		snprintf(text, sizeof(text), "%lo", size);
		prefix = f->alt ? "0o" : "";
		break;
	default:
		snprintf(text, sizeof(text), "%lu", size);
	}
	pad(&digits, '0', f->precision - (long)strlen(text));
	buf_puts(&digits, text);
	if (digits.failed)
		x->out.failed = true;
	else
		write_number(x, f, n < 0, prefix, buf_str(&digits));
	buf_release(&digits);
}

static bool
write_real(struct expansion *x, const struct form *f)
{
	static const char *const formats[2][6] = {
	    {"%.*e", "%.*E", "%.*f", "%.*F", "%.*g", "%.*G"},
	    {"%#.*e", "%#.*E", "%#.*f", "%#.*F", "%#.*g", "%#.*G"},
	};
	static const char letters[] = "eEfFgG";
	double n = (double)f->arg->number;
	int precision = f->precision < 0 ? 6 : f->precision > 500 ? 500 : (int)f->precision;
	char text[600];
	const char *format = formats[f->alt ? 1 : 0][strchr(letters, (int)f->conversion) - letters];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), format, precision, n < 0 ? -n : n);
#pragma GCC diagnostic pop
	write_number(x, f, n < 0, "", text);
	return true;
}

/* What Python calls ascii(): the repr with everything beyond ASCII escaped too. */
static void
append_ascii(struct buf *out, const char *repr)
{
	size_t len = strlen(repr);
	uint32_t cp;

	for (size_t at = 0; at < len;) {
		int n = utf8_decode(repr + at, len - at, &cp);

		if (n == 1 || n < 0)
			buf_putc(out, repr[at]);
		else
			buf_printf(out,
				   cp < 0x100     ? "\\x%02x"
				   : cp < 0x10000 ? "\\u%04x"
						  : "\\U%08x",
				   (unsigned)cp);
		at += n > 0 ? (size_t)n : 1;
	}
}

static bool
write_repr(struct expansion *x, const struct form *f)
{
	struct buf text = BUF_INIT(EXPAND_MAX);

	pyrepr_append(&text, f->arg->text, strlen(f->arg->text));
	if (f->conversion == 'a') {
		struct buf ascii = BUF_INIT(EXPAND_MAX);

		append_ascii(&ascii, buf_str(&text));
		write_text(x, f, buf_str(&ascii));
		buf_release(&ascii);
	} else {
		write_text(x, f, buf_str(&text));
	}
	buf_release(&text);
	return true;
}

static bool
write_char(struct expansion *x, struct form *f)
{
	char text[5] = "";

	if (f->arg == NULL || (f->arg->text != NULL && utf8_count(f->arg->text, strlen(f->arg->text)) != 1))
		return bad_format(x, "%%c requires int or char");
	f->precision = -1;
	if (f->arg->text != NULL) {
		write_text(x, f, f->arg->text);
		return true;
	}
	if (f->arg->number <= 0 || f->arg->number >= 0x110000)
		return bad_format(x, "%%c arg not in range(0x110000)");
	text[utf8_encode((uint32_t)f->arg->number, text)] = '\0';
	write_text(x, f, text);
	return true;
}

static bool
write_plain(struct expansion *x, const struct form *f)
{
	char number[32];

	/* A form without a name would insert the whole table of names; nobody means that. */
	if (f->arg == NULL)
		return bad_format(x, "not enough arguments for format string");
	if (f->arg->text != NULL && f->conversion != 's')
		return write_repr(x, f);
	snprintf(number, sizeof(number), "%ld", f->arg->number);
	write_text(x, f, f->arg->text != NULL ? f->arg->text : number);
	return true;
}

static bool
write_form(struct expansion *x, struct form *f)
{
	const char *kind = f->arg == NULL ? "dict" : "str";
	bool number = f->arg != NULL && f->arg->text == NULL;
	char c = (char)f->conversion;

	if (f->conversion > 126 || f->conversion == 0 ||
	    strchr("srac"
		   "diu"
		   "oxX"
		   "eEfFgG",
		   c) == NULL)
		return bad_format(x, "unsupported format character '%c' (0x%x) at index %zu",
				  f->conversion > 126 || f->conversion < 32 ? '?' : c,
				  (unsigned)f->conversion,
				  utf8_count(x->value, (size_t)(f->letter - x->value)));
	if (f->used)
		return bad_format(x, "not enough arguments for format string");
	if (strchr("sra", c) != NULL)
		return write_plain(x, f);
	if (c == 'c')
		return write_char(x, f);
	if (strchr("eEfFgG", c) != NULL)
		return number ? write_real(x, f) : bad_format(x, "must be real number, not %s", kind);
	if (!number)
		return bad_format(x, "%%%c format: %s is required, not %s", c,
				  strchr("diu", c) != NULL ? "a real number" : "an integer", kind);
	write_integer(x, f);
	return true;
}

static bool
expand_all(struct expansion *x)
{
	while (*x->at != '\0') {
		const char *percent = strchr(x->at, '%');
		struct form f = {.precision = -1};

		if (percent == NULL) {
			buf_puts(&x->out, x->at);
			break;
		}
		buf_append(&x->out, x->at, (size_t)(percent - x->at));
		x->at = percent + 1;
		if (*x->at == '%') {
			buf_putc(&x->out, *x->at++);
			continue;
		}
		if (!read_form(x, &f) || !write_form(x, &f))
			return false;
	}
	return !x->out.failed || bad_format(x, "the result is longer than %u bytes", EXPAND_MAX);
}

char *
expand(const char *value, const char *option, const struct expand_names *names, struct err *err)
{
	struct expansion x = {
	    .value = value,
	    .option = option,
	    .names = names,
	    .at = value,
	    .out = BUF_INIT(EXPAND_MAX),
	    .err = err,
	};

	if (strchr(value, '%') == NULL)
		return xstrdup(value);
	if (!expand_all(&x)) {
		buf_release(&x.out);
		return NULL;
	}
	return buf_steal(&x.out);
}
