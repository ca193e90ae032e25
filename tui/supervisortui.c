/* supervisortui.c: the full-screen client. */
#include "autoconf.h"

int
main(void)
{
	return 0;
}
