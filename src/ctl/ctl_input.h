/*
 * Reading lines from standard input while the loop runs, so that streams go on and SIGINT is seen; and the
 * questions that commands ask. Line editing is ctl_shell's.
 */
#ifndef CTL_CTL_INPUT_H
#define CTL_CTL_INPUT_H

#include <stdbool.h>

struct ctl;
struct ctl_input;
struct event_base;

enum ctl_input_result {
	CTL_INPUT_LINE,
	CTL_INPUT_END,
	CTL_INPUT_INTERRUPTED,
};

struct ctl_input *ctl_input_new(struct event_base *base);
void ctl_input_free(struct ctl_input *in);

/* Waits until a read of standard input would not block. CTL_INPUT_LINE: it would not. */
enum ctl_input_result ctl_input_wait(struct ctl *ctl);
/* With stop, this waiting and all that follow end as with an interrupt. */
void ctl_input_stop(struct ctl *ctl, bool stop);
/* One line without its end; the last one may lack it. The caller frees it. */
enum ctl_input_result ctl_input_line(struct ctl *ctl, char **line);
/* Shows the prompt on stdout and reads the answer. At the end of input it raises what Python raises, from
   `place`, a line of supervisorctl.py. */
enum ctl_input_result ctl_input_ask(struct ctl *ctl, const char *prompt, int place, char **answer);
/* Asks for user and password and keeps them in ctl. CTL_INPUT_END: the end of input, which is raised. */
enum ctl_input_result ctl_input_credentials(struct ctl *ctl);

#endif
