/* TCP connections that nobody has accepted: what waits in them is read, and is there as before. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "check.h"

enum { CLIENTS = 6, MUCH = 8 << 20, LEVELS = 2, NAMES = 60 };

static char bytes[MUCH], seen[MUCH];
static struct sockaddr_in6 address;
static struct sockaddr_in6 names[CLIENTS];
static int listener, clients[CLIENTS], ports[CLIENTS];
static long written;
static int64_t lengths[CLIENTS], marks[CLIENTS];

static int port(int fd, int (*name)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_in6 found;
	socklen_t length = sizeof(found);

	CHECK(name(fd, (struct sockaddr *)&found, &length) == 0);
	return found.sin6_port;
}

static int client_of(int family)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = address.sin6_port,
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = address.sin6_port,
				  .sin6_addr = in6addr_loopback};
	int client = socket(family, SOCK_STREAM, 0);
	const void *to = family == AF_INET ? (const void *)&v4 : &v6;

	CHECK(connect(client, to, family == AF_INET ? sizeof(v4) : sizeof(v6)) == 0);
	return client;
}

static void listen_anew(void)
{
	socklen_t length = sizeof(address);

	memset(&address, 0, sizeof(address));
	address.sin6_family = AF_INET6;
	listener = socket(AF_INET6, SOCK_STREAM, 0);
	CHECK(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(listener, CLIENTS - 1) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
}

static void fill(int fd)
{
	ssize_t some;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 251);
	while ((some = send(fd, bytes + written, sizeof(bytes) - (size_t)written, MSG_DONTWAIT)) > 0)
		written += some;
}

static void connect_client(int i, int family)
{
	socklen_t length = sizeof(names[i]);

	clients[i] = client_of(family);
	ports[i] = port(clients[i], getsockname);
	getsockname(clients[i], (struct sockaddr *)&names[i], &length);
}

static void close_client(int i)
{
	CHECK(close(clients[i]) == 0);
	clients[i] = -1;
}

/* Nothing; more than is received; an urgent byte among others; some, and no more; two that are closed. */
static void connect_all(void)
{
	for (int i = 0; i < CLIENTS; i++)
		connect_client(i, i % 2 ? AF_INET6 : AF_INET);
	fill(clients[1]);
	EQUALS(send(clients[2], "urgent", 3, MSG_OOB), 3);
	EQUALS(send(clients[2], "ent", 3, 0), 3);
	EQUALS(send(clients[3], "last", 4, 0), 4);
	EQUALS(shutdown(clients[3], SHUT_WR), 0);
	EQUALS(shutdown(clients[3], SHUT_RD), 0);
	EQUALS(send(clients[4], "gone", 4, 0), 4);
	close_client(4);
	close_client(5);
}

static void note_options(int fd, int values[LEVELS][NAMES])
{
	const int levels[LEVELS] = {SOL_SOCKET, IPPROTO_TCP};

	for (int i = 0; i < LEVELS; i++)
		for (int j = 0; j < NAMES; j++) {
			socklen_t length = sizeof(values[i][j]);

			values[i][j] = -1;
			if (!(levels[i] == IPPROTO_TCP && (j == TCP_INFO || j == TCP_CC_INFO)) && !(levels[i] == SOL_SOCKET && j >= SO_INCOMING_CPU))
				getsockopt(fd, levels[i], j, &values[i][j], &length);
		}
	values[1][TCP_MAXSEG] = values[1][TCP_TIMESTAMP] = values[1][TCP_QUEUE_SEQ] = 0; /* of this connection */
}

static void reads_all(void)
{
	int64_t total = ckpt_read_unaccepted(listener, clients, names, CLIENTS, lengths, marks, seen, sizeof(seen));

	EQUALS(total, written + 14);
	EQUALS(lengths[0], 0);
	EQUALS(lengths[1], written);
	EQUALS(lengths[2], 6);
	EQUALS(marks[1], -1);
	EQUALS(marks[2], 2);
	CHECK(memcmp(seen, bytes, (size_t)written) == 0);
	CHECK(memcmp(seen + written, "urgentlastgone", 14) == 0);
}

