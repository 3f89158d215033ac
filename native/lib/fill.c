/* Pages for memory that has none yet: got and filled in one go, where writing would have them cleared first. */
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "export.h"

EXPORT int ckpt_fill_begin(int32_t uffd)
{
	struct uffdio_api api = {.api = UFFD_API};

	return outcome(ioctl(uffd, UFFDIO_API, &api));
}

EXPORT int ckpt_fill_register(int32_t uffd, int64_t start, int64_t end)
{
	struct uffdio_register range = {
		.range = {(uint64_t)start, (uint64_t)(end - start)},
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return outcome(ioctl(uffd, UFFDIO_REGISTER, &range));
}

/* The kernel stops early when the process changes its mappings, and says how far it came. */
EXPORT int ckpt_fill(int32_t uffd, int64_t address, const void *buffer, int64_t length)
{
	int64_t done = 0;

	while (done < length) {
		struct uffdio_copy copy = {
			.dst = (uint64_t)(address + done),
			.src = (uint64_t)buffer + (uint64_t)done,
			.len = (uint64_t)(length - done),
			.mode = UFFDIO_COPY_MODE_DONTWAKE,
		};

		if (ioctl(uffd, UFFDIO_COPY, &copy) < 0 && errno != EAGAIN)
			return -errno;
		done += copy.copy > 0 ? copy.copy : 0;
	}
	return 0;
}

EXPORT int ckpt_fill_listen(int32_t uffd)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_EVENT_FORK | UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_REMOVE |
			    UFFD_FEATURE_EVENT_UNMAP,
	};

	return outcome(ioctl(uffd, UFFDIO_API, &api));
}

/* What a UFFDIO_COPY came to: bytes, 0 when the process changes its mappings, or -errno. */
static int64_t copy(int uffd, uint64_t to, const void *from, int64_t length)
{
	struct uffdio_copy copy = {.dst = to, .src = (uintptr_t)from, .len = (uint64_t)length};

	if (ioctl(uffd, UFFDIO_COPY, &copy) == 0)
		return length;
	if (errno != EAGAIN)
		return -errno;
	return copy.copy > 0 ? copy.copy : 0;
}

enum { PAGE = 4096 };

/* The kernel copies nothing at all when the first page is there, or when another mapping begins in between. */
static int64_t copy_first(int uffd, uint64_t to, const void *from)
{
	int64_t done = copy(uffd, to, from, PAGE);

	return done == -EEXIST ? PAGE : done;
}

EXPORT int64_t ckpt_fill_missing(int32_t uffd, int64_t address, const void *buffer, int64_t length)
{
	int64_t done = 0, more = 1;

	while (done < length && more > 0) {
		uint64_t to = (uint64_t)(address + done);
		const char *from = (const char *)buffer + done;

		more = copy(uffd, to, from, length - done);
		if (more == -EEXIST || more == -ENOENT)
			more = copy_first(uffd, to, from);
		if (more > 0)
			done += more;
	}
	return more < 0 ? more : done;
}

EXPORT int ckpt_fill_zero(int32_t uffd, int64_t address, int64_t length)
{
	struct uffdio_zeropage zero = {.range = {(uint64_t)address, (uint64_t)length}};

	return outcome(ioctl(uffd, UFFDIO_ZEROPAGE, &zero));
}

EXPORT int ckpt_fill_wake(int32_t uffd, int64_t address, int64_t length)
{
	struct uffdio_range range = {(uint64_t)address, (uint64_t)length};

	return outcome(ioctl(uffd, UFFDIO_WAKE, &range));
}

/* Resolving a minor fault is not for such memory, and the kernel says so only where somebody watches. */
EXPORT int ckpt_fill_watched(int32_t uffd, int64_t address)
{
	struct uffdio_continue page = {.range = {(uint64_t)address, PAGE}};
	int answer = outcome(ioctl(uffd, UFFDIO_CONTINUE, &page));

	return answer == -EINVAL ? 1 : answer == -ENOENT ? 0 : answer;
}

EXPORT int ckpt_fill_alarm(void)
{
	return outcome(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

EXPORT int ckpt_fill_ring(int32_t alarm)
{
	const uint64_t one = 1;

	return write(alarm, &one, sizeof(one)) < 0 ? -errno : 0;
}

EXPORT int ckpt_fill_await(const int32_t *fds, int32_t count, int32_t timeout_ms, int32_t *ready)
{
	struct pollfd *polled = calloc((size_t)count, sizeof(*polled));
	uint64_t rung;
	int found;

	if (!polled)
		return -ENOMEM;
	for (int32_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	found = outcome(poll(polled, (nfds_t)count, timeout_ms));
	for (int32_t i = 0; i < count; i++)
		ready[i] = found > 0 && polled[i].revents;
	if (found > 0 && ready[0] && read(fds[0], &rung, sizeof(rung)) < 0)
		found = -errno;
	free(polled);
	return found;
}
