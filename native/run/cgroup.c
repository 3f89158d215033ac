#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Is name one of the comma-separated words of list? */
static bool listed(const char *list, const char *name, size_t length)
{
	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (!strncmp(list, name, length) && strchr(",\n", list[length]))
			return true;
	}
	return false;
}

/*
 * Does this line of mountinfo mount the hierarchy with these controllers ("" = v2)? A v1 hierarchy is
 * known by its super options, a named one ("name=systemd") too. Cuts the line to the mount point.
 */
static char *mount_point(char *line, const char *controllers, size_t length)
{
	char *kind = strstr(line, " - "), *point = line, *options;

	if (!kind || strncmp(kind, length ? " - cgroup " : " - cgroup2 ", length ? 10 : 11))
		return NULL;
	options = strrchr(kind, ' ') + 1;
	if (length && !listed(options, controllers, strcspn(controllers, ",:")))
		return NULL;
	for (int field = 0; field < 4; field++)
		point = strchr(point, ' ') + 1;
	*strchr(point, ' ') = '\0';
	return point;
}

static int enter(const char *point, const char *path)
{
	char file[PATH_MAX];
	int fd, err = 0;

	if (snprintf(file, sizeof(file), "%s%s/cgroup.procs", point, path) >= (int)sizeof(file))
		return -ENAMETOOLONG;
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, "0", 1) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* A hierarchy that is not mounted here cannot be joined, nor can the front have been moved in it. */
static int join(const char *controllers, size_t length, const char *path)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *point = NULL;
	size_t room = 0;
	int err = 0;

	if (!mounts)
		return -errno;
	while (!point && getline(&line, &room, mounts) > 0)
		point = mount_point(line, controllers, length);
	if (point)
		err = enter(point, path);
	free(line);
	fclose(mounts);
	return err;
}

/* Is the caller in the cgroup that this line of /proc/PID/cgroup names? */
static bool member(const char *line)
{
	FILE *lines = fopen("/proc/self/cgroup", "re");
	char *own = NULL;
	size_t room = 0;
	bool found = false;

	while (lines && !found && getline(&own, &room, lines) > 0)
		found = !strcmp(own, line);
	free(own);
	if (lines)
		fclose(lines);
	return found;
}

static int join_line(char *line)
{
	char *controllers = strchr(line, ':') + 1, *path = strchr(controllers, ':');

	if (member(line))
		return 0;
	path[strcspn(path, "\n")] = '\0';
	return join(controllers, (size_t)(path - controllers), path + 1);
}

int cgroup_join(int membership)
{
	int err = 0, failed, copy = dup(membership);
	FILE *lines = copy < 0 ? NULL : fdopen(copy, "r");
	char *line = NULL;
	size_t room = 0;

	if (!lines)
		return -errno;
	rewind(lines);
	while (getline(&line, &room, lines) > 0) {
		failed = join_line(line);
		err = err ? err : failed;
	}
	free(line);
	fclose(lines);
	return err;
}
