/* a grid of cells in memory */
#ifndef TUI_TUI_CANVAS_H
#define TUI_TUI_CANVAS_H

#endif