static void leaves_sockets_as_they_were(void)
{
	static int before[LEVELS][NAMES], after[LEVELS][NAMES];
	int one = 1, room = 20000, clamp = 30000;

	setsockopt(clients[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(clients[0], IPPROTO_TCP, TCP_WINDOW_CLAMP, &clamp, sizeof(clamp));
	setsockopt(clients[0], IPPROTO_TCP, TCP_USER_TIMEOUT, &clamp, sizeof(clamp));
	setsockopt(clients[0], IPPROTO_TCP, TCP_KEEPIDLE, &room, sizeof(room));
	setsockopt(clients[0], IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
	setsockopt(clients[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	setsockopt(clients[0], SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	for (int i = 0; clients[i] >= 0; i++) {
		note_options(clients[i], before);
		reads_all();
		note_options(clients[i], after);
		for (int j = 0; j < LEVELS * NAMES; j++)
			if (before[j / NAMES][j % NAMES] != after[j / NAMES][j % NAMES]) {
				fprintf(stderr, "client %d, option %d of level %d: %d, not %d\n", i, j % NAMES, j / NAMES,
					after[j / NAMES][j % NAMES], before[j / NAMES][j % NAMES]);
				exit(1);
			}
	}
}

static void loses_nothing_without_room(void)
{
	EQUALS(ckpt_read_unaccepted(listener, clients, names, CLIENTS, lengths, marks, seen, 100), -EMSGSIZE);
	reads_all();
}

static int accept_next(int client)
{
	int server = accept(listener, NULL, NULL);

	CHECK(server >= 0);
	EQUALS(port(server, getpeername), ports[client]);
	return server;
}

static void sends_both_ways(int client, int server)
{
	char text[8];

	EQUALS(send(clients[client], "there", 5, MSG_DONTWAIT), 5);
	EQUALS(recv(server, text, sizeof(text), 0), 5);
	EQUALS(send(server, "back", 4, 0), 4);
	EQUALS(recv(clients[client], text, sizeof(text), 0), 4);
}

static void everything_arrives(void)
{
	char text[8];
	int server = accept_next(0), at_mark;

	EQUALS(recv(server, text, sizeof(text), MSG_DONTWAIT), -1);
	sends_both_ways(0, server);
	server = accept_next(1);
	EQUALS(recv(server, seen, (size_t)written, MSG_WAITALL), written);
	CHECK(memcmp(seen, bytes, (size_t)written) == 0);
	sends_both_ways(1, server);
	server = accept_next(2);
	EQUALS(recv(server, text, sizeof(text), MSG_OOB), 1);
	EQUALS(text[0], 'g');
	EQUALS(recv(server, text, sizeof(text), 0), 2);
	CHECK(ioctl(server, SIOCATMARK, &at_mark) == 0 && at_mark == 1);
	EQUALS(recv(server, text, sizeof(text), 0), 3);
	sends_both_ways(2, server);
	server = accept_next(3);
	EQUALS(recv(server, text, sizeof(text), MSG_WAITALL), 4);
	EQUALS(recv(server, text, sizeof(text), 0), 0);
	EQUALS(recv(clients[3], text, sizeof(text), 0), 0);
	server = accept_next(4);
	EQUALS(recv(server, text, sizeof(text), MSG_WAITALL), 4);
	EQUALS(recv(server, text, sizeof(text), 0), 0);
	EQUALS(recv(accept_next(5), text, sizeof(text), 0), 0);
}

static void touches_nothing_when_others_wait(void)
{
	int stranger = client_of(AF_INET), server;
	char text[8];

	ports[CLIENTS - 1] = port(stranger, getsockname);
	EQUALS(send(stranger, "hello", 5, 0), 5);
	EQUALS(ckpt_read_unaccepted(listener, clients, names, CLIENTS - 1, lengths, marks, seen, sizeof(seen)), -EAGAIN);
	EQUALS(ckpt_read_unaccepted(clients[0], clients, names, 0, lengths, marks, seen, sizeof(seen)), -EAGAIN);
	for (int i = 0; i < CLIENTS - 1; i++)
		sends_both_ways(i, accept_next(i));
	server = accept_next(CLIENTS - 1);
	EQUALS(recv(server, text, sizeof(text), 0), 5);
}

int main(void)
{
	if (geteuid() != 0)
		return 77;
	listen_anew();
	connect_all();
	leaves_sockets_as_they_were();
	loses_nothing_without_room();
	everything_arrives();
	listen_anew();
	for (int i = 0; i < CLIENTS - 1; i++)
		connect_client(i, AF_INET);
	touches_nothing_when_others_wait();
	return 0;
}
