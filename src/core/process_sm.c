/* process_sm.c: the matrix: state x event x now -> new state and actions */
#include "autoconf.h"

#include "core/process_sm.h"
