/* %(NAME)s expansion */
#ifndef CORE_EXPAND_H
#define CORE_EXPAND_H

#endif
