/* Descriptors: stealing them, asking them, looking into their queues without taking anything. */
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"

EXPORT int ckpt_pidfd_open(int32_t pid)
{
	return outcome((int)syscall(SYS_pidfd_open, pid, 0));
}

EXPORT int ckpt_pidfd_getfd(int32_t pidfd, int32_t number)
{
	return outcome((int)syscall(SYS_pidfd_getfd, pidfd, number, 0));
}

EXPORT int ckpt_kcmp(int32_t pid1, int32_t pid2, int32_t type, int64_t index1, int64_t index2)
{
	return outcome((int)syscall(SYS_kcmp, pid1, pid2, type, index1, index2));
}

EXPORT int ckpt_close(int32_t fd)
{
	return outcome(close(fd));
}

EXPORT int ckpt_fcntl(int32_t fd, int32_t command, int64_t argument)
{
	return outcome(fcntl(fd, command, argument));
}

EXPORT int ckpt_ioctl(int32_t fd, int64_t request, void *in_out)
{
	return outcome(ioctl(fd, (unsigned long)request, in_out));
}

EXPORT int ckpt_getsockopt(int32_t fd, int32_t level, int32_t name, void *value, int32_t size)
{
	socklen_t length = (socklen_t)size;

	return getsockopt(fd, level, name, value, &length) < 0 ? -errno : (int)length;
}

EXPORT int64_t ckpt_pread(int32_t fd, int64_t position, void *buffer, int64_t length)
{
	return outcome_long(pread(fd, buffer, (size_t)length, position));
}

EXPORT int64_t ckpt_pwrite(int32_t fd, int64_t position, const void *buffer, int64_t length)
{
	return outcome_long(pwrite(fd, buffer, (size_t)length, position));
}

/* A description of its own, whose offset nobody else sees. */
static int reopen(int32_t fd, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return outcome(open(path, flags | O_CLOEXEC));
}

EXPORT int ckpt_find_data(int32_t fd, int64_t position, int64_t values[2])
{
	int own = reopen(fd, O_RDONLY);

	if (own < 0)
		return own;
	values[0] = outcome_long(lseek(own, position, SEEK_DATA));
	values[1] = values[0] < 0 ? values[0] : outcome_long(lseek(own, values[0], SEEK_HOLE));
	close(own);
	if (values[0] == -ENXIO)
		return 0;
	return values[1] < 0 ? (int)values[1] : 1;
}

static int64_t nanoseconds(struct timespec time)
{
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int report_status(int failed, const struct stat *status, int64_t values[11])
{
	if (failed)
		return -errno;
	values[0] = (int64_t)status->st_dev;
	values[1] = (int64_t)status->st_ino;
	values[2] = status->st_mode;
	values[3] = (int64_t)status->st_nlink;
	values[4] = status->st_uid;
	values[5] = status->st_gid;
	values[6] = (int64_t)status->st_rdev;
	values[7] = status->st_size;
	values[8] = status->st_blocks;
	values[9] = nanoseconds(status->st_mtim);
	values[10] = nanoseconds(status->st_ctim);
	return 0;
}

EXPORT int ckpt_stat(const char *path, int64_t values[11])
{
	struct stat status;

	return report_status(stat(path, &status), &status, values);
}

EXPORT int ckpt_fstat(int32_t fd, int64_t values[11])
{
	struct stat status;

	return report_status(fstat(fd, &status), &status, values);
}

EXPORT int ckpt_readlink(const char *path, void *buffer, int32_t size)
{
	return outcome((int)readlink(path, buffer, (size_t)size));
}

/* tee(2) wants a pipe with room for all that is queued. */
static int64_t tee_and_read(int from, const int through[2], void *buffer, int64_t size)
{
	int64_t copied;

	if (fcntl(through[1], F_SETPIPE_SZ, fcntl(from, F_GETPIPE_SZ)) < 0)
		return -errno;
	copied = tee(from, through[1], (size_t)size, SPLICE_F_NONBLOCK);
	if (copied < 0)
		return errno == EAGAIN ? 0 : -errno;
	for (int64_t done = 0; done < copied;) {
		ssize_t some = read(through[0], (char *)buffer + done, (size_t)(copied - done));

		if (some <= 0)
			return some < 0 ? -errno : -EIO;
		done += some;
	}
	return copied;
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

EXPORT int64_t ckpt_peek_pipe(int32_t fd, void *buffer, int64_t size)
{
	int through[2];
	int from = readable_end(fd);
	int64_t copied;

	if (from < 0)
		return from;
	if (pipe2(through, O_CLOEXEC) < 0) {
		copied = -errno;
	} else {
		copied = tee_and_read(from, through, buffer, size);
		close(through[0]);
		close(through[1]);
	}
	close(from);
	return copied;
}

/* Descriptors that came along, at most the 253 that one message can carry (SCM_MAX_FD). */
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

EXPORT int64_t ckpt_peek_socket(int32_t fd, int64_t offset, void *buffer, int64_t size, int32_t *fds,
				int32_t *count)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(253 * sizeof(int)) + CMSG_SPACE(64)];
	struct iovec vector = {buffer, (size_t)size};
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	int before, peek_at = (int)offset;
	socklen_t length = sizeof(before);
	int64_t received;

	if (getsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &before, &length) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &peek_at, sizeof(peek_at)) < 0)
		return -errno;
	received = outcome_long(recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
	setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &before, sizeof(before));
	*count = received < 0 ? 0 : take_descriptors(&message, fds);
	return received;
}
