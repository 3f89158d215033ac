/* The parent-death signal of a child arrives when its parent ends, and not before. */
#include "victim.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static void mourn(void)
{
	sigset_t set;
	int signal = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	MUST(prctl(PR_SET_PDEATHSIG, SIGUSR2));
	victim_say("mourner");
	victim_await_go();
	MUST(prctl(PR_GET_PDEATHSIG, &signal));
	CHECK_EQUAL(signal, SIGUSR2);
	victim_say("asked");
	CHECK_EQUAL(sigwaitinfo(&set, NULL), SIGUSR2);
	victim_say("mourned");
}

static void parent(void)
{
	victim_fork(mourn);
	victim_await_go();
	victim_hear("end");
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	child = victim_fork(parent);
	victim_hear("mourner");
	victim_wait();
	victim_hear("asked");
	CHECK(!victim_heard("mourned"));
	victim_say("end");
	victim_join(child);
	victim_hear("mourned");
	victim_pass();
}
