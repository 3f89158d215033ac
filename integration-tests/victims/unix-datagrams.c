/* Datagrams of UNIX sockets that wait: from senders with names, large, empty, and with who sent them. */
#include "victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LARGE = 300000 };

static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", victim_path(name));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address->sun_path) + 1);
}

static int bound(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));

	MUST(bind(fd, (struct sockaddr *)&address, length));
	return fd;
}

static void connect_to(int fd, const char *name)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);

	MUST(connect(fd, (struct sockaddr *)&address, length));
}

static void check_from(int fd, const char *expected, const char *name)
{
	struct sockaddr_un address, wanted;
	socklen_t length = sizeof(address);
	char text[16] = "";

	CHECK_EQUAL(recvfrom(fd, text, sizeof(text), MSG_DONTWAIT, (struct sockaddr *)&address, &length),
		    (ssize_t)strlen(expected));
	CHECK(!strcmp(text, expected));
	CHECK_EQUAL(length, address_of(name, &wanted));
	CHECK(!memcmp(&address, &wanted, length));
}

static void check_sender(int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
	char text[16];
	struct iovec vector = { text, sizeof(text) };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct ucred who;

	CHECK_EQUAL(recvmsg(fd, &message, MSG_DONTWAIT), 4);
	CHECK_EQUAL(CMSG_FIRSTHDR(&message)->cmsg_type, SCM_CREDENTIALS);
	memcpy(&who, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(who));
	CHECK_EQUAL(who.uid, 65534);
	CHECK_EQUAL(who.gid, 65533);
}

static void send_as(int fd, uid_t uid, gid_t gid)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))] = { 0 };
	struct iovec vector = { (void *)(uintptr_t) "cred", 4 };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct ucred who = { getpid(), uid, gid };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_CREDENTIALS;
	header->cmsg_len = CMSG_LEN(sizeof(who));
	memcpy(CMSG_DATA(header), &who, sizeof(who));
	CHECK_EQUAL(sendmsg(fd, &message, 0), 4);
}

int main(int argc, char **argv)
{
	int service, one, two, mutual, pair[2], told[2], ended[2], on = 1, room = LARGE;
	char *large = malloc(LARGE), *received = malloc(LARGE);

	victim_begin(argc, argv);
	service = bound("service");
	one = bound("one");
	two = bound("two");
	mutual = bound("mutual");
	connect_to(one, "service");
	connect_to(two, "service");
	CHECK_EQUAL(send(one, "from one", 8, 0), 8);
	CHECK_EQUAL(send(two, "from two", 8, 0), 8);
	CHECK_EQUAL(send(one, "again one", 9, 0), 9);
	connect_to(two, "mutual");
	connect_to(mutual, "two");
	CHECK_EQUAL(send(two, "mutually", 8, 0), 8);
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	victim_fill(large, LARGE, 11);
	CHECK_EQUAL(send(pair[0], "", 0, 0), 0);
	CHECK_EQUAL(send(pair[0], large, LARGE, 0), LARGE);
	CHECK_EQUAL(send(pair[0], "last", 4, 0), 4);
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ended));
	CHECK_EQUAL(send(ended[0], "", 0, 0), 0);
	CHECK_EQUAL(send(ended[0], "end", 3, 0), 3);
	MUST(close(ended[0]));
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, told));
	MUST(setsockopt(told[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	send_as(told[0], 65534, 65533);
	victim_wait();
	check_from(service, "from one", "one");
	check_from(service, "from two", "two");
	check_from(service, "again one", "one");
	check_from(mutual, "mutually", "two");
	CHECK_EQUAL(recv(pair[1], received, LARGE, MSG_DONTWAIT), 0);
	CHECK_EQUAL(recv(pair[1], received, LARGE, MSG_DONTWAIT), LARGE);
	CHECK(!memcmp(large, received, LARGE));
	CHECK_EQUAL(recv(pair[1], received, LARGE, MSG_DONTWAIT), 4);
	check_sender(told[1]);
	CHECK_EQUAL(recv(ended[1], received, LARGE, MSG_DONTWAIT), 0);
	CHECK_EQUAL(recv(ended[1], received, LARGE, MSG_DONTWAIT), 3);
	CHECK_EQUAL(recv(ended[1], received, LARGE, MSG_DONTWAIT), 0);
	victim_pass();
}
