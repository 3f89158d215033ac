/* TCP over the loopback interface, for victims. */
#ifndef NETWORK_H
#define NETWORK_H

#include "victim.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static inline socklen_t loopback(int family, union address *address)
{
	memset(address, 0, sizeof(*address));
	address->any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(address->v4);
	}
	address->v6.sin6_addr = in6addr_loopback;
	return sizeof(address->v6);
}

/* A socket that listens at a port the kernel chose; the address it can be reached at. */
static inline int listening(int family, int backlog, union address *address)
{
	socklen_t length = loopback(family, address);
	int listener = MUST(socket(family, SOCK_STREAM, 0));

	MUST(bind(listener, &address->any, length));
	MUST(listen(listener, backlog));
	MUST(getsockname(listener, &address->any, &length));
	return listener;
}

static inline int connected(const union address *address)
{
	int client = MUST(socket(address->any.sa_family, SOCK_STREAM, 0));

	MUST(connect(client, &address->any, sizeof(*address)));
	return client;
}

/* Both ends of a connection. */
static inline void connect_ends(int family, int ends[2])
{
	union address address;
	int listener = listening(family, 1, &address);

	ends[0] = connected(&address);
	ends[1] = MUST(accept(listener, NULL, NULL));
	close(listener);
}

static inline int int_option(int fd, int level, int name)
{
	int value = -1;
	socklen_t length = sizeof(value);

	MUST(getsockopt(fd, level, name, &value, &length));
	return value;
}

static inline void set_int_option(int fd, int level, int name, int value)
{
	MUST(setsockopt(fd, level, name, &value, sizeof(value)));
}

static inline int port_of(int fd, int (*name)(int, struct sockaddr *, socklen_t *))
{
	union address address;
	socklen_t length = sizeof(address);

	MUST(name(fd, &address.any, &length));
	return ntohs(address.v4.sin_port);
}

#endif
