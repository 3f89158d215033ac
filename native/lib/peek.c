/* Looking into queues without taking anything. */
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "export.h"
#include "reopen.h"

enum { MOST_IN_FLIGHT = 253 /* SCM_MAX_FD */, SENT_PIDFD = 4 /* SCM_PIDFD */ };

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

struct found {
	int32_t *fds;
	int32_t count;
	int32_t *sender;
};

static void take_descriptors(const struct cmsghdr *header, struct found *found)
{
	size_t bytes = header->cmsg_len - CMSG_LEN(0);

	memcpy(found->fds + found->count, CMSG_DATA(header), bytes);
	found->count += (int32_t)(bytes / sizeof(int));
}

static void take_sender(const struct cmsghdr *header, int32_t *sender)
{
	struct ucred credentials;

	memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
	sender[0] = credentials.pid;
	sender[1] = (int32_t)credentials.uid;
	sender[2] = (int32_t)credentials.gid;
}

static void close_pidfd(const struct cmsghdr *header)
{
	int fd;

	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	if (fd >= 0)
		close(fd);
}

static void take_control(struct msghdr *message, struct found *found)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS)
			take_descriptors(c, found);
		else if (c->cmsg_type == SCM_CREDENTIALS)
			take_sender(c, found->sender);
		else if (c->cmsg_type == SENT_PIDFD)
			close_pidfd(c);
	}
}

static int64_t too_long(const struct found *found)
{
	for (int32_t i = 0; i < found->count; i++)
		close(found->fds[i]);
	return -EMSGSIZE;
}

/* Sets an option for a while: what it was before, or -errno where there is none. */
static int exchange(int fd, int option, int value, int *before)
{
	socklen_t length = sizeof(*before);

	if (getsockopt(fd, SOL_SOCKET, option, before, &length) < 0)
		return -errno;
	return outcome(setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value)));
}

static void put_back(int fd, int option, int before)
{
	setsockopt(fd, SOL_SOCKET, option, &before, sizeof(before));
}

struct looking {
	int fd, peek_at, told, is_told;
};

/* Who sent a message is told to whoever asks for that, and writers that differ are not glued together then. */
static int begin_looking(struct looking *looking, int fd, int64_t offset)
{
	int error = exchange(fd, SO_PEEK_OFF, (int)offset, &looking->peek_at);

	looking->fd = fd;
	looking->is_told = error < 0 ? error : exchange(fd, SO_PASSCRED, 1, &looking->told);
	return error;
}

static void end_looking(const struct looking *looking)
{
	if (looking->is_told >= 0)
		put_back(looking->fd, SO_PASSCRED, looking->told);
	put_back(looking->fd, SO_PEEK_OFF, looking->peek_at);
}

EXPORT int64_t ckpt_peek_socket(int32_t fd, int64_t offset, void *buffer, int64_t size, void *name,
				int32_t *name_size, int32_t *fds, int32_t *count, int32_t sender[3])
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_IN_FLIGHT * sizeof(int)) + CMSG_SPACE(256)];
	struct iovec vector = {buffer, (size_t)size};
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
		.msg_name = name, .msg_namelen = (socklen_t)*name_size,
	};
	struct found found = {.fds = fds, .sender = sender};
	struct looking looking;
	int error = begin_looking(&looking, fd, offset);
	int64_t received;

	if (error < 0)
		return error;
	received = outcome_long(recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
	end_looking(&looking);
	sender[0] = -1;
	if (received >= 0)
		take_control(&message, &found);
	*name_size = received < 0 ? 0 : (int32_t)message.msg_namelen;
	*count = found.count;
	return received >= 0 && (message.msg_flags & MSG_TRUNC) ? too_long(&found) : received;
}

/*
 * The kernel hands out descriptors with the last byte that was asked for before them, so that asking
 * for less does not find their place. But it copies what one send(2) made as a whole or not at all: with
 * room for one byte less, the message with the descriptors is left out.
 */
EXPORT int64_t ckpt_peek_before(int32_t fd, int64_t offset, void *buffer, int64_t length)
{
	struct iovec vectors[] = {{buffer, (size_t)length - 1}, {NULL, 1}};
	struct msghdr message = {.msg_iov = vectors, .msg_iovlen = 2};
	struct looking looking;
	int error = begin_looking(&looking, fd, offset);
	int64_t received;

	if (error < 0)
		return error;
	received = outcome_long(recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT));
	end_looking(&looking);
	return received == -EFAULT ? 0 : received;
}

/* Asked for more than there is, the kernel would hand over a pending error, and forget it. */
static int64_t peek_ordinary(int fd, void *buffer, int64_t size)
{
	int there = 0;

	if (ioctl(fd, SIOCINQ, &there) < 0)
		return -errno;
	if (there <= 0)
		return 0;
	return outcome_long(recv(fd, buffer, there < size ? (size_t)there : (size_t)size, MSG_PEEK | MSG_DONTWAIT));
}

static int64_t peek_from(int fd, int64_t offset, void *buffer, int64_t size)
{
	int before, error = exchange(fd, SO_PEEK_OFF, (int)offset, &before);
	int64_t length;

	if (error < 0)
		return error;
	length = outcome_long(recv(fd, buffer, (size_t)size, MSG_PEEK | MSG_DONTWAIT));
	put_back(fd, SO_PEEK_OFF, before);
	return length;
}

/* The byte that is urgent itself: 1, or 0 when it has been read already. */
static int64_t peek_urgent(int fd, char *byte)
{
	int64_t length = outcome_long(recv(fd, byte, 1, MSG_OOB | MSG_PEEK | MSG_DONTWAIT));

	if (length != -EINVAL)
		return length;
	*byte = 0;
	return 0;
}

static int is_in_line(int fd)
{
	int value = 0;
	socklen_t length = sizeof(value);

	getsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &value, &length);
	return value;
}

/* In line it is the first of what was found behind the place that is kept for it. */
static int64_t place_urgent(int fd, char *place, int64_t *behind)
{
	if (!is_in_line(fd))
		return peek_urgent(fd, place);
	if (*behind == 0)
		return -EAGAIN;
	memmove(place, place + 1, (size_t)*behind);
	--*behind;
	return 1;
}

/* No call reads across an urgent byte, and one that begins there leaves it out unless it is in line (SO_OOBINLINE). */
EXPORT int64_t ckpt_peek_stream(int32_t fd, void *buffer, int64_t size, int64_t values[2])
{
	struct pollfd news = {.fd = fd, .events = POLLPRI};
	char *bytes = buffer;
	int64_t before, behind, unread;
	int at_mark = 0;

	values[0] = -1;
	values[1] = 0;
	if (poll(&news, 1, 0) < 0 || ioctl(fd, SIOCATMARK, &at_mark) < 0)
		return -errno;
	before = at_mark ? 0 : peek_ordinary(fd, buffer, size);
	if (before >= size - 1)
		return size;
	if (before < 0 || (news.revents & POLLERR) != 0)
		return before;
	behind = peek_from(fd, before, bytes + before + 1, size - before - 1);
	if (behind <= 0 && !at_mark && (news.revents & POLLPRI) == 0)
		return before;
	if (behind < 0 && behind != -EAGAIN)
		return behind;
	behind = behind < 0 ? 0 : behind;
	unread = place_urgent(fd, bytes + before, &behind);
	if (unread < 0)
		return unread;
	values[0] = before;
	values[1] = !unread;
	return before + 1 + behind;
}
