/* Filling memory of another process: pages where there were none, and never over one that is there. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "check.h"

enum { PAGE = 4096, PAGES = 8 };

static char *area;
static int *uffd; /* shared with the child */

static int make_it_and_wait(void)
{
	area[0] = 'o';
	*uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	sleep(1000);
	return 1;
}

static void *map(int sharing, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static int64_t at(int page)
{
	return (int64_t)(area + page * PAGE);
}

static int stolen(pid_t pid)
{
	int pidfd = ckpt_pidfd_open(pid);
	int here = ckpt_pidfd_getfd(pidfd, *uffd);

	ckpt_close(pidfd);
	return here;
}

static void puts_pages_where_there_are_none(pid_t pid, int here)
{
	static char pages[2 * PAGE];
	char found[2 * PAGE];

	memset(pages, 'p', sizeof(pages));
	EQUALS(ckpt_fill(here, at(2), pages, sizeof(pages)), 0);
	EQUALS(ckpt_read_memory(pid, at(2), found, sizeof(found)), sizeof(found));
	CHECK(memcmp(pages, found, sizeof(pages)) == 0);
}

static void overwrites_nothing(pid_t pid, int here)
{
	static char pages[2 * PAGE];
	char found;

	EQUALS(ckpt_fill(here, at(0), pages, PAGE), -EEXIST);
	EQUALS(ckpt_read_memory(pid, at(0), &found, 1), 1);
	CHECK(found == 'o');
}

static void leaves_the_rest_empty(pid_t pid)
{
	int64_t ranges[8], next;

	EQUALS(ckpt_scan_pages(pid, at(0), at(PAGES), 1, ranges, 4, &next), 2);
	CHECK(ranges[0] == at(0) && ranges[1] == at(1));
	CHECK(ranges[2] == at(2) && ranges[3] == at(4));
}

int main(void)
{
	pid_t pid;
	int here;

	area = map(MAP_PRIVATE, PAGES * PAGE);
	uffd = map(MAP_SHARED, PAGE);
	pid = child(make_it_and_wait);
	wait_until_in(pid, SYS_clock_nanosleep);
	here = stolen(pid);
	EQUALS(ckpt_fill_begin(here), 0);
	EQUALS(ckpt_fill_register(here, at(0), at(PAGES)), 0);
	puts_pages_where_there_are_none(pid, here);
	overwrites_nothing(pid, here);
	leaves_the_rest_empty(pid);
	ckpt_close(here);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
	return 0;
}
