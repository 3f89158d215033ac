/* Pairs of UNIX sockets of each type: queued data with its boundaries, options, closed and shut ends. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
static int pairs[COUNT_OF(types)][2], to_child[2];

static void child(void)
{
	char text[8] = "";

	MUST(close(to_child[0]));
	victim_say("child");
	victim_await_go();
	CHECK_EQUAL(recv(to_child[1], text, 6, MSG_WAITALL), 6);
	CHECK(!strcmp(text, "hello!"));
}

static void build(int *pair, int type)
{
	struct timeval timeout = { 3, 0 };
	int size = 65536;

	MUST(socketpair(AF_UNIX, type, 0, pair));
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)));
	MUST(setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
	MUST(fcntl(pair[1], F_SETFL, O_NONBLOCK));
	CHECK_EQUAL(send(pair[1], "first", 5, 0), 5);
	CHECK_EQUAL(send(pair[1], "second one", 10, 0), 10);
	CHECK_EQUAL(send(pair[0], "back", 4, 0), 4);
}

static void verify(const int *pair, int type)
{
	int size = 0, found = 0;
	socklen_t length = sizeof(int), time_length = sizeof(struct timeval);
	struct timeval timeout;
	char text[32] = "";

	MUST(getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &found, &length));
	CHECK_EQUAL(found, type);
	MUST(getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, &time_length));
	CHECK_EQUAL(timeout.tv_sec, 3);
	MUST(getsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, &length));
	CHECK_EQUAL(size, 131072);
	CHECK_EQUAL(fcntl(pair[1], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	if (type == SOCK_STREAM) {
		CHECK_EQUAL(recv(pair[0], text, 15, MSG_WAITALL), 15);
		CHECK(!memcmp(text, "firstsecond one", 15));
	} else {
		CHECK_EQUAL(recv(pair[0], text, sizeof(text), 0), 5);
		CHECK_EQUAL(recv(pair[0], text, sizeof(text), 0), 10);
		CHECK(!memcmp(text, "second one", 10));
	}
	CHECK_EQUAL(recv(pair[1], text, sizeof(text), 0), 4);
	CHECK_EQUAL(recv(pair[1], text, sizeof(text), 0), -1);
	CHECK_EQUAL(errno, EAGAIN);
	CHECK_EQUAL(send(pair[0], "again", 5, 0), 5);
	CHECK_EQUAL(recv(pair[1], text, sizeof(text), 0), 5);
}

int main(int argc, char **argv)
{
	int shut[2], orphaned[2];
	char text[8];
	pid_t pid;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(types); i++)
		build(pairs[i], types[i]);
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to_child));
	pid = victim_fork(child);
	victim_hear("child");
	MUST(close(to_child[1]));
	CHECK_EQUAL(send(to_child[0], "hel", 3, 0), 3);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, shut));
	CHECK_EQUAL(send(shut[0], "last", 4, 0), 4);
	MUST(shutdown(shut[0], SHUT_WR));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, orphaned));
	CHECK_EQUAL(send(orphaned[1], "gone", 4, 0), 4);
	MUST(close(orphaned[1]));
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(types); i++)
		verify(pairs[i], types[i]);
	CHECK_EQUAL(send(to_child[0], "lo!", 3, 0), 3);
	victim_join(pid);
	CHECK_EQUAL(recv(shut[1], text, sizeof(text), 0), 4);
	CHECK_EQUAL(recv(shut[1], text, sizeof(text), 0), 0);
	CHECK_EQUAL(send(shut[1], "ok", 2, 0), 2);
	CHECK_EQUAL(recv(shut[0], text, sizeof(text), 0), 2);
	CHECK_EQUAL(recv(orphaned[0], text, sizeof(text), 0), 4);
	CHECK_EQUAL(recv(orphaned[0], text, sizeof(text), 0), 0);
	CHECK_EQUAL(send(orphaned[0], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQUAL(errno, EPIPE);
	victim_pass();
}
