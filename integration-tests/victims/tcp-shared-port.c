/* A TCP server whose connections have the port that it still listens at, as every server has. */
#include "network.h"

enum { CLIENTS = 3 };

int main(int argc, char **argv)
{
	union address address;
	socklen_t length = loopback(AF_INET, &address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), clients[CLIENTS], servers[CLIENTS];
	char text[8];

	victim_begin(argc, argv);
	set_int_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
	MUST(bind(listener, &address.any, length));
	MUST(listen(listener, CLIENTS));
	MUST(getsockname(listener, &address.any, &length));
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = connected(&address);
		servers[i] = MUST(accept(listener, NULL, NULL));
		CHECK_EQUAL(send(clients[i], "asked", 5, 0), 5);
	}
	victim_wait();
	for (int i = 0; i < CLIENTS; i++) {
		CHECK_EQUAL(recv(servers[i], text, sizeof(text), 0), 5);
		CHECK_EQUAL(send(servers[i], "answer", 6, 0), 6);
		CHECK_EQUAL(recv(clients[i], text, sizeof(text), 0), 6);
	}
	clients[0] = connected(&address);
	CHECK_EQUAL(port_of(MUST(accept(listener, NULL, NULL)), getpeername), port_of(clients[0], getsockname));
	victim_pass();
}
