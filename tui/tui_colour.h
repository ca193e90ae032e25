/* Colours by their numbers: a palette of 256, and the nearest of fewer. Pure. */
#ifndef TUI_COLOUR_H
#define TUI_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

/* The number among 0..255 that is nearest to a colour of 24 bits; never one of the first 16, whose look is the
   terminal user's choice. */
unsigned tui_colour_of_rgb(unsigned r, unsigned g, unsigned b);
/* The number among the first count (8, 16, 88 or 256) that is nearest to n of 256. */
unsigned tui_colour_reduce(unsigned n, int count);
/* Its parts, 0xrrggbb. */
unsigned tui_colour_rgb(unsigned n);
/* Is this a colour on which dark letters are read better? Parts are 0..255. */
bool tui_colour_is_light(unsigned r, unsigned g, unsigned b);

#endif
