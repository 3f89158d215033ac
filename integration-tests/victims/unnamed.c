/* A file that never had a name gets one afterwards; a deleted one of 1 TiB is nearly all hole. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE (1L << 40)
#define ISLAND 65536

static const off_t islands[] = { 0, 3L << 30, (SIZE >> 1) + 4096, SIZE - ISLAND };

int main(int argc, char **argv)
{
	static char bytes[ISLAND];
	int unnamed, sparse, again, only_written;
	struct stat status;
	char link[64];
	char *mapped;

	victim_begin(argc, argv);
	unnamed = MUST(open(victim_path("."), O_TMPFILE | O_RDWR, 0640));
	victim_fill(bytes, ISLAND, 9);
	CHECK_EQUAL(write(unnamed, bytes, ISLAND), ISLAND);
	sparse = MUST(open(victim_path("sparse"), O_RDWR | O_CREAT, 0600));
	again = MUST(open(victim_path("sparse"), O_RDONLY));
	only_written = MUST(open(victim_path("sparse"), O_WRONLY));
	if (ftruncate(sparse, SIZE) < 0)
		victim_skip("no files of 1 TiB");
	MUST(unlink(victim_path("sparse")));
	for (size_t i = 0; i < COUNT_OF(islands); i++) {
		victim_fill(bytes, ISLAND, i);
		CHECK_EQUAL(pwrite(sparse, bytes, ISLAND, islands[i]), ISLAND);
	}
	mapped = mmap(NULL, ISLAND, PROT_READ | PROT_WRITE, MAP_SHARED, sparse, islands[1]);
	CHECK(mapped != MAP_FAILED);
	victim_wait();
	MUST(fstat(sparse, &status));
	CHECK_EQUAL(status.st_size, SIZE);
	CHECK(status.st_blocks < (blkcnt_t)(2 * COUNT_OF(islands) * ISLAND / 512));
	for (size_t i = 0; i < COUNT_OF(islands); i++) {
		CHECK_EQUAL(pread(again, bytes, ISLAND, islands[i]), ISLAND);
		victim_check_fill("island", bytes, ISLAND, i);
	}
	victim_check_fill("mapped island", mapped, ISLAND, 1);
	mapped[7] = 'x';
	CHECK_EQUAL(pread(again, bytes, 8, islands[1]), 8);
	CHECK_EQUAL(bytes[7], 'x');
	CHECK_EQUAL(pwrite(only_written, "y", 1, 4096), 1);
	CHECK_EQUAL(pread(sparse, bytes, 1, 4096), 1);
	CHECK_EQUAL(bytes[0], 'y');
	snprintf(link, sizeof(link), "/proc/self/fd/%d", unnamed);
	MUST(linkat(AT_FDCWD, link, AT_FDCWD, victim_path("named"), AT_SYMLINK_FOLLOW));
	MUST(stat(victim_path("named"), &status));
	CHECK_EQUAL(status.st_size, ISLAND);
	CHECK_EQUAL(status.st_mode & 07777, 0640);
	CHECK_EQUAL(pread(MUST(open(victim_path("named"), O_RDONLY)), bytes, ISLAND, 0), ISLAND);
	victim_check_fill("named", bytes, ISLAND, 9);
	victim_pass();
}
