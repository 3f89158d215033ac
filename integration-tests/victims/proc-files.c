/* Open files of /proc that tell of this process, of a child and of the node. */
#include "victim.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long pid_in(int fd)
{
	char text[64] = "";

	CHECK(pread(fd, text, sizeof(text) - 1, 0) > 0);
	return strtol(text, NULL, 10);
}

int main(int argc, char **argv)
{
	int self, again, memory, other, node, descriptors;
	static long word = 4711;
	long found = 0;
	char path[64], text[16];
	pid_t child;

	victim_begin(argc, argv);
	child = victim_fork(victim_await_go);
	self = MUST(open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
	again = MUST(dup(self));
	memory = MUST(open("/proc/self/mem", O_RDWR));
	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	other = MUST(open(path, O_RDONLY));
	node = MUST(open("/proc/meminfo", O_RDONLY));
	descriptors = MUST(open("/proc/self/fd", O_RDONLY | O_DIRECTORY));
	CHECK_EQUAL(read(self, text, 2), 2);
	CHECK_EQUAL(read(node, text, 3), 3);
	victim_wait();
	CHECK_EQUAL(lseek(self, 0, SEEK_CUR), 2);
	CHECK_EQUAL(lseek(again, 1, SEEK_SET), 1);
	CHECK_EQUAL(lseek(self, 0, SEEK_CUR), 1);
	CHECK_EQUAL(fcntl(self, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(fcntl(again, F_GETFD), 0);
	CHECK_EQUAL(pid_in(self), getpid());
	CHECK_EQUAL(pid_in(other), child);
	CHECK_EQUAL(pread(memory, &found, sizeof(found), (off_t)&word), sizeof(found));
	CHECK_EQUAL(found, 4711);
	CHECK_EQUAL(read(node, text, 5), 5);
	CHECK(!strncmp(text, "Total", 5));
	CHECK(readdir(fdopendir(descriptors)) != NULL);
	victim_join(child);
	victim_pass();
}
