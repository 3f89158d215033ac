/* UNIX sockets with names: listening, accepted, waiting to be accepted, datagrams to names, deleted names. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (name[0] == '@') {
		snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "%s-%d", name, getpid());
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->sun_path + 1));
	}
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", victim_path(name));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address->sun_path) + 1);
}

static int bound(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = MUST(socket(AF_UNIX, type, 0));

	MUST(bind(fd, (struct sockaddr *)&address, length));
	return fd;
}

static int listening(const char *name, int type)
{
	int fd = bound(name, type);

	MUST(listen(fd, 5));
	return fd;
}

static int connected(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = MUST(socket(AF_UNIX, type, 0));

	MUST(connect(fd, (struct sockaddr *)&address, length));
	return fd;
}

static void check_name(int fd, const char *name, int (*ask)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_un expected, found;
	socklen_t length = sizeof(found), wanted = address_of(name, &expected);

	memset(&found, 0, sizeof(found));
	MUST(ask(fd, (struct sockaddr *)&found, &length));
	CHECK_EQUAL(length, wanted);
	CHECK(!memcmp(&found, &expected, length));
}

static void check_owner(int fd)
{
	struct ucred owner;
	socklen_t length = sizeof(owner);

	MUST(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &owner, &length));
	CHECK_EQUAL(owner.uid, geteuid());
	CHECK_EQUAL(owner.gid, getegid());
}

static void check_says(int from, int to, const char *text)
{
	char heard[16] = "";

	CHECK_EQUAL(send(from, text, strlen(text), 0), (ssize_t)strlen(text));
	CHECK_EQUAL(recv(to, heard, sizeof(heard), 0), (ssize_t)strlen(text));
	CHECK(!strcmp(heard, text));
}

static void check_new_connection(int listener, const char *name, int type)
{
	int client = connected(name, type), server = MUST(accept(listener, NULL, NULL));

	check_says(client, server, "new");
	check_owner(client);
	check_owner(server);
	MUST(close(client));
	MUST(close(server));
}

int main(int argc, char **argv)
{
	int stream, packets, abstract, client, server, waiting[2], log, writer, fresh, named, deleted, pair_client,
		pair_server, gone, left;
	char text[16] = "";
	struct stat status;

	victim_begin(argc, argv);
	stream = listening("stream.sock", SOCK_STREAM);
	MUST(chmod(victim_path("stream.sock"), 0640));
	packets = listening("packets.sock", SOCK_SEQPACKET);
	abstract = listening("@abstract", SOCK_STREAM);
	client = connected("stream.sock", SOCK_STREAM);
	server = MUST(accept(stream, NULL, NULL));
	CHECK_EQUAL(send(client, "queued", 6, 0), 6);
	CHECK_EQUAL(send(server, "answer", 6, 0), 6);
	pair_client = connected("packets.sock", SOCK_SEQPACKET);
	pair_server = MUST(accept(packets, NULL, NULL));
	CHECK_EQUAL(send(pair_client, "one", 3, 0), 3);
	CHECK_EQUAL(send(pair_client, "two", 3, 0), 3);
	waiting[0] = connected("@abstract", SOCK_STREAM);
	waiting[1] = connected("@abstract", SOCK_STREAM);
	log = bound("log.sock", SOCK_DGRAM);
	writer = connected("log.sock", SOCK_DGRAM);
	CHECK_EQUAL(send(writer, "first", 5, 0), 5);
	CHECK_EQUAL(send(writer, "second", 6, 0), 6);
	fresh = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
	named = bound("named.sock", SOCK_STREAM);
	deleted = listening("deleted.sock", SOCK_STREAM);
	MUST(unlink(victim_path("deleted.sock")));
	gone = connected("stream.sock", SOCK_STREAM);
	left = MUST(accept(stream, NULL, NULL));
	CHECK_EQUAL(send(gone, "bye", 3, 0), 3);
	MUST(close(gone));
	victim_wait();
	check_name(client, "stream.sock", getpeername);
	check_name(left, "stream.sock", getsockname);
	CHECK_EQUAL(recv(left, text, sizeof(text), 0), 3);
	CHECK_EQUAL(recv(left, text, sizeof(text), 0), 0);
	check_name(server, "stream.sock", getsockname);
	check_owner(client);
	check_owner(server);
	CHECK_EQUAL(recv(server, text, 6, 0), 6);
	CHECK(!memcmp(text, "queued", 6));
	CHECK_EQUAL(recv(client, text, 6, 0), 6);
	CHECK(!memcmp(text, "answer", 6));
	check_says(client, server, "go on");
	MUST(stat(victim_path("stream.sock"), &status));
	CHECK_EQUAL(status.st_mode & 0777, 0640);
	check_new_connection(stream, "stream.sock", SOCK_STREAM);
	CHECK_EQUAL(recv(pair_server, text, sizeof(text), 0), 3);
	CHECK_EQUAL(recv(pair_server, text, sizeof(text), 0), 3);
	CHECK(!memcmp(text, "two", 3));
	check_new_connection(packets, "packets.sock", SOCK_SEQPACKET);
	for (int i = 0; i < 2; i++)
		check_says(waiting[i], MUST(accept(abstract, NULL, NULL)), i ? "later" : "sooner");
	check_new_connection(abstract, "@abstract", SOCK_STREAM);
	CHECK_EQUAL(recv(log, text, sizeof(text), 0), 5);
	CHECK_EQUAL(recv(log, text, sizeof(text), 0), 6);
	check_says(writer, log, "third");
	MUST(listen(named, 1));
	check_name(named, "named.sock", getsockname);
	check_new_connection(named, "named.sock", SOCK_STREAM);
	MUST(close(fresh));
	MUST(fcntl(deleted, F_SETFL, O_NONBLOCK));
	CHECK_EQUAL(accept(deleted, NULL, NULL), -1);
	CHECK_EQUAL(errno, EAGAIN);
	victim_pass();
}
