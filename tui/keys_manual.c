/* keys_manual.c: prints the keys for supervisortui(1), in mdoc. Runs while building, not installed. */
#include "autoconf.h"

#include <stdio.h>
#include <stdlib.h>

#include "tui/tui_help.h"

/* A key may be a character that means something to mdoc. */
static void
print_keys(const struct tui_binding *b)
{
	char keys[TUI_HELP_KEYS_MAX];

	fputs(".It Ic", stdout);
	for (const char *k = tui_help_keys(b, keys); *k != '\0'; k++) {
		if (k == keys || k[-1] == ' ')
			fputs(k == keys ? " \\&" : "\\&", stdout);
		if (*k == '\\')
			fputs("\\e", stdout);
		else if (*k == '^')
			fputs("\\(ha", stdout);
		else
			putchar(*k);
	}
	putchar('\n');
}

int
main(void)
{
	for (int keymap = 0; keymap < TUI_NKEYMAPS; keymap++) {
		printf(".Ss \\&%s\n.Bl -tag -width \"j Down Enter ^N\" -compact\n",
		       tui_keymap_titles[keymap]);
		for (size_t i = 0; i < tui_nbindings; i++) {
			if (tui_bindings[i].keymap != (enum tui_keymap)keymap)
				continue;
			print_keys(&tui_bindings[i]);
			puts(tui_bindings[i].help);
			printf(".Pq Cm %s\n", tui_action_table[tui_bindings[i].action].name);
		}
		puts(".El");
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
