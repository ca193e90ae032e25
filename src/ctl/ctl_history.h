/* The lines that were typed at the prompt, and the file that keeps them. */
#ifndef CTL_CTL_HISTORY_H
#define CTL_CTL_HISTORY_H

#include <histedit.h>

/* Ended by history_end. NULL: out of memory. */
History *ctl_history_new(void);
/* An empty line is none. */
void ctl_history_add(History *h, const char *line);
/* A missing file is none; so is one that cannot be read. */
void ctl_history_load(History *h, const char *path);
void ctl_history_save(History *h, const char *path);

#endif
