/* Reading a directory goes on where it was; a directory descriptor still is a place to open files from. */
#include "victim.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES 400

static int seen[FILES];

/* One getdents64(2) into a small buffer; how many bytes it gave. */
static long read_some(int fd)
{
	char buffer[1024];
	long length = MUST(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)));

	for (long place = 0; place < length;) {
		struct dirent64 *entry = (struct dirent64 *)(buffer + place);

		if (entry->d_name[0] != '.')
			seen[atoi(entry->d_name)]++;
		place += entry->d_reclen;
	}
	return length;
}

int main(int argc, char **argv)
{
	char name[16];
	int fd;

	victim_begin(argc, argv);
	MUST(mkdir(victim_path("many"), 0755));
	fd = MUST(open(victim_path("many"), O_RDONLY | O_DIRECTORY));
	for (int i = 0; i < FILES; i++) {
		sprintf(name, "%d", i);
		close(MUST(openat(fd, name, O_CREAT | O_WRONLY, 0644)));
	}
	for (int i = 0; i < 5; i++)
		CHECK(read_some(fd) > 0);
	victim_wait();
	while (read_some(fd) > 0)
		;
	for (int i = 0; i < FILES; i++)
		CHECK_EQUAL(seen[i], 1);
	close(MUST(openat(fd, "17", O_RDONLY)));
	victim_pass();
}
