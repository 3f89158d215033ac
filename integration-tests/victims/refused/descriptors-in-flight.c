/* A timer that waits in the queue of a UNIX socket: it would have to be started by somebody who has it open. */
#include "../victim.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
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
	struct itimerspec soon = { .it_value.tv_nsec = 1 };
	uint64_t expirations;
	int ends[2], timer;

	victim_begin(argc, argv);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	timer = MUST(timerfd_create(CLOCK_MONOTONIC, 0));
	MUST(timerfd_settime(timer, 0, &soon, NULL));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &timer, sizeof(int));
	CHECK_EQUAL(sendmsg(ends[0], &message, 0), 1);
	MUST(close(timer));
	victim_expect_refusal("file on its way [anon_inode:[timerfd]]");
	victim_wait();
	CHECK_EQUAL(recvmsg(ends[1], &message, 0), 1);
	memcpy(&timer, CMSG_DATA(header), sizeof(int));
	CHECK_EQUAL(read(timer, &expirations, sizeof(expirations)), sizeof(expirations));
	victim_pass();
}
