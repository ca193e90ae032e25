/* start, stop, restart, signal, shutdown, reload */
#ifndef CTL_CTL_CONTROL_H
#define CTL_CTL_CONTROL_H

#endif
