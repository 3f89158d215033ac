/* Descriptors: stealing them and asking them. */
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "export.h"
#include "reopen.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

EXPORT int ckpt_pidfd_open(int32_t pid)
{
	return outcome((int)syscall(SYS_pidfd_open, pid, 0));
}

EXPORT int ckpt_pidfd_open_thread(int32_t tid)
{
	return outcome((int)syscall(SYS_pidfd_open, tid, PIDFD_THREAD));
}

EXPORT int ckpt_pidfd_getfd(int32_t pidfd, int32_t number)
{
	return outcome((int)syscall(SYS_pidfd_getfd, pidfd, number, 0));
}

EXPORT int64_t ckpt_file_system(int32_t fd)
{
	struct statfs system;

	return fstatfs(fd, &system) < 0 ? -errno : (int64_t)system.f_type;
}

/* A server is asked by statfs(2), not by stat(2), so only what may be of huge pages is looked at closely. */
static int64_t huge_page_size(int32_t fd)
{
	enum { HUGETLBFS = 0x958458f6, SMALLEST = 2 << 20 };
	struct statfs system;
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_blksize < SMALLEST)
		return 0;
	if (fstatfs(fd, &system) < 0)
		return -errno;
	return (uint32_t)system.f_type == (uint32_t)HUGETLBFS ? (int64_t)system.f_bsize : 0;
}

EXPORT int64_t ckpt_huge_page_size(int32_t fd)
{
	return huge_page_size(fd);
}

EXPORT int64_t ckpt_timer_left(int32_t fd)
{
	struct itimerspec setting;

	if (timerfd_gettime(fd, &setting) < 0)
		return -errno;
	return setting.it_value.tv_sec * INT64_C(1000000000) + setting.it_value.tv_nsec;
}

/* One page after the other, for they are large and may be few. */
static int64_t write_huge(int32_t fd, int64_t offset, const char *buffer, int64_t length, int64_t page)
{
	for (int64_t done = 0; done < length;) {
		int64_t within = (offset + done) % page;
		int64_t some = length - done < page - within ? length - done : page - within;
		char *place = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset + done - within);

		if (place == MAP_FAILED)
			return -errno;
		memcpy(place + within, buffer + done, (size_t)some);
		munmap(place, (size_t)page);
		done += some;
	}
	return length;
}

EXPORT int64_t ckpt_write_content(int32_t fd, int64_t offset, const void *buffer, int64_t length)
{
	int64_t page = huge_page_size(fd);
	int64_t done = 0;

	if (page != 0)
		return page < 0 ? page : write_huge(fd, offset, buffer, length, page);
	while (done < length) {
		ssize_t some = pwrite(fd, (const char *)buffer + done, (size_t)(length - done), offset + done);

		if (some < 0)
			return -errno;
		done += some;
	}
	return done;
}

EXPORT int ckpt_kcmp(int32_t pid1, int32_t pid2, int32_t type, int64_t index1, int64_t index2)
{
	return outcome((int)syscall(SYS_kcmp, pid1, pid2, type, index1, index2));
}

EXPORT int ckpt_compare_watched(int32_t pid, int32_t fd, int32_t watcher, int32_t epoll, int32_t number,
				int32_t ordinal)
{
	struct kcmp_epoll_slot slot = {(uint32_t)epoll, (uint32_t)number, (uint32_t)ordinal};

	return outcome((int)syscall(SYS_kcmp, pid, watcher, KCMP_EPOLL_TFD, (long)fd, &slot));
}

EXPORT int ckpt_open(const char *path, int32_t flags)
{
	return outcome(open(path, flags | O_CLOEXEC));
}

