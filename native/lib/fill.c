/* Pages for memory that has none yet: got and filled in one go, where writing would have them cleared first. */
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

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
