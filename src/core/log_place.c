/* log_place.c: see log_place.h. */
#include "autoconf.h"

#include "core/log_place.h"

/* What was counted so far ends where the new file begins. */
static void
begin(struct log_place *l, uint64_t dev, uint64_t ino, int64_t end)
{
	*l = (struct log_place){.known = true, .base = l->base + l->end, .end = end, .dev = dev, .ino = ino};
}

void
log_place_opened(struct log_place *l, uint64_t dev, uint64_t ino, int64_t end)
{
	log_place_reached(l, dev, ino, end, end < l->end);
}

void
log_place_reached(struct log_place *l, uint64_t dev, uint64_t ino, int64_t end, bool began)
{
	if (!l->known || began || l->dev != dev || l->ino != ino)
		begin(l, dev, ino, end);
	else
		l->end = end;
}

void
log_place_emptied(struct log_place *l)
{
	if (l->known)
		begin(l, l->dev, l->ino, 0);
}

int64_t
log_place_total(const struct log_place *l)
{
	return l->known ? l->base + l->end : -1;
}

int64_t
log_place_offset(const struct log_place *l, int64_t total)
{
	return l->known && total >= l->base ? total - l->base : -1;
}
