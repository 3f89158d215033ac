/* Flags of open files: synchronous, direct, appending, without access times, a mere place, closed on exec; O_NOFOLLOW may come. */
#include "victim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK 4096

static const int wanted[] = {
	O_RDWR | O_DIRECT, O_WRONLY | O_SYNC, O_RDWR | O_DSYNC | O_APPEND, O_RDONLY | O_NOATIME, O_RDWR | O_NONBLOCK, O_PATH,
	O_RDWR | O_DIRECT | O_SYNC | O_APPEND,
};

int main(int argc, char **argv)
{
	int files[COUNT_OF(wanted)], flags[COUNT_OF(wanted)];
	void *block = NULL;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		char name[2] = { (char)('a' + i), 0 };

		MUST(close(victim_file(name, BLOCK, i, 0)));
		files[i] = open(victim_path(name), wanted[i] | (i % 2 ? O_CLOEXEC : 0));
		if (files[i] < 0 && errno == EINVAL)
			victim_skip("no direct input and output here");
		MUST(files[i]);
		flags[i] = MUST(fcntl(files[i], F_GETFL)) & ~O_NOFOLLOW;
	}
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		CHECK_EQUAL(fcntl(files[i], F_GETFL) & ~O_NOFOLLOW, flags[i]);
		CHECK_EQUAL(fcntl(files[i], F_GETFD), i % 2 ? FD_CLOEXEC : 0);
	}
	CHECK_EQUAL(posix_memalign(&block, BLOCK, BLOCK), 0);
	CHECK_EQUAL(read(files[0], block, BLOCK), BLOCK);
	victim_check_fill("direct", block, BLOCK, 0);
	CHECK_EQUAL(write(files[6], block, BLOCK), BLOCK);
	CHECK_EQUAL(lseek(files[6], 0, SEEK_END), 2 * BLOCK);
	CHECK_EQUAL(read(files[5], block, BLOCK), -1);
	CHECK_EQUAL(errno, EBADF);
	victim_pass();
}
