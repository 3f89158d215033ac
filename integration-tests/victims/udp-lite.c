/* A socket of UDP-Lite, whose checksums cover eight bytes. */
#include "network.h"

#define IPPROTO_LITE 136
#define SEND_COVERAGE 10
#define RECEIVE_COVERAGE 11

int main(int argc, char **argv)
{
	union address address;
	socklen_t length;
	char text[8];
	int server, client;

	victim_begin(argc, argv);
	length = loopback(AF_INET, &address);
	server = socket(AF_INET, SOCK_DGRAM, IPPROTO_LITE);
	if (server < 0)
		victim_skip("this kernel has no UDP-Lite");
	client = MUST(socket(AF_INET, SOCK_DGRAM, IPPROTO_LITE));
	MUST(bind(server, &address.any, length));
	MUST(getsockname(server, &address.any, &length));
	MUST(connect(client, &address.any, length));
	set_int_option(client, IPPROTO_LITE, SEND_COVERAGE, 8);
	set_int_option(server, IPPROTO_LITE, RECEIVE_COVERAGE, 8);
	victim_wait();
	CHECK_EQUAL(int_option(client, IPPROTO_LITE, SEND_COVERAGE), 8);
	CHECK_EQUAL(int_option(server, IPPROTO_LITE, RECEIVE_COVERAGE), 8);
	CHECK_EQUAL(int_option(server, SOL_SOCKET, SO_PROTOCOL), IPPROTO_LITE);
	CHECK_EQUAL(send(client, "hello", 5, 0), 5);
	CHECK_EQUAL(recv(server, text, sizeof(text), 0), 5);
	victim_pass();
}
