/*
 * tui.conf as text: settings, keys and what the program itself remembered. Pure: text comes in, a struct goes out, and
 * the text that has to be written at the end comes out of the one that is there; tui_conffile reads and writes.
 *
 *	[settings]           NAME = VALUE, tui_settings' names
 *	[keys]               ACTION = KEY KEY ..., MAP.ACTION = KEY ..., reset, MAP.reset
 *	[watch]              PROGRAM = REGEX: words that are watched from the start
 *	[silence]            PATTERN = MINUTES: without output that are normal for a program that runs
 *	[state]              written by the program; what [settings] says is stronger
 *
 * A line is a section, NAME = VALUE, a comment (# or ; at its beginning) or empty. A value may stand in double quotes.
 */
#ifndef TUI_CONF_H
#define TUI_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "tui/tui_keytable.h"
#include "tui/tui_settings.h"

#define TUI_CONF_MAX (1U << 20) /* bytes of a file */

/* Reads the text over what is in settings and keys. The error is "WHAT" with "FILE:LINE" as where; after one, both hold
   a part of the file. NULs and whatever else is in text do no harm. */
bool tui_conf_parse(struct tui_settings *settings, struct tui_keytable *keys, const char *file,
		    const char *text, size_t len, struct err *err);
/* The text with its [state] made new; all other bytes stay. False: out is full. */
bool tui_conf_render(struct buf *out, const char *text, size_t len, const struct tui_settings *settings);

#endif
