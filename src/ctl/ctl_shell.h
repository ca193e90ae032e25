/* the interactive prompt */
#ifndef CTL_CTL_SHELL_H
#define CTL_CTL_SHELL_H

#endif
