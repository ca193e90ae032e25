/* help texts from the command table */
#ifndef CTL_CTL_HELP_H
#define CTL_CTL_HELP_H

#endif
