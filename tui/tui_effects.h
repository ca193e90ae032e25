/*
 * What settings do to the terminal beside the picture: theme, mouse, title, bell. Called before each frame; what is right
 * already is not sent again.
 */
#ifndef TUI_EFFECTS_H
#define TUI_EFFECTS_H

#include "tui/tui_model.h"
#include "tui/tui_term.h"

#define TUI_EFFECTS_SAMPLES 11 /* a second apart */

struct tui_effects {
	bool known; /* a daemon has told its programs, so that what fails now is new */
	struct {
		double at;
		uint64_t total;         /* bytes until then */
	} samples[TUI_EFFECTS_SAMPLES]; /* of the last seconds, oldest first */
	size_t nsamples;
};

void tui_effects_update(struct tui_effects *e, struct tui_term *term, struct tui_canvas *c,
			struct tui_model *m);

#endif
