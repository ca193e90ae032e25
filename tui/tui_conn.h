/* connection, backoff, feeding the model */
#ifndef TUI_TUI_CONN_H
#define TUI_TUI_CONN_H

#endif
