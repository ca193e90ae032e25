#!/bin/sh
# banned.sh SRCDIR: calls that we do not make, each with what to use instead.  Comments and strings do not count.
set -u
cd "$1" || exit 1

# shellcheck disable=SC2016  # the program is awk's
find src tui -name '*.[ch]' | sort | xargs awk '
	BEGIN {
		use["strcpy"] = "buf, or xstrdup"
		use["strcat"] = "buf"
		use["sprintf"] = "buf_printf, or snprintf"
		use["vsprintf"] = "vsnprintf"
		use["strtok"] = "strchr or strcspn: strtok writes into its argument and is not reentrant"
		use["atoi"] = "the parsers of core/values: atoi cannot fail"
		use["alloca"] = "xmalloc, or buf with a maximum"
		use["system"] = "spawn"
		use["popen"] = "spawn"
		use["signal"] = "sigaction, or an event of the loop"
		use["localtime"] = "localtime_r"
		use["gmtime"] = "gmtime_r"
		use["sleep"] = "a timer of the loop"
		use["usleep"] = "a timer of the loop"
	}
	FNR == 1 { comment = 0 }
	{
		line = $0
		gsub(/\\./, "", line)
		gsub(/"[^"]*"/, "\"\"", line)
		if (comment) {
			if (!match(line, /\*\//))
				next
			line = substr(line, RSTART + 2)
			comment = 0
		}
		while (match(line, /\/\*/)) {
			head = substr(line, 1, RSTART - 1)
			tail = substr(line, RSTART + 2)
			if (match(tail, /\*\//))
				line = head " " substr(tail, RSTART + 2)
			else {
				line = head
				comment = 1
			}
		}
		sub(/\/\/.*/, "", line)
		while (match(line, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
			name = substr(line, RSTART, RLENGTH)
			before = substr(line, 1, RSTART - 1)
			line = substr(line, RSTART + RLENGTH)
			sub(/[ \t]*\($/, "", name)
			if (name in use && before !~ /(->|\.)$/) {
				printf "%s:%d: %s(): use %s\n", FILENAME, FNR, name, use[name]
				bad = 1
			}
		}
	}
	END { exit bad }' && echo "banned: none of the calls that we do not make"
