/* echo_supervisord_conf.c: prints the sample configuration. */
#include "autoconf.h"

int
main(void)
{
	return 0;
}
