/*
 * config_fcgi.c: the socket of an [fcgi-program:x], in the reference's order of evaluation (spec/config.md 7.1).
 * Everything else in that section is as in [program:x], see config_groups.c.
 */
#include "autoconf.h"

#include "core/config_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "core/values.h"

/* What the socket's options say before the socket itself is known. */
struct socket_options {
	bool has_owner, has_mode;
	bool has_user;
	uid_t user_uid;
	gid_t user_gid;
};

static void
read_user(struct config_reader *r, const struct ini_section *section, struct socket_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "user");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;

	if (text != NULL) {
		o->has_user = value_user(r->in->world, text, &o->user_uid, &o->user_gid, &e);
		if (!o->has_user)
			config_read_fail(r, section, row->name, row, &e);
	}
	free(text);
}

static void
read_backlog(struct config_reader *r, const struct ini_section *section, struct fcgi_config *f)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket_backlog");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;
	int64_t n = 0;

	if (text != NULL && !value_int(text, &n, &e))
		config_read_fail(r, section, row->name, row, &e);
	else if (text != NULL && (n < row->min || n > row->max))
		config_read_refuse(r, section, row->name, row, "Invalid socket_backlog value %lld",
				   (long long)n);
	f->backlog = (int)n;
	free(text);
}

static void
read_owner(struct config_reader *r, const struct ini_section *section, struct fcgi_config *f,
	   struct socket_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket_owner");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;

	o->has_owner = text != NULL;
	if (text != NULL &&
	    !value_owner(r->in->world, "socket_owner", text, &f->owner_uid, &f->owner_gid, &e))
		config_read_fail(r, section, row->name, row, &e);
	free(text);
}

static void
read_mode(struct config_reader *r, const struct ini_section *section, struct fcgi_config *f,
	  struct socket_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket_mode");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err ignored = ERR_INIT;
	int64_t mode = 0700;

	o->has_mode = ini_option(r->ini, section, row->name) != NULL;
	if (text != NULL && !value_octal(text, &mode, &ignored)) {
		err_release(&ignored);
		config_read_refuse(r, section, row->name, row, "Invalid socket_mode value %s", text);
	}
	f->mode = (mode_t)(mode & 07777);
	free(text);
}

/* The host of "host:port", without blanks and colons, or of "[address]:port", which is ours. Its length, and where the
   port begins; 0: neither. */
static size_t
split_host(const char **host, const char **port)
{
	bool bracketed = **host == '[';
	size_t len = strcspn(*host + bracketed, bracketed ? "]" : ": \t\r\n\v\f");

	*host += bracketed;
	*port = *host + len + bracketed;
	if (len == 0 ||
	    (bracketed && ((*host)[len] != ']' || strspn(*host, "0123456789abcdefABCDEF:.") != len)) ||
	    **port != ':')
		return 0;
	++*port;
	return len;
}

static bool
parse_tcp(const char *value, struct fcgi_config *f, bool *out_of_range, struct err *err)
{
	const char *host = value + strlen("tcp://"), *digits;
	size_t len = split_host(&host, &digits);
	int64_t port;

	*out_of_range = false;
	if (len == 0 || *digits == '\0' || strspn(digits, "0123456789") != strlen(digits))
		return false;
	*out_of_range = !value_int(digits, &port, err) || !value_in_range(port, 1, 65535, err);
	if (*out_of_range)
		return false;
	f->host = xstrndup(host, len);
	for (char *p = f->host; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	f->port = (int)port;
	f->url = xasprintf(strchr(f->host, ':') != NULL ? "tcp://[%s]:%d" : "tcp://%s:%d", f->host, f->port);
	return true;
}

static void
parse_socket(struct config_reader *r, const char *value, struct fcgi_config *f,
	     const struct socket_options *o, struct err *e)
{
	bool is_unix = strncmp(value, "unix://", 7) == 0, out_of_range = false;
	const char *path = value + 7;
	char *repr;

	if (is_unix && *path == '/') {
		f->path = value_abspath(r->in->world->cwd, path);
		f->url = xasprintf("unix://%s", f->path);
		if (!o->has_owner && o->has_user && o->user_uid != r->in->world->uid) {
			f->owner_uid = o->user_uid;
			f->owner_gid = o->user_gid;
		}
		return;
	}
	if (!is_unix && (o->has_owner || o->has_mode)) {
		err_set(e,
			"socket_owner and socket_mode params should only be used with a Unix domain socket");
		return;
	}
	if (strncmp(value, "tcp://", 6) == 0 && parse_tcp(value, f, &out_of_range, e))
		return;
	if (out_of_range)
		return;
	repr = pyrepr(is_unix ? path : value);
	err_set(e,
		is_unix ? "('Unix socket path %%s is not an absolute path', %s)"
			: "('Bad socket format %%s', %s)",
		repr);
	free(repr);
}

static void
read_socket(struct config_reader *r, const struct ini_section *section, const char *program,
	    struct fcgi_config *f, const struct socket_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket");
	struct expand_names names = {.outer = &r->here};
	struct err e = ERR_INIT;
	char *text;

	expand_set(&names, "program_name", program);
	text = config_read_text(r, section, row, &names, NULL);
	expand_names_clear(&names);
	if (text == NULL && !config_read_missing(r, section, row->name)) {
		/* It was reported. */
	} else if (text == NULL || *text == '\0') {
		config_read_refuse(r, section, row->name, row, "[%s] section requires a \"socket\" line",
				   section->name);
	} else {
		parse_socket(r, text, f, o, &e);
		if (e.what != NULL) {
			err_suffix(&e, " in [%s] socket", section->name);
			config_read_fail(r, section, row->name, row, &e);
		}
	}
	if (f->url == NULL)
		f->url = xstrdup("");
	free(text);
}

void
config_read_fcgi(struct config_reader *r, const struct ini_section *section, const char *program,
		 struct fcgi_config *f)
{
	struct socket_options o = {0};

	read_user(r, section, &o);
	read_backlog(r, section, f);
	read_owner(r, section, f, &o);
	read_mode(r, section, f, &o);
	read_socket(r, section, program, f, &o);
}
