/* tui_colour.c: see tui_colour.h. The cube and the greys are xterm's. */
#include "autoconf.h"

#include "tui/tui_colour.h"

#define CUBE 16   /* the first of 6 x 6 x 6 */
#define GREYS 232 /* the first of 24 */

struct rgb {
	int r;
	int g;
	int b;
};

/* xterm's first 16. */
static const struct rgb basic[16] = {
    {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},   {0, 0, 238}, {205, 0, 205},
    {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},     {0, 255, 0}, {255, 255, 0},
    {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255},
};

static const int steps[6] = {0, 95, 135, 175, 215, 255};

static struct rgb
rgb_of(unsigned n)
{
	int grey;

	if (n < CUBE)
		return basic[n];
	if (n < GREYS) {
		n -= CUBE;
		return (struct rgb){steps[n / 36], steps[n / 6 % 6], steps[n % 6]};
	}
	grey = 8 + 10 * ((int)(n > 255 ? 255 : n) - GREYS);
	return (struct rgb){grey, grey, grey};
}

/* Squares of the differences, the eye's green counting most. */
static int
distance(struct rgb a, struct rgb b)
{
	int r = a.r - b.r, g = a.g - b.g, bl = a.b - b.b;

	return 3 * r * r + 6 * g * g + bl * bl;
}

static unsigned
nearest_step(int v)
{
	unsigned best = 0;

	for (unsigned i = 1; i < 6; i++)
		if ((v - steps[i]) * (v - steps[i]) < (v - steps[best]) * (v - steps[best]))
			best = i;
	return best;
}

unsigned
tui_colour_of_rgb(unsigned r, unsigned g, unsigned b)
{
	struct rgb want = {(int)(r & 255), (int)(g & 255), (int)(b & 255)};
	int mean = (want.r + want.g + want.b) / 3;
	unsigned cube = CUBE + 36 * nearest_step(want.r) + 6 * nearest_step(want.g) + nearest_step(want.b);
	unsigned grey = GREYS + (mean < 8 ? 0 : mean > 238 ? 23 : ((unsigned)mean - 3) / 10);

	return distance(rgb_of(grey), want) < distance(rgb_of(cube), want) ? grey : cube;
}

unsigned
tui_colour_reduce(unsigned n, int count)
{
	unsigned few = count < 16 ? 8 : 16, best = 0;
	struct rgb want;

	if (n < few || (count >= 256 && n < 256))
		return n;
	if (n < 16)
		return n % 8; /* the same in bright; who draws it may make it bold */
	want = rgb_of(n);
	for (unsigned i = 1; i < few; i++)
		if (distance(basic[i], want) < distance(basic[best], want))
			best = i;
	return best;
}

unsigned
tui_colour_rgb(unsigned n)
{
	struct rgb c = rgb_of(n);

	return (unsigned)c.r << 16 | (unsigned)c.g << 8 | (unsigned)c.b;
}

bool
tui_colour_is_light(unsigned r, unsigned g, unsigned b)
{
	/* ITU-R BT.601 luma, in thousandths. */
	return 299 * r + 587 * g + 114 * b > 127500;
}
