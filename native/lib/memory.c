/* The memory of another process. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "export.h"
#include "page_scan.h"
#include "shared_pages.h"

/* process_vm_readv(2) and its like take at most this much in one call (MAX_RW_COUNT). */
#define MOST_AT_ONCE 0x7ffff000

/* An entry of /proc/PID/pagemap; see Documentation/admin-guide/mm/pagemap.rst. */
#define PAGE_FRAME     ((UINT64_C(1) << 55) - 1)
#define PAGE_EXCLUSIVE (UINT64_C(1) << 56)
#define PAGE_FILE      (UINT64_C(1) << 61)
#define PAGE_PRESENT   (UINT64_C(1) << 63)

typedef ssize_t transfer(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long,
			 unsigned long);

static int open_proc(int32_t pid, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return outcome(open(path, flags | O_CLOEXEC));
}

/* The quick way; stops in front of the first page it cannot do, with its error when that is the first. */
static int64_t copy_directly(transfer *copy, int32_t pid, int64_t address, void *buffer, int64_t length)
{
	struct iovec local = {buffer, (size_t)length};
	struct iovec remote = {(void *)address, (size_t)length};

	return outcome_long(copy(pid, &local, 1, &remote, 1, 0));
}

/* The way that asks no protection of the page. */
static int64_t copy_through_file(bool writing, int32_t pid, int64_t address, void *buffer, int64_t length)
{
	int fd = open_proc(pid, "mem", writing ? O_WRONLY : O_RDONLY);
	int64_t done;

	if (fd < 0)
		return fd;
	done = outcome_long(writing ? pwrite(fd, buffer, (size_t)length, address)
				    : pread(fd, buffer, (size_t)length, address));
	close(fd);
	return done == -EIO || done == 0 ? -EFAULT : done;
}

static bool is_shared(uint64_t entry)
{
	return (entry & PAGE_PRESENT) && !(entry & (PAGE_FILE | PAGE_EXCLUSIVE));
}

bool shares_pages(int pagemap, uint64_t start, uint64_t end)
{
	enum { AT_ONCE = 256 };
	uint64_t entries[AT_ONCE], size = (uint64_t)sysconf(_SC_PAGESIZE);

	for (uint64_t page = start / size, last = (end + size - 1) / size; page < last; page += AT_ONCE) {
		uint64_t count = last - page < AT_ONCE ? last - page : AT_ONCE;
		ssize_t got = pread(pagemap, entries, count * 8, (off_t)page * 8);

		for (ssize_t i = 0; i < got / 8; i++)
			if (is_shared(entries[i]))
				return true;
	}
	return false;
}

static bool would_unshare(int32_t pid, int64_t address, int64_t length)
{
	int pagemap = open_proc(pid, "pagemap", O_RDONLY);
	bool shared;

	if (pagemap < 0)
		return false;
	shared = shares_pages(pagemap, (uint64_t)address, (uint64_t)(address + length));
	close(pagemap);
	return shared;
}

static int64_t copy_some(bool writing, int32_t pid, int64_t address, void *buffer, int64_t length)
{
	int64_t done;

	if (!writing && would_unshare(pid, address, length))
		return copy_through_file(false, pid, address, buffer, length);
	done = copy_directly(writing ? process_vm_writev : process_vm_readv, pid, address, buffer, length);
	return done == -EFAULT ? copy_through_file(writing, pid, address, buffer, length) : done;
}

static int64_t copy_all(bool writing, int32_t pid, int64_t address, uint8_t *buffer, int64_t length)
{
	int64_t done = 0;

	while (done < length) {
		int64_t left = length - done < MOST_AT_ONCE ? length - done : MOST_AT_ONCE;
		int64_t some = copy_some(writing, pid, address + done, buffer + done, left);

		if (some <= 0)
			return done > 0 ? done : some;
		done += some;
	}
	return done;
}

EXPORT int64_t ckpt_read_memory(int32_t pid, int64_t address, void *buffer, int64_t length)
{
	return copy_all(false, pid, address, buffer, length);
}

