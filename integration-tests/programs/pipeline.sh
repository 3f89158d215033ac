#!/bin/bash
# A pipeline of five stages: numbers go in one by one, every one comes out, in order, whatever happens.
directory=$1

# Counts until told to stop; the last line tells how far.
produce() {
	local number=0
	until [ $number -ge 200 ] && [ -e "$directory/go" ]; do
		number=$((number + 1))
		echo $number
		[ $number -ne 100 ] || : >"$directory/ready"
		[ $((number % 50)) -ne 0 ] || sleep 0.01
	done
	echo $number >"$directory/produced"
}

check() {
	awk '$1 != NR { wrong = wrong ? wrong : NR ": " $0 } END { print wrong ? wrong : NR }'
}

passed=$(produce | rev | sed -u 's/^/x/' | sed 's/^x//' | rev | check)
produced=$(cat "$directory/produced")
if [ "$passed" = "$produced" ]; then verdict=ok; else verdict="line $passed of $produced"; fi
printf %s "$verdict" >"$directory/.pending"
mv "$directory/.pending" "$directory/verdict"
