/* Open files and directories of the cgroups that the job was started in: wherever it is rebuilt, those of its place. */
#include "cgroup.h"
#include "victim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const controllers[] = { "", "memory", "pids" };

enum { PROCESSES, DIRECTORY, HELD, KINDS };

static int files[COUNT_OF(controllers)][KINDS]; /* all -1 where there is no such hierarchy */

static const char *path_of(const char *controller, const char *file)
{
	static char path[3 * PATH_MAX];
	char point[PATH_MAX], own[PATH_MAX];

	find_own(controller, own);
	if (!find_mount(controller, point))
		return NULL;
	snprintf(path, sizeof(path), "%s%s%s", point, strcmp(own, "/") ? own : "", file);
	return path;
}

static void open_all(const char *controller, int *opened)
{
	const char *directory = path_of(controller, "");

	for (int kind = 0; kind < KINDS; kind++)
		opened[kind] = -1;
	if (directory == NULL)
		return;
	opened[DIRECTORY] = MUST(open(directory, O_RDONLY | O_DIRECTORY));
	opened[PROCESSES] = MUST(open(path_of(controller, "/cgroup.procs"), O_RDONLY));
	opened[HELD] = MUST(open(path_of(controller, "/cgroup.procs"), O_PATH));
}

static void check_link(int file, const char *expected)
{
	char link[64], target[PATH_MAX] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	MUST(readlink(link, target, sizeof(target) - 1));
	if (strcmp(target, expected))
		victim_fail(__FILE__, __LINE__, "%s leads to %s, not to %s", link, target, expected);
}

/* One that lists this very process is that of its cgroup. */
static void check_processes(int file)
{
	FILE *stream = fdopen(file, "r");
	char line[32];
	int found = 0;

	CHECK(stream != NULL);
	while (!found && fgets(line, sizeof(line), stream))
		found = atoi(line) == getpid();
	CHECK(found);
	fclose(stream);
}

static void check_all(const char *controller, const int *opened)
{
	check_link(opened[DIRECTORY], path_of(controller, ""));
	check_link(opened[PROCESSES], path_of(controller, "/cgroup.procs"));
	check_link(opened[HELD], path_of(controller, "/cgroup.procs"));
	MUST(faccessat(opened[DIRECTORY], "cgroup.procs", R_OK, 0));
	check_processes(opened[PROCESSES]);
}

int main(int argc, char **argv)
{
	int count = 0;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(controllers); i++) {
		open_all(controllers[i], files[i]);
		count += files[i][DIRECTORY] >= 0;
	}
	if (!count)
		victim_skip("no cgroups are mounted");
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(controllers); i++)
		if (files[i][DIRECTORY] >= 0)
			check_all(controllers[i], files[i]);
	victim_pass();
}
