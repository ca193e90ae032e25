/* prompts and the command line */
#ifndef TUI_TUI_PROMPT_H
#define TUI_TUI_PROMPT_H

#endif
