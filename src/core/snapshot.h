/* process -> JSON */
#ifndef CORE_SNAPSHOT_H
#define CORE_SNAPSHOT_H

#endif
