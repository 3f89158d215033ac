#ifndef CKPT_AWAIT_H
#define CKPT_AWAIT_H

#include <errno.h>
#include <poll.h>

/* Until a descriptor is readable: 0, -ETIMEDOUT or another -errno. */
static inline int await_readable(int fd, int timeout_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	int ready;

	do
		ready = poll(&wait, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	return ready == 0 ? -ETIMEDOUT : 0;
}

#endif
