/* Commands about logs: tail, maintail, clear; and the following of a log stream, which fg uses too. */
#ifndef CTL_CTL_LOGS_H
#define CTL_CTL_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "ctl/ctl_commands.h"

ctl_command_fn ctl_tail, ctl_maintail, ctl_clear;

/* A log stream whose text goes to stdout as it comes. */
struct ctl_follow {
	struct ctl *ctl;
	struct client_stream *stream;
	char *url;      /* for messages; owned */
	bool open;      /* the server has begun to answer */
	bool over;      /* and it has ended, or failed, which has been said */
	uint64_t bytes; /* what has been shown */
};

void ctl_follow_start(struct ctl_follow *f, struct ctl *ctl, const char *path);
void ctl_follow_stop(struct ctl_follow *f);
/* Says on stderr why the stream at that URL has ended, unless it was its end. */
void ctl_follow_explain(const char *url, const struct client_error *e);

/* The digits of "-100" as a number of bytes. False: there is something else. */
bool ctl_parse_bytes(const char *digits, int64_t *bytes);

#endif
