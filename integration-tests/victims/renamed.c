/* Files whose name is not what it was: renamed, deleted under one of two names, moved with its directory. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_same(int fd, const char *name)
{
	struct stat open_file, named;
	char text[8] = "";

	MUST(fstat(fd, &open_file));
	MUST(stat(victim_path(name), &named));
	CHECK_EQUAL(open_file.st_ino, named.st_ino);
	CHECK_EQUAL(write(fd, "more", 4), 4);
	CHECK_EQUAL(pread(MUST(open(victim_path(name), O_RDONLY)), text, 4, 100), 4);
	CHECK(!strcmp(text, "more"));
}

static int make(const char *name)
{
	int fd = victim_file(name, 100, 1, 0);

	MUST(lseek(fd, 100, SEEK_SET));
	return fd;
}

int main(int argc, char **argv)
{
	int renamed, published, moved;

	victim_begin(argc, argv);
	renamed = make("old");
	MUST(rename(victim_path("old"), victim_path("new")));
	published = make("pending");
	MUST(link(victim_path("pending"), victim_path("published")));
	MUST(unlink(victim_path("pending")));
	MUST(mkdir(victim_path("directory"), 0755));
	moved = make("directory/file");
	MUST(rename(victim_path("directory"), victim_path("elsewhere")));
	victim_wait();
	check_same(renamed, "new");
	check_same(published, "published");
	check_same(moved, "elsewhere/file");
	victim_pass();
}
