#!/bin/sh
# layers.sh BUILDDIR SRCDIR: each layer includes only those above it, and the pure parts stay pure.  Lists what the
# objects of src/core, and of the screen's pure files, ask of the world, and fails on descriptors, clocks, processes,
# the environment, users and the event loop (their fortified and large-file forms as well).  What core needs to know
# comes in as arguments.
set -u
build=$1
src=$2
: "${NM:=nm}"
failed=0

io='open openat creat read pread write pwrite close dup dup2 pipe pipe2 fcntl ioctl select poll epoll_wait
socket connect accept bind listen send recv sendmsg recvmsg fopen fdopen freopen popen unlink rename stat lstat fstat
opendir readdir access chdir mkdir'
process='fork vfork execv execve execvp execvpe posix_spawn system kill killpg waitpid wait wait3 wait4 _exit exit signal
sigaction sigprocmask setuid setgid'
world='time clock_gettime gettimeofday localtime localtime_r mktime nanosleep sleep usleep alarm getenv secure_getenv
setenv putenv getpwnam getpwuid getpwnam_r getpwuid_r getgrnam getgrgid gethostname getpid getuid geteuid uname sysconf
getrandom random rand printf puts putchar stdout stderr syslog isatty'

# What src/base has of the world, for the other layers.
base='clock_read'

# What comes with a rule of its own: whole families.
families='^(event_|evbuffer_|evhttp_|bufferevent_|evconnlistener_|evutil_)'
curses='^(initscr|newterm|endwin|wadd|wmove|wrefresh|doupdate|getch|wgetch|stdscr|LINES|COLS|tget|tput|setupterm|init_pair)'

# Ours by the same kind of name: event_name() of src/core/event.c is not libevent's.
own=$($NM --defined-only "$build/libcore.a" "$build/libbase.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | tr '\n' ' ')
[ -n "$own" ] || { echo "layers: $NM finds nothing in $build/libcore.a and $build/libbase.a"; exit 1; }

# may_include FOLDER LAYER...: the files of FOLDER include nothing of ours but what is in these layers.
may_include() {
	folder=$1
	shift
	found=$(grep -nE '^#include "[a-z]+/' "$src/$folder"/*.[ch] |
		grep -vE "#include \"($(echo "$*" | tr ' ' '|'))/")
	if [ -n "$found" ]; then
		printf 'layers: %s may include only %s:\n%s\n' "$folder" "$*" "$found"
		failed=1
	fi
}

# check TITLE FAMILIES OBJECT-OR-ARCHIVE...
check() {
	title=$1
	pattern=$2
	shift 2
	found=$($NM -u -A "$@" 2>/dev/null | awk -v banned="$io $process $world $base" -v families="$pattern" -v own="$own" '
		BEGIN { n = split(banned, names); for (i = 1; i <= n; i++) bad[names[i]] = 1
			n = split(own, names); for (i = 1; i <= n; i++) ours[names[i]] = 1 }
		{
			symbol = $NF
			sub(/@.*/, "", symbol)
			plain = symbol
			sub(/^__/, "", plain)
			sub(/_chk$/, "", plain)
			sub(/64(_2)?$/, "", plain)
			sub(/_2$/, "", plain)
			if (symbol in bad || plain in bad || (symbol ~ families && !(symbol in ours)))
				print $0
		}')
	if [ -n "$found" ]; then
		printf 'layers: %s must not use these:\n%s\n' "$title" "$found"
		failed=1
	fi
}

may_include src/base base
may_include src/core base core
may_include src/client base core client
may_include src/daemon base core client daemon
may_include src/ctl base core client ctl
may_include tui base core client tui

check 'src/core' "$families" "$build/libcore.a"

# All of tui/ is pure but these: the wiring, the terminal, connections, children and files.
screen_world='app frame serve signals run_screen run_once run_plain play effects
term term_ask term_paint term_say out rescue
conn conn_calls conn_log conn_poll links endpoint ssh ssh_dir ssh_probe options
attach guard foreground fork child writer export file conffile histfile seen secret recorder'

for name in $screen_world; do
	[ -f "$build/tui/libtui_a-tui_$name.o" ] || { echo "layers: there is no tui_$name any more"; failed=1; }
done
set --
for object in "$build"/tui/libtui_a-tui_*.o; do
	name=${object##*/libtui_a-tui_}
	name=${name%.o}
	[ -f "$src/tui/tui_$name.c" ] || continue # of a file that was renamed since
	case " $(echo "$screen_world" | tr '\n' ' ') " in
	*" $name "*) continue ;;
	esac
	set -- "$@" "$object"
	if grep -nHE "#include \"tui/tui_($(echo "$screen_world" | tr ' \n' '||'))\.h\"" "$src/tui/tui_$name.c"; then
		echo "layers: tui_$name is pure, and must not include these"
		failed=1
	fi
done
[ $# -gt 0 ] || { echo "layers: no objects of the screen in $build/tui"; exit 1; }
check 'the pure part of tui' "$families|$curses" "$@"

[ $failed -eq 0 ] && echo "layers: each includes those above it; src/core and the pure part of tui ask nothing of the world"
exit $failed
