/* Sockets that wait for TCP connections, connections that wait to be accepted, and sockets without a connection. */
#include "network.h"

#include <fcntl.h>
#include <poll.h>

static void check_accepts(int listener, const union address *address)
{
	int client = connected(address), server = MUST(accept(listener, NULL, NULL));
	char byte = 0;

	CHECK_EQUAL(send(client, "x", 1, 0), 1);
	CHECK_EQUAL(recv(server, &byte, 1, 0), 1);
	MUST(close(client));
	MUST(close(server));
}

static void check_waits(int listener)
{
	struct pollfd poll_listener = { .fd = listener, .events = POLLIN };

	CHECK_EQUAL(poll(&poll_listener, 1, 0), 0);
}

/* Connected before the checkpoint, accepted after it, in any order. */
static void check_unaccepted(int listener, const int clients[2])
{
	for (int i = 0; i < 2; i++) {
		int server = MUST(accept(listener, NULL, NULL));
		int client = clients[port_of(server, getpeername) == port_of(clients[1], getsockname)];
		char text[8] = "";

		CHECK_EQUAL(port_of(server, getpeername), port_of(client, getsockname));
		CHECK_EQUAL(send(client, "late", 4, 0), 4);
		CHECK_EQUAL(recv(server, text, sizeof(text), 0), 4);
		CHECK(!memcmp(text, "late", 4));
	}
}

static int sleeping_listener;

static void child(void)
{
	victim_say("child");
	MUST(accept(sleeping_listener, NULL, NULL));
	victim_say("accepted");
}

/* Who closes first keeps its port from others for a minute. */
static void leave_behind(int listener, const union address *address)
{
	int client = connected(address), server = MUST(accept(listener, NULL, NULL));

	MUST(close(server));
	MUST(close(client));
}

int main(int argc, char **argv)
{
	union address v4, v6, waiting, bound, sleeping;
	int listener4, listener6, backlog, fresh, named, port, clients[2];
	socklen_t length = loopback(AF_INET, &bound);
	pid_t pid;

	victim_begin(argc, argv);
	listener4 = listening(AF_INET, 7, &v4);
	set_int_option(listener4, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int_option(listener4, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
	set_int_option(listener4, IPPROTO_TCP, TCP_NODELAY, 1);
	MUST(fcntl(listener4, F_SETFL, O_NONBLOCK));
	listener6 = listening(AF_INET6, 3, &v6);
	backlog = listening(AF_INET, 5, &waiting);
	leave_behind(listener6, &v6);
	leave_behind(backlog, &waiting);
	clients[0] = connected(&waiting);
	clients[1] = connected(&waiting);
	fresh = MUST(socket(AF_INET6, SOCK_STREAM, 0));
	set_int_option(fresh, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	named = MUST(socket(AF_INET, SOCK_STREAM, 0));
	MUST(bind(named, &bound.any, length));
	port = port_of(named, getsockname);
	sleeping_listener = listening(AF_INET, 1, &sleeping);
	pid = victim_fork(child);
	victim_hear("child");
	victim_wait();
	check_waits(listener4);
	CHECK_EQUAL(int_option(listener4, SOL_SOCKET, SO_REUSEADDR), 1);
	CHECK_EQUAL(int_option(listener4, SOL_SOCKET, SO_ACCEPTCONN), 1);
	CHECK_EQUAL(fcntl(listener4, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	MUST(fcntl(listener4, F_SETFL, 0));
	check_accepts(listener4, &v4);
	check_accepts(listener6, &v6);
	check_unaccepted(backlog, clients);
	check_waits(backlog);
	CHECK_EQUAL(int_option(fresh, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	MUST(connect(fresh, &v6.any, sizeof(v6.v6)));
	MUST(accept(listener6, NULL, NULL));
	CHECK_EQUAL(port_of(named, getsockname), port);
	MUST(connect(named, &v4.any, sizeof(v4.v4)));
	MUST(accept(listener4, NULL, NULL));
	CHECK_EQUAL(int_option(MUST(connected(&v4)), IPPROTO_TCP, TCP_NODELAY), 0);
	connected(&sleeping);
	victim_join(pid);
	CHECK(victim_heard("accepted"));
	victim_pass();
}
