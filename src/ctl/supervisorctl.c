/* supervisorctl.c: the command line client. */
#include "autoconf.h"

int
main(void)
{
	return 0;
}
