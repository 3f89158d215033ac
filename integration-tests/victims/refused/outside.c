/* A pipe whose other end a process outside the job holds. */
#include "victim.h"

#include <fcntl.h>
#include <unistd.h>

/* The parent ends: the child, orphaned, is the launcher's and no longer part of the tree. */
static int ends[2];

static void outsider(void)
{
	char byte;

	MUST(close(ends[1]));
	victim_say("outside");
	CHECK_EQUAL(read(ends[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'x');
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
	victim_join(victim_fork(leave));
	MUST(close(ends[0]));
	victim_hear("outside");
	victim_expect_refusal("pipe:");
	victim_wait();
	CHECK_EQUAL(write(ends[1], "x", 1), 1);
	victim_hear("received");
	victim_pass();
}
