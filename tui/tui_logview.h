/* draws a log on a canvas */
#ifndef TUI_TUI_LOGVIEW_H
#define TUI_TUI_LOGVIEW_H

#endif
