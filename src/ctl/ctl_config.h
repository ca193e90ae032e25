/* reread, update, add, remove */
#ifndef CTL_CTL_CONFIG_H
#define CTL_CTL_CONFIG_H

#endif
