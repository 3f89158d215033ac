/* A child stopped by SIGSTOP stays stopped and can be continued. */
#include "victim.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

static void stop(void)
{
	raise(SIGSTOP);
	victim_hear("go");
}

static char state(pid_t pid)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	CHECK(file != NULL);
	CHECK_EQUAL(fscanf(file, "%*d %*s %c", &state), 1);
	fclose(file);
	return state;
}

int main(int argc, char **argv)
{
	int status;
	pid_t child;

	victim_begin(argc, argv);
	child = victim_fork(stop);
	CHECK_EQUAL(waitpid(child, &status, WUNTRACED), child);
	CHECK(WIFSTOPPED(status));
	victim_wait();
	CHECK_EQUAL(state(child), 'T');
	CHECK_EQUAL(waitpid(child, &status, WNOHANG), 0);
	MUST(kill(child, SIGCONT));
	victim_join(child);
	victim_pass();
}