EXPORT int ckpt_open_handle(const char *mount, int32_t type, const void *handle, int32_t length)
{
	union {
		struct file_handle head;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} asked = {.head = {.handle_bytes = (unsigned int)length, .handle_type = type}};
	int directory, found;

	if (length < 0 || length > MAX_HANDLE_SZ)
		return -EINVAL;
	directory = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return -errno;
	memcpy(asked.room + offsetof(struct file_handle, f_handle), handle, (size_t)length);
	found = outcome(open_by_handle_at(directory, &asked.head, O_PATH | O_CLOEXEC));
	close(directory);
	return found;
}

EXPORT int ckpt_open_read_only(const char *path)
{
	return outcome(open(path, O_RDONLY | O_CLOEXEC));
}

EXPORT int ckpt_close(int32_t fd)
{
	return outcome(close(fd));
}

EXPORT int ckpt_fsync(int32_t fd)
{
	return outcome(fsync(fd));
}

EXPORT int ckpt_fcntl(int32_t fd, int32_t command, int64_t argument)
{
	return outcome(fcntl(fd, command, argument));
}

EXPORT int ckpt_get_owner(int32_t fd, int64_t values[3])
{
	struct f_owner_ex owner;
	int signal = fcntl(fd, F_GETSIG);

	if (signal < 0 || fcntl(fd, F_GETOWN_EX, &owner) < 0)
		return -errno;
	values[0] = owner.type;
	values[1] = owner.pid;
	values[2] = signal;
	return 0;
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

EXPORT int ckpt_socket_name(int32_t fd, int32_t peer, void *address, int32_t size)
{
	socklen_t length = (socklen_t)size;
	int error = peer ? getpeername(fd, address, &length) : getsockname(fd, address, &length);

	return error < 0 ? -errno : (int)length;
}

EXPORT int ckpt_poll(int32_t fd, int32_t events)
{
	struct pollfd asked = {.fd = fd, .events = (short)events};

	return poll(&asked, 1, 0) < 0 ? -errno : asked.revents;
}

EXPORT int64_t ckpt_pread(int32_t fd, int64_t position, void *buffer, int64_t length)
{
	return outcome_long(pread(fd, buffer, (size_t)length, position));
}

EXPORT int64_t ckpt_pwrite(int32_t fd, int64_t position, const void *buffer, int64_t length)
{
	return outcome_long(pwrite(fd, buffer, (size_t)length, position));
}

int reopen(int32_t fd, int flags)
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

EXPORT int ckpt_lstat(const char *path, int64_t values[11])
{
	struct stat status;

	return report_status(lstat(path, &status), &status, values);
}

EXPORT int ckpt_mount_id(const char *path)
{
	struct statx about;

	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_MNT_ID, &about) < 0)
		return -errno;
	return about.stx_mask & STATX_MNT_ID ? (int)about.stx_mnt_id : -EOPNOTSUPP;
}

EXPORT int64_t ckpt_attribute_names(const char *path)
{
	return outcome_long(llistxattr(path, NULL, 0));
}

/* Whether a file can be written past the page cache in blocks of this length; headers of Linux before 6.1 cannot ask. */
static bool takes_blocks(int fd, uint32_t block)
{
#ifdef STATX_DIOALIGN
	struct statx about;

	return statx(fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &about) == 0 && (about.stx_mask & STATX_DIOALIGN) &&
	       about.stx_dio_offset_align - 1 < block && about.stx_dio_mem_align <= block;
#else
	(void)fd;
	(void)block;
	return false;
#endif
}

EXPORT int ckpt_open_direct(const char *path, int32_t block)
{
	int fd = open(path, O_WRONLY | O_DIRECT | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	if (takes_blocks(fd, (uint32_t)block))
		return fd;
	close(fd);
	return -EOPNOTSUPP;
}

EXPORT int ckpt_write_behind(const char *path, int64_t start, int64_t length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result;

	if (fd < 0)
		return -errno;
	result = outcome(sync_file_range(fd, start, length, SYNC_FILE_RANGE_WRITE));
	close(fd);
	return result;
}

EXPORT int ckpt_readlink(const char *path, void *buffer, int32_t size)
{
	return outcome((int)readlink(path, buffer, (size_t)size));
}
