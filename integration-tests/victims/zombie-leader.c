/* The leader of a session and group has ended, unreaped; its member lives on. */
#include "victim.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t member;

static void stay(void)
{
	pid_t parent = getppid();

	victim_say("member");
	while (getppid() == parent)
		victim_sleep_ms(1);
	victim_say("orphan");
	victim_await_go();
	victim_say("member-verified");
}

static void lead(void)
{
	MUST(setsid());
	member = victim_fork(stay);
	victim_hear("member");
	_exit(0);
}

int main(int argc, char **argv)
{
	siginfo_t info;
	pid_t leader;
	int status;

	victim_begin(argc, argv);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	leader = victim_fork(lead);
	MUST(waitid(P_PID, (id_t)leader, &info, WEXITED | WNOWAIT));
	victim_hear("orphan");
	victim_wait();
	victim_hear("member-verified");
	victim_join(leader);
	member = MUST(wait(&status));
	CHECK_EQUAL(status, 0);
	victim_pass();
}
