/* Queues of a TCP connection: looked at without taking anything, in repair mode only for as long. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "check.h"

enum { MUCH = 8 << 20 };

static int64_t values[7];
static char bytes[MUCH], seen[MUCH];

static void connect_ends(int ends[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	CHECK(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(listener, 1) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(ends[0], SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	CHECK(connect(ends[0], (struct sockaddr *)&address, length) == 0);
	ends[1] = accept(listener, NULL, NULL);
	close(listener);
}

static long fill(int fd)
{
	long sent = 0;
	ssize_t some;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 251);
	while ((some = send(fd, bytes + sent, sizeof(bytes) - (size_t)sent, MSG_DONTWAIT)) > 0)
		sent += some;
	return sent;
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t length = sizeof(value);

	CHECK(getsockopt(fd, level, name, &value, &length) == 0);
	return value;
}

/* What was written is what waits at one end, then at the other. */
static void finds_every_byte_in_one_queue_or_the_other(const int ends[2])
{
	long written = fill(ends[0]), unsent, arrived;
	int64_t sent_up_to;

	unsent = ckpt_read_tcp_queue(ends[0], TCP_SEND_QUEUE, values, seen, sizeof(seen));
	CHECK(unsent > 0 && unsent <= written);
	CHECK(memcmp(seen, bytes + written - unsent, (size_t)unsent) == 0);
	sent_up_to = values[0];
	arrived = ckpt_read_tcp_queue(ends[1], TCP_RECV_QUEUE, values, seen, sizeof(seen));
	CHECK(arrived > 0 && memcmp(seen, bytes, (size_t)arrived) == 0);
	EQUALS((uint32_t)(sent_up_to - values[0]), written - arrived);
	EQUALS(ckpt_peek_stream(ends[1], seen, sizeof(seen), values), arrived);
	EQUALS(values[0], -1);
}

static void leaves_the_socket_as_it_was(const int ends[2])
{
	EQUALS(option(ends[0], IPPROTO_TCP, TCP_REPAIR), 0);
	EQUALS(option(ends[0], SOL_SOCKET, SO_REUSEADDR), 1);
	EQUALS(recv(ends[1], seen, 4, MSG_WAITALL), 4);
	CHECK(memcmp(seen, bytes, 4) == 0);
}

static void refuses_what_is_no_connection(void)
{
	int pipes[2], listener = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(pipe(pipes) == 0 && listen(listener, 1) == 0);
	EQUALS(ckpt_read_tcp_queue(pipes[0], TCP_SEND_QUEUE, values, seen, sizeof(seen)), -ENOTSOCK);
	EQUALS(ckpt_read_tcp_queue(listener, TCP_SEND_QUEUE, values, seen, sizeof(seen)), -EPERM);
	close(listener);
}

int main(void)
{
	int ends[2];

	if (geteuid() != 0)
		return 77;
	connect_ends(ends);
	finds_every_byte_in_one_queue_or_the_other(ends);
	leaves_the_socket_as_it_was(ends);
	refuses_what_is_no_connection();
	return 0;
}
