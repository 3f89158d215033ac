/* What a shell with job control leaves when the first of a pipeline ends: a group whose leader is gone. */
#include "victim.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t group;

static void stay(void)
{
	MUST(setpgid(0, group));
	victim_say("member");
	victim_await_go();
	signal(SIGTERM, SIG_DFL);
	victim_say("listening");
	pause();
}

static void lead(void)
{
	victim_hear("member");
}

int main(int argc, char **argv)
{
	pid_t member;
	int status;

	victim_begin(argc, argv);
	group = victim_fork(lead);
	MUST(setpgid(group, group));
	member = victim_fork(stay);
	victim_hear("member");
	victim_join(group);
	victim_wait();
	CHECK_EQUAL(getpgid(member), group);
	victim_hear("listening");
	MUST(kill(-group, SIGTERM));
	CHECK_EQUAL(waitpid(member, &status, 0), member);
	CHECK_EQUAL(status, SIGTERM);
	CHECK_EQUAL(waitpid(-1, &status, 0), -1);
	victim_pass();
}
