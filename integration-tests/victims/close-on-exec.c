/* Close-on-exec belongs to a descriptor, not to the file; and no descriptor appears that was not there. */
#include "victim.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;
	int count = 0;

	CHECK(directory != NULL);
	while ((entry = readdir(directory)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory))
			count++;
	closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	int closing, staying, ends[2], count;

	victim_begin(argc, argv);
	closing = victim_file("file", 100, 1, O_CLOEXEC);
	staying = MUST(fcntl(closing, F_DUPFD, 900));
	MUST(pipe2(ends, O_CLOEXEC));
	MUST(fcntl(ends[1], F_SETFD, 0));
	count = open_descriptors();
	victim_wait();
	CHECK_EQUAL(open_descriptors(), count);
	CHECK_EQUAL(fcntl(closing, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(fcntl(staying, F_GETFD), 0);
	CHECK_EQUAL(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(fcntl(ends[1], F_GETFD), 0);
	victim_pass();
}
