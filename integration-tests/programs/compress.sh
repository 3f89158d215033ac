#!/bin/bash
# Numbers through gzip and xz and back: what comes out has the digest of what went in.
directory=$1

tell() {
	printf %s "$2" >"$directory/.$1" && mv "$directory/.$1" "$directory/$1"
}

# Until told to stop; the last line tells how far.
produce() {
	local first=1
	until [ $first -gt 300000 ] && [ -e "$directory/go" ]; do
		seq $first $((first + 9999))
		first=$((first + 10000))
		[ $first -ne 100001 ] || tell ready ''
	done
	tell produced $((first - 1))
}

came=$(produce | gzip | xz -1 -T2 | xz -dc | gzip -dc | sha256sum)
went=$(seq "$(cat "$directory/produced")" | sha256sum)
[ "$came" = "$went" ] && verdict=ok || verdict="$came of $(cat "$directory/produced") lines"
tell verdict "$verdict"
