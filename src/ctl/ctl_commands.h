/* the command table */
#ifndef CTL_CTL_COMMANDS_H
#define CTL_CTL_COMMANDS_H

#endif
