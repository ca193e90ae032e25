/* Which programs are watched for which words: by command, and by [watch] of tui.conf. A program is named "name", "group:name"
   or "group:*". */
#ifndef TUI_WATCH_COMMAND_H
#define TUI_WATCH_COMMAND_H

struct tui_model;

/* `:watch PATTERN [PROGRAM ...]`: for these, else the selected one or its group. Without a pattern: what there is. */
void tui_watch_command(struct tui_model *m, const char *rest);
/* `:unwatch [PATTERN]`: this one, or all. */
void tui_unwatch_command(struct tui_model *m, const char *rest);
/* Programs that have come since are watched for what [watch] of tui.conf says of them. */
void tui_watch_settle(struct tui_model *m);

#endif
