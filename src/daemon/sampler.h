/* /proc of process trees, only while somebody subscribes */
#ifndef DAEMON_SAMPLER_H
#define DAEMON_SAMPLER_H

#endif
