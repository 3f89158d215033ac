/* A subreaper keeps an orphan it was given, and gets the next one. */
#include "victim.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t parent;

static void outlive(void)
{
	while (getppid() == parent)
		victim_sleep_ms(1);
	victim_say("orphan-%d", getppid());
	victim_await_go();
}

static void leave(void)
{
	parent = getpid();
	victim_fork(outlive);
}

static void leave_late(void)
{
	victim_hear("go");
	leave();
}

int main(int argc, char **argv)
{
	int subreaper = 0, status;
	pid_t late;

	victim_begin(argc, argv);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	victim_join(victim_fork(leave));
	victim_hear("orphan-%d", getpid());
	late = victim_fork(leave_late);
	victim_wait();
	MUST(prctl(PR_GET_CHILD_SUBREAPER, &subreaper));
	CHECK_EQUAL(subreaper, 1);
	victim_join(late);
	for (int orphan = 0; orphan < 2; orphan++) {
		MUST(wait(&status));
		CHECK_EQUAL(status, 0);
	}
	CHECK_EQUAL(wait(&status), -1);
	victim_pass();
}
