/* struct process: plain data; names and codes of states and events */
#ifndef CORE_PROCESS_H
#define CORE_PROCESS_H

#endif
