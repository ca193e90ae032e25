/* settings_manual.c: prints the settings for supervisortui(1), in mdoc. Runs while building, not installed. */
#include "autoconf.h"

#include <stdio.h>
#include <stdlib.h>

#include "tui/tui_settings.h"

int
main(void)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < tui_nsettings; i++) {
		const struct tui_setting *setting = &tui_settings_table[i];
		struct buf accepted = BUF_INIT(4096);

		if (setting->silent)
			continue;
		tui_setting_accepted(setting, &accepted);
		printf(".It Cm %s\n%s\n", setting->name, setting->help);
		if (accepted.len > 0)
			printf("Accepted: %s; default: %s.\n", buf_str(&accepted),
			       setting->def[0] != '\0' ? setting->def : "empty");
		if (setting->kept)
			puts("Remembered.");
		buf_release(&accepted);
	}
	puts(".El");
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
