/* Memory files: mapped twice and open, mapped and closed, never mapped. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE (1 << 20)

static int make(const char *name, uint64_t seed)
{
	static char bytes[SIZE];
	int fd = MUST(memfd_create(name, MFD_CLOEXEC));

	victim_fill(bytes, SIZE, seed);
	CHECK_EQUAL(write(fd, bytes, SIZE), SIZE);
	return fd;
}

static char *map(int fd, off_t offset)
{
	char *memory = mmap(NULL, SIZE / 2, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);

	CHECK(memory != MAP_FAILED);
	return memory;
}

int main(int argc, char **argv)
{
	static char bytes[SIZE];
	int open_one, closed_one, unmapped, private_one;
	char *first, *second, *third, *copy;
	struct stat status;

	victim_begin(argc, argv);
	open_one = make("open", 1);
	first = map(open_one, 0);
	second = map(open_one, SIZE / 4);
	closed_one = make("closed", 2);
	third = map(closed_one, SIZE / 2);
	close(closed_one);
	unmapped = make("unmapped", 3);
	MUST(ftruncate(unmapped, SIZE * 16L));
	MUST(lseek(unmapped, 4321, SEEK_SET));
	private_one = make("private", 4);
	copy = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, private_one, 0);
	victim_fill(copy, 8192, 5);
	victim_wait();
	strcpy(first + SIZE / 4, "shared");
	CHECK(!strcmp(second, "shared"));
	CHECK_EQUAL(pread(open_one, bytes, 6, SIZE / 4), 6);
	CHECK(!memcmp(bytes, "shared", 6));
	victim_fill(bytes, SIZE, 2);
	CHECK(!memcmp(third, bytes + SIZE / 2, SIZE / 2));
	CHECK_EQUAL(lseek(unmapped, 0, SEEK_CUR), 4321);
	MUST(fstat(unmapped, &status));
	CHECK_EQUAL(status.st_size, SIZE * 16L);
	CHECK(status.st_blocks * 512 < SIZE * 2L);
	CHECK_EQUAL(pread(unmapped, bytes, SIZE, 0), SIZE);
	victim_check_fill("unmapped", bytes, SIZE, 3);
	victim_check_fill("private copy", copy, 8192, 5);
	CHECK_EQUAL(pread(private_one, bytes, SIZE, 0), SIZE);
	victim_check_fill("below the private copy", bytes, SIZE, 4);
	CHECK(!memcmp(copy + 8192, bytes + 8192, SIZE - 8192));
	victim_pass();
}
