# Completion in fish for supervisorctl, supervisord and supervisortui: installed under each of these names.
# Names come from `supervisorctl status` on the daemon that the line names; fish quotes them, nothing is evaluated.

# Runs supervisorctl with the line's own options of connection, which stand before the command.
function __supervisorctl_run
	set -l words (commandline -opc)
	set -l program $words[1]
	set -l connection
	set -l take 0
	for word in $words[2..-1]
		if test $take = 1
			set -a connection $word
			set take 0
		else if contains -- $word -c -s -u -p --configuration --serverurl --username --password
			set -a connection $word
			set take 1
		else if not string match -q -- '-*' $word
			break
		end
	end
	$program $connection $argv </dev/null 2>/dev/null
end

# The command on the line, and how many words follow it before the one that is completed; nothing when there is none.
function __supervisorctl_command
	set -l words (commandline -opc)
	set -l skip 0
	set -l rest 0
	set -l command
	for word in $words[2..-1]
		if set -q command[1]
			set rest (math $rest + 1)
		else if test $skip = 1
			set skip 0
		else if contains -- $word -c -s -u -p -r --configuration --serverurl --username --password --history-file --history_file
			set skip 1
		else if not string match -q -- '-*' $word
			set command $word
		end
	end
	set -q command[1]
	and printf '%s\n' $command $rest
end

function __supervisorctl_needs_command
	test (count (__supervisorctl_command)) = 0
end

function __supervisorctl_in
	set -l found (__supervisorctl_command)
	contains -- "$found[1]" $argv
end

# A word that is not the first behind these commands.
function __supervisorctl_after_first
	set -l found (__supervisorctl_command)
	contains -- "$found[1]" $argv
	and test "$found[2]" -gt 0
end

function __supervisorctl_at_first
	set -l found (__supervisorctl_command)
	contains -- "$found[1]" $argv
	and test "$found[2]" -eq 0
end

# The names of the lists that `help` prints: between the line of "=" and the next empty one.
function __supervisorctl_commands
	for topic in '' cvisor
		set -l listed 0
		for line in (__supervisorctl_run help $topic)
			if string match -q '=*' -- $line
				set listed 1
			else if test $listed = 1 -a -z "$line"
				break
			else if test $listed = 1
				string split -n ' ' -- $line
			end
		end
	end
end

function __supervisorctl_rows
	__supervisorctl_run status | string match -r -- '^\S+(?=\s+(?:STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN)\s)'
end

function __supervisorctl_names
	set -l names (__supervisorctl_rows)
	printf '%s\n' $names
	string match -r -- '^[^:]+(?=:)' $names | sort -u | string replace -r '$' ':*'
end

function __supervisorctl_groups
	__supervisorctl_rows | string replace -r ':.*' '' | sort -u
end

function __supervisorctl_available
	__supervisorctl_run avail | string match -r -- '^\S+(?=\s+(?:in use|avail)\s)' | string replace -r ':.*' '' | sort -u
end

complete -c supervisorctl -f
complete -c supervisorctl -n __supervisorctl_needs_command -s c -l configuration -r -F -d 'configuration file'
complete -c supervisorctl -n __supervisorctl_needs_command -s s -l serverurl -x -a 'unix:// http://' -d 'where the daemon listens'
complete -c supervisorctl -n __supervisorctl_needs_command -s u -l username -x -d 'user name'
complete -c supervisorctl -n __supervisorctl_needs_command -s p -l password -x -d 'password'
complete -c supervisorctl -n __supervisorctl_needs_command -s r -l history-file -r -F -d 'history of the prompt'
complete -c supervisorctl -n __supervisorctl_needs_command -s i -l interactive -d 'ask where a command needs an answer'
complete -c supervisorctl -n __supervisorctl_needs_command -s h -l help -d 'print the options'
complete -c supervisorctl -n __supervisorctl_needs_command -l json -d 'answer with one JSON document'
complete -c supervisorctl -n __supervisorctl_needs_command -a '(__supervisorctl_commands) help'
complete -c supervisorctl -n '__supervisorctl_in help' -a '(__supervisorctl_commands) cvisor'
complete -c supervisorctl -n '__supervisorctl_in restart start status stop' -a '(__supervisorctl_names)'
# These do not take GROUP:*.
complete -c supervisorctl -n '__supervisorctl_in clear fg pid tail' -a '(__supervisorctl_rows)'
complete -c supervisorctl -n '__supervisorctl_in clear pid restart start status stop update' -a all
complete -c supervisorctl -n '__supervisorctl_at_first signal' -a 'HUP INT QUIT KILL USR1 USR2 TERM STOP CONT'
complete -c supervisorctl -n '__supervisorctl_after_first signal' -a 'all (__supervisorctl_names)'
complete -c supervisorctl -n '__supervisorctl_after_first tail' -a 'stdout stderr'
complete -c supervisorctl -n '__supervisorctl_at_first tail maintail' -s f -d 'follow it'
complete -c supervisorctl -n '__supervisorctl_in remove' -a '(__supervisorctl_groups)'
complete -c supervisorctl -n '__supervisorctl_in add update' -a '(__supervisorctl_available)'
complete -c supervisorctl -n '__supervisorctl_in avail reread status update version' -l json -d 'one JSON document'
complete -c supervisorctl -n '__supervisorctl_in status' -l watch -d 'show what changes'

# What `PROGRAM -h` lists: "-c/--configuration FILENAME -- text".
for program in supervisord supervisortui
	complete -c $program -a "(__supervisor_options $program)"
end

function __supervisor_options
	string match -q -- '-*' (commandline -ct)
	or return
	set -l words (commandline -opc)
	$words[1] -h 2>/dev/null | string match -r -- '^-\S+.* -- .*' | while read -l line
		set -l text (string replace -r '^.*? -- ' '' -- $line)
		for option in (string split / -- (string split -f 1 ' ' -- $line))
			printf '%s\t%s\n' $option $text
		end
	end
end
