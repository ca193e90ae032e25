/* groups and processes, indexes, priority order */
#ifndef CORE_PROCESS_TABLE_H
#define CORE_PROCESS_TABLE_H

#endif
