# shellcheck shell=bash
# Completion in bash for supervisorctl, supervisord and supervisortui: installed under each of these names.
#
# Options come from `PROGRAM -h`, commands from `supervisorctl help`, names from `supervisorctl status` on the daemon that
# the line names with -c, -s, -u and -p. Whatever a program or group is called, its name is only ever compared, quoted and
# printed: nothing here is expanded or evaluated a second time.

# The words of the line up to the cursor, in `words`, without the quotes that begin them; what is being completed last.
# Bash's own words are of no use: they are cut at colons.
_supervisor_words()
{
	local line=${COMP_LINE:0:COMP_POINT} i
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	for ((i = 0; i < ${#words[@]}; i++)); do
		words[i]=${words[i]#[\"\']}
	done
}

# Options of a program that takes them as `-h` lists them: "-c/--configuration FILENAME -- ...".
_supervisor_options()
{
	local option rest name
	while read -r option rest; do
		[[ $option == -* && $rest == *'-- '* ]] || continue
		while [[ -n $option ]]; do
			name=${option%%/*}
			[[ $option == */* ]] && option=${option#*/} || option=
			printf '%s\n' "$name"
		done
	done < <("$1" -h 2>/dev/null)
}

# Offers the arguments that begin with the word.
_supervisor_offer()
{
	local cur=$1 candidate cut
	shift
	cur=${cur//\\/}
	cut=
	[[ $COMP_WORDBREAKS == *:* && $cur == *:* ]] && cut=${cur%"${cur##*:}"}
	for candidate; do
		[[ $candidate == "$cur"* ]] || continue
		candidate=${candidate#"$cut"}
		# Within quotes the shell takes it as it stands.
		if [[ ${COMP_LINE:0:COMP_POINT} != *[[:blank:]][\"\']* ]]; then
			printf -v candidate %q "$candidate"
		fi
		COMPREPLY+=("$candidate")
	done
}

_supervisor_files()
{
	local IFS=$'\n'
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Runs supervisorctl as the line does, and never waits for a question.
_supervisorctl_run()
{
	"$program" "${connection[@]}" "$@" </dev/null 2>/dev/null
}

_supervisorctl_commands()
{
	local line
	# Two heads, and behind each the names up to an empty line.
	while read -r line && [[ $line != *: ]]; do :; done
	read -r line
	while read -r line && [[ -n $line ]]; do
		# shellcheck disable=SC2086 # words, of our own program
		printf '%s\n' $line
	done
}

# Names from the rows of `status`: of groups, of processes, or, without an argument, all that means processes. What is no
# row (an error) has no state behind its first word.
_supervisorctl_names()
{
	local name state rest group last=
	while read -r name state rest; do
		case $state in
		STOPPED | STARTING | RUNNING | BACKOFF | STOPPING | EXITED | FATAL | UNKNOWN) ;;
		*) continue ;;
		esac
		group=${name%%:*}
		if [[ $1 == groups ]]; then
			[[ $group == "$last" ]] || printf '%s\n' "$group"
		else
			[[ -z $1 && $name == *:* && $group != "$last" ]] && printf '%s:*\n' "$group"
			printf '%s\n' "$name"
		fi
		last=$group
	done < <(_supervisorctl_run status)
}

# Groups of the configuration, active or not.
_supervisorctl_available()
{
	local name rest last=
	while read -r name rest; do
		case $rest in
		'in use '* | 'avail '*) ;;
		*) continue ;;
		esac
		name=${name%%:*}
		[[ $name == "$last" ]] || printf '%s\n' "$name"
		last=$name
	done < <(_supervisorctl_run avail)
}

_supervisorctl_arguments()
{
	local command=$1 n=$2 cur=$3 names
	case $command in
	add) mapfile -t names < <(_supervisorctl_available) ;;
	remove) mapfile -t names < <(_supervisorctl_names groups) ;;
	update) mapfile -t names < <(echo all; _supervisorctl_available; [[ $cur == -* ]] && echo --json) ;;
	status) mapfile -t names < <(echo all; _supervisorctl_names; [[ $cur == -* ]] && printf -- '--%s\n' json watch) ;;
	avail | reread | version) [[ $cur == -* ]] && names=(--json) ;;
	restart | start | stop) mapfile -t names < <(echo all; _supervisorctl_names) ;;
	# These do not take GROUP:*.
	clear | pid) mapfile -t names < <(echo all; _supervisorctl_names processes) ;;
	fg) mapfile -t names < <(_supervisorctl_names processes) ;;
	signal)
		if ((n == 0)); then
			names=(HUP INT QUIT KILL USR1 USR2 TERM STOP CONT)
		else
			mapfile -t names < <(echo all; _supervisorctl_names)
		fi
		;;
	tail)
		mapfile -t names < <(_supervisorctl_names processes)
		((n == 0)) && names+=(-f)
		((n > 0)) && names+=(stdout stderr)
		;;
	maintail) names=(-f) ;;
	help) mapfile -t names < <(_supervisorctl_run help | _supervisorctl_commands; echo cvisor
		_supervisorctl_run help cvisor | _supervisorctl_commands) ;;
	esac
	_supervisor_offer "$cur" "${names[@]}"
}

_supervisorctl()
{
	local words=() connection=() program=$1 i cur names
	COMPREPLY=()
	_supervisor_words
	cur=${words[-1]}
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		-c | -s | -u | -p | -r | --configuration | --serverurl | --username | --password | --history?file)
			if ((i + 1 == ${#words[@]} - 1)); then
				case ${words[i]} in
				-c | -r | --configuration | --history?file) _supervisor_files "$cur" ;;
				-s | --serverurl) _supervisor_offer "$cur" unix:// http:// ;;
				esac
				return
			fi
			connection+=("${words[i]}" "${words[i + 1]%[\"\']}")
			((i++))
			;;
		-*) ;;
		*)
			_supervisorctl_arguments "${words[i]}" $((${#words[@]} - i - 2)) "$cur"
			return
			;;
		esac
	done
	if [[ $cur == -* ]]; then
		mapfile -t names < <(_supervisor_options "$program")
	else
		mapfile -t names < <(_supervisorctl_run help | _supervisorctl_commands; echo help
			_supervisorctl_run help cvisor | _supervisorctl_commands)
	fi
	_supervisor_offer "$cur" "${names[@]}"
}

# supervisord and supervisortui take nothing but options.
_supervisor_only_options()
{
	local words=() names cur
	COMPREPLY=()
	_supervisor_words
	cur=${words[-1]}
	if [[ $cur == -* ]]; then
		mapfile -t names < <(_supervisor_options "$1")
		_supervisor_offer "$cur" "${names[@]}"
	else
		case ${words[-2]} in
		-c | -l | -j | -d | -q | --configuration | --logfile | --pidfile | --directory | --childlogdir)
			_supervisor_files "$cur"
			;;
		-e | --loglevel) _supervisor_offer "$cur" critical error warn info debug trace blather ;;
		-s | --serverurl) [[ $1 == *tui ]] && _supervisor_offer "$cur" unix:// http:// ;;
		esac
	fi
}

complete -F _supervisorctl supervisorctl
complete -F _supervisor_only_options supervisord supervisortui
