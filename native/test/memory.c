/* Memory of another process: any protection, and only the pages that are its own. */
#include <fcntl.h>
#include <sys/mman.h>

#include "check.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum { PAGE = 4096, PAGES = 16 };

static char *area;

static int wait_for_end(void)
{
	sleep(1000);
	return 1;
}

static int64_t at(int page)
{
	return (int64_t)(area + page * PAGE);
}

static void reads_and_writes_whatever_the_protection(pid_t pid)
{
	char buffer[2 * PAGE];

	EQUALS(ckpt_read_memory(pid, at(1), buffer, 2 * PAGE), 2 * PAGE);
	CHECK(buffer[0] == 'n' && buffer[PAGE] == 'r');
	EQUALS(ckpt_write_memory(pid, at(2), "written", 8), 8);
	EQUALS(ckpt_read_memory(pid, at(2), buffer, 8), 8);
	CHECK(strcmp(buffer, "written") == 0);
	CHECK(area[2 * PAGE] == 'r');
}

static void stops_in_front_of_what_is_not_there(pid_t pid)
{
	char buffer[3 * PAGE];

	EQUALS(ckpt_read_memory(pid, at(PAGES - 2), buffer, 3 * PAGE), 2 * PAGE);
	EQUALS(ckpt_read_memory(pid, at(PAGES), buffer, 1), -EFAULT);
	EQUALS(ckpt_write_memory(pid, at(PAGES), buffer, 1), -EFAULT);
}

static void finds_own_pages_only(pid_t pid)
{
	int64_t ranges[8], next;

	EQUALS(ckpt_scan_pages(pid, at(0), at(PAGES), 1, ranges, 4, &next), 2);
	EQUALS(next, at(PAGES));
	CHECK(ranges[0] == at(1) && ranges[1] == at(3));
	CHECK(ranges[2] == at(9) && ranges[3] == at(10));
	EQUALS(ckpt_scan_pages(pid, at(0), at(8), 0, ranges, 4, &next), 1);
	CHECK(ranges[0] == at(1) && ranges[1] == at(3));
	EQUALS(ckpt_scan_pages(pid, at(0), at(PAGES), 1, ranges, 1, &next), 1);
	CHECK(next > at(2) && next < at(PAGES));
}

/* Pages: 1 PROT_NONE, 2 read-only, 4 only read (zero page), 8 to 11 a file of which 9 is changed, 12 a guard. */
static void prepare(void)
{
	int file = open("/proc/self/exe", O_RDONLY);
	volatile char seen;

	area = mmap(NULL, (PAGES + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED && munmap(area + PAGES * PAGE, PAGE) == 0);
	area[1 * PAGE] = 'n';
	area[2 * PAGE] = 'r';
	seen = area[4 * PAGE];
	CHECK(mmap(area + 8 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0) != MAP_FAILED);
	seen = area[8 * PAGE];
	area[9 * PAGE] = seen;
	if (madvise(area + 12 * PAGE, PAGE, MADV_GUARD_INSTALL) < 0)
		CHECK(errno == EINVAL); /* before Linux 6.13 */
	CHECK(mprotect(area + 1 * PAGE, PAGE, PROT_NONE) == 0);
	CHECK(mprotect(area + 2 * PAGE, PAGE, PROT_READ) == 0);
}

int main(void)
{
	pid_t pid;

	prepare();
	pid = child(wait_for_end);
	finds_own_pages_only(pid);
	reads_and_writes_whatever_the_protection(pid);
	stops_in_front_of_what_is_not_there(pid);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
	return 0;
}
