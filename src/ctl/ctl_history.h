/* The lines that were typed at the prompt, and the file that keeps them. */
#ifndef CTL_CTL_HISTORY_H
#define CTL_CTL_HISTORY_H

#include <stddef.h>

#include <histedit.h>

/* Ended by history_end. NULL: out of memory. */
History *ctl_history_new(void);
/* An empty line is none. */
void ctl_history_add(History *h, const char *line);
/* A missing file is none; so is one that cannot be read. */
void ctl_history_load(History *h, const char *path);
void ctl_history_save(History *h, const char *path);
/* The last word of the line that was typed n lines before the last one; the caller frees it. NULL: there is none. */
char *ctl_history_last_word(History *h, size_t n);

#endif
