/* Urgent data that nobody has read yet, in a TCP connection and in a UNIX stream. */
#include "../network.h"

#include <poll.h>

static void send_urgent(int from, int to)
{
	struct pollfd wait = { .fd = to, .events = POLLPRI };

	CHECK_EQUAL(send(from, "now", 3, MSG_OOB), 3);
	CHECK_EQUAL(poll(&wait, 1, 10000), 1);
}

static void check_urgent(int fd)
{
	char text[8];

	CHECK_EQUAL(recv(fd, text, sizeof(text), MSG_OOB), 1);
	CHECK_EQUAL(text[0], 'w');
	CHECK_EQUAL(recv(fd, text, sizeof(text), 0), 2);
}

int main(int argc, char **argv)
{
	int tcp[2], stream[2];

	victim_begin(argc, argv);
	connect_ends(AF_INET, tcp);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, stream));
	send_urgent(tcp[0], tcp[1]);
	if (send(stream[0], "now", 3, MSG_OOB) == 3)
		victim_expect_refusal("fd 5&fd 6&urgent data (MSG_OOB) waits in it");
	else
		victim_expect_refusal("urgent data (MSG_OOB) waits in it");
	victim_wait();
	check_urgent(tcp[1]);
	check_urgent(stream[1]);
	victim_pass();
}
