#!/bin/bash
# make -j2 of a small project in C, again and again until told to stop: what the program prints in the end is known.
directory=$1
sources=12

tell() {
	printf %s "$2" >"$directory/.$1" && mv "$directory/.$1" "$directory/$1"
}

write_sources() {
	local i
	for i in $(seq $sources); do
		echo "long part$i(long value) { return (value * 31 + $i) % 1000003; }"
	done | while read -r line; do
		name=${line#long }
		echo "$line" >"$directory/${name%%(*}.c"
	done
	{
		echo '#include <stdio.h>'
		for i in $(seq $sources); do echo "long part$i(long);"; done
		echo 'int main(void) { long value = 1;'
		for i in $(seq $sources); do echo "value = part$i(value);"; done
		echo 'printf("%ld\n", value); }'
	} >"$directory/main.c"
	cat >"$directory/Makefile" <<-'END'
		.RECIPEPREFIX = >
		objects := $(patsubst %.c,%.o,$(wildcard *.c))
		program: $(objects)
		> gcc -o $@ $^
		%.o: %.c
		> gcc -O2 -c -o $@ $<
		clean:
		> rm -f program $(objects)
	END
}

expected() {
	local value=1 i
	for i in $(seq $sources); do value=$(((value * 31 + i) % 1000003)); done
	echo $value
}

write_sources
verdict=ok
until [ "$verdict" != ok ] || [ -e "$directory/go" ]; do
	make -s -C "$directory" clean
	(sleep 0.1 && tell ready '') &
	if make -s -j2 -C "$directory" >"$directory/log" 2>&1; then
		printed=$("$directory/program")
		[ "$printed" = "$(expected)" ] || verdict="the program prints $printed"
	else
		verdict="make failed: $(tail -3 "$directory/log")"
	fi
	wait
done
tell verdict "$verdict"
