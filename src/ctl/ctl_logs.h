/* tail, maintail, clear */
#ifndef CTL_CTL_LOGS_H
#define CTL_CTL_LOGS_H

#endif
