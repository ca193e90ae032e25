/*
 * Many calls of one method as one request. The daemon takes no request above a size (request_maxbytes, 64 kB at the
 * least), so there is a limit on how many go into one; where it is still too large, the caller halves it.
 */
#ifndef TUI_MULTICALL_H
#define TUI_MULTICALL_H

#include "tui/tui_model.h"

#define TUI_CALLS_AT_ONCE 200
#define TUI_CALLS_BYTES 49152     /* of one request, about */
#define TUI_CALL_TOO_LARGE (-413) /* code of an answer: the request was too large for the daemon */

/* The parameters of call i, which are given away. */
typedef struct xmlrpc_value *tui_params_fn(const void *arg, size_t i);

/* One call alone is made as it is. */
void tui_multicall(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method, size_t n,
		   tui_params_fn *params, const void *arg);
/* What came of call i of n: its value, or NULL with *code and *fault replaced by its own, where it has its own. */
const struct xmlrpc_value *tui_multicall_result(const struct xmlrpc_value *value, size_t i, size_t n,
						int *code, const char **fault);
/* About the bytes that a call with parameters of so many bytes takes. */
size_t tui_multicall_bytes(const char *method, size_t params);
/* What a fault means, in few words; else its own text. Borrowed. */
const char *tui_fault_text(int code, const char *fault);

#endif
