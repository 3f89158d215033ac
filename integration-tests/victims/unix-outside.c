/* A connection to a service outside the job: it lives as long as the job does, and has ended after a restart. */
#include "victim.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un name = { .sun_family = AF_UNIX };
static int listener;

/* The parent ends: the child, orphaned, is the launcher's and no longer part of the tree. */
static void service(void)
{
	int client = MUST(accept(listener, NULL, NULL));
	char text[8];

	CHECK_EQUAL(send(client, "early", 5, 0), 5);
	victim_say("sent");
	if (recv(client, text, sizeof(text), 0) == 3)
		send(client, "alive", 5, MSG_NOSIGNAL);
}

static void leave(void)
{
	victim_fork(service);
}

int main(int argc, char **argv)
{
	char text[8] = "";
	int client;

	victim_begin(argc, argv);
	strncpy(name.sun_path, victim_path("service"), sizeof(name.sun_path) - 1);
	listener = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
	MUST(bind(listener, (struct sockaddr *)&name, sizeof(name)));
	MUST(listen(listener, 1));
	victim_join(victim_fork(leave));
	close(listener);
	client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
	MUST(connect(client, (struct sockaddr *)&name, sizeof(name)));
	victim_hear("sent");
	victim_wait();
	CHECK_EQUAL(recv(client, text, 5, 0), 5);
	CHECK(!memcmp(text, "early", 5));
	if (send(client, "ask", 3, MSG_NOSIGNAL) == 3) {
		CHECK_EQUAL(recv(client, text, 5, MSG_WAITALL), 5);
		CHECK(!memcmp(text, "alive", 5));
	} else {
		CHECK_EQUAL(errno, EPIPE);
		CHECK_EQUAL(recv(client, text, sizeof(text), 0), 0);
	}
	victim_pass();
}
