/* A pid namespace for the children of a process, of which the first, its init, has ended: none can be born in it. */
#include "victim.h"

#include <sched.h>
#include <unistd.h>

static void do_nothing(void)
{
}

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	if (unshare(CLONE_NEWPID) < 0)
		victim_skip("no namespaces for this user");
	victim_join(victim_fork(do_nothing));
	victim_expect_refusal("pid namespace");
	victim_wait();
	CHECK_EQUAL(fork(), -1);
	victim_pass();
}
