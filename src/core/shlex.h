/* splitting a command line and environment= into words */
#ifndef CORE_SHLEX_H
#define CORE_SHLEX_H

#endif
