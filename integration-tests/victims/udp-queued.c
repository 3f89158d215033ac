/* Datagrams that wait: from several senders, living and gone, of both versions of IP, large and empty. */
#include "network.h"

#include <stdlib.h>

enum { LARGE = 60000 };

static char *large, *received;

static int bound(int family, int any, union address *address)
{
	socklen_t length = loopback(family, address);
	int fd = MUST(socket(family, SOCK_DGRAM, 0));

	if (any)
		memset((char *)address + 4, 0, sizeof(*address) - 4);
	MUST(bind(fd, &address->any, length));
	MUST(getsockname(fd, &address->any, &length));
	return fd;
}

static void say_to(int from, const union address *to, const char *text)
{
	CHECK_EQUAL(sendto(from, text, strlen(text), 0, &to->any, sizeof(*to)), (ssize_t)strlen(text));
}

static void check_from(int fd, const char *text, const union address *sender)
{
	union address found;
	socklen_t length = sizeof(found);

	CHECK_EQUAL(recvfrom(fd, received, LARGE, MSG_DONTWAIT, &found.any, &length), (ssize_t)strlen(text));
	CHECK(!memcmp(received, text, strlen(text)));
	CHECK_EQUAL(found.v4.sin_port, sender->v4.sin_port);
	if (found.any.sa_family == sender->any.sa_family)
		CHECK(!memcmp(&found, sender, length));
}

static void check_empty(int fd)
{
	CHECK_EQUAL(recv(fd, received, LARGE, MSG_DONTWAIT), -1);
	CHECK_EQUAL(errno, EAGAIN);
}

int main(int argc, char **argv)
{
	static const int families[] = { AF_INET, AF_INET6 };
	union address servers[2], one[2], gone[2], anybody, peer, v4;
	int server[2], sender[2], wide, mutual, other, fd;

	victim_begin(argc, argv);
	large = malloc(LARGE);
	received = malloc(LARGE);
	victim_fill(large, LARGE, 3);
	for (int i = 0; i < 2; i++) {
		server[i] = bound(families[i], 0, &servers[i]);
		sender[i] = bound(families[i], 0, &one[i]);
		fd = bound(families[i], 0, &gone[i]);
		say_to(sender[i], &servers[i], "first");
		say_to(fd, &servers[i], "from one that is gone");
		say_to(sender[i], &servers[i], "");
		CHECK_EQUAL(sendto(sender[i], large, LARGE, 0, &servers[i].any, sizeof(servers[i])), LARGE);
		say_to(sender[i], &servers[i], "last");
		MUST(close(fd));
	}
	wide = bound(AF_INET6, 1, &anybody);
	loopback(AF_INET, &v4);
	v4.v4.sin_port = anybody.v6.sin6_port;
	say_to(sender[0], &v4, "over IPv4");
	mutual = bound(AF_INET, 0, &peer);
	other = bound(AF_INET, 0, &v4);
	MUST(connect(mutual, &v4.any, sizeof(v4.v4)));
	MUST(connect(other, &peer.any, sizeof(peer.v4)));
	CHECK_EQUAL(send(other, "from my peer", 12, 0), 12);
	victim_wait();
	for (int i = 0; i < 2; i++) {
		check_from(server[i], "first", &one[i]);
		check_from(server[i], "from one that is gone", &gone[i]);
		check_from(server[i], "", &one[i]);
		CHECK_EQUAL(recv(server[i], received, LARGE, MSG_DONTWAIT), LARGE);
		CHECK(!memcmp(received, large, LARGE));
		check_from(server[i], "last", &one[i]);
		check_empty(server[i]);
		say_to(sender[i], &servers[i], "go on");
		check_from(server[i], "go on", &one[i]);
	}
	check_from(wide, "over IPv4", &one[0]);
	check_empty(wide);
	check_from(mutual, "from my peer", &v4);
	check_empty(mutual);
	victim_pass();
}
