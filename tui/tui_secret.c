/* tui_secret.c: see tui_secret.h. */
#include "autoconf.h"

#include "tui/tui_secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/xmalloc.h"

/* A blank before one of these would begin a comment, and blanks at the ends are lost. */
static bool
can_be_said(const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return false;
		if ((value[i] == ';' || value[i] == '#') && (i == 0 || value[i - 1] == ' '))
			return false;
	}
	return len > 0 && value[0] != ' ' && value[len - 1] != ' ';
}

static void
put(struct buf *out, const char *option, const char *value)
{
	buf_printf(out, "%s=", option);
	for (; *value != '\0'; value++)
		buf_puts(out, *value == '%' ? "%%" : (char[]){*value, '\0'});
	buf_putc(out, '\n');
}

bool
tui_secret_text(struct buf *out, const char *username, const char *password)
{
	if (!can_be_said(username) || !can_be_said(password))
		return false;
	buf_puts(out, "[supervisorctl]\n");
	put(out, "username", username);
	put(out, "password", password);
	return !out->failed;
}

int
tui_secret_open(const char *username, const char *password)
{
	struct buf text = BUF_INIT(65536);
	int fd = -1;

	if (tui_secret_text(&text, username, password))
		fd = memfd_create("supervisorctl", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, text.data, text.len) != (ssize_t)text.len) {
		close(fd);
		fd = -1;
	}
	buf_release(&text);
	return fd;
}

char *
tui_secret_path(int fd)
{
	return xasprintf("/proc/%ld/fd/%d", (long)getpid(), fd);
}
