/* Pipes that were filled without write(2): pages given away, parts of a file, what tee(2) left, single bytes. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096

static void check_next(int fd, const void *expected, size_t length)
{
	static char bytes[8 * PAGE];

	for (size_t done = 0; done < length;)
		done += (size_t)MUST(read(fd, bytes + done, length - done));
	CHECK(!memcmp(bytes, expected, length));
}

int main(int argc, char **argv)
{
	static char from_file[3 * PAGE];
	int given[2], teed[2], full[2];
	struct iovec gift;
	loff_t offset = 100;
	char *pages;
	int file;

	victim_begin(argc, argv);
	MUST(pipe(given));
	MUST(pipe(teed));
	MUST(pipe(full));
	pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	victim_fill(pages, 2 * PAGE, 1);
	gift = (struct iovec) { pages, 2 * PAGE };
	CHECK_EQUAL(vmsplice(given[1], &gift, 1, SPLICE_F_GIFT), 2 * PAGE);
	file = victim_file("file", sizeof(from_file), 2, 0);
	victim_fill(from_file, sizeof(from_file), 2);
	CHECK_EQUAL(splice(file, &offset, given[1], NULL, PAGE + 1, 0), PAGE + 1);
	CHECK_EQUAL(tee(given[0], teed[1], 3 * PAGE, 0), 3 * PAGE);
	MUST(fcntl(full[1], F_SETPIPE_SZ, 1 << 20));
	for (int i = 0; i < 200; i++)
		CHECK_EQUAL(splice(file, &(loff_t) { i }, full[1], NULL, 1, 0), 1);
	victim_wait();
	check_next(given[0], pages, 2 * PAGE);
	check_next(given[0], from_file + 100, PAGE + 1);
	check_next(teed[0], pages, 2 * PAGE);
	check_next(teed[0], from_file + 100, PAGE);
	check_next(full[0], from_file, 200);
	CHECK_EQUAL(fcntl(full[0], F_GETPIPE_SZ), 1 << 20);
	victim_pass();
}
