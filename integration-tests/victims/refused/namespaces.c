/* A pid and a time namespace within those of the job. */
#include "victim.h"

#include <sched.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static void live_inside(void)
{
	victim_say("inside");
	victim_hear("go");
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	if (unshare(CLONE_NEWPID | CLONE_NEWTIME) < 0)
		victim_skip("no namespaces for this user");
	child = victim_fork(live_inside);
	victim_hear("inside");
	victim_expect_refusal("pid namespace&time namespace");
	victim_wait();
	victim_join(child);
	victim_pass();
}
