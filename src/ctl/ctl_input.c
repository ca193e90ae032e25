/* ctl_input.c: see ctl_input.h. Standard input is read byte for byte as far as it came, never beyond a line
   of a terminal, so that line editing and this do not take each other's text. */
#include "autoconf.h"

#include "ctl/ctl_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "ctl/ctl.h"

#define LINE_MAX_BYTES (16 * 1024 * 1024)
#define USERNAME_PLACE 212 /* where Python's prompt for the user name stands */

struct ctl_input {
	struct event *event;
	struct buf data; /* read but not yet asked for */
	size_t searched; /* bytes of it in which no line ends */
	bool readable;
	bool end;
	bool stopped;
	bool after_return; /* a "\n" that comes now belongs to the "\r" of the line before */
};

static void
input_readable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct ctl_input *in = arg;

	(void)fd;
	(void)what;
	in->readable = true;
}

struct ctl_input *
ctl_input_new(struct event_base *base)
{
	struct ctl_input *in = xcalloc(1, sizeof(*in));

	in->event = event_new(base, STDIN_FILENO, EV_READ, input_readable_cb, in);
	buf_init(&in->data, LINE_MAX_BYTES);
	return in;
}

void
ctl_input_free(struct ctl_input *in)
{
	if (in == NULL)
		return;
	event_free(in->event);
	buf_release(&in->data);
	free(in);
}

enum ctl_input_result
ctl_input_wait(struct ctl *ctl)
{
	struct ctl_input *in = ctl->input;

	in->readable = false;
	event_add(in->event, NULL);
	while (!in->readable && !ctl->interrupted && !in->stopped) {
		if (event_base_loop(ctl->base, EVLOOP_ONCE) != 0)
			break;
	}
	event_del(in->event);
	return ctl->interrupted || in->stopped ? CTL_INPUT_INTERRUPTED : CTL_INPUT_LINE;
}

void
ctl_input_stop(struct ctl *ctl, bool stop)
{
	ctl->input->stopped = stop;
}

/* A text ends at a NUL, and a command must not be run without its end: "stop a\0b" is not about "a". */
static char *
line_from(const char *data, size_t len)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES * 3UL);

	for (size_t at = 0, n; at < len; at += n) {
		const char *nul = memchr(data + at, '\0', len - at);

		n = nul != NULL ? (size_t)(nul - data) - at : len - at;
		buf_append(&line, data + at, n);
		if (nul != NULL) {
			buf_puts(&line, "\xef\xbf\xbd");
			n++;
		}
	}
	return buf_steal(&line);
}

static bool
ends_line(char c)
{
	return c == '\n' || c == '\r';
}

/* Takes the first line off the buffer; at the end of input, what is left of it. Lines end as Python has it: with "\n",
   "\r" or both. */
static bool
take_line(struct ctl_input *in, char **line)
{
	size_t len;

	if (in->after_return && in->data.len > 0) {
		if (in->data.data[0] == '\n')
			buf_consume(&in->data, 1);
		in->after_return = false;
	}
	for (len = in->searched; len < in->data.len && !ends_line(in->data.data[len]); len++)
		;
	in->searched = len;
	if (len == in->data.len && !(in->end && in->data.len > 0))
		return false;
	*line = line_from(in->data.data, len);
	if (len < in->data.len) {
		in->after_return = in->data.data[len] == '\r';
		len++;
	}
	buf_consume(&in->data, len);
	in->searched = 0;
	return true;
}

static void
read_some(struct ctl_input *in)
{
	char piece[4096];
	ssize_t n = read(STDIN_FILENO, piece, sizeof(piece));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	/* A terminal gives an end that is no end: the next read goes on. So the end is not kept there. */
	if (n <= 0 || !buf_append(&in->data, piece, (size_t)n))
		in->end = true;
}

enum ctl_input_result
ctl_input_line(struct ctl *ctl, char **line)
{
	struct ctl_input *in = ctl->input;
	enum ctl_input_result result;

	*line = NULL;
	while (!take_line(in, line)) {
		if (in->end) {
			in->end = !isatty(STDIN_FILENO);
			return CTL_INPUT_END;
		}
		result = ctl_input_wait(ctl);
		if (result != CTL_INPUT_LINE)
			return result;
		read_some(in);
	}
	return CTL_INPUT_LINE;
}

enum ctl_input_result
ctl_input_ask(struct ctl *ctl, const char *prompt, int place, char **answer)
{
	enum ctl_input_result result;

	fputs(prompt, stdout);
	fflush(stdout);
	result = ctl_input_line(ctl, answer);
	if (result == CTL_INPUT_END)
		ctl_raise_set(ctl, "EOFError", CTL_ERROR_FILE, place, "%s",
			      isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? "" : "EOF when reading a line");
	return result;
}

/* Reads the answer to "Password:" from the terminal behind fd, unseen. */
static enum ctl_input_result
read_password_tty(struct ctl *ctl, int fd, char **password)
{
	struct termios saved, silent;
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	char c = '\0';
	ssize_t n = 0;

	if (tcgetattr(fd, &saved) != 0)
		return CTL_INPUT_END;
	silent = saved;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &silent);
	if (write(fd, "Password:", 9) == 9) {
		while (!ctl->interrupted && c != '\n') {
			/* The loop sees SIGINT; the terminal and standard input are nearly always the same.
			 */
			if (isatty(STDIN_FILENO) && ctl_input_wait(ctl) != CTL_INPUT_LINE)
				break;
			n = read(fd, &c, 1);
			if (n <= 0 && errno != EINTR)
				break;
			if (n == 1 && c != '\n')
				buf_putc(&line, c);
		}
	}
	tcsetattr(fd, TCSAFLUSH, &saved);
	if (!ctl->interrupted && write(fd, "\n", 1) != 1)
		n = 0;
	*password = buf_steal(&line);
	return ctl->interrupted ? CTL_INPUT_INTERRUPTED : n == 1 ? CTL_INPUT_LINE : CTL_INPUT_END;
}

static enum ctl_input_result
read_password(struct ctl *ctl, char **password)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	enum ctl_input_result result;

	if (fd == -1) {
		fputs("Password:", stderr);
		result = ctl_input_line(ctl, password);
	} else {
		result = read_password_tty(ctl, fd, password);
		close(fd);
	}
	if (result == CTL_INPUT_END)
		ctl_raise_set(ctl, "EOFError", CTL_ERROR_FILE, USERNAME_PLACE, "%s", "");
	return result;
}

static enum ctl_input_result
ask_credentials(struct ctl *ctl)
{
	char *username = NULL, *password = NULL;
	enum ctl_input_result result = ctl_input_ask(ctl, "Username:", USERNAME_PLACE, &username);

	if (result == CTL_INPUT_LINE)
		result = read_password(ctl, &password);
	if (result == CTL_INPUT_LINE) {
		putchar('\n');
		free(ctl->username);
		free(ctl->password);
		ctl->username = username;
		ctl->password = password;
		return result;
	}
	free(username);
	free(password);
	return result;
}

enum ctl_input_result
ctl_input_credentials(struct ctl *ctl)
{
	enum ctl_input_result result;

	if (ctl->in_shell)
		return ask_credentials(ctl);
	/* Whoever dies of SIGINT here gives the terminal its echo back first. */
	ctl_interrupt_catch(ctl);
	result = ask_credentials(ctl);
	ctl_interrupt_release(ctl);
	if (result == CTL_INPUT_INTERRUPTED)
		kill(getpid(), SIGINT);
	return result;
}
