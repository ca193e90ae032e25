/* echo_supervisord_conf.c: prints the sample configuration. Arguments mean nothing, as in the reference. */
#include "autoconf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "core/conf_print.h"

#define SAMPLE_MAX (1U << 20)

int
main(void)
{
	struct buf out = BUF_INIT(SAMPLE_MAX);
	bool ok = conf_print_sample(&out) && fwrite(buf_str(&out), 1, out.len, stdout) == out.len &&
		  fflush(stdout) == 0;

	if (!ok)
		perror("echo_supervisord_conf: cannot write");
	buf_release(&out);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
