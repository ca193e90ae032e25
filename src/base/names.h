/* Names of errno values and signals, as they stand in messages: "ENOENT", "SIGTERM". */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

/* NULL for a number without a name. Async-signal-safe. */
const char *errno_name(int number);
/* "SIGTERM"; NULL for a number without a name. SIGRTMIN and SIGRTMAX have one, those between have not. */
const char *signal_name(int number);

#endif
