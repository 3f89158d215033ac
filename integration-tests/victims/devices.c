/* The harmless character devices. */
#include "victim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const struct {
	const char *path;
	int flags;
	unsigned int minor;
} devices[] = {
	{ "/dev/null", O_RDWR, 3 }, { "/dev/zero", O_RDONLY, 5 }, { "/dev/full", O_RDWR | O_NONBLOCK, 7 },
	{ "/dev/random", O_RDONLY, 8 }, { "/dev/urandom", O_RDONLY | O_CLOEXEC, 9 },
};

int main(int argc, char **argv)
{
	int fds[COUNT_OF(devices)];
	struct stat status;
	char bytes[64];

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(devices); i++)
		fds[i] = MUST(open(devices[i].path, devices[i].flags));
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(devices); i++) {
		MUST(fstat(fds[i], &status));
		CHECK_EQUAL(status.st_rdev, makedev(1, devices[i].minor));
		CHECK_EQUAL(fcntl(fds[i], F_GETFL) & (O_ACCMODE | O_NONBLOCK), devices[i].flags & ~O_CLOEXEC);
		CHECK_EQUAL(read(fds[i], bytes, sizeof(bytes)), i == 0 ? 0 : (ssize_t)sizeof(bytes));
	}
	CHECK_EQUAL(write(fds[0], bytes, sizeof(bytes)), sizeof(bytes));
	CHECK_EQUAL(write(fds[2], bytes, sizeof(bytes)), -1);
	CHECK_EQUAL(errno, ENOSPC);
	victim_pass();
}
