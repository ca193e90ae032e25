/* The bytes of configuration files: what may be opened, what nobody waits for, how much is taken. */
#ifndef CLIENT_CONFIG_TEXT_H
#define CLIENT_CONFIG_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define CONFIG_TEXT_MAX (256U << 20) /* bytes of one file */

struct config_file;

/* The text of the main file. A daemon that reads it again does not wait for the writer of a FIFO. */
bool config_text_main(const struct config_file *file, bool again, struct buf *text, struct err *err);

/* Opens what a pattern has found: a regular file, or a FIFO, for whose writer nobody waits, a daemon that reads its
 * configuration again least of all. A device may have no end. -1 with errno. */
int config_text_open_included(const char *path);
/* All that comes from fd, which is closed, into text. False with errno. */
bool config_text_read(int fd, struct buf *text);

#endif
