/* A cgroup namespace of its own: what the job is in is its root. */
#include "victim.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ino_t namespace(void)
{
	struct stat status;

	MUST(stat("/proc/self/ns/cgroup", &status));
	return status.st_ino;
}

static void check_root(void)
{
	char line[4096];
	FILE *file = fopen("/proc/self/cgroup", "re");

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (strcmp(strrchr(line, ':'), ":/\n"))
			victim_fail(__FILE__, __LINE__, "not at the root: %s", line);
	fclose(file);
}

static void stay_outside(void)
{
	struct stat parent;
	char path[64];

	victim_say("outside");
	victim_await_go();
	snprintf(path, sizeof(path), "/proc/%d/ns/cgroup", getppid());
	MUST(stat(path, &parent));
	CHECK(parent.st_ino != namespace());
}

int main(int argc, char **argv)
{
	pid_t outside;

	victim_begin(argc, argv);
	outside = victim_fork(stay_outside);
	victim_hear("outside");
	if (unshare(CLONE_NEWCGROUP) < 0)
		victim_skip("no namespaces for this user");
	check_root();
	victim_wait();
	check_root();
	victim_join(outside);
	victim_pass();
}
