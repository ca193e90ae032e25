/*
 * Update with its preview: what the configuration would add, change and remove is shown first, and done on y,
 * group by group, as supervisorctl does it. A daemon that cannot preview is asked to reread, which changes no
 * process, and shows the names alone.
 */
#ifndef TUI_UPDATE_H
#define TUI_UPDATE_H

#include "tui/tui_model.h"

/* Asks the daemon of the selection for the preview. With words, only those groups are chosen at first. */
void tui_update_preview(struct tui_model *m, char *const *words, size_t n);
void tui_update_open(struct tui_model *m);
/* Space: the group of the selected line is to be done, or left alone. */
void tui_update_toggle(struct tui_model *m);
/* Does what is chosen. */
void tui_update_apply(struct tui_model *m);
/* The answer to TAG_PREVIEW, TAG_REREAD or TAG_UPDATE. */
void tui_update_reply(struct tui_model *m, enum tui_tag tag, unsigned ticket,
		      const struct xmlrpc_value *value, int code, const char *fault);
/* Are groups being taken down and up? */
bool tui_update_is_applying(const struct tui_model *m);
/* Is one of this daemon shown or under way? */
bool tui_update_is_of(const struct tui_model *m, const struct tui_host *h);
void tui_update_free(struct tui_model *m);

#endif
