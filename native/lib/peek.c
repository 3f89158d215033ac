/* Looking into queues without taking anything. */
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "export.h"
#include "reopen.h"

enum { MOST_IN_FLIGHT = 253 }; /* SCM_MAX_FD */

/* One read(2) takes one packet, or all bytes that are in none. */
static int64_t read_pieces(int from, char *buffer, int64_t size, int32_t *lengths, int32_t *count)
{
	int32_t capacity = *count;

	*count = 0;
	for (int64_t done = 0; done < size; done += lengths[(*count)++]) {
		ssize_t some = read(from, buffer + done, (size_t)(size - done));

		if (some <= 0 || *count == capacity)
			return some < 0 ? -errno : -EIO;
		lengths[*count] = (int32_t)some;
	}
	return size;
}

/* tee(2) wants a pipe with room for all that is queued. */
static int64_t tee_and_read(int from, const int through[2], void *buffer, int64_t size, int32_t *lengths,
			    int32_t *count)
{
	int64_t copied;

	if (fcntl(through[1], F_SETPIPE_SZ, fcntl(from, F_GETPIPE_SZ)) < 0)
		return -errno;
	copied = tee(from, through[1], (size_t)size, SPLICE_F_NONBLOCK);
	if (copied < 0 && errno != EAGAIN)
		return -errno;
	return read_pieces(through[0], buffer, copied < 0 ? 0 : copied, lengths, count);
}

/* A descriptor to be closed; the pipe is opened once more only where the stolen end is for writing. */
static int readable_end(int32_t fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -errno;
	if ((flags & O_ACCMODE) == O_WRONLY)
		return reopen(fd, O_RDONLY | O_NONBLOCK);
	return outcome(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

EXPORT int64_t ckpt_peek_pipe(int32_t fd, void *buffer, int64_t size, int32_t *lengths, int32_t *count)
{
	int through[2];
	int from = readable_end(fd);
	int64_t copied;

	if (from < 0)
		return from;
	if (pipe2(through, O_CLOEXEC) < 0) {
		copied = -errno;
	} else {
		copied = tee_and_read(from, through, buffer, size, lengths, count);
		close(through[0]);
		close(through[1]);
	}
	close(from);
	return copied;
}

static int32_t take_descriptors(struct msghdr *message, int32_t *fds)
{
	int32_t count = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t bytes = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds + count, CMSG_DATA(c), bytes);
		count += (int32_t)(bytes / sizeof(int));
	}
	return count;
}

EXPORT int64_t ckpt_peek_socket(int32_t fd, int64_t offset, void *buffer, int64_t size, void *name,
				int32_t *name_size, int32_t *fds, int32_t *count)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_IN_FLIGHT * sizeof(int)) + CMSG_SPACE(64)];
	struct iovec vector = {buffer, (size_t)size};
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
		.msg_name = name, .msg_namelen = (socklen_t)*name_size,
	};
	int before, peek_at = (int)offset;
	socklen_t length = sizeof(before);
	int64_t received;

	if (getsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &before, &length) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &peek_at, sizeof(peek_at)) < 0)
		return -errno;
	received = outcome_long(recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
	setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &before, sizeof(before));
	*name_size = received < 0 ? 0 : (int32_t)message.msg_namelen;
	*count = received < 0 ? 0 : take_descriptors(&message, fds);
	return received;
}

/* Asked for more than there is, the kernel would hand over a pending error, and forget it. */
EXPORT int64_t ckpt_peek_bytes(int32_t fd, void *buffer, int64_t size)
{
	int there = 0;

	if (ioctl(fd, SIOCINQ, &there) < 0)
		return -errno;
	if (there <= 0)
		return 0;
	return outcome_long(recv(fd, buffer, there < size ? (size_t)there : (size_t)size, MSG_PEEK | MSG_DONTWAIT));
}
