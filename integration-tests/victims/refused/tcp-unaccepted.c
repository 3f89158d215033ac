/* A TCP connection that waits to be accepted, with data in it, of which a signal would tell. */
#include "../network.h"

#include <fcntl.h>

int main(int argc, char **argv)
{
	union address address;
	char text[8];
	int listener, client;

	victim_begin(argc, argv);
	listener = listening(AF_INET, 1, &address);
	MUST(fcntl(listener, F_SETFL, O_ASYNC));
	client = connected(&address);
	CHECK_EQUAL(send(client, "early", 5, 0), 5);
	victim_expect_refusal("waits to be accepted, with data in it&sends signals (O_ASYNC)");
	victim_wait();
	CHECK_EQUAL(recv(MUST(accept(listener, NULL, NULL)), text, sizeof(text), 0), 5);
	victim_pass();
}
