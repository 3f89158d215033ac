/* UNIX sockets of packets, with descriptors in them and peers known by the kernel. */
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "await.h"
#include "export.h"

enum { MOST_SENT = 16, BACKLOG = 64 };

static int name_address(struct sockaddr_un *address, const char *path)
{
	size_t length = strlen(path);

	if (length >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, length + 1);
	return 0;
}

static int packet_socket(void)
{
	return outcome(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

static int close_with(int fd, int error)
{
	close(fd);
	return error;
}

EXPORT int ckpt_listen(const char *path, int32_t mode)
{
	struct sockaddr_un address;
	int error = name_address(&address, path);
	int fd = error < 0 ? error : packet_socket();

	if (fd < 0)
		return fd;
	/* bind(2) takes the mode of the file from that of the socket: never wider, not for a moment */
	if (fchmod(fd, (mode_t)mode) < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(path, (mode_t)mode) < 0 || listen(fd, BACKLOG) < 0)
		return close_with(fd, -errno);
	return fd;
}

EXPORT int ckpt_connect(const char *path)
{
	struct sockaddr_un address;
	int error = name_address(&address, path);
	int fd = error < 0 ? error : packet_socket();

	if (fd < 0)
		return fd;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return close_with(fd, -errno);
	return fd;
}

EXPORT int ckpt_accept(int32_t fd, int32_t timeout_ms)
{
	int error = await_readable(fd, timeout_ms);

	return error < 0 ? error : outcome(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

EXPORT int ckpt_peer(int32_t fd, int32_t values[3])
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return -errno;
	values[0] = peer.pid;
	values[1] = (int32_t)peer.uid;
	values[2] = (int32_t)peer.gid;
	return 0;
}

EXPORT int ckpt_socketpair(int32_t fds[2])
{
	return outcome(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));
}

EXPORT int ckpt_shutdown(int32_t fd)
{
	return outcome(shutdown(fd, SHUT_RDWR));
}

static void attach(struct msghdr *message, const int32_t *fds, int32_t count)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
	memcpy(CMSG_DATA(c), fds, (size_t)count * sizeof(int));
}

EXPORT int ckpt_send(int32_t fd, const void *packet, int32_t length, const int32_t *fds, int32_t count)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_SENT * sizeof(int))] = {0};
	struct iovec vector = {(void *)(uintptr_t)packet, (size_t)length};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};

	if (count < 0 || count > MOST_SENT)
		return -EINVAL;
	if (count > 0) {
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
		attach(&message, fds, count);
	}
	return outcome((int)sendmsg(fd, &message, MSG_NOSIGNAL));
}

/* What came along: up to `room` descriptors are handed over, and none is left open when too many came. */
static int32_t take(struct msghdr *message, int32_t *fds, int32_t room)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	int received[MOST_SENT];
	int32_t count;

	if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return 0;
	count = (int32_t)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
	memcpy(received, CMSG_DATA(c), (size_t)count * sizeof(int));
	if (count <= room && !(message->msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		memcpy(fds, received, (size_t)count * sizeof(int));
		return count;
	}
	for (int32_t i = 0; i < count; i++)
		close(received[i]);
	return -EMSGSIZE;
}

EXPORT int ckpt_receive(int32_t fd, void *packet, int32_t size, int32_t *fds, int32_t *count,
			int32_t timeout_ms)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_SENT * sizeof(int))];
	struct iovec vector = {packet, (size_t)size};
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	int error = await_readable(fd, timeout_ms);
	int received = error < 0 ? error : outcome((int)recvmsg(fd, &message, MSG_CMSG_CLOEXEC));
	int32_t taken;

	if (received == -ECONNRESET) /* told once, by a peer that left something unread; its last words come after */
		received = outcome((int)recvmsg(fd, &message, MSG_CMSG_CLOEXEC));
	taken = received < 0 ? 0 : take(&message, fds, *count);
	*count = taken < 0 ? 0 : taken;
	if (received >= 0 && (taken < 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))))
		return -EMSGSIZE;
	return received;
}