EXPORT int64_t ckpt_write_memory(int32_t pid, int64_t address, const void *buffer, int64_t length)
{
	return copy_all(true, pid, address, (void *)(uintptr_t)buffer, length);
}

static int scan(int pagemap, struct page_scan *request)
{
	int found = ioctl(pagemap, PAGE_SCAN, request);

	if (found < 0 && errno == EINVAL && (request->category_mask & PAGE_IS_GUARD)) {
		request->category_mask &= ~PAGE_IS_GUARD; /* a kernel before guard pages could be told apart */
		request->category_inverted &= ~PAGE_IS_GUARD;
		found = ioctl(pagemap, PAGE_SCAN, request);
	}
	return outcome(found);
}

/* Present and swapped pages come as regions of their own, though nobody here asks which is which. */
static int join_neighbours(const struct page_region *regions, int count, int64_t *ranges)
{
	int used = 0;

	for (int i = 0; i < count; i++) {
		if (used > 0 && ranges[2 * used - 1] == (int64_t)regions[i].start)
			used--;
		else
			ranges[2 * used] = (int64_t)regions[i].start;
		ranges[2 * used + 1] = (int64_t)regions[i].end;
		used++;
	}
	return used;
}

/* Runs a request, complete but for where its regions go, over the pages of a process. */
static int scan_process(int32_t pid, struct page_scan *request, int64_t *ranges, int32_t capacity, int64_t *next)
{
	struct page_region regions[256];
	int pagemap = open_proc(pid, "pagemap", O_RDONLY);
	int found;

	if (pagemap < 0)
		return pagemap;
	request->size = sizeof(*request);
	request->vec = (uintptr_t)regions;
	request->vec_len = (uint64_t)(capacity < 256 ? capacity : 256);
	found = scan(pagemap, request);
	close(pagemap);
	if (found < 0)
		return found;
	*next = (int64_t)request->walk_end;
	return join_neighbours(regions, found, ranges);
}

EXPORT int ckpt_scan_pages(int32_t pid, int64_t start, int64_t end, int32_t files, int64_t *ranges, int32_t capacity,
			   int64_t *next)
{
	uint64_t without = (files ? PAGE_IS_FILE : 0) | PAGE_IS_PFNZERO | PAGE_IS_GUARD;
	struct page_scan request = {
		.start = (uint64_t)start,
		.end = (uint64_t)end,
		.category_inverted = without,
		.category_mask = without,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
		.return_mask = PAGE_IS_PRESENT,
	};

	return scan_process(pid, &request, ranges, capacity, next);
}

EXPORT int ckpt_scan_guards(int32_t pid, int64_t start, int64_t end, int64_t *ranges, int32_t capacity,
			    int64_t *next)
{
	struct page_scan request = {
		.start = (uint64_t)start,
		.end = (uint64_t)end,
		.category_anyof_mask = PAGE_IS_GUARD,
		.return_mask = PAGE_IS_GUARD,
	};
	int found = scan_process(pid, &request, ranges, capacity, next);

	if (found != -EINVAL)
		return found;
	*next = end; /* a kernel without guard pages */
	return 0;
}

EXPORT int ckpt_shared_frames(int32_t pid, int64_t start, int32_t count, int64_t *frames)
{
	int pagemap = open_proc(pid, "pagemap", O_RDONLY);
	ssize_t wanted = (ssize_t)count * 8, got;

	if (pagemap < 0)
		return pagemap;
	got = pread(pagemap, frames, (size_t)wanted, start / sysconf(_SC_PAGESIZE) * 8);
	got = got < 0 ? -errno : got;
	close(pagemap);
	if (got != wanted)
		return got < 0 ? (int)got : -EFAULT;
	for (int32_t i = 0; i < count; i++) {
		uint64_t entry = (uint64_t)frames[i];

		frames[i] = is_shared(entry) ? (int64_t)(entry & PAGE_FRAME) : 0;
	}
	return 0;
}
