/* Stolen descriptors: the same description, looked at without taking anything. */
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "check.h"

static int wait_for_end(void)
{
	sleep(1000);
	return 1;
}

static int queued(int fd)
{
	int count = -1;

	EQUALS(ioctl(fd, FIONREAD, &count), 0);
	return count;
}

static void steals_the_same_description(pid_t pid, int fd)
{
	int pidfd = ckpt_pidfd_open(pid);
	int stolen = ckpt_pidfd_getfd(pidfd, fd);

	CHECK(stolen >= 0);
	EQUALS(ckpt_kcmp(pid, getpid(), KCMP_FILE, fd, stolen), 0);
	CHECK(ckpt_kcmp(pid, getpid(), KCMP_FILE, 0, stolen) > 0);
	EQUALS(ckpt_pidfd_getfd(pidfd, 4711), -EBADF);
	CHECK(ckpt_fcntl(stolen, F_GETFD, 0) & FD_CLOEXEC);
	EQUALS(ckpt_close(stolen), 0);
	EQUALS(ckpt_close(pidfd), 0);
}

static void peeks_into_a_pipe_from_both_ends(const int ends[2])
{
	char buffer[65536];
	int32_t lengths[16], count = 16;

	EQUALS(ckpt_peek_pipe(ends[0], buffer, sizeof(buffer), lengths, &count), 0);
	EQUALS(count, 0);
	EQUALS(write(ends[1], "three", 5), 5);
	EQUALS(write(ends[1], " parts", 6), 6);
	for (int i = 0; i < 2; i++) {
		memset(buffer, 0, sizeof(buffer));
		count = 16;
		EQUALS(ckpt_peek_pipe(ends[i], buffer, sizeof(buffer), lengths, &count), 11);
		EQUALS(count, 1);
		CHECK(memcmp(buffer, "three parts", 11) == 0);
	}
	EQUALS(queued(ends[0]), 11);
}

static void tells_packets_apart(void)
{
	char buffer[65536];
	int32_t lengths[16], count = 16;
	int ends[2];

	CHECK(pipe2(ends, O_DIRECT) == 0);
	EQUALS(write(ends[1], "one", 3), 3);
	EQUALS(write(ends[1], "second", 6), 6);
	EQUALS(ckpt_peek_pipe(ends[0], buffer, sizeof(buffer), lengths, &count), 9);
	EQUALS(count, 2);
	EQUALS(lengths[0], 3);
	EQUALS(lengths[1], 6);
	EQUALS(read(ends[0], buffer, sizeof(buffer)), 3);
	close(ends[0]);
	close(ends[1]);
}

static void peeks_into_a_full_pipe(void)
{
	static char fill[65536], buffer[65536];
	int32_t lengths[16], count = 16;
	int ends[2];

	CHECK(pipe(ends) == 0);
	memset(fill, 'f', sizeof(fill));
	EQUALS(write(ends[1], fill, sizeof(fill)), sizeof(fill));
	EQUALS(ckpt_peek_pipe(ends[1], buffer, sizeof(buffer), lengths, &count), sizeof(fill));
	CHECK(memcmp(fill, buffer, sizeof(fill)) == 0);
	close(ends[0]);
	close(ends[1]);
}

static void peeks_into_sockets(int type)
{
	char buffer[64];
	int32_t fds[253], count, none = 0, sender[3];
	int ends[2];

	CHECK(socketpair(AF_UNIX, type, 0, ends) == 0);
	EQUALS(ckpt_peek_socket(ends[1], 0, buffer, sizeof(buffer), NULL, &none, fds, &count, sender), -EAGAIN);
	EQUALS(write(ends[0], "one", 3), 3);
	EQUALS(write(ends[0], "second", 6), 6);
	if (type == SOCK_STREAM) {
		EQUALS(ckpt_peek_socket(ends[1], 0, buffer, sizeof(buffer), NULL, &none, fds, &count, sender), 9);
	} else {
		EQUALS(ckpt_peek_socket(ends[1], 0, buffer, sizeof(buffer), NULL, &none, fds, &count, sender), 3);
		EQUALS(ckpt_peek_socket(ends[1], 3, buffer, sizeof(buffer), NULL, &none, fds, &count, sender), 6);
		CHECK(memcmp(buffer, "second", 6) == 0);
	}
	EQUALS(ckpt_peek_socket(ends[1], 9, buffer, sizeof(buffer), NULL, &none, fds, &count, sender), -EAGAIN);
	EQUALS(read(ends[1], buffer, sizeof(buffer)), type == SOCK_STREAM ? 9 : 3);
	close(ends[0]);
	close(ends[1]);
}

static void finds_the_place_of_descriptors(void)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
	char buffer[64];
	struct iovec vector = {(void *)(uintptr_t)"file", 4};
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int32_t fds[253], count, none = 0, sender[3];
	int ends[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &ends[0], sizeof(int));
	EQUALS(write(ends[0], "one", 3), 3);
	EQUALS(write(ends[0], "two", 3), 3);
	EQUALS(sendmsg(ends[0], &message, 0), 4);
	EQUALS(write(ends[0], "rest", 4), 4);
	EQUALS(ckpt_peek_socket(ends[1], 0, buffer, sizeof(buffer), NULL, &none, fds, &count, sender), 10);
	EQUALS(count, 1);
	close(fds[0]);
	EQUALS(ckpt_peek_before(ends[1], 0, buffer, 10), 6);
	EQUALS(ckpt_peek_before(ends[1], 6, buffer, 4), 0);
	close(ends[0]);
	close(ends[1]);
}

