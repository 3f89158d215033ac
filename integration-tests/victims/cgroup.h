/* Hierarchies of cgroups(7), by a controller: "memory", or "" for version 2. */
#ifndef CGROUP_H
#define CGROUP_H

#include "victim.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Where a hierarchy is mounted, if anywhere. */
static int find_mount(const char *controller, char *point)
{
	char line[4096], type[64], options[1024];
	FILE *mounts = fopen("/proc/self/mounts", "re");
	int found = 0;

	CHECK(mounts);
	while (!found && fgets(line, sizeof(line), mounts)) {
		if (sscanf(line, "%*s %4095s %63s %1023s", point, type, options) != 3)
			continue;
		if (!*controller) {
			found = !strcmp(type, "cgroup2");
			continue;
		}
		for (char *word = strtok(options, ","); word && !strcmp(type, "cgroup"); word = strtok(NULL, ","))
			found |= !strcmp(word, controller);
	}
	fclose(mounts);
	return found;
}

/* Where /proc/self/cgroup says that the caller is. */
static void find_own(const char *controller, char *path)
{
	char line[4096], *list, *where;
	FILE *cgroups = fopen("/proc/self/cgroup", "re");

	CHECK(cgroups);
	*path = '\0';
	while (fgets(line, sizeof(line), cgroups)) {
		line[strcspn(line, "\n")] = '\0';
		list = strchr(line, ':') + 1;
		where = strchr(list, ':');
		*where++ = '\0';
		for (char *word = *list ? strtok(list, ",") : list; word; word = *word ? strtok(NULL, ",") : NULL)
			if (!strcmp(word, controller))
				snprintf(path, PATH_MAX, "%s", where);
	}
	fclose(cgroups);
}

#endif
