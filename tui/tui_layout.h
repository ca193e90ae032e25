/* rectangles from a size */
#ifndef TUI_TUI_LAYOUT_H
#define TUI_TUI_LAYOUT_H

#endif
