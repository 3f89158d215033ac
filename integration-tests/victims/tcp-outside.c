/* A TCP connection to a process outside the job: it lives as long as the job does, and is found reset after a restart. */
#include "network.h"

#include <sys/socket.h>

static int ends[2];

/* The parent ends: the child, orphaned, is the launcher's and no longer part of the tree. */
static void outsider(void)
{
	char text[8];

	close(ends[0]);
	CHECK_EQUAL(send(ends[1], "early", 5, 0), 5);
	victim_say("outside");
	if (recv(ends[1], text, sizeof(text), 0) == 3)
		send(ends[1], "alive", 5, MSG_NOSIGNAL);
}

static void leave(void)
{
	victim_fork(outsider);
}

int main(int argc, char **argv)
{
	char text[8] = "";
	ssize_t got;

	victim_begin(argc, argv);
	connect_ends(AF_INET, ends);
	victim_join(victim_fork(leave));
	close(ends[1]);
	victim_hear("outside");
	victim_wait();
	CHECK_EQUAL(recv(ends[0], text, 5, 0), 5);
	CHECK(!memcmp(text, "early", 5));
	if (send(ends[0], "ask", 3, MSG_NOSIGNAL) == 3) {
		CHECK_EQUAL(recv(ends[0], text, 5, MSG_WAITALL), 5);
		CHECK(!memcmp(text, "alive", 5));
	} else {
		CHECK_EQUAL(errno, ECONNRESET);
		got = recv(ends[0], text, sizeof(text), 0);
		CHECK_EQUAL(got, 0);
	}
	victim_pass();
}
