#include "session.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "link.h"

#define MOST_SESSIONS 256

/* Whether id is new to the first count of known. */
static bool is_new(const pid_t *known, int count, pid_t id)
{
	for (int i = 0; i < count; i++)
		if (known[i] == id)
			return false;
	return true;
}

static void announce(int link, pid_t pid)
{
	int process = pidfd_open(pid, 0);

	if (process < 0)
		return;
	link_send_fds(link, LINK_SESSION, 0, &process, 1);
	close(process);
}

void session_announce(int link)
{
	DIR *processes = opendir("/proc");
	pid_t known[MOST_SESSIONS] = { getsid(0) };
	struct dirent *entry;
	int count = 1;

	while (processes && count < MOST_SESSIONS && (entry = readdir(processes))) {
		pid_t pid = atoi(entry->d_name), id = pid > 0 ? getsid(pid) : -1;

		if (id < 0 || !is_new(known, count, id))
			continue;
		known[count++] = id;
		announce(link, pid);
	}
	if (processes)
		closedir(processes);
}
