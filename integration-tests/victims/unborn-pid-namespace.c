/* A process that has made a pid namespace for its children, and has none yet: the first is its init. */
#include "victim.h"

#include <sched.h>
#include <unistd.h>

static void grandchild(void)
{
	CHECK_EQUAL(getpid(), 2);
}

static void child(void)
{
	CHECK_EQUAL(getpid(), 1);
	victim_join(victim_fork(grandchild));
}

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	if (unshare(CLONE_NEWPID) < 0)
		victim_skip("no namespaces for this user");
	victim_wait();
	victim_join(victim_fork(child));
	CHECK_EQUAL(fork(), -1);
	victim_pass();
}
