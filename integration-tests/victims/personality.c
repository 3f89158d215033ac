/* Personality bits and what prctl(2) keeps for a process. */
#include "victim.h"

#include <sys/personality.h>
#include <sys/prctl.h>

#define BITS (ADDR_NO_RANDOMIZE | UNAME26)

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	MUST(personality(BITS));
	MUST(prctl(PR_SET_DUMPABLE, 0));
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	MUST(prctl(PR_SET_TIMERSLACK, 123456));
	victim_wait();
	CHECK_EQUAL(personality(0xffffffff), BITS);
	CHECK_EQUAL(prctl(PR_GET_DUMPABLE), 0);
	CHECK_EQUAL(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
	CHECK_EQUAL(prctl(PR_GET_TIMERSLACK), 123456);
	victim_pass();
}
