/* status, pid, avail, version */
#ifndef CTL_CTL_STATUS_H
#define CTL_CTL_STATUS_H

#endif
