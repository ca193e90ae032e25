/* caller.c: see caller.h. */
#include "autoconf.h"

#include "core/caller.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define PART_MAX 32 /* bytes of a name */

/* What a name must not have in this text: it would read as another part of it, or turn what stands around it. */
static bool
is_harmless(uint32_t ch)
{
	return ch >= ' ' && ch != 0x7f && !utf8_is_foreign(ch) &&
	       strchr("(),", (int)(ch < 0x80 ? ch : 'x')) == NULL;
}

/* Cut before a character, never within. */
static void
append_part(struct buf *out, const char *s)
{
	size_t len = strlen(s), used = 0;

	while (used < len) {
		uint32_t ch;
		int n = utf8_decode(s + used, len - used, &ch);

		if (used + (size_t)(n > 0 ? n : 1) > PART_MAX)
			break;
		if (n > 0 && is_harmless(ch))
			buf_append(out, s + used, (size_t)n);
		else
			buf_putc(out, '?');
		used += (size_t)(n > 0 ? n : 1);
	}
}

static void
append_process(struct buf *out, const struct caller *c)
{
	if (c->user != NULL)
		append_part(out, c->user);
	else
		buf_printf(out, "uid %" PRId64, c->uid);
}

/* " (supervisorctl, pid 4711)". */
static void
append_which(struct buf *out, const struct caller *c)
{
	const char *command = c->command != NULL ? c->command : "";

	if (c->pid == 0)
		return;
	buf_puts(out, " (");
	append_part(out, command);
	buf_printf(out, "%spid %ld)", command[0] != '\0' ? ", " : "", (long)c->pid);
}

const char *
caller_text(char out[CALLER_MAX], const struct caller *c)
{
	struct buf text = BUF_INIT(CALLER_MAX - 1);

	if (c->address != NULL)
		append_part(&text, c->address);
	else if (c->user != NULL || c->uid >= 0)
		append_process(&text, c);
	if (c->http_user != NULL) {
		buf_puts(&text, text.len > 0 ? " as " : "");
		append_part(&text, c->http_user);
	}
	if (c->address == NULL)
		append_which(&text, c);
	snprintf(out, CALLER_MAX, "%s", buf_str(&text));
	buf_release(&text);
	return out;
}
