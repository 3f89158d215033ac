/* UDP sockets: bound, connected, neither, with options. */
#include "network.h"

static int bound(int family, union address *address)
{
	socklen_t length = loopback(family, address);
	int fd = MUST(socket(family, SOCK_DGRAM, 0));

	MUST(bind(fd, &address->any, length));
	MUST(getsockname(fd, &address->any, &length));
	return fd;
}

static void check(int from, int to)
{
	char text[8] = "";

	CHECK_EQUAL(send(from, "hello", 5, 0), 5);
	CHECK_EQUAL(recv(to, text, sizeof(text), 0), 5);
	CHECK(!memcmp(text, "hello", 5));
}

int main(int argc, char **argv)
{
	static const int families[] = { AF_INET, AF_INET6 };
	int servers[2], clients[2], ports[2], fresh;
	union address addresses[2];
	socklen_t length;

	victim_begin(argc, argv);
	for (int i = 0; i < 2; i++) {
		servers[i] = bound(families[i], &addresses[i]);
		clients[i] = MUST(socket(families[i], SOCK_DGRAM, 0));
		MUST(connect(clients[i], &addresses[i].any, sizeof(addresses[i])));
		ports[i] = port_of(clients[i], getsockname);
	}
	set_int_option(servers[0], SOL_SOCKET, SO_BROADCAST, 1);
	set_int_option(servers[0], IPPROTO_IP, IP_MULTICAST_TTL, 7);
	fresh = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	victim_wait();
	for (int i = 0; i < 2; i++) {
		CHECK_EQUAL(port_of(clients[i], getsockname), ports[i]);
		check(clients[i], servers[i]);
	}
	CHECK_EQUAL(int_option(servers[0], SOL_SOCKET, SO_BROADCAST), 1);
	CHECK_EQUAL(int_option(servers[0], IPPROTO_IP, IP_MULTICAST_TTL), 7);
	length = sizeof(addresses[0]);
	MUST(getsockname(servers[0], &addresses[0].any, &length)); /* it may have moved */
	MUST(connect(fresh, &addresses[0].any, sizeof(addresses[0].v4)));
	check(fresh, servers[0]);
	victim_pass();
}
