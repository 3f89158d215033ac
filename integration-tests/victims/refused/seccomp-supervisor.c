/* A filter of seccomp(2) that asks a supervisor. */
#include "seccomp.h"

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	MUST(install(SYS_swapoff, SECCOMP_RET_USER_NOTIF, 0));
	victim_expect_refusal("seccomp&supervisor");
	victim_wait();
	victim_pass();
}
