#!/bin/bash
# A shell in a terminal of tmux or screen: what was shown before stays on the screen, what is typed later reaches it, its
# jobs are under control, and the one who looks on sees it. Keeps the victims' contract.
directory=$1
multiplexer=$2
socket=$directory/socket

tell() {
	printf %s "$2" >"$directory/.$1" && mv "$directory/.$1" "$directory/$1"
}

await() {
	local left=800
	until eval "$1"; do
		sleep 0.02
		left=$((left - 1))
		[ $left -gt 0 ] || { tell verdict "$1 does not come true"; exit 1; }
	done
}

# What the shell in the terminal does.
inner() {
	trap 'tell interrupted ""' INT
	echo "shown before"
	tell inner ''
	read -r typed
	tell size "$(stty size)"
	echo "typed $typed"
	tell typed "$typed"
	await '[ -e "$directory/interrupted" ]'
	sleep 1000 &
}

tmux_server() { TMUX='' tmux -S "$socket" -f /dev/null -D; }
tmux_start() { tmux -N -S "$socket" new-session -d -x 100 -y 40 "$0 $directory tmux inner; sleep 1000"; }
tmux_look() { tmux -S "$socket" attach; }
tmux_type() { tmux -S "$socket" send-keys "$@"; }
tmux_enter() { tmux_type "$1" Enter; }
tmux_interrupt() { tmux_type C-c; }
tmux_screen() { tmux -S "$socket" capture-pane -p >"$directory/screen"; }
tmux_end() { tmux -S "$socket" kill-server; }

screen_server() { screen -c /dev/null -S job -D -m "$0" "$directory" screen inner; }
screen_start() { [ -e "$directory/inner" ]; }
screen_look() { screen -x job; }
screen_enter() { screen -S job -X stuff "$1^M"; }
screen_interrupt() { screen -S job -X stuff '^C'; }
screen_screen() { screen -S job -X hardcopy "$directory/screen"; }
screen_end() { screen -S job -X quit; }

export SCREENDIR=$directory/screens TERM=vt100
case ${3-} in
inner)
	inner
	[ "$multiplexer" = tmux ] || exec sleep 1000
	exit
	;;
look)
	"${multiplexer}_look"
	exit
	;;
esac
mkdir -m 700 "$directory/screens"
"${multiplexer}_server" </dev/null >/dev/null 2>&1 &
await "${multiplexer}_start 2>/dev/null"
await '[ -e "$directory/inner" ]'
mkfifo "$directory/keys"
exec 9<>"$directory/keys" # at the end of its input script(1) would type one
script -qfc "stty rows 40 columns 100; $0 $directory $multiplexer look" "$directory/seen" <&9 >/dev/null 2>&1 &
await 'grep -q "shown before" "$directory/seen" 2>/dev/null'
tell ready ''
await '[ -e "$directory/go" ]'
"${multiplexer}_enter" hello
await '[ -e "$directory/typed" ]'
"${multiplexer}_interrupt"
await '[ -e "$directory/interrupted" ]'
await "${multiplexer}_screen; grep -q 'typed hello' '$directory/screen'"
await 'grep -q "typed hello" "$directory/seen"'
verdict=ok
[ "$(cat "$directory/typed")" = hello ] || verdict="typed $(cat "$directory/typed")"
grep -q 'shown before' "$directory/screen" || verdict="the screen was lost: $(cat "$directory/screen")"
"${multiplexer}_end"
wait
tell verdict "$verdict"
