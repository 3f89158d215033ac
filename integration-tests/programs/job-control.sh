#!/bin/bash
# A shell with all that shells have: job control, a pipeline whose first process is gone, a coprocess, process
# substitution, a here-document, a trap, a stopped job. Keeps the victims' contract.
directory=$1
set -m

tell() {
	printf %s "$2" >"$directory/.$1" && mv "$directory/.$1" "$directory/$1"
}

verify() {
	[ "$2" = "$3" ] || { tell verdict "$1: $2 is not $3"; exit 1; }
}

await() {
	while [ ! -e "$directory/$1" ]; do sleep 0.02; done
}

squares() {
	while read -r number; do echo $((number * number)); done
}

signals=0
trap 'signals=$((signals + 1))' USR1
true | (await go; sleep 1000) &
pipeline=$(jobs -p %%)
sleep 1000 &
kill -STOP $!
stopped=$!
coproc SQUARES { squares; }
exec 7< <(seq 1 100000) 8<<-END
	$(seq 1 100000)
END
read -r substituted <&7
read -r written <&8

tell ready ''
await go
kill -USR1 $$
verify signals "$signals" 1
echo 12 >&"${SQUARES[1]}"
read -r square <&"${SQUARES[0]}"
verify square "$square" 144
read -r substituted <&7
read -r written <&8
verify 'process substitution' "$substituted" 2
verify here-document "$written" 2
verify 'state of the stopped job' "$(ps -o state= -p $stopped)" T
kill -KILL -- -$stopped -"$pipeline" -"$SQUARES_PID"
verify 'kill of the groups' $? 0
exec 7<&-
wait
tell verdict ok
