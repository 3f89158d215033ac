/* Namespaces of its own, which the place of a restart would not have. */
#include "victim.h"

#include <sched.h>

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWCGROUP) < 0)
		victim_skip("no namespaces for this user");
	victim_expect_refusal("cgroup namespace");
	victim_wait();
	victim_pass();
}
