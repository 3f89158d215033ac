/* Names that are no UTF-8: of a thread, a directory, an open file and a mapped one. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY "donn\xe9" "es \xff"
#define FILE_NAME "gr\xc3\xb6\xdf" "e"
#define TASK "abcdefghijklmn\xc3"

int main(int argc, char **argv)
{
	char before[4096], after[4096], name[16];
	const char *map;
	int fd;

	victim_begin(argc, argv);
	MUST(chdir(victim_path(".")));
	MUST(mkdir(DIRECTORY, 0755));
	MUST(chdir(DIRECTORY));
	fd = MUST(open(FILE_NAME, O_CREAT | O_RDWR, 0644));
	CHECK_EQUAL(write(fd, "content", 7), 7);
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	MUST(prctl(PR_SET_NAME, TASK));
	CHECK(getcwd(before, sizeof(before)) != NULL);
	victim_wait();
	CHECK(getcwd(after, sizeof(after)) != NULL);
	CHECK(!strcmp(before, after));
	MUST(access(FILE_NAME, F_OK));
	CHECK_EQUAL(lseek(fd, 0, SEEK_CUR), 7);
	CHECK(!memcmp(map, "content", 7));
	MUST(prctl(PR_GET_NAME, name));
	CHECK(!strcmp(name, TASK));
	victim_pass();
}
