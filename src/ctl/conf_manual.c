/* conf_manual.c: prints the sections and options for supervisord.conf(5), in mdoc. Runs while building, not
 * installed. */
#include "autoconf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "core/conf_print.h"

#define MANUAL_MAX (4U << 20)

int
main(void)
{
	struct buf out = BUF_INIT(MANUAL_MAX);
	bool ok = conf_print_manual(&out) && fwrite(buf_str(&out), 1, out.len, stdout) == out.len &&
		  fflush(stdout) == 0;

	buf_release(&out);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
