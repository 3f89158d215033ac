/* Cgroups that the job made below its own, with limits, with processes in them and without. */
#include "cgroup.h"
#include "victim.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* One hierarchy: a file of it, what it is set to and what it shows then. */
static const struct hierarchy {
	const char *controller; /* "" for version 2 */
	const char *file, *value;
} hierarchies[] = {
	{ "memory", "memory.limit_in_bytes", "67108864" },
	{ "cpu", "cpu.shares", "512" },
	{ "pids", "pids.max", "50" },
	{ "cpuset", "cpuset.mems", "0" },
	{ "", "cgroup.max.depth", "7" },
};

static char *made[COUNT_OF(hierarchies)]; /* NULL where there is no such hierarchy */

static char *joined(const char *directory, const char *name)
{
	char *path;

	MUST(asprintf(&path, "%s/%s", directory, name));
	return path;
}

static void put(const char *cgroup, const char *file, const char *value)
{
	char *path = joined(cgroup, file);
	FILE *stream = fopen(path, "we");

	if (!stream || fputs(value, stream) < 0 || fclose(stream))
		victim_fail(__FILE__, __LINE__, "writing %s to %s, errno %d", value, path, errno);
	free(path);
}

static void check_value(const char *cgroup, const char *file, const char *value)
{
	char *path = joined(cgroup, file), text[256] = "";
	FILE *stream = fopen(path, "re");

	if (!stream || !fgets(text, sizeof(text), stream))
		victim_fail(__FILE__, __LINE__, "reading %s, errno %d", path, errno);
	fclose(stream);
	text[strcspn(text, "\n")] = '\0';
	if (strcmp(text, value))
		victim_fail(__FILE__, __LINE__, "%s holds %s, not %s", path, text, value);
	free(path);
}

static char *make(const struct hierarchy *h)
{
	char point[PATH_MAX], own[PATH_MAX], *cgroup;

	find_own(h->controller, own);
	if (!find_mount(h->controller, point))
		return NULL;
	MUST(asprintf(&cgroup, "%s%s/victim-%d", point, strcmp(own, "/") ? own : "", getpid()));
	if (mkdir(cgroup, 0755) < 0)
		victim_skip("may make no cgroup");
	if (!strcmp(h->controller, "cpuset"))
		put(cgroup, "cpuset.cpus", "0");
	put(cgroup, h->file, h->value);
	MUST(mkdir(joined(cgroup, "inner"), 0755));
	return cgroup;
}

static void check_member(void)
{
	char own[PATH_MAX];

	for (size_t i = 0; i < COUNT_OF(hierarchies); i++) {
		const char *name = made[i] ? strrchr(made[i], '/') : "";

		find_own(hierarchies[i].controller, own);
		if (strlen(own) < strlen(name) || strcmp(own + strlen(own) - strlen(name), name))
			victim_fail(__FILE__, __LINE__, "in %s:%s, not in %s", hierarchies[i].controller, own, made[i]);
	}
}

/* A process in all of them. */
static void live_there(void)
{
	for (size_t i = 0; i < COUNT_OF(hierarchies); i++)
		if (made[i])
			put(made[i], "cgroup.procs", "0");
	check_member();
	victim_say("moved");
	victim_await_go();
	check_member();
}

static void remove_all(void)
{
	for (size_t i = 0; i < COUNT_OF(hierarchies); i++)
		if (made[i]) {
			MUST(rmdir(joined(made[i], "inner")));
			MUST(rmdir(made[i]));
		}
}

int main(int argc, char **argv)
{
	size_t count = 0;
	pid_t child;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(hierarchies); i++) {
		made[i] = make(&hierarchies[i]);
		count += !!made[i];
	}
	if (!count)
		victim_skip("no cgroups here");
	child = victim_fork(live_there);
	victim_hear("moved");
	victim_wait();
	victim_join(child);
	for (size_t i = 0; i < COUNT_OF(hierarchies); i++)
		if (made[i])
			check_value(made[i], hierarchies[i].file, hierarchies[i].value);
	remove_all();
	victim_pass();
}
