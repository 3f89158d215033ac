/* Files that travel in the queues of UNIX sockets: of many kinds, with their place among the bytes, and in circles. */
#include "victim.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MOST = 8 };

struct parcel {
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST * sizeof(int))];
	struct iovec vector;
	struct msghdr message;
};

static struct msghdr *parcel(struct parcel *parcel, void *bytes, size_t length, size_t files)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel->vector = (struct iovec){ bytes, length };
	parcel->message = (struct msghdr){
		.msg_iov = &parcel->vector, .msg_iovlen = 1, .msg_control = parcel->control,
		.msg_controllen = CMSG_SPACE(files * sizeof(int)),
	};
	return &parcel->message;
}

static void send_files(int to, const char *text, const int *files, size_t count)
{
	struct parcel room;
	struct msghdr *message = parcel(&room, (void *)(uintptr_t)text, strlen(text), count);
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(header), files, count * sizeof(int));
	CHECK_EQUAL(sendmsg(to, message, 0), (ssize_t)strlen(text));
}

/* Sends a file and forgets it here. */
static void give(int to, const char *text, int file)
{
	send_files(to, text, &file, 1);
	MUST(close(file));
}

static size_t receive(int from, char *text, size_t length, int *files)
{
	struct parcel room;
	struct msghdr *message = parcel(&room, text, length, MOST);
	ssize_t got = MUST(recvmsg(from, message, MSG_DONTWAIT));
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	text[got] = 0;
	if (header == NULL)
		return 0;
	CHECK_EQUAL(header->cmsg_type, SCM_RIGHTS);
	memcpy(files, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	return (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

static int take(int from, const char *expected)
{
	char text[64];
	int files[MOST];

	CHECK_EQUAL(receive(from, text, sizeof(text) - 1, files), 1);
	CHECK(!strcmp(text, expected));
	return files[0];
}

/* Byte by byte: which of them have a file. */
static int check_stream(int from, const char *bytes, const char *places)
{
	int files[MOST], last = -1;
	char text[2];

	for (size_t i = 0; i < strlen(bytes); i++) {
		size_t count = receive(from, text, 1, files);

		CHECK_EQUAL(text[0], bytes[i]);
		CHECK_EQUAL(count, places[i] == '^');
		if (count == 1)
			last = files[0];
	}
	return last;
}

static void check_pipe(int writer, int reader)
{
	char text[8];

	CHECK_EQUAL(write(writer, "through", 7), 7);
	CHECK_EQUAL(read(reader, text, sizeof(text)), 7);
	MUST(close(writer));
	CHECK_EQUAL(read(reader, text, sizeof(text)), 0);
}

static int deleted_file(void)
{
	int fd = victim_file("deleted", 10000, 7, 0);

	MUST(unlink(victim_path("deleted")));
	CHECK_EQUAL(lseek(fd, 100, SEEK_SET), 100);
	return fd;
}

static void check_file(int fd, uint64_t seed)
{
	char bytes[10000], expected[10000];

	CHECK_EQUAL(lseek(fd, 0, SEEK_CUR), 100);
	CHECK_EQUAL(pread(fd, bytes, sizeof(bytes), 0), sizeof(bytes));
	victim_fill(expected, sizeof(expected), seed);
	CHECK(!memcmp(bytes, expected, sizeof(bytes)));
}

static int memory_file(void)
{
	int fd = MUST(memfd_create("memory", 0));
	char bytes[10000];

	victim_fill(bytes, sizeof(bytes), 9);
	CHECK_EQUAL(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	CHECK_EQUAL(lseek(fd, 100, SEEK_SET), 100);
	return fd;
}

static int timer(time_t first_seconds, long first_nanoseconds, time_t interval_seconds)
{
	struct itimerspec setting = { { interval_seconds, 0 }, { first_seconds, first_nanoseconds } };
	int fd = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));

	MUST(timerfd_settime(fd, 0, &setting, NULL));
	return fd;
}

static int struck(int timer)
{
	CHECK_EQUAL(poll(&(struct pollfd){ timer, POLLIN, 0 }, 1, 1000), 1);
	return timer;
}

static void check_timer(int timer, uint64_t expected, time_t left)
{
	struct itimerspec setting;
	uint64_t expirations = 0;

	if (read(timer, &expirations, sizeof(expirations)) < 0)
		CHECK_EQUAL(errno, EAGAIN);
	CHECK_EQUAL(expirations, expected);
	MUST(timerfd_gettime(timer, &setting));
	CHECK(setting.it_value.tv_sec <= left && setting.it_value.tv_sec >= left - left / 10);
}

int main(int argc, char **argv)
{
	int stream[2], packets[2], datagrams[2], through[2], inner[2], circle[2], first[2], shared, files[MOST];
	int writers[2];
	uint64_t count;
	char text[16];

	victim_begin(argc, argv);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, stream));
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packets));
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, datagrams));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, inner));
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, circle));
	MUST(pipe(through));
	MUST(pipe(first));
	CHECK_EQUAL(send(stream[0], "plain", 5, 0), 5);
	give(stream[0], "file", through[1]);
	give(stream[0], "more", first[1]);
	CHECK_EQUAL(send(stream[0], "tail", 4, 0), 4);
	give(packets[0], "deleted", deleted_file());
	give(packets[0], "memory", memory_file());
	give(packets[0], "event", MUST(eventfd(42, 0)));
	give(packets[0], "far", timer(5000, 0, 0));
	give(packets[0], "once", struck(timer(0, 1, 0)));
	give(packets[0], "again", struck(timer(0, 1, 4000)));
	CHECK_EQUAL(send(packets[0], "", 0, 0), 0);
	CHECK_EQUAL(send(packets[0], "plain", 5, 0), 5);
	shared = victim_file("shared", 100, 3, 0);
	send_files(datagrams[0], "shared, twice", (int[]){ shared, shared }, 2);
	CHECK_EQUAL(send(inner[1], "inside", 6, 0), 6);
	give(datagrams[0], "socket", inner[0]);
	give(circle[0], "itself", circle[0]);
	send_files(circle[1], "other", &circle[1], 1);
	victim_wait();
	writers[0] = check_stream(stream[1], "plainfile", "     ^   ");
	writers[1] = check_stream(stream[1], "moretail", "^       ");
	check_pipe(writers[0], through[0]);
	check_pipe(writers[1], first[0]);
	check_file(take(packets[1], "deleted"), 7);
	check_file(take(packets[1], "memory"), 9);
	CHECK_EQUAL(read(take(packets[1], "event"), &count, sizeof(count)), sizeof(count));
	CHECK_EQUAL(count, 42);
	check_timer(take(packets[1], "far"), 0, 5000);
	check_timer(take(packets[1], "once"), 1, 0);
	check_timer(take(packets[1], "again"), 1, 4000);
	CHECK_EQUAL(recv(packets[1], text, sizeof(text), MSG_DONTWAIT), 0);
	CHECK_EQUAL(recv(packets[1], text, sizeof(text), MSG_DONTWAIT), 5);
	CHECK_EQUAL(receive(datagrams[1], text, sizeof(text) - 1, files), 2);
	CHECK_EQUAL(lseek(files[1], 17, SEEK_SET), 17);
	CHECK_EQUAL(lseek(shared, 0, SEEK_CUR), 17);
	files[0] = take(datagrams[1], "socket");
	CHECK_EQUAL(recv(files[0], text, sizeof(text), MSG_DONTWAIT), 6);
	CHECK_EQUAL(send(files[0], "answer", 6, 0), 6);
	CHECK_EQUAL(recv(inner[1], text, sizeof(text), 0), 6);
	files[0] = take(circle[1], "itself");
	files[1] = take(files[0], "other");
	CHECK_EQUAL(send(files[0], "round", 5, 0), 5);
	CHECK_EQUAL(recv(files[1], text, sizeof(text), MSG_DONTWAIT), 5);
	victim_pass();
}