static void finds_the_peer(void)
{
	int64_t own[11], far[11];
	int ends[2], diag = ckpt_diag_open(getpid());

	CHECK(diag >= 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	EQUALS(ckpt_fstat(ends[0], own), 0);
	EQUALS(ckpt_fstat(ends[1], far), 0);
	EQUALS(ckpt_unix_peer(diag, own[1]), far[1]);
	close(ends[1]);
	EQUALS(ckpt_unix_peer(diag, own[1]), 0);
	close(ends[0]);
	close(diag);
}

static void knows_what_is_watched(const int ends[2])
{
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = epoll_create1(0);
	pid_t self = getpid();

	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event) == 0);
	EQUALS(ckpt_compare_watched(self, ends[0], self, epoll, ends[0], 0), 0);
	CHECK(ckpt_compare_watched(self, ends[1], self, epoll, ends[0], 0) > 0);
	EQUALS(ckpt_compare_watched(self, ends[0], self, epoll, ends[0], 1), -ENOENT);
	EQUALS(ckpt_poll(ends[1], POLLIN | POLLOUT), POLLOUT);
	close(epoll);
}

static void finds_data_between_holes(void)
{
	int fd = memfd_create("holes", 0);
	int64_t values[2];

	CHECK(ftruncate(fd, 1 << 20) == 0);
	EQUALS(ckpt_pwrite(fd, 8192, "data", 4), 4);
	EQUALS(ckpt_find_data(fd, 0, values), 1);
	CHECK(values[0] == 8192 && values[1] == 12288);
	EQUALS(ckpt_find_data(fd, 12288, values), 0);
	EQUALS(ckpt_find_data(fd, 1 << 20, values), 0);
	EQUALS(lseek(fd, 0, SEEK_CUR), 0);
	close(fd);
}

static void reads_small_files_and_lists_numbers(const int ends[2])
{
	int32_t numbers[256];
	char text[64];
	int count = ckpt_list_numbers("/proc/self/fd", numbers, 256);
	bool found = false;

	CHECK(ckpt_read_file("/proc/self/comm", text, sizeof(text)) == 6 && memcmp(text, "files\n", 6) == 0);
	EQUALS(ckpt_read_file("/proc/self/comm", text, 3), 3);
	EQUALS(ckpt_read_file("/proc/self/nothing", text, 3), -ENOENT);
	EQUALS(ckpt_list_numbers("/proc/self/fd", numbers, 0), count);
	for (int i = 0; i < count; i++)
		found |= numbers[i] == ends[1];
	CHECK(found);
}

static void asks_in_the_name_of_somebody_else(void)
{
	static const char paths[] = "/tmp\0/root\0//etc/passwd\0/etc/passwd\0/no/such";
	static const int32_t wanted[] = { R_OK | W_OK | X_OK, R_OK, R_OK, W_OK, R_OK };
	static const uint32_t ids[] = { 65534, 65534 }, groups[] = { 1, 2, 3 };
	gid_t before[64], after[64];
	int32_t results[5];
	int count = getgroups(64, before);
	int root = ckpt_open("/", O_PATH | O_DIRECTORY);

	if (geteuid())
		return;
	EQUALS(ckpt_access_as(ids, groups, 3, root, paths, wanted, 5, results), 0);
	EQUALS(results[0], 0);
	EQUALS(results[1], -EACCES);
	EQUALS(results[2], 0);
	EQUALS(results[3], -EACCES);
	EQUALS(results[4], -ENOENT);
	EQUALS(getgroups(64, after), count);
	CHECK(memcmp(before, after, (size_t)count * sizeof(gid_t)) == 0);
	EQUALS(setfsuid((uid_t)-1), 0);
	EQUALS(prctl(PR_GET_DUMPABLE), 1);
	EQUALS(access("/root", R_OK | W_OK), 0);
	ckpt_close(root);
}

static void asks_a_timer_what_is_left(void)
{
	struct itimerspec hourly = { { 3600, 0 }, { 0, 1 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	EQUALS(ckpt_timer_left(fd), 0);
	EQUALS(timerfd_settime(fd, 0, &hourly, NULL), 0);
	EQUALS(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 1000), 1);
	CHECK(ckpt_timer_left(fd) > INT64_C(3500000000000));
	EQUALS(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0), 1);
	close(fd);
	EQUALS(ckpt_timer_left(fd), -EBADF);
}

static void begins_to_write_a_file(void)
{
	char path[] = "/var/tmp/behind-XXXXXX";
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK(write(fd, path, sizeof(path)) == sizeof(path));
	EQUALS(ckpt_write_behind(path, 0, sizeof(path)), 0);
	EQUALS(ckpt_write_behind("/dev/null", 0, 1), -ESPIPE);
	close(fd);
	unlink(path);
	EQUALS(ckpt_write_behind(path, 0, 1), -ENOENT);
}

int main(void)
{
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = child(wait_for_end);
	steals_the_same_description(pid, ends[0]);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
	peeks_into_a_pipe_from_both_ends(ends);
	peeks_into_a_full_pipe();
	tells_packets_apart();
	peeks_into_sockets(SOCK_STREAM);
	peeks_into_sockets(SOCK_DGRAM);
	peeks_into_sockets(SOCK_SEQPACKET);
	finds_the_place_of_descriptors();
	finds_the_peer();
	knows_what_is_watched(ends);
	finds_data_between_holes();
	reads_small_files_and_lists_numbers(ends);
	asks_in_the_name_of_somebody_else();
	asks_a_timer_what_is_left();
	begins_to_write_a_file();
	return 0;
}
