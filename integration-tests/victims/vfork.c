/* Whose child stays in vfork(2) for a while before it calls execve(2), again and again: stopped only in between. */
#include "victim.h"

#include <sys/wait.h>
#include <unistd.h>

#define STAY_MS 100

static void run_another(void)
{
	pid_t child = vfork();
	int status = 0;

	if (child == 0) {
		victim_sleep_ms(STAY_MS);
		execl("/bin/true", "true", NULL);
		_exit(127);
	}
	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(status, 0);
}

static void run_others(void)
{
	for (int count = 0; !victim_heard("go"); count++) {
		run_another();
		if (count == 0)
			victim_say("running");
	}
	run_another();
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	child = victim_fork(run_others);
	victim_hear("running");
	victim_wait();
	victim_join(child);
	victim_pass();
}
