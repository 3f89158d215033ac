/* A descriptor that waits in the queue of a UNIX socket. */
#include "../victim.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte = 'x';
	struct iovec vector = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2], pipes[2];

	victim_begin(argc, argv);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	MUST(pipe(pipes));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &pipes[1], sizeof(int));
	CHECK_EQUAL(sendmsg(ends[0], &message, 0), 1);
	victim_expect_refusal("descriptors wait in its queue");
	victim_wait();
	CHECK_EQUAL(recvmsg(ends[1], &message, 0), 1);
	memcpy(&pipes[1], CMSG_DATA(header), sizeof(int));
	CHECK_EQUAL(write(pipes[1], "y", 1), 1);
	victim_pass();
}
