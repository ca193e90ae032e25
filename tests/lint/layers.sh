#!/bin/sh
# layers.sh BUILDDIR: the pure parts stay pure.  Lists what the objects of src/core, and of the screen's pure files,
# ask of the world, and fails on descriptors, clocks, processes, the environment, users and the event loop (their
# fortified and large-file forms as well).  What core needs to know comes in as arguments.
set -u
build=$1
: "${NM:=nm}"
failed=0

io='open openat creat read pread write pwrite close dup dup2 pipe pipe2 fcntl ioctl select poll epoll_wait
socket connect accept bind listen send recv sendmsg recvmsg fopen fdopen freopen popen unlink rename stat lstat fstat
opendir readdir access chdir mkdir'
process='fork vfork execv execve execvp execvpe posix_spawn system kill killpg waitpid wait wait3 wait4 _exit exit signal
sigaction sigprocmask setuid setgid'
world='time clock_gettime gettimeofday localtime gmtime nanosleep sleep usleep alarm getenv secure_getenv setenv putenv
getpwnam getpwuid getpwnam_r getpwuid_r getgrnam getgrgid gethostname getpid getuid geteuid uname sysconf'

# What comes with a rule of its own: whole families.
families='^(event_|evbuffer_|evhttp_|bufferevent_|evconnlistener_|evutil_)'
curses='^(initscr|newterm|endwin|wadd|wmove|wrefresh|doupdate|getch|wgetch|stdscr|LINES|COLS|tget|tput|setupterm|init_pair)'

# Ours by the same kind of name: event_name() of src/core/event.c is not libevent's.
own=$($NM --defined-only "$build/libcore.a" "$build/libbase.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | tr '\n' ' ')

# check TITLE FAMILIES OBJECT-OR-ARCHIVE...
check() {
	title=$1
	pattern=$2
	shift 2
	found=$($NM -u -A "$@" 2>/dev/null | awk -v banned="$io $process $world" -v families="$pattern" -v own="$own" '
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
			if (symbol in ours)
				next
			if (symbol in bad || plain in bad || symbol ~ families)
				print $0
		}')
	if [ -n "$found" ]; then
		printf 'layers: %s must not use these:\n%s\n' "$title" "$found"
		failed=1
	fi
}

[ -f "$build/libcore.a" ] || { echo "layers: $build/libcore.a is not built"; exit 1; }
check 'src/core' "$families" "$build/libcore.a"

# All of tui/ is pure but these.
set --
for object in "$build"/tui/libtui_a-tui_*.o; do
	case ${object##*/} in
	libtui_a-tui_conn.o | libtui_a-tui_term.o | libtui_a-tui_child.o) ;;
	*.o) [ -f "$object" ] && set -- "$@" "$object" ;;
	esac
done
[ $# -gt 0 ] && check 'the pure part of tui' "$families|$curses" "$@"

[ $failed -eq 0 ] && echo "layers: src/core and the pure part of tui ask nothing of the world"
exit $failed
