/* A pipe and a UNIX socket without a name whose other ends a process outside the job holds, as launchers of parallel programs do. */
#include "victim.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The parent ends: the child, orphaned, is the launcher's and no longer part of the tree. */
static int ends[2], sockets[2];

static void outsider(void)
{
	char byte;

	MUST(close(ends[1]));
	MUST(close(sockets[1]));
	victim_say("outside");
	CHECK_EQUAL(read(ends[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'x');
	CHECK_EQUAL(read(sockets[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'y');
	victim_say("received");
}

static void leave(void)
{
	victim_fork(outsider);
}

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	MUST(pipe(ends));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	victim_join(victim_fork(leave));
	MUST(close(ends[0]));
	MUST(close(sockets[0]));
	victim_hear("outside");
	victim_expect_refusal("pipe:&its other end is held by a process outside the job");
	victim_wait();
	CHECK_EQUAL(write(ends[1], "x", 1), 1);
	CHECK_EQUAL(write(sockets[1], "y", 1), 1);
	victim_hear("received");
	victim_pass();
}
