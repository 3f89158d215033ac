/* Pipes that are full: with bytes up to the last, and with pieces that are small but fill every place. */
#include "victim.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAPACITY (1 << 20)
#define PLACES 16

int main(int argc, char **argv)
{
	char *expected = malloc(CAPACITY), *bytes = malloc(CAPACITY);
	int large[2], small[2], file;
	struct pollfd writable;
	ssize_t done = 0;

	victim_begin(argc, argv);
	MUST(pipe2(large, O_NONBLOCK));
	MUST(pipe2(small, O_NONBLOCK));
	CHECK_EQUAL(fcntl(large[1], F_SETPIPE_SZ, CAPACITY), CAPACITY);
	victim_fill(expected, CAPACITY, 1);
	CHECK_EQUAL(write(large[1], expected, CAPACITY), CAPACITY);
	file = victim_file("file", 4096, 2, 0);
	for (int i = 0; i < PLACES; i++)
		CHECK_EQUAL(splice(file, &(loff_t) { i }, small[1], NULL, 1, 0), 1);
	victim_wait();
	writable = (struct pollfd) { .fd = large[1], .events = POLLOUT };
	CHECK_EQUAL(poll(&writable, 1, 0), 0);
	CHECK_EQUAL(write(large[1], "x", 1), -1);
	CHECK_EQUAL(errno, EAGAIN);
	while (done < CAPACITY)
		done += MUST(read(large[0], bytes + done, (size_t)(CAPACITY - done)));
	CHECK(!memcmp(bytes, expected, CAPACITY));
	CHECK_EQUAL(read(large[0], bytes, 1), -1);
	victim_fill(expected, 4096, 2);
	for (done = 0; done < PLACES;)
		done += MUST(read(small[0], bytes + done, (size_t)(PLACES - done)));
	CHECK(!memcmp(bytes, expected, PLACES));
	CHECK_EQUAL(write(small[1], expected, 4096), 4096);
	victim_pass();
}
