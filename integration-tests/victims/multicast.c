/* UDP sockets that joined multicast groups on the loopback interface, one of them for a single sender. */
#include "network.h"

#include <net/if.h>
#include <poll.h>

static const char *const groups[] = { "239.1.2.3", "ff12::4711" };

static socklen_t group_address(int i, union address *address)
{
	socklen_t length = loopback(i ? AF_INET6 : AF_INET, address);

	if (i == 0) {
		CHECK_EQUAL(inet_pton(AF_INET, groups[i], &address->v4.sin_addr), 1);
	} else {
		CHECK_EQUAL(inet_pton(AF_INET6, groups[i], &address->v6.sin6_addr), 1);
		address->v6.sin6_scope_id = if_nametoindex("lo");
	}
	return length;
}

static int member(int i)
{
	int fd = MUST(socket(i ? AF_INET6 : AF_INET, SOCK_DGRAM, 0)), none = 0;
	struct group_req request = { .gr_interface = if_nametoindex("lo") };
	union address address;

	memcpy(&request.gr_group, &address, group_address(i, &address) ? sizeof(address) : 0);
	MUST(setsockopt(fd, i ? IPPROTO_IPV6 : IPPROTO_IP, MCAST_JOIN_GROUP, &request, sizeof(request)));
	MUST(setsockopt(fd, i ? IPPROTO_IPV6 : IPPROTO_IP, i ? 29 : IP_MULTICAST_ALL, &none, sizeof(none)));
	memset(&address, 0, sizeof(address));
	address.any.sa_family = i ? AF_INET6 : AF_INET;
	MUST(bind(fd, &address.any, sizeof(address)));
	return fd;
}

static void only_from(int fd, const char *sender)
{
	struct ip_mreq_source source = { 0 };

	CHECK_EQUAL(inet_pton(AF_INET, groups[0], &source.imr_multiaddr), 1);
	CHECK_EQUAL(inet_pton(AF_INET, "127.0.0.1", &source.imr_interface), 1);
	CHECK_EQUAL(inet_pton(AF_INET, sender, &source.imr_sourceaddr), 1);
	MUST(setsockopt(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &source, sizeof(source)));
}

static int sender(int i)
{
	struct ip_mreqn lo = { .imr_ifindex = (int)if_nametoindex("lo") };
	int fd = MUST(socket(i ? AF_INET6 : AF_INET, SOCK_DGRAM, 0));

	CHECK_EQUAL(inet_pton(AF_INET, "127.0.0.1", &lo.imr_address), 1);
	if (i == 0)
		MUST(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof(lo)));
	else
		set_int_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, lo.imr_ifindex);
	return fd;
}

static int hears(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char text[8];

	if (poll(&wait, 1, 200) == 0)
		return 0;
	CHECK_EQUAL(recv(fd, text, sizeof(text), 0), 5);
	return 1;
}

static void say_to(int to, int from)
{
	union address address;
	socklen_t length = group_address(0, &address);

	address.v4.sin_port = htons((uint16_t)port_of(to, getsockname));
	CHECK_EQUAL(sendto(from, "hello", 5, 0, &address.any, length), 5);
}

/* The loopback interface has no route for groups of IPv6. */
static void check_joined(int fd)
{
	struct group_req request = { .gr_interface = if_nametoindex("lo") };
	union address address;

	memcpy(&request.gr_group, &address, group_address(1, &address) ? sizeof(address) : 0);
	CHECK_EQUAL(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &request, sizeof(request)), -1);
	CHECK_EQUAL(errno, EADDRINUSE);
}

int main(int argc, char **argv)
{
	union address any = { .v4.sin_family = AF_INET };
	int members[2], senders[2], choosy, deaf, none = 0;

	victim_begin(argc, argv);
	for (int i = 0; i < 2; i++) {
		members[i] = member(i);
		senders[i] = sender(i);
	}
	choosy = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	deaf = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	only_from(choosy, "127.0.0.1");
	only_from(deaf, "127.0.0.9");
	MUST(bind(choosy, &any.any, sizeof(any.v4)));
	MUST(bind(deaf, &any.any, sizeof(any.v4)));
	MUST(setsockopt(choosy, IPPROTO_IP, IP_MULTICAST_ALL, &none, sizeof(none)));
	MUST(setsockopt(deaf, IPPROTO_IP, IP_MULTICAST_ALL, &none, sizeof(none)));
	victim_wait();
	check_joined(members[1]);
	CHECK_EQUAL(int_option(senders[1], IPPROTO_IPV6, IPV6_MULTICAST_IF), if_nametoindex("lo"));
	say_to(members[0], senders[0]);
	CHECK(hears(members[0]));
	say_to(choosy, senders[0]);
	CHECK(hears(choosy));
	say_to(deaf, senders[0]);
	CHECK(!hears(deaf));
	victim_pass();
}
