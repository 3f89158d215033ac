/* A watcher of files that waits in the queue of a UNIX socket: somebody who has it open would have to make its watches. */
#include "../victim.h"

#include <string.h>
#include <sys/inotify.h>
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
	int ends[2], watcher;

	victim_begin(argc, argv);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	watcher = MUST(inotify_init1(0));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &watcher, sizeof(int));
	CHECK_EQUAL(sendmsg(ends[0], &message, 0), 1);
	MUST(close(watcher));
	victim_expect_refusal("file on its way [anon_inode:inotify]");
	victim_wait();
	CHECK_EQUAL(recvmsg(ends[1], &message, 0), 1);
	memcpy(&watcher, CMSG_DATA(header), sizeof(int));
	CHECK_EQUAL(inotify_add_watch(watcher, victim_path(""), IN_CREATE), 1);
	victim_pass();
}
