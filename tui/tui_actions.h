/* action -> change of the model or RPC request */
#ifndef TUI_TUI_ACTIONS_H
#define TUI_TUI_ACTIONS_H

#endif
