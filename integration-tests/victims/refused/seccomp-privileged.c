/* A filter of seccomp(2) that was installed by root, who has become an ordinary user since. */
#include "seccomp.h"

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to become somebody else");
	MUST(install(SYS_swapoff, SECCOMP_RET_ERRNO | 77, 0));
	MUST(setresuid(65534, 65534, 65534));
	victim_expect_refusal("seccomp&no_new_privs");
	victim_wait();
	victim_pass();
}
