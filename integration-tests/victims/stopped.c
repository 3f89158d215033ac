/* A child stopped by SIGSTOP, and one that another SIGSTOP waits for, stay stopped and can be continued. */
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

static pid_t begin_stopped(void)
{
	pid_t child = victim_fork(stop);
	int status;

	CHECK_EQUAL(waitpid(child, &status, WUNTRACED), child);
	CHECK(WIFSTOPPED(status));
	return child;
}

static void verify(pid_t child)
{
	int status;

	CHECK_EQUAL(state(child), 'T');
	CHECK_EQUAL(waitpid(child, &status, WNOHANG), 0);
	MUST(kill(child, SIGCONT));
	victim_join(child);
}

int main(int argc, char **argv)
{
	pid_t once, twice;

	victim_begin(argc, argv);
	once = begin_stopped();
	twice = begin_stopped();
	MUST(kill(twice, SIGSTOP));
	victim_wait();
	verify(once);
	verify(twice);
	victim_pass();
}
