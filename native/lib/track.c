/* Which pages of a process were written, as an asynchronous userfaultfd lets the kernel tell. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"
#include "page_scan.h"

/* Linux 6.7; older headers lack them. */
#define FEATURE_ASYNC  (UINT64_C(1) << 15)
#define USER_MODE_ONLY 1

enum { PAGE = 4096 };

/* Of anonymous memory, the only one that is noted, no page is a file's: to ask that takes longer than all the rest. */
#define NO_PAGES (PAGE_IS_PFNZERO | PAGE_IS_GUARD)

EXPORT int ckpt_track_begin(int32_t uffd)
{
	struct uffdio_api api = {.api = UFFD_API, .features = FEATURE_ASYNC};

	return outcome(ioctl(uffd, UFFDIO_API, &api));
}

EXPORT int ckpt_track_add(int32_t uffd, int64_t start, int64_t end)
{
	struct uffdio_register request = {
		.range = {.start = (uint64_t)start, .len = (uint64_t)(end - start)},
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	return outcome(ioctl(uffd, UFFDIO_REGISTER, &request));
}

EXPORT int ckpt_track_remove(int32_t uffd, int64_t start, int64_t end)
{
	struct uffdio_range range = {.start = (uint64_t)start, .len = (uint64_t)(end - start)};

	return outcome(ioctl(uffd, UFFDIO_UNREGISTER, &range));
}

EXPORT int ckpt_track_open(int32_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return outcome(open(path, O_RDONLY | O_CLOEXEC));
}

static int scan(int32_t pagemap, struct page_scan *request)
{
	int found = ioctl(pagemap, PAGE_SCAN, request);

	if (found < 0 && errno == EINVAL && (request->category_mask & PAGE_IS_GUARD)) {
		request->category_mask &= ~PAGE_IS_GUARD; /* a kernel before guard pages could be told apart */
		request->category_inverted &= ~PAGE_IS_GUARD;
		found = ioctl(pagemap, PAGE_SCAN, request);
	}
	return outcome(found);
}

/*
 * How far a scan has come. The kernel goes in steps of 512 regions, and when the last of several steps comes to the end it
 * tells where the one before ended: who began there once more would find protected what he has just protected himself.
 */
static int64_t told_to(const struct page_region *regions, int found, int32_t capacity, int64_t end)
{
	return found < capacity ? end : (int64_t)regions[found - 1].end;
}

/*
 * Pages that were never touched are left alone: protecting them would take page tables for all of them. The scan must not
 * fail where a mapping is not noted, or what it has protected until then would never be told.
 */
EXPORT int ckpt_track_scan(int32_t pagemap, int64_t start, int64_t end, int32_t protect, int64_t *pages, int32_t capacity,
			   int64_t *next)
{
	struct page_region *regions = (struct page_region *)pages;
	struct page_scan request = {
		.size = sizeof(request),
		.flags = protect ? SCAN_PROTECTS : 0,
		.start = (uint64_t)start,
		.end = (uint64_t)end,
		.vec = (uintptr_t)regions,
		.vec_len = (uint64_t)capacity,
		.category_inverted = NO_PAGES,
		.category_mask = NO_PAGES | PAGE_IS_WPALLOWED,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
		.return_mask = PAGE_IS_WRITTEN,
	};
	int found = scan(pagemap, &request);

	if (found < 0)
		return found;
	*next = told_to(regions, found, capacity, end);
	for (int i = 0; i < found; i++)
		regions[i].categories = (regions[i].categories & PAGE_IS_WRITTEN) ? 1 : 0;
	return found;
}

/* Whether holes of a noted mapping, for which there is not even a page table, count as written. */
static bool tells_of_holes;

static bool is_noted(int32_t pagemap, int64_t address)
{
	struct page_region region;
	struct page_scan request = {
		.size = sizeof(request),
		.start = (uint64_t)address,
		.end = (uint64_t)address + PAGE,
		.vec = (uintptr_t)&region,
		.vec_len = 1,
		.category_mask = PAGE_IS_WPALLOWED,
		.return_mask = PAGE_IS_WPALLOWED,
	};

	return ioctl(pagemap, PAGE_SCAN, &request) == 1;
}

/* To this very request the kernel has an answer that takes a sixth of the time of any other. */
static int scan_unprotected(int32_t pagemap, int64_t start, int64_t end, struct page_region *regions, int32_t capacity,
			    int64_t *next)
{
	struct page_scan request = {
		.size = sizeof(request),
		.start = (uint64_t)start,
		.end = (uint64_t)end,
		.vec = (uintptr_t)regions,
		.vec_len = (uint64_t)capacity,
		.category_mask = PAGE_IS_WRITTEN,
		.return_mask = PAGE_IS_WRITTEN,
	};
	int found = outcome(ioctl(pagemap, PAGE_SCAN, &request));

	if (found >= 0)
		*next = told_to(regions, found, capacity, end);
	return found;
}

enum { HOLE = 4 << 20 };

static void try_hole(void)
{
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
	int pagemap = ckpt_track_open(getpid());
	void *memory = mmap(NULL, HOLE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int64_t start = (int64_t)memory, next;
	struct page_region found;

	tells_of_holes = uffd >= 0 && pagemap >= 0 && memory != MAP_FAILED && ckpt_track_begin(uffd) == 0 &&
			 ckpt_track_add(uffd, start, start + HOLE) == 0 &&
			 scan_unprotected(pagemap, start, start + HOLE, &found, 1, &next) == 1 &&
			 (int64_t)found.start == start && (int64_t)found.end == start + HOLE;
	if (uffd >= 0)
		close(uffd);
	if (pagemap >= 0)
		close(pagemap);
	if (memory != MAP_FAILED)
		munmap(memory, HOLE);
}

/* Between parts that are nearer than that it takes less time to look at each page than to ask once more. */
enum { NEAR_BYTES = 1 << 20, REGIONS_AT_ONCE = 512 };

static int join_near(const struct page_region *regions, int count, int64_t *parts)
{
	int used = 0;

	for (int i = 0; i < count; i++) {
		if (used > 0 && (int64_t)regions[i].start - parts[2 * used - 1] < NEAR_BYTES)
			used--;
		else
			parts[2 * used] = (int64_t)regions[i].start;
		parts[2 * used + 1] = (int64_t)regions[i].end;
		used++;
	}
	return used;
}

EXPORT int ckpt_track_unprotected(int32_t pagemap, int64_t start, int64_t end, int64_t *parts, int32_t capacity,
				  int64_t *next)
{
	static pthread_once_t tried = PTHREAD_ONCE_INIT;
	struct page_region regions[REGIONS_AT_ONCE];
	int found;

	pthread_once(&tried, try_hole);
	if (!tells_of_holes || !is_noted(pagemap, start)) {
		parts[0] = start;
		parts[1] = *next = end;
		return 1;
	}
	found = scan_unprotected(pagemap, start, end, regions, capacity < REGIONS_AT_ONCE ? capacity : REGIONS_AT_ONCE, next);
	return found < 0 ? found : join_near(regions, found, parts);
}

/* ---- the check ------------------------------------------------------------------------------ */

enum { PAGES = 8 };

struct trial {
	int uffd, pagemap;
	uint8_t *memory;
};

enum state { NONE, UNWRITTEN, WRITTEN };

static bool is(const struct trial *trial, const uint8_t *page, enum state expected)
{
	int64_t found[3], next;
	int count = ckpt_track_scan(trial->pagemap, (int64_t)page, (int64_t)page + PAGE, false, found, 1, &next);

	if (count < 0)
		return false;
	return expected == (count == 0 ? NONE : found[2] ? WRITTEN : UNWRITTEN);
}

static bool protects(const struct trial *trial)
{
	int64_t found[3 * PAGES], next;
	int64_t start = (int64_t)trial->memory;

	memset(trial->memory, 1, PAGES * PAGE);
	return ckpt_track_add(trial->uffd, start, start + PAGES * PAGE) == 0 &&
	       ckpt_track_scan(trial->pagemap, start, start + PAGES * PAGE, 1, found, PAGES, &next) == 1 && found[2] == 1 &&
	       is(trial, trial->memory, UNWRITTEN);
}

static bool sees_writing(const struct trial *trial)
{
	trial->memory[PAGE] = 2;
	return is(trial, trial->memory + PAGE, WRITTEN) && is(trial, trial->memory + 2L * PAGE, UNWRITTEN);
}

static bool sees_giving_back(const struct trial *trial)
{
	uint8_t *page = trial->memory + 2L * PAGE;

	if (madvise(page, PAGE, MADV_DONTNEED) < 0 || !is(trial, page, NONE))
		return false;
	*page = 3;
	return is(trial, page, WRITTEN);
}

/* A new mapping at the same place is not noted; once it is, all of it has been written. */
static bool sees_replacing(const struct trial *trial)
{
	uint8_t *page = trial->memory + 4L * PAGE;

	if (mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != page)
		return false;
	*page = 4;
	return is(trial, page, NONE) && ckpt_track_add(trial->uffd, (int64_t)page, (int64_t)page + PAGE) == 0 &&
	       is(trial, page, WRITTEN);
}

/* Before Linux 6.13 a page that was moved could keep the mark of its old place. */
static bool sees_moving(const struct trial *trial)
{
	uint8_t *from = trial->memory + 6L * PAGE, *to = trial->memory + 7L * PAGE;

	if (mremap(from, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
		return false;
	return is(trial, to, NONE) && ckpt_track_add(trial->uffd, (int64_t)to, (int64_t)to + PAGE) == 0 &&
	       is(trial, to, WRITTEN);
}

EXPORT int ckpt_track_check(void)
{
	struct trial trial = {
		.uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY),
		.pagemap = ckpt_track_open(getpid()),
		.memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	};
	bool works = trial.uffd >= 0 && trial.pagemap >= 0 && trial.memory != MAP_FAILED &&
		     ckpt_track_begin(trial.uffd) == 0 && protects(&trial) && sees_writing(&trial) &&
		     sees_giving_back(&trial) && sees_replacing(&trial) && sees_moving(&trial);

	if (trial.uffd >= 0)
		close(trial.uffd);
	if (trial.pagemap >= 0)
		close(trial.pagemap);
	if (trial.memory != MAP_FAILED)
		munmap(trial.memory, PAGES * PAGE);
	return works ? 0 : -EOPNOTSUPP;
}
