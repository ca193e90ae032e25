/* the matrix: state x event x now -> new state and actions */
#ifndef CORE_PROCESS_SM_H
#define CORE_PROCESS_SM_H

#endif
