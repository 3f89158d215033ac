/*
 * What waits in TCP connections that nobody has accepted.
 *
 * No descriptor leads to such an end, and the other end forgets what this one has acknowledged. So all are
 * accepted and read; then their clients connect again, from where they were, and send it once more: a
 * socket can be connected anew in its place. For a client that was closed another one does so, and is closed.
 * Whoever is killed between the two must not be the one who does it.
 */
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apart.h"
#include "export.h"

enum { ESTABLISHED = 1, LISTENING = 10 }; /* as tcp_info numbers the states */
enum { PATIENCE_MS = 10000, MOST_WAITING = 65535, ROOM_PER_BYTE = 4, ROOM = 1 << 18, NO_MARK = -1 };

/* Options that a socket forgets when it is disconnected, or bound in repair mode, in the order of setting. */
static const struct {
	int level, name;
} forgotten[] = {
	{SOL_SOCKET, SO_REUSEADDR},
	{SOL_SOCKET, SO_PEEK_OFF},
	{IPPROTO_TCP, TCP_WINDOW_CLAMP},
};

enum { FORGOTTEN = sizeof(forgotten) / sizeof(*forgotten) };

struct connection {
	int client, server; /* the client is -1 when it was closed */
	struct sockaddr_in6 own, peer; /* of the client; struct sockaddr_in fits */
	socklen_t size;
	int flags, send_room, locked, options[FORGOTTEN];
	int is_closed, is_deaf;
	char *bytes;
	int64_t room, length, mark;
};

struct taking {
	int listener;
	int count;
	struct connection *connections;
	int *order; /* as they were accepted */
	int taken;
	int error;
};

static int get(int fd, int level, int name)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, level, name, &value, &length) < 0 ? -errno : value;
}

static int set(int fd, int level, int name, int value)
{
	return outcome(setsockopt(fd, level, name, &value, sizeof(value)));
}

static void note(struct taking *taking, int error)
{
	if (error < 0 && taking->error == 0)
		taking->error = error;
}

static int state_of(int fd, struct tcp_info *info)
{
	socklen_t length = sizeof(*info);

	return outcome(getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length));
}

static int has_ended(int fd)
{
	struct tcp_info info;

	return state_of(fd, &info) == 0 && info.tcpi_state != ESTABLISHED;
}

static int number_of(int fd, unsigned long request)
{
	int value = 0;

	return ioctl(fd, request, &value) < 0 ? 0 : value;
}

static uint32_t sequence(int fd, int queue)
{
	uint32_t value = 0;
	socklen_t length = sizeof(value);

	set(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue);
	getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &value, &length);
	return value;
}

