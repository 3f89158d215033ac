/* What counts as unwritten is so, whatever became of the memory: written, given back with its page tables, never touched. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "check.h"

enum { PAGE = 4096, SIZE = 16 << 20, TOUCHED = 12 << 20, MOST = 512, USER_MODE_ONLY = 1 };

static uint8_t *area;
static int pagemap;
static int64_t parts[2 * MOST];

static int64_t at(int64_t offset)
{
	return (int64_t)area + offset;
}

/* Parts of the mapping that may have been written; how many. */
static int unprotected(void)
{
	int64_t next = 0;
	int count = ckpt_track_unprotected(pagemap, at(0), at(SIZE), parts, MOST, &next);

	EQUALS(next, at(SIZE));
	return count;
}

static bool is_unprotected(int64_t offset, int64_t length)
{
	int count = unprotected();

	for (int i = 0; i < count; i++)
		if (parts[2 * i] <= at(offset) && parts[2 * i + 1] >= at(offset + length))
			return true;
	return false;
}

static void protect(void)
{
	int64_t pages[3 * MOST], next = at(0);

	while (next != at(SIZE))
		CHECK(ckpt_track_scan(pagemap, next, at(SIZE), 1, pages, MOST, &next) >= 0);
}

static void takes_all_for_written_that_is_not_noted(void)
{
	EQUALS(unprotected(), 1);
	CHECK(parts[0] == at(0) && parts[1] == at(SIZE));
}

static void tells_what_was_never_touched(void)
{
	protect();
	CHECK(is_unprotected(TOUCHED, SIZE - TOUCHED));
	CHECK(!is_unprotected(0, PAGE));
}

static void tells_what_was_written(void)
{
	area[PAGE] = 2;
	CHECK(is_unprotected(PAGE, PAGE));
	CHECK(!is_unprotected(TOUCHED / 2, PAGE));
	protect();
	CHECK(!is_unprotected(PAGE, PAGE));
}

static void tells_what_was_given_back(void)
{
	CHECK(madvise(area + 5 * PAGE, PAGE, MADV_DONTNEED) == 0);
	CHECK(madvise(area + TOUCHED / 2, 4 << 20, MADV_DONTNEED) == 0);
	CHECK(is_unprotected(5 * PAGE, PAGE));
	CHECK(is_unprotected(TOUCHED / 2, 4 << 20));
	CHECK(!is_unprotected(TOUCHED / 2 - PAGE, PAGE));
}

static void joins_what_is_near(void)
{
	protect();
	for (int64_t page = 0; page < TOUCHED / 4; page += 4L * PAGE)
		area[page] = 3;
	CHECK(unprotected() <= 3);
	CHECK(is_unprotected(0, PAGE) && is_unprotected(TOUCHED / 4 - 4 * PAGE, PAGE));
}

/* Many times what the kernel tells in one step, and not a multiple: nothing is told twice, the second time as unwritten. */
static void tells_once_what_it_protects(void)
{
	enum { WRITTEN = 1250, REGIONS = 2 * WRITTEN, ROOM = 4096 };
	static int64_t pages[3 * ROOM];
	int64_t next;

	memset(area, 1, TOUCHED);
	protect();
	for (int64_t i = 0; i < WRITTEN; i++)
		area[2 * i * PAGE] = 4;
	EQUALS(ckpt_track_scan(pagemap, at(0), at(SIZE), 1, pages, ROOM, &next), REGIONS);
	EQUALS(next, at(SIZE));
	for (int i = 0; i < REGIONS; i++)
		EQUALS(pages[3 * i + 2], i % 2 == 0);
}

int main(void)
{
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);

	if (uffd < 0 || ckpt_track_check() < 0)
		return 77;
	pagemap = ckpt_track_open(getpid());
	area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pagemap >= 0 && area != MAP_FAILED);
	memset(area, 1, TOUCHED);
	takes_all_for_written_that_is_not_noted();
	EQUALS(ckpt_track_begin(uffd), 0);
	EQUALS(ckpt_track_add(uffd, at(0), at(SIZE)), 0);
	tells_what_was_never_touched();
	tells_what_was_written();
	tells_what_was_given_back();
	joins_what_is_near();
	tells_once_what_it_protects();
	return 0;
}
