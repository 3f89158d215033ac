/* Open files without a name: their content, holes and offsets; two descriptions of one such file. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE 300000

int main(int argc, char **argv)
{
	static char bytes[SIZE];
	char link[64], text[6] = "";
	int fd, second, sparse, unnamed;
	struct stat status;

	victim_begin(argc, argv);
	fd = victim_file("deleted", SIZE, 1, 0);
	second = MUST(open(victim_path("deleted"), O_RDONLY));
	MUST(lseek(second, 777, SEEK_SET));
	MUST(unlink(victim_path("deleted")));
	sparse = victim_file("sparse", 4096, 2, O_APPEND);
	MUST(ftruncate(sparse, 1L << 32));
	MUST(unlink(victim_path("sparse")));
	unnamed = MUST(open(victim_path("."), O_TMPFILE | O_RDWR, 0600));
	CHECK_EQUAL(write(unnamed, "unnamed", 7), 7);
	victim_wait();
	MUST(fstat(fd, &status));
	CHECK_EQUAL(status.st_nlink, 0);
	CHECK_EQUAL(status.st_mode & 0777, 0644);
	CHECK_EQUAL(pread(fd, bytes, SIZE, 0), SIZE);
	victim_check_fill("deleted", bytes, SIZE, 1);
	CHECK_EQUAL(lseek(second, 0, SEEK_CUR), 777);
	CHECK_EQUAL(pwrite(fd, "hello", 5, 1000), 5);
	CHECK_EQUAL(pread(second, text, 5, 1000), 5);
	CHECK(!strcmp(text, "hello"));
	MUST(fstat(sparse, &status));
	CHECK_EQUAL(status.st_size, 1L << 32);
	CHECK(status.st_blocks < 1000);
	CHECK_EQUAL(pread(sparse, bytes, 4096, 0), 4096);
	victim_check_fill("sparse", bytes, 4096, 2);
	CHECK_EQUAL(lseek(unnamed, 0, SEEK_CUR), 7);
	CHECK_EQUAL(pread(unnamed, bytes, 8, 0), 7);
	CHECK(!memcmp(bytes, "unnamed", 7));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	CHECK(readlink(link, bytes, sizeof(bytes)) > 0);
	victim_pass();
}
