/* tui_output.c: see tui_output.h. */
#include "autoconf.h"

#include "tui/tui_output.h"

#include <stdlib.h>

#include "base/xmalloc.h"

/* data: the line that has not ended yet. */
static void
closed(struct tui_model *m, bool by_user)
{
	struct tui_overlay *o = &m->overlay;

	(void)by_user;
	if (o->running)
		tui_request(&m->requests, REQUEST_COMMAND_END, "");
	buf_release(o->data);
	free(o->data);
}

static const struct tui_overlay_type output_type = {
    .keymap = KEYMAP_OVERLAY,
    .closed = closed,
};

void
tui_output_run(struct tui_model *m, const char *line)
{
	char *title = xasprintf("supervisorctl %s", line);

	tui_overlay_open(m, &output_type, title);
	m->overlay.data = xcalloc(1, sizeof(struct buf));
	buf_init(m->overlay.data, TUI_LOG_LINE_MAX);
	m->overlay.running = m->overlay.follow = true;
	tui_request(&m->requests, REQUEST_COMMAND, line);
	free(title);
}

void
tui_output_add(struct tui_model *m, const char *bytes, size_t len)
{
	struct tui_overlay *o = &m->overlay;
	struct buf *partial = o->data;

	if (!tui_overlay_is(m, &output_type))
		return;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\n' && buf_putc(partial, bytes[i]))
			continue;
		tui_text_add(&o->text, LOOK_PLAIN, buf_str(partial));
		buf_clear(partial);
		if (bytes[i] != '\n')
			buf_putc(partial, bytes[i]);
	}
	tui_overlay_fit(o, o->page);
}

void
tui_output_end(struct tui_model *m, const char *how)
{
	struct tui_overlay *o = &m->overlay;

	if (!tui_overlay_is(m, &output_type) || !o->running)
		return;
	if (((struct buf *)o->data)->len > 0)
		tui_output_add(m, "\n", 1);
	o->running = o->follow = false;
	if (how != NULL)
		tui_text_add(&o->text, LOOK_WARN, how);
	if (o->text.n == 0)
		tui_text_add(&o->text, LOOK_DIM, "(no output)");
}
