#!/bin/bash
# A job on a terminal of its own, as script(1) makes one: all that it shows is in the transcript, once and in order.
directory=$1

# Counts on the terminal until told to stop.
count() {
	local number=0
	until [ $number -ge 200 ] && [ -e "$directory/go" ]; do
		number=$((number + 1))
		echo $number
		[ $number -ne 100 ] || : >"$directory/ready"
		[ $((number % 50)) -ne 0 ] || sleep 0.01
	done
	stty size >"$directory/size"
	echo $number >"$directory/counted"
}

if [ "${2-}" = inner ]; then
	stty rows 40 columns 100
	count
	exit
fi
script -qec "$0 $directory inner" "$directory/typescript" </dev/null >/dev/null
shown=$(tr -d '\r' <"$directory/typescript" | grep -E '^[0-9]+$' |
	awk '$1 != NR { wrong = wrong ? wrong : NR ": " $0 } END { print wrong ? wrong : NR }')
counted=$(cat "$directory/counted")
size=$(cat "$directory/size")
if [ "$shown" != "$counted" ]; then verdict="line $shown of $counted"; elif [ "$size" != "40 100" ]; then verdict="size $size"; else verdict=ok; fi
printf %s "$verdict" >"$directory/.pending"
mv "$directory/.pending" "$directory/verdict"
