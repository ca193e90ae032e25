/* stripping escape sequences */
#ifndef CORE_ANSI_H
#define CORE_ANSI_H

#endif
