/* fg */
#ifndef CTL_CTL_FG_H
#define CTL_CTL_FG_H

#endif
