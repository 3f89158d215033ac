/* A pid namespace within that of the job. */
#include "victim.h"

#include <sched.h>
#include <unistd.h>

static void live_inside(void)
{
	victim_say("inside");
	victim_hear("go");
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	if (unshare(CLONE_NEWPID) < 0)
		victim_skip("no namespaces for this user");
	child = victim_fork(live_inside);
	victim_hear("inside");
	victim_expect_refusal("pid namespace");
	victim_wait();
	victim_join(child);
	victim_pass();
}
