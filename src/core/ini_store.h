/* What reading puts into a struct ini, for the files of core/ini only. */
#ifndef CORE_INI_STORE_H
#define CORE_INI_STORE_H

#include "core/ini.h"

/* The name of a file, which the ini keeps for as long as it lives. */
const char *ini_store_file(struct ini *ini, const char *name);
/* The section, which is made when there is none of that name; file as ini_store_file returned it. */
struct ini_section *ini_store_section(struct ini *ini, const char *name, const char *file, int line);
/* Takes value over. */
void ini_store_option(struct ini *ini, struct ini_section *section, const char *name, char *value,
		      const char *file, int line);
/* Returns false. */
bool ini_too_long(struct err *err, const char *what, unsigned max, const char *file, int line);

#endif
