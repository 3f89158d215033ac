/* TCP connections that end: shut down or closed at either end, with and without data, broken ones. */
#include "network.h"

#include <poll.h>

enum { TEXT = 4, CASES = 8 };

static int ends[CASES][2];
static char text[16];

static void expect(int fd, const char *wanted)
{
	size_t length = strlen(wanted);

	memset(text, 0, sizeof(text));
	if (length > 0)
		CHECK_EQUAL(recv(fd, text, length, MSG_WAITALL), (ssize_t)length);
	CHECK(!strcmp(text, wanted));
}

static void expect_end(int fd)
{
	CHECK_EQUAL(recv(fd, text, sizeof(text), 0), 0);
}

static void expect_error(int fd, int error)
{
	CHECK_EQUAL(recv(fd, text, sizeof(text), 0), -1);
	CHECK_EQUAL(errno, error);
	CHECK_EQUAL(send(fd, "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQUAL(errno, EPIPE);
}

static void put(int fd, const char *what)
{
	CHECK_EQUAL(send(fd, what, strlen(what), 0), (ssize_t)strlen(what));
}

static void reset(int fd)
{
	struct linger at_once = { 1, 0 };

	MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	MUST(close(fd));
}

static void build(void)
{
	for (int i = 0; i < CASES; i++)
		connect_ends(i % 2 ? AF_INET6 : AF_INET, ends[i]);
	put(ends[0][0], "last");
	MUST(shutdown(ends[0][0], SHUT_WR));
	MUST(shutdown(ends[1][0], SHUT_WR));
	MUST(shutdown(ends[1][1], SHUT_WR));
	put(ends[2][1], "gone");
	MUST(close(ends[2][1]));
	put(ends[3][1], "reset");
	reset(ends[3][1]);
	reset(ends[4][1]);
	MUST(shutdown(ends[5][0], SHUT_RD));
	put(ends[6][0], "both");
	put(ends[6][1], "ways");
	MUST(shutdown(ends[6][0], SHUT_RDWR));
	MUST(close(ends[6][0]));
	put(ends[7][0], "end");
	MUST(shutdown(ends[7][1], SHUT_WR));
	MUST(close(ends[7][0]));
}

static void verify_half_closed(void)
{
	expect(ends[0][1], "last");
	expect_end(ends[0][1]);
	put(ends[0][1], "still");
	expect(ends[0][0], "still");
	CHECK_EQUAL(send(ends[0][0], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQUAL(errno, EPIPE);
	expect_end(ends[1][0]);
	expect_end(ends[1][1]);
	expect_end(ends[5][0]);
	put(ends[5][0], "said");
	expect(ends[5][1], "said");
}

static void verify_closed(void)
{
	expect(ends[2][0], "gone");
	expect_end(ends[2][0]);
	expect_error(ends[4][0], ECONNRESET);
	expect(ends[7][1], "end");
	expect_end(ends[7][1]);
	CHECK_EQUAL(send(ends[7][1], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_EQUAL(errno, EPIPE);
}

int main(int argc, char **argv)
{
	struct pollfd broken;
	ssize_t got;

	victim_begin(argc, argv);
	build();
	broken = (struct pollfd) { .fd = ends[3][0], .events = POLLIN };
	victim_wait();
	verify_half_closed();
	verify_closed();
	CHECK_EQUAL(poll(&broken, 1, 0), 1);
	CHECK_EQUAL(broken.revents & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	/* closed with "ways" unread, so that the kernel answered with a reset */
	got = recv(ends[6][1], text, sizeof(text), 0);
	CHECK(got == -1 ? errno == ECONNRESET : got == 4);
	victim_pass();
}
