/* A directory and a mere place in a mount that is attached nowhere: both are called "/". */
#include "victim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPEN_TREE       428
#define OPEN_TREE_CLONE 1

int main(int argc, char **argv)
{
	struct stat found, wanted;
	int place, directory;

	victim_begin(argc, argv);
	place = (int)syscall(OPEN_TREE, AT_FDCWD, "/usr/lib", OPEN_TREE_CLONE | O_CLOEXEC);
	if (place < 0)
		victim_skip("mounts may not be made");
	directory = MUST(openat(place, ".", O_RDONLY | O_DIRECTORY));
	victim_expect_refusal("fd 3&fd 4&its path does not lead to it");
	victim_wait();
	MUST(stat("/usr/lib", &wanted));
	MUST(fstat(place, &found));
	CHECK_EQUAL(found.st_ino, wanted.st_ino);
	MUST(fstat(directory, &found));
	CHECK_EQUAL(found.st_ino, wanted.st_ino);
	victim_pass();
}
