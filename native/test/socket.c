/* Packets with descriptors, and peers known by the kernel. */
#include <sys/socket.h>
#include <sys/stat.h>

#include "check.h"

static void sends_packets_with_descriptors(void)
{
	char buffer[64];
	int32_t ends[2], fds[16], count = 16;
	int pipe_ends[2];

	EQUALS(ckpt_socketpair(ends), 0);
	CHECK(pipe(pipe_ends) == 0);
	EQUALS(ckpt_receive(ends[1], buffer, sizeof(buffer), fds, &count, 10), -ETIMEDOUT);
	EQUALS(ckpt_send(ends[0], "packet", 6, pipe_ends, 2), 6);
	count = 16;
	EQUALS(ckpt_receive(ends[1], buffer, sizeof(buffer), fds, &count, 1000), 6);
	EQUALS(count, 2);
	EQUALS(write(fds[1], "x", 1), 1);
	EQUALS(read(pipe_ends[0], buffer, 1), 1);
	EQUALS(ckpt_close(ends[0]), 0);
	EQUALS(ckpt_receive(ends[1], buffer, sizeof(buffer), fds, &count, 1000), 0);
	EQUALS(ckpt_send(ends[1], "late", 4, NULL, 0), -EPIPE);
	ckpt_close(ends[1]);
}

static void keeps_no_descriptor_of_a_packet_that_does_not_fit(void)
{
	int32_t ends[2], fds[16], count = 1;
	char buffer[4];
	int before, after;

	EQUALS(ckpt_socketpair(ends), 0);
	before = dup(0);
	close(before);
	EQUALS(ckpt_send(ends[0], "12345", 5, (int32_t[]){0, 1}, 2), 5);
	EQUALS(ckpt_receive(ends[1], buffer, sizeof(buffer), fds, &count, 1000), -EMSGSIZE);
	EQUALS(count, 0);
	after = dup(0);
	close(after);
	EQUALS(after, before);
	ckpt_close(ends[0]);
	ckpt_close(ends[1]);
}

static void knows_who_connects(void)
{
	char directory[] = "/tmp/ckpt-socket-XXXXXX", path[128];
	int32_t peer[3];
	struct stat status;
	int listener, client, server;

	CHECK(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/door", directory);
	listener = ckpt_listen(path, 0660);
	CHECK(listener >= 0 && stat(path, &status) == 0);
	EQUALS(status.st_mode & 07777, 0660);
	EQUALS(ckpt_listen(path, 0660), -EADDRINUSE);
	EQUALS(ckpt_accept(listener, 10), -ETIMEDOUT);
	client = ckpt_connect(path);
	server = ckpt_accept(listener, 1000);
	CHECK(client >= 0 && server >= 0);
	EQUALS(ckpt_peer(server, peer), 0);
	CHECK(peer[0] == getpid() && peer[1] == (int)getuid() && peer[2] == (int)getgid());
	EQUALS(ckpt_connect("/nonexistent/door"), -ENOENT);
	unlink(path);
	rmdir(directory);
}

int main(void)
{
	sends_packets_with_descriptors();
	keeps_no_descriptor_of_a_packet_that_does_not_fit();
	knows_who_connects();
	return 0;
}