/* From here on the client sends nothing. */
static int hold_client(struct connection *connection)
{
	int fd = connection->client;
	struct pollfd poll_client = {.fd = fd, .events = POLLRDHUP};
	socklen_t size = sizeof(connection->own);
	int error;

	if (fd < 0)
		return 0;
	connection->size = size;
	if (getsockname(fd, (struct sockaddr *)&connection->own, &size) < 0 ||
	    getpeername(fd, (struct sockaddr *)&connection->peer, &connection->size) < 0)
		return -errno;
	for (int i = 0; i < FORGOTTEN; i++)
		connection->options[i] = get(fd, forgotten[i].level, forgotten[i].name);
	connection->send_room = get(fd, SOL_SOCKET, SO_SNDBUF);
	connection->locked = get(fd, SOL_SOCKET, SO_BUF_LOCK);
	connection->flags = fcntl(fd, F_GETFL);
	connection->is_closed = has_ended(fd);
	connection->is_deaf = poll(&poll_client, 1, 0) == 1 && (poll_client.revents & POLLRDHUP) != 0;
	error = set(fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
	return error < 0 ? error : set(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
}

static void set_forgotten(const struct connection *connection)
{
	for (int i = 0; i < FORGOTTEN; i++)
		if (get(connection->client, forgotten[i].level, forgotten[i].name) != connection->options[i])
			set(connection->client, forgotten[i].level, forgotten[i].name, connection->options[i]);
}

static void release_client(const struct connection *connection)
{
	if (connection->client < 0)
		return;
	set(connection->client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
	set_forgotten(connection);
}

static int hold_clients(struct taking *taking)
{
	for (int i = 0; i < taking->count; i++) {
		int error = hold_client(&taking->connections[i]);

		if (error < 0) {
			while (i >= 0)
				release_client(&taking->connections[i--]);
			return error;
		}
	}
	return 0;
}

/* An end that speaks IPv4 has a longer address where the socket that it came from is one of IPv6. */
static int is_same_end(const struct sockaddr_in6 *one, const struct sockaddr_in6 *other)
{
	const struct sockaddr_in *short_one = (const void *)one, *short_other = (const void *)other;

	if (one->sin6_port != other->sin6_port)
		return 0;
	if (one->sin6_family == AF_INET && other->sin6_family == AF_INET)
		return short_one->sin_addr.s_addr == short_other->sin_addr.s_addr;
	if (one->sin6_family == AF_INET)
		return is_same_end(other, one);
	if (other->sin6_family == AF_INET)
		return IN6_IS_ADDR_V4MAPPED(&one->sin6_addr) &&
		       one->sin6_addr.s6_addr32[3] == short_other->sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&one->sin6_addr, &other->sin6_addr);
}

static int find_client(const struct taking *taking, const struct sockaddr_in6 *from)
{
	for (int i = 0; i < taking->count; i++)
		if (taking->connections[i].server < 0 && is_same_end(&taking->connections[i].own, from))
			return i;
	return -ENOTCONN;
}

/* Of a closed client only the server tells. */
static void take_end(struct connection *connection, int server, const struct sockaddr_in6 *from, socklen_t size)
{
	connection->server = server;
	if (connection->client >= 0)
		return;
	connection->own = *from;
	connection->size = size;
	getsockname(server, (struct sockaddr *)&connection->peer, &size);
}

static int accept_next(struct taking *taking)
{
	struct sockaddr_in6 from;
	socklen_t size = sizeof(from);
	int server = accept4(taking->listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int found;

	if (server < 0)
		return -errno;
	found = find_client(taking, &from);
	if (found < 0) {
		close(server);
		return found;
	}
	take_end(&taking->connections[found], server, &from, size);
	taking->order[taking->taken++] = found;
	return 0;
}

/* An urgent byte (MSG_OOB) stands where it was sent; where it is, no call reads on. */
static void drain(struct connection *connection)
{
	ssize_t length;

	do {
		if (number_of(connection->server, SIOCATMARK))
			connection->mark = connection->length;
		length = recv(connection->server, connection->bytes + connection->length,
			      (size_t)(connection->room - connection->length), MSG_DONTWAIT);
		if (length > 0)
			connection->length += length;
	} while (length > 0);
}

static uint32_t received_up_to(int server)
{
	uint32_t end;

	set(server, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
	end = sequence(server, TCP_RECV_QUEUE);
	set(server, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
	return end - (uint32_t)has_ended(server);
}

/* What the client has written and the server has not received. */
static void append_rest(struct connection *connection, uint32_t received)
{
	uint32_t written = sequence(connection->client, TCP_SEND_QUEUE) - (uint32_t)connection->is_closed;
	char *queued = connection->bytes + connection->length;
	int64_t rest = (int32_t)(written - received), length;

	length = recv(connection->client, queued, (size_t)(connection->room - connection->length),
		      MSG_PEEK | MSG_DONTWAIT);
	if (length <= 0 || rest <= 0)
		return;
	if (rest > length)
		rest = length;
	memmove(queued, queued + length - rest, (size_t)rest);
	connection->length += rest;
}

/* What is on its way counts twice: it is asked for in this order. */
static int64_t most_in(const struct connection *connection)
{
	int64_t unacknowledged = number_of(connection->client, SIOCOUTQ);

	return number_of(connection->server, SIOCINQ) + 2 * unacknowledged + 1;
}

static int read_stream(struct connection *connection)
{
	uint32_t received;

	set(connection->server, SOL_SOCKET, SO_OOBINLINE, 1);
	connection->room = most_in(connection);
	connection->bytes = mmap(NULL, (size_t)connection->room, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (connection->bytes == MAP_FAILED)
		return -errno;
	do {
		received = received_up_to(connection->server);
		drain(connection);
	} while (received_up_to(connection->server) != received);
	if (connection->client >= 0)
		append_rest(connection, received);
	return 0;
}

/* The kernel keeps a port that was chosen with bind(2), and refuses another. */
static int take_port(const struct connection *connection)
{
	int error = outcome(bind(connection->client, (const struct sockaddr *)&connection->own, connection->size));

	return error == -EINVAL ? 0 : error;
}

static int begin_again(const struct connection *connection)
{
	int error = take_port(connection);

	set(connection->client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
	get(connection->client, SOL_SOCKET, SO_ERROR); /* the kernel tells that it was disconnected, once */
	return error;
}

/* Neither end says anything to the other. */
static int part(struct connection *connection)
{
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	int error = set(connection->server, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);

	close(connection->server);
	if (error == 0)
		error = outcome(connect(connection->client, &nobody, sizeof(nobody)));
	return error < 0 ? error : begin_again(connection);
}

/* What the kernel still knows of a closed client is gone when it is told that the connection broke. */
static int stand_in(struct connection *connection)
{
	const struct linger at_once = {.l_onoff = 1};
	int error = outcome(socket(connection->own.sin6_family, SOCK_STREAM | SOCK_CLOEXEC, 0));

	setsockopt(connection->server, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(connection->server);
	if (error < 0)
		return error;
	connection->client = error;
	connection->flags = O_RDWR;
	error = set(connection->client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
	return error < 0 ? error : begin_again(connection);
}

static int meet_again(const struct connection *connection)
{
	struct pollfd until_connected = {.fd = connection->client, .events = POLLOUT};

	if (connect(connection->client, (const struct sockaddr *)&connection->peer, connection->size) < 0 &&
	    errno != EINPROGRESS)
		return -errno;
	return poll(&until_connected, 1, PATIENCE_MS) == 1 && until_connected.revents == POLLOUT ? 0 : -ETIMEDOUT;
}

static int send_part(int fd, const char *bytes, int64_t length, int flags)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL | flags);

		if (sent < 0)
			return -errno;
		bytes += sent;
		length -= sent;
	}
	return 0;
}

static int send_stream(const struct connection *connection)
{
	int64_t before = connection->mark == NO_MARK ? connection->length : connection->mark;
	int64_t urgent = before < connection->length ? 1 : 0;
	int fd = connection->client, error;

	set(fd, SOL_SOCKET, SO_SNDBUFFORCE, (int)(connection->length * ROOM_PER_BYTE) + ROOM);
	error = send_part(fd, connection->bytes, before, 0);
	if (error == 0)
		error = send_part(fd, connection->bytes + before, urgent, MSG_OOB);
	if (error == 0)
		error = send_part(fd, connection->bytes + before + urgent, connection->length - before - urgent, 0);
	set(fd, SOL_SOCKET, SO_SNDBUFFORCE, connection->send_room / 2); /* which the kernel doubles */
	set(fd, SOL_SOCKET, SO_BUF_LOCK, connection->locked);
	return error;
}

static int speak_again(const struct connection *connection)
{
	int fd = connection->client, error;

	fcntl(fd, F_SETFL, connection->flags | O_NONBLOCK);
	error = meet_again(connection);
	if (error == 0)
		error = send_stream(connection);
	fcntl(fd, F_SETFL, connection->flags);
	return error;
}

static int put_back(struct connection *connection)
{
	int is_stand_in = connection->client < 0;
	int error = is_stand_in ? stand_in(connection) : part(connection);

	if (error == 0)
		error = speak_again(connection);
	if (is_stand_in) {
		close(connection->client);
		return error;
	}
	set_forgotten(connection);
	if (connection->is_closed)
		shutdown(connection->client, SHUT_WR);
	if (connection->is_deaf)
		shutdown(connection->client, SHUT_RD);
	return error;
}

static void take_and_put_back(struct taking *taking)
{
	for (int i = 0; i < taking->count && taking->error == 0; i++)
		note(taking, accept_next(taking));
	for (int i = 0; i < taking->taken; i++)
		note(taking, read_stream(&taking->connections[taking->order[i]]));
	for (int i = 0; i < taking->taken; i++)
		note(taking, put_back(&taking->connections[taking->order[i]]));
	for (int i = 0; i < taking->count; i++)
		if (taking->connections[i].bytes == NULL) /* was not accepted */
			release_client(&taking->connections[i]);
}

/* Where another client would have to be made. */
static int enter_network(const struct taking *taking)
{
	int network = ioctl(taking->listener, SIOCGSKNS), error;

	if (network < 0)
		return -errno;
	error = outcome(setns(network, CLONE_NEWNET));
	close(network);
	return error;
}

static int begin(struct taking *taking, struct tcp_info *queue)
{
	int error = state_of(taking->listener, queue);

	if (error == 0 && (queue->tcpi_state != LISTENING || queue->tcpi_unacked != (uint32_t)taking->count))
		error = -EAGAIN;
	if (error == 0)
		error = enter_network(taking);
	return error < 0 ? error : hold_clients(taking);
}

/* Nobody who comes meanwhile may take the place of one that comes back. */
static int read_unaccepted(void *argument)
{
	struct taking *taking = argument;
	struct tcp_info queue;

	taking->error = begin(taking, &queue);
	if (taking->error < 0)
		return 0;
	listen(taking->listener, MOST_WAITING);
	take_and_put_back(taking);
	listen(taking->listener, (int)queue.tcpi_sacked);
	return 0;
}

static int64_t hand_over(const struct taking *taking, int64_t *lengths, int64_t *marks, char *buffer, int64_t size)
{
	int64_t total = 0;

	for (int i = 0; i < taking->count; i++) {
		const struct connection *connection = &taking->connections[i];

		if (connection->length > size - total)
			return -EMSGSIZE;
		lengths[i] = connection->length;
		marks[i] = connection->mark < connection->length ? connection->mark : NO_MARK;
		if (connection->length > 0)
			memcpy(buffer + total, connection->bytes, (size_t)connection->length);
		total += connection->length;
	}
	return total;
}

static void discard(struct taking *taking)
{
	for (int i = 0; i < taking->count; i++)
		if (taking->connections[i].room > 0 && taking->connections[i].bytes != MAP_FAILED)
			munmap(taking->connections[i].bytes, (size_t)taking->connections[i].room);
	free(taking->connections);
	free(taking->order);
}

EXPORT int64_t ckpt_read_unaccepted(int32_t listener, const int32_t *clients, const void *names, int32_t count,
				    int64_t *lengths, int64_t *marks, void *buffer, int64_t size)
{
	const struct sockaddr_in6 *own = names;

	struct taking taking = {.listener = listener, .count = count,
				.connections = calloc((size_t)count, sizeof(struct connection)),
				.order = calloc((size_t)count, sizeof(int))};
	int64_t result = -ENOMEM;

	for (int i = 0; taking.connections && i < count; i++) {
		taking.connections[i].client = clients[i];
		memcpy(&taking.connections[i].own, own + i, sizeof(*own));
		taking.connections[i].server = -1;
		taking.connections[i].mark = NO_MARK;
	}
	if (taking.connections && taking.order)
		result = run_apart(read_unaccepted, &taking);
	if (result == 0)
		result = taking.error < 0 ? taking.error : hand_over(&taking, lengths, marks, buffer, size);
	discard(&taking);
	return result;
}
