/* Urgent data (MSG_OOB) in TCP connections: unread, read out of its order, in line, at the ends of a queue, before an end. */
#include "network.h"

#include <poll.h>
#include <sys/ioctl.h>

static int unread[2], taken[2], in_line[2], last[2], first[2], closed[2];

static void send_urgent(const int ends[2], const char *before, const char *urgent, const char *after)
{
	struct pollfd wait = { .fd = ends[1], .events = POLLPRI };

	if (*before)
		CHECK_EQUAL(send(ends[0], before, strlen(before), 0), (ssize_t)strlen(before));
	CHECK_EQUAL(send(ends[0], urgent, 1, MSG_OOB), 1);
	CHECK_EQUAL(poll(&wait, 1, 10000), 1);
	if (*after)
		CHECK_EQUAL(send(ends[0], after, strlen(after), 0), (ssize_t)strlen(after));
}

static int has_urgent(int fd)
{
	struct pollfd news = { .fd = fd, .events = POLLPRI };

	return poll(&news, 1, 0) == 1;
}

static int at_mark(int fd)
{
	int value;

	MUST(ioctl(fd, SIOCATMARK, &value));
	return value;
}

static void take(int fd, char expected)
{
	char byte = 0;

	CHECK_EQUAL(recv(fd, &byte, 1, MSG_OOB), 1);
	CHECK_EQUAL(byte, expected);
	CHECK_EQUAL(has_urgent(fd), 0);
}

static void hear(int fd, const char *expected)
{
	char text[16] = "";

	CHECK_EQUAL(recv(fd, text, sizeof(text) - 1, 0), (ssize_t)strlen(expected));
	CHECK(!strcmp(text, expected));
}

static void check_goes_on(const int ends[2])
{
	send_urgent(ends, "more", "!", "after");
	hear(ends[1], "more");
	take(ends[1], '!');
	hear(ends[1], "after");
}

static void build(void)
{
	connect_ends(AF_INET, unread);
	send_urgent(unread, "before", "U", "behind");
	connect_ends(AF_INET6, taken);
	send_urgent(taken, "before", "T", "behind");
	take(taken[1], 'T');
	connect_ends(AF_INET, in_line);
	set_int_option(in_line[1], SOL_SOCKET, SO_OOBINLINE, 1);
	send_urgent(in_line, "before", "I", "behind");
	connect_ends(AF_INET, last);
	send_urgent(last, "before", "L", "");
	connect_ends(AF_INET, first);
	send_urgent(first, "", "F", "behind");
	connect_ends(AF_INET, closed);
	send_urgent(closed, "before", "C", "behind");
	MUST(close(closed[0]));
}

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	build();
	victim_wait();
	CHECK_EQUAL(has_urgent(unread[1]), 1);
	hear(unread[1], "before");
	CHECK_EQUAL(at_mark(unread[1]), 1);
	take(unread[1], 'U');
	hear(unread[1], "behind");
	CHECK_EQUAL(has_urgent(taken[1]), 0);
	hear(taken[1], "before");
	CHECK_EQUAL(at_mark(taken[1]), 1);
	hear(taken[1], "behind");
	CHECK_EQUAL(has_urgent(in_line[1]), 1);
	hear(in_line[1], "before");
	CHECK_EQUAL(at_mark(in_line[1]), 1);
	hear(in_line[1], "Ibehind");
	set_int_option(in_line[1], SOL_SOCKET, SO_OOBINLINE, 0);
	take(last[1], 'L');
	hear(last[1], "before");
	CHECK_EQUAL(at_mark(first[1]), 1);
	take(first[1], 'F');
	hear(first[1], "behind");
	hear(closed[1], "before");
	take(closed[1], 'C');
	hear(closed[1], "behind");
	hear(closed[1], "");
	check_goes_on(unread);
	check_goes_on(taken);
	check_goes_on(in_line);
	victim_pass();
}
