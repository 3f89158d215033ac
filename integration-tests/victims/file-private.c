/* A private mapping of a file: pages written to are the process's own, the others the file's. */
#include "victim.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE  4096
#define PAGES 64

int main(int argc, char **argv)
{
	char *pages, *tail, byte;
	int fd;

	victim_begin(argc, argv);
	fd = victim_file("mapped", PAGES * PAGE, 1, 0);
	pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	tail = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, (PAGES - 1) * PAGE);
	CHECK(pages != MAP_FAILED && tail != MAP_FAILED);
	close(fd);
	for (size_t page = 0; page < PAGES; page += 3)
		victim_fill(pages + page * PAGE, PAGE, 100 + page);
	byte = tail[17];
	victim_wait();
	for (size_t page = 0; page < PAGES; page += 3)
		victim_check_fill("copied page", pages + page * PAGE, PAGE, 100 + page);
	CHECK_EQUAL(tail[17], byte);
	fd = MUST(open(victim_path("mapped"), O_RDWR));
	for (size_t page = 1; page < PAGES; page += 3) {
		char expected[PAGE];

		CHECK_EQUAL(pread(fd, expected, PAGE, (off_t)page * PAGE), PAGE);
		for (size_t i = 0; i < PAGE; i++)
			CHECK_EQUAL(pages[page * PAGE + i], expected[i]);
	}
	CHECK_EQUAL(pwrite(fd, "new", 3, PAGE), 3);
	CHECK_EQUAL(pages[PAGE], 'n');
	victim_pass();
}
