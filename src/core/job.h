/* start, stop, restart of many: steps, waits, results in order */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#endif
