#include "session_end.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 20000000

/* Zombies have ended. */
static bool lives_in(int session, const char *pid)
{
	char path[64], line[512], state = 'Z', *end;
	int of = 0;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return false;
	end = fgets(line, sizeof(line), stat) ? strrchr(line, ')') : NULL;
	fclose(stat);
	return end && sscanf(end, ") %c %*d %*d %d", &state, &of) == 2 && of == session && state != 'Z' && state != 'X';
}

static int each(int session, int signal)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	while (processes && (entry = readdir(processes))) {
		if (atoi(entry->d_name) <= 1 || !lives_in(session, entry->d_name))
			continue;
		found++;
		if (signal)
			sigqueue(atoi(entry->d_name), signal, (union sigval){ 0 });
	}
	if (processes)
		closedir(processes);
	return found;
}

int session_await_empty(int session, int seconds)
{
	struct timespec pause = { .tv_nsec = LOOK_NS };

	for (int64_t looks = (int64_t)seconds * (1000000000 / LOOK_NS); each(session, 0); looks--) {
		if (looks <= 0)
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

void session_signal(int session, int signal)
{
	each(session, signal);
}

void session_end(int session)
{
	do
		session_signal(session, SIGKILL);
	while (session_await_empty(session, 1));
}
