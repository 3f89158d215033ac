/* TCP connections that nobody has accepted, and what was written into them already. */
#include "network.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

enum { CLIENTS = 6, MOST = 16 << 20 };

enum { EARLY, QUIET, FULL, URGENT, SHUT, CLOSED };

static char *pattern, *received;
static int clients[CLIENTS], ports[CLIENTS];
static size_t written;

static void fill(int fd)
{
	ssize_t some;

	while ((some = send(fd, pattern + written, MOST - written, MSG_DONTWAIT)) > 0)
		written += (size_t)some;
	CHECK_EQUAL(errno, EAGAIN);
}

static void connect_all(const union address *address)
{
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = connected(address);
		ports[i] = port_of(clients[i], getsockname);
	}
	set_int_option(clients[EARLY], IPPROTO_TCP, TCP_NODELAY, 1);
	set_int_option(clients[EARLY], IPPROTO_TCP, TCP_USER_TIMEOUT, 4711);
	MUST(fcntl(clients[EARLY], F_SETFL, O_NONBLOCK));
	CHECK_EQUAL(send(clients[EARLY], "early", 5, 0), 5);
	fill(clients[FULL]);
	CHECK_EQUAL(send(clients[URGENT], "now", 3, MSG_OOB), 3);
	CHECK_EQUAL(send(clients[URGENT], "later", 5, 0), 5);
	CHECK_EQUAL(send(clients[SHUT], "all", 3, 0), 3);
	MUST(shutdown(clients[SHUT], SHUT_WR));
	CHECK_EQUAL(send(clients[CLOSED], "gone", 4, 0), 4);
	MUST(close(clients[CLOSED]));
}

/* Nobody is told of anything new; then each kind of news comes as ever. */
static int watch(int fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP };
	int epoll = MUST(epoll_create1(0));

	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	return epoll;
}

static int has_news(int epoll)
{
	struct epoll_event event;

	return MUST(epoll_wait(epoll, &event, 1, 0));
}

static void check_both_ways(int client, int server)
{
	char text[8];

	CHECK_EQUAL(send(clients[client], "more", 4, 0), 4);
	CHECK_EQUAL(recv(server, text, 4, MSG_WAITALL), 4);
	CHECK(!memcmp(text, "more", 4));
	CHECK_EQUAL(send(server, "answer", 6, 0), 6);
	CHECK_EQUAL(fcntl(clients[client], F_GETFL) & O_NONBLOCK, client == EARLY ? O_NONBLOCK : 0);
	CHECK_EQUAL(recv(clients[client], text, 6, MSG_WAITALL), 6);
}

static void check_urgent(int server)
{
	char text[8];
	int at_mark;

	CHECK_EQUAL(recv(server, text, sizeof(text), MSG_OOB), 1);
	CHECK_EQUAL(text[0], 'w');
	CHECK_EQUAL(recv(server, text, sizeof(text), 0), 2);
	MUST(ioctl(server, SIOCATMARK, &at_mark));
	CHECK_EQUAL(at_mark, 1);
	CHECK_EQUAL(recv(server, text, 5, MSG_WAITALL), 5);
	CHECK(!memcmp(text, "later", 5));
}

static void check_stream(int server, const char *expected, size_t length)
{
	CHECK_EQUAL(recv(server, received, length, MSG_WAITALL), (ssize_t)length);
	CHECK(!memcmp(received, expected, length));
}

static void check_accepted(int server)
{
	int client = 0;

	while (client < CLIENTS && ports[client] != port_of(server, getpeername))
		client++;
	CHECK(client < CLIENTS);
	if (client == EARLY)
		check_stream(server, "early", 5);
	if (client == FULL)
		check_stream(server, pattern, written);
	if (client == URGENT)
		check_urgent(server);
	if (client == SHUT)
		check_stream(server, "all", 3);
	if (client == CLOSED)
		check_stream(server, "gone", 4);
	if (client == SHUT || client == CLOSED)
		CHECK_EQUAL(recv(server, received, 1, 0), 0);
	else
		check_both_ways(client, server);
	MUST(close(server));
	ports[client] = 0;
}

int main(int argc, char **argv)
{
	union address address;
	int listener, news;

	victim_begin(argc, argv);
	pattern = malloc(MOST);
	received = malloc(MOST);
	victim_fill(pattern, MOST, 5);
	listener = listening(AF_INET6, CLIENTS - 1, &address);
	connect_all(&address);
	news = watch(clients[EARLY]);
	victim_wait();
	CHECK_EQUAL(has_news(news), 0);
	CHECK_EQUAL(int_option(clients[EARLY], IPPROTO_TCP, TCP_NODELAY), 1);
	CHECK_EQUAL(int_option(clients[EARLY], IPPROTO_TCP, TCP_USER_TIMEOUT), 4711);
	CHECK_EQUAL(int_option(clients[EARLY], SOL_SOCKET, SO_ERROR), 0);
	for (int i = 0; i < CLIENTS; i++)
		check_accepted(MUST(accept(listener, NULL, NULL)));
	MUST(fcntl(listener, F_SETFL, O_NONBLOCK));
	CHECK_EQUAL(accept(listener, NULL, NULL), -1);
	CHECK_EQUAL(errno, EAGAIN);
	victim_pass();
}
