/* TCP connections between sockets of the job: both queues of both ends full, options, and ends in two processes. */
#include "network.h"

#include <fcntl.h>
#include <stdlib.h>

enum { MOST = 16 << 20 };

struct connection {
	int ends[2];
	int ports[2];
	size_t sent[2];
};

static char *pattern, *received;
static struct connection v4, v6, mapped, idle;
static int to_child[2];

/* Until neither end takes any more. */
static void fill(struct connection *connection, int from)
{
	ssize_t some;

	while ((some = send(connection->ends[from], pattern + connection->sent[from], MOST - connection->sent[from],
			    MSG_DONTWAIT)) > 0)
		connection->sent[from] += (size_t)some;
	CHECK_EQUAL(errno, EAGAIN);
	CHECK(connection->sent[from] < MOST);
}

static void note_ports(struct connection *connection)
{
	for (int i = 0; i < 2; i++)
		connection->ports[i] = port_of(connection->ends[i], getsockname);
}

static void build(struct connection *connection, int family)
{
	connect_ends(family, connection->ends);
	note_ports(connection);
	fill(connection, 0);
	fill(connection, 1);
}

/* An end of IPv6 that speaks IPv4. */
static void build_mapped(struct connection *connection)
{
	union address address = { .v6 = { .sin6_family = AF_INET6 } };
	socklen_t length = sizeof(address.v6);
	int listener = MUST(socket(AF_INET6, SOCK_STREAM, 0));
	in_port_t port;

	MUST(bind(listener, &address.any, length));
	MUST(listen(listener, 1));
	MUST(getsockname(listener, &address.any, &length));
	port = address.v6.sin6_port;
	loopback(AF_INET, &address);
	address.v4.sin_port = port;
	connection->ends[0] = connected(&address);
	connection->ends[1] = MUST(accept(listener, NULL, NULL));
	close(listener);
	note_ports(connection);
	CHECK_EQUAL(send(connection->ends[0], pattern, 1000, 0), 1000);
	connection->sent[0] = 1000;
}

static void set_options(const int *ends)
{
	set_int_option(ends[0], IPPROTO_TCP, TCP_NODELAY, 1);
	set_int_option(ends[0], SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int_option(ends[0], IPPROTO_TCP, TCP_KEEPIDLE, 77);
	set_int_option(ends[0], IPPROTO_TCP, TCP_USER_TIMEOUT, 4711);
	set_int_option(ends[0], SOL_SOCKET, SO_REUSEADDR, 1);
	set_int_option(ends[0], SOL_SOCKET, SO_SNDBUF, 100000);
	set_int_option(ends[1], SOL_SOCKET, SO_RCVLOWAT, 3);
	set_int_option(ends[1], IPPROTO_IP, IP_TOS, 0x10);
	MUST(setsockopt(ends[1], IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
	MUST(fcntl(ends[1], F_SETFL, O_NONBLOCK));
}

static void check_options(const int *ends)
{
	char name[16] = "";
	socklen_t length = sizeof(name);

	CHECK_EQUAL(int_option(ends[0], IPPROTO_TCP, TCP_NODELAY), 1);
	CHECK_EQUAL(int_option(ends[0], SOL_SOCKET, SO_KEEPALIVE), 1);
	CHECK_EQUAL(int_option(ends[0], IPPROTO_TCP, TCP_KEEPIDLE), 77);
	CHECK_EQUAL(int_option(ends[0], IPPROTO_TCP, TCP_USER_TIMEOUT), 4711);
	CHECK_EQUAL(int_option(ends[0], SOL_SOCKET, SO_REUSEADDR), 1);
	CHECK_EQUAL(int_option(ends[0], SOL_SOCKET, SO_SNDBUF), 200000);
	CHECK_EQUAL(int_option(ends[1], SOL_SOCKET, SO_RCVLOWAT), 3);
	CHECK_EQUAL(int_option(ends[1], IPPROTO_IP, IP_TOS), 0x10);
	MUST(getsockopt(ends[1], IPPROTO_TCP, TCP_CONGESTION, name, &length));
	CHECK(!strcmp(name, "reno"));
	CHECK_EQUAL(fcntl(ends[1], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	set_int_option(ends[1], SOL_SOCKET, SO_RCVLOWAT, 1);
	MUST(fcntl(ends[1], F_SETFL, 0));
}

static void drain(struct connection *connection, int to)
{
	size_t expected = connection->sent[1 - to];
	int fd = connection->ends[to];

	memset(received, 0, expected + 1);
	if (expected > 0)
		CHECK_EQUAL(recv(fd, received, expected, MSG_WAITALL), (ssize_t)expected);
	CHECK(!memcmp(received, pattern, expected));
	CHECK_EQUAL(recv(fd, received, 1, MSG_DONTWAIT), -1);
	CHECK_EQUAL(errno, EAGAIN);
	connection->sent[1 - to] = 0;
}

/* One more round in each direction, with room for all of it. */
static void verify(struct connection *connection)
{
	for (int i = 0; i < 2; i++) {
		CHECK_EQUAL(port_of(connection->ends[i], getsockname), connection->ports[i]);
		CHECK_EQUAL(port_of(connection->ends[i], getpeername), connection->ports[1 - i]);
		drain(connection, i);
	}
	for (int i = 0; i < 2; i++) {
		CHECK_EQUAL(send(connection->ends[i], pattern, 50000, 0), 50000);
		connection->sent[i] = 50000;
		drain(connection, 1 - i);
	}
	MUST(shutdown(connection->ends[0], SHUT_WR));
	CHECK_EQUAL(recv(connection->ends[1], received, 1, 0), 0);
	CHECK_EQUAL(send(connection->ends[1], "x", 1, 0), 1);
	CHECK_EQUAL(recv(connection->ends[0], received, 1, 0), 1);
}

/* Sleeps in recv(2) while it is checkpointed. */
static void child(void)
{
	char text[8] = "";

	MUST(close(to_child[0]));
	victim_say("child");
	CHECK_EQUAL(recv(to_child[1], text, 6, 0), 6);
	CHECK(!strcmp(text, "hello!"));
	CHECK_EQUAL(send(to_child[1], "bye", 3, 0), 3);
}

int main(int argc, char **argv)
{
	char text[8];
	pid_t pid;

	victim_begin(argc, argv);
	pattern = malloc(MOST);
	received = malloc(MOST);
	victim_fill(pattern, MOST, 5);
	build(&v4, AF_INET);
	build(&v6, AF_INET6);
	build_mapped(&mapped);
	connect_ends(AF_INET, idle.ends);
	note_ports(&idle);
	set_options(idle.ends);
	connect_ends(AF_INET, to_child);
	pid = victim_fork(child);
	victim_hear("child");
	MUST(close(to_child[1]));
	victim_wait();
	check_options(idle.ends);
	verify(&idle);
	verify(&mapped);
	verify(&v4);
	verify(&v6);
	CHECK_EQUAL(send(to_child[0], "hello!", 6, 0), 6);
	CHECK_EQUAL(recv(to_child[0], text, 3, MSG_WAITALL), 3);
	victim_join(pid);
	CHECK_EQUAL(recv(to_child[0], text, 1, 0), 0);
	victim_pass();
}
