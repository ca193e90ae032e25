/* draws the model on a canvas */
#ifndef TUI_TUI_VIEW_H
#define TUI_TUI_VIEW_H

#endif
