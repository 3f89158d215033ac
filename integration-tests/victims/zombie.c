/* Two children that ended and are not yet waited for: one exited, one was killed. */
#include "victim.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void exit_with_7(void)
{
	_exit(7);
}

static void die(void)
{
	raise(SIGKILL);
}

static void become_zombie(pid_t child)
{
	siginfo_t info;

	MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
}

int main(int argc, char **argv)
{
	pid_t exited, killed;
	int status;

	victim_begin(argc, argv);
	exited = victim_fork(exit_with_7);
	killed = victim_fork(die);
	become_zombie(exited);
	become_zombie(killed);
	victim_wait();
	CHECK_EQUAL(waitpid(exited, &status, WNOHANG), exited);
	CHECK_EQUAL(status, 7 << 8);
	CHECK_EQUAL(waitpid(killed, &status, WNOHANG), killed);
	CHECK_EQUAL(status, SIGKILL);
	CHECK_EQUAL(waitpid(-1, &status, WNOHANG), -1);
	CHECK_EQUAL(errno, ECHILD);
	victim_pass();
}
