/* An established TCP connection. */
#include "victim.h"

#include <arpa/inet.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);
	int listener, client, server;
	char text[8];

	victim_begin(argc, argv);
	listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
	MUST(bind(listener, (struct sockaddr *)&address, sizeof(address)));
	MUST(listen(listener, 1));
	MUST(getsockname(listener, (struct sockaddr *)&address, &length));
	client = MUST(socket(AF_INET, SOCK_STREAM, 0));
	MUST(connect(client, (struct sockaddr *)&address, length));
	server = MUST(accept(listener, NULL, NULL));
	CHECK_EQUAL(send(client, "queued", 6, 0), 6);
	victim_expect_refusal("TCP");
	victim_wait();
	CHECK_EQUAL(recv(server, text, sizeof(text), 0), 6);
	victim_pass();
}
