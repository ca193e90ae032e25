/* table of event types with their parents */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#endif
