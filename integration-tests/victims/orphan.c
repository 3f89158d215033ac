/* An orphan outlives the parent that bore it: it stays in its session, below a process that is in another. */
#include "victim.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t deaths;
static pid_t reaper;

static void count(int signal)
{
	(void)signal;
	deaths++;
}

static void stay(void)
{
	while (getppid() != reaper)
		victim_sleep_ms(1);
	victim_say("orphan");
	victim_await_go();
}

static void bear(void)
{
	victim_fork(stay);
}

static void lead(void)
{
	MUST(setsid());
	victim_join(victim_fork(bear));
	victim_hear("orphan");
	victim_await_go();
	victim_hear("counted");
}

int main(int argc, char **argv)
{
	pid_t leader, orphan;
	int status;

	victim_begin(argc, argv);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	reaper = getpid();
	leader = victim_fork(lead);
	victim_hear("orphan");
	signal(SIGCHLD, count);
	victim_wait();
	orphan = MUST(wait(&status));
	CHECK(orphan != leader);
	CHECK_EQUAL(status, 0);
	CHECK_EQUAL(deaths, 1);
	victim_say("counted");
	victim_join(leader);
	victim_pass();
}
