/* bounded ring of transitions: resuming a stream, restart history */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#endif
