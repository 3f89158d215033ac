#include "family.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void family_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void kill_children(void)
{
	FILE *children = fopen("/proc/thread-self/children", "re");
	int pid;

	if (!children)
		return;
	while (fscanf(children, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	fclose(children);
}

void family_end(void)
{
	do {
		if (getpid() == 1)
			kill(-1, SIGKILL);
		else
			kill_children();
	} while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR);
}
