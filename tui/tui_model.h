/* pure: stream events and actions in; rows, selection, messages out */
#ifndef TUI_TUI_MODEL_H
#define TUI_TUI_MODEL_H

#endif
