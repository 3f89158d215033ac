/* One window: read, proved, released. */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "export.h"
#include "live.h"
#include "page_scan.h"
#include "shared_pages.h"

enum { MOST_REGIONS = WINDOW_BYTES / PAGE_BYTES };

/* What must not have changed between two looks at a window: its protected pages. */
struct look {
	struct page_region regions[MOST_REGIONS];
	int count;
	uint64_t pages;
};

static int ask(int pagemap, struct page_scan *request)
{
	int found = ioctl(pagemap, PAGE_SCAN, request);

	if (found < 0 && errno == EINVAL && (request->category_mask & PAGE_IS_GUARD)) {
		request->category_mask &= ~PAGE_IS_GUARD; /* a kernel before guard pages could be told apart */
		request->category_inverted &= ~PAGE_IS_GUARD;
		found = ioctl(pagemap, PAGE_SCAN, request);
	}
	return outcome(found);
}

/* Pages that nobody can have written since they were protected. One that moved, went or was replaced is not. */
static int look_at(const struct space *space, const struct window *window, struct look *look)
{
	struct page_scan request = {
		.size = sizeof(request),
		.start = window->start,
		.end = window->end,
		.vec = (uintptr_t)look->regions,
		.vec_len = MOST_REGIONS,
		.category_inverted = PAGE_IS_WRITTEN | PAGE_IS_FILE | PAGE_IS_PFNZERO | PAGE_IS_GUARD,
		.category_mask = PAGE_IS_WRITTEN | PAGE_IS_FILE | PAGE_IS_PFNZERO | PAGE_IS_GUARD,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
		.return_mask = PAGE_IS_FILE, /* none has it: neighbours come as one region */
	};

	look->count = ask(space->pagemap, &request);
	look->pages = 0;
	for (int i = 0; i < look->count; i++)
		look->pages += (look->regions[i].end - look->regions[i].start) / PAGE_BYTES;
	return look->count < 0 ? look->count : 0;
}

static void clear_gaps(const struct window *window, const struct look *look, uint8_t *slot)
{
	uint64_t at = window->start;

	for (int i = 0; i < look->count; i++) {
		memset(slot + (at - window->start), 0, look->regions[i].start - at);
		at = look->regions[i].end;
	}
	memset(slot + (at - window->start), 0, window->end - at);
}

static int read_regions(const struct space *space, const struct window *window, const struct look *look, uint8_t *slot)
{
	struct iovec local[MOST_REGIONS], remote[MOST_REGIONS];

	for (int i = 0; i < look->count; i++) {
		uint64_t start = look->regions[i].start;

		local[i].iov_base = slot + (start - window->start);
		remote[i].iov_base = (void *)start;
		local[i].iov_len = remote[i].iov_len = look->regions[i].end - start;
	}
	if (!shares_pages(space->pagemap, window->start, window->end) &&
	    process_vm_readv(space->pid, local, (unsigned long)look->count, remote, (unsigned long)look->count, 0) ==
	    (ssize_t)(look->pages * PAGE_BYTES))
		return 0;
	for (int i = 0; i < look->count; i++) { /* shared since a fork(2), PROT_NONE, or gone */
		int64_t length = (int64_t)local[i].iov_len;

		if (ckpt_read_memory(space->pid, (int64_t)remote[i].iov_base, local[i].iov_base, length) != length)
			return -ENODATA;
	}
	return 0;
}

/*
 * The look after the reading is the proof: what is protected then was protected all the time, for nobody but us protects
 * it; and as many such pages as there were in the beginning are the same ones.
 */
int window_take(const struct space *space, const struct window *window, uint8_t *slot)
{
	struct look look;
	int error = look_at(space, window, &look);

	if (error < 0 || look.pages != window->pages)
		return error < 0 ? error : -ENODATA;
	error = read_regions(space, window, &look, slot);
	if (error < 0)
		return error;
	clear_gaps(window, &look, slot);
	error = look_at(space, window, &look);
	if (error < 0)
		return error;
	return look.pages == window->pages ? 0 : -ENODATA;
}

static int set_protection(int uffd, uint64_t start, uint64_t end, uint64_t mode)
{
	struct uffdio_writeprotect request = {.range = {.start = start, .len = end - start}, .mode = mode};

	return outcome(ioctl(uffd, UFFDIO_WRITEPROTECT, &request));
}

static int protect(const struct space *space, uint64_t start, uint64_t end)
{
	return start < end ? set_protection(space->uffd, start, end, UFFDIO_WRITEPROTECT_MODE_WP) : 0;
}

/* The windows around regions; regions of neighbouring windows go together. */
static int protect_around(const struct space *space, const struct page_region *regions, int count, struct range within)
{
	struct range next = {0, 0};
	int error = 0;

	for (int i = 0; i < count && error == 0; i++) {
		uint64_t start = regions[i].start & ~(uint64_t)(WINDOW_BYTES - 1);
		uint64_t end = (regions[i].end + WINDOW_BYTES - 1) & ~(uint64_t)(WINDOW_BYTES - 1);

		start = start > within.start ? start : within.start;
		end = end < within.end ? end : within.end;
		if (start > next.end) {
			error = protect(space, next.start, next.end);
			next.start = start;
		}
		next.end = end;
	}
	return error == 0 ? protect(space, next.start, next.end) : error;
}

/* Before Linux 6.13 a page that was moved could keep the mark of a protected one, though the process may write it. */
static bool marks_are_true;

static void try_marks(void)
{
	marks_are_true = ckpt_track_check() == 0;
}

/* For this very request the kernel has a way that takes a fortieth of the time of protecting. */
int space_protect(const struct space *space, uint64_t start, uint64_t end)
{
	struct page_region regions[MOST_REGIONS];
	struct page_scan request = {
		.size = sizeof(request),
		.start = start,
		.end = end,
		.vec = (uintptr_t)regions,
		.vec_len = MOST_REGIONS,
		.category_mask = PAGE_IS_WRITTEN,
		.return_mask = PAGE_IS_WRITTEN,
	};
	static pthread_once_t tried = PTHREAD_ONCE_INIT;
	int error = 0;

	pthread_once(&tried, try_marks);
	if (!marks_are_true)
		return protect(space, start, end);
	while (request.start < end && error == 0) {
		int found = ioctl(space->pagemap, PAGE_SCAN, &request);

		if (found < 0) /* a kernel before such scans */
			return protect(space, request.start, end);
		error = protect_around(space, regions, found, (struct range){start, end});
		request.start = request.walk_end;
	}
	return error;
}

void window_release(const struct space *space, uint64_t start, uint64_t end)
{
	struct uffdio_range range = {.start = start, .len = end - start};

	if (set_protection(space->uffd, start, end, 0) < 0) /* a part of it was unmapped or moved meanwhile */
		ioctl(space->uffd, UFFDIO_WAKE, &range);
}

struct window *window_from(const struct space *space, uint64_t address)
{
	size_t low = 0, high = space->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (space->windows[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return &space->windows[low];
}

struct window *window_at(const struct space *space, uint64_t address)
{
	struct window *window = window_from(space, address);

	return window < space->windows + space->count && window->start <= address ? window : NULL;
}
