#include "packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int packet_send(int socket, const void *packet, size_t size, const int *fds, int count)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(PACKET_MAX_FDS * sizeof(int))];
	} control = { 0 };
	struct iovec data = { (void *)packet, size };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	size_t bytes = (size_t)count * sizeof(int);
	ssize_t sent;

	if (count > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(bytes);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(bytes);
		memcpy(CMSG_DATA(&control.header), fds, bytes);
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static int take_fds(struct msghdr *message, int *fds, int max)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int taken = 0, fd;

	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
		return 0;
	for (size_t at = 0; CMSG_LEN(at) < header->cmsg_len; at += sizeof(int)) {
		memcpy(&fd, CMSG_DATA(header) + at, sizeof(int));
		if (taken < max)
			fds[taken++] = fd;
		else
			close(fd);
	}
	return taken;
}

static ssize_t receive(int socket, struct msghdr *message)
{
	ssize_t got;

	do
		got = recvmsg(socket, message, MSG_CMSG_CLOEXEC | MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	return got;
}

int packet_receive(int socket, void *packet, size_t size, int *fds, int max)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(PACKET_MAX_FDS * sizeof(int))];
	} control;
	struct iovec data = { packet, size };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t got;
	int taken;

	got = receive(socket, &message);
	if (got < 0 && errno == ECONNRESET)
		got = receive(socket, &message); /* told once, by a peer that left something unread; its last words come after */
	if (got < 0)
		return -errno;
	taken = take_fds(&message, fds, max);
	if ((size_t)got == size)
		return taken;
	while (taken > 0)
		close(fds[--taken]);
	return got == 0 ? -EPIPE : -EBADMSG;
}
