/* supervisord.c: the daemon. */
#include "autoconf.h"

int
main(void)
{
	return 0;
}
