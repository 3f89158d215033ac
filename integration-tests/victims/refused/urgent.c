/* Urgent data that nobody has read yet, in a UNIX stream. */
#include "../victim.h"

#include <poll.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct pollfd wait = { .events = POLLPRI };
	char text[8];
	int stream[2];

	victim_begin(argc, argv);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, stream));
	if (send(stream[0], "now", 3, MSG_OOB) != 3)
		victim_skip("no urgent data in UNIX sockets here");
	wait.fd = stream[1];
	CHECK_EQUAL(poll(&wait, 1, 10000), 1);
	victim_expect_refusal("urgent data (MSG_OOB) waits in it");
	victim_wait();
	CHECK_EQUAL(recv(stream[1], text, sizeof(text), MSG_OOB), 1);
	CHECK_EQUAL(text[0], 'w');
	CHECK_EQUAL(recv(stream[1], text, sizeof(text), 0), 2);
	victim_pass();
}
