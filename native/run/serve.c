#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"
#include "namespace.h"
#include "place.h"
#include "status.h"

#define MOST_GROUPS 65536

static int take_groups(int link)
{
	static gid_t groups[MOST_GROUPS];
	socklen_t size = sizeof(groups);

	if (getsockopt(link, SOL_SOCKET, SO_PEERGROUPS, groups, &size))
		return -1;
	return setgroups(size / sizeof(gid_t), groups);
}

static rlim_t limit_value(const char *word)
{
	return *word == 'u' ? RLIM_INFINITY : strtoull(word, NULL, 10);
}

/*
 * /proc/PID/limits lists them in the order of their numbers; prlimit(2) of another user's process would
 * need a capability that a container may lack. So would raising one: it is then left as it is.
 */
static int take_limits(pid_t from)
{
	char path[64], line[128], soft[24], hard[24];
	struct rlimit limit;
	FILE *limits;

	snprintf(path, sizeof(path), "/proc/%d/limits", from);
	limits = fopen(path, "re");
	if (!limits || !fgets(line, sizeof(line), limits))
		return -1;
	for (unsigned int kind = 0; kind < RLIM_NLIMITS && fgets(line, sizeof(line), limits); kind++) {
		if (strlen(line) < 26 || sscanf(line + 26, "%23s %23s", soft, hard) != 2)
			continue;
		limit = (struct rlimit){ limit_value(soft), limit_value(hard) };
		if (prlimit(0, kind, &limit, NULL) && errno != EPERM)
			break;
	}
	return fclose(limits);
}

static int take_processors(pid_t from)
{
	cpu_set_t processors;

	if (sched_getaffinity(from, sizeof(processors), &processors))
		return -1;
	return sched_setaffinity(0, sizeof(processors), &processors);
}

static int take_priority(pid_t from)
{
	errno = 0;
	int priority = getpriority(PRIO_PROCESS, (id_t)from);

	return errno ? -1 : setpriority(PRIO_PROCESS, 0, priority);
}

static int take_badness(pid_t from)
{
	char path[64], value[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", from);
	file = fopen(path, "re");
	if (!file || !fgets(value, sizeof(value), file))
		return -1;
	fclose(file);
	file = fopen("/proc/self/oom_score_adj", "we");
	if (!file)
		return -1;
	fputs(value, file);
	return fclose(file);
}

static int open_cgroups(pid_t of)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/cgroup", of);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* What was read by the peer's pid was its own as long as it has not gone meanwhile. */
static int still_there(int link)
{
	struct pollfd polled = { .fd = link };

	return poll(&polled, 1, 0) < 0 || polled.revents & (POLLHUP | POLLERR) ? -1 : 0;
}

static int take_after(struct options *options)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(options->link_fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return -1;
	options->cgroup_fd = open_cgroups(peer.pid);
	if (options->cgroup_fd < 0 || take_groups(options->link_fd) || take_processors(peer.pid) || take_priority(peer.pid) ||
	    take_badness(peer.pid) || take_limits(peer.pid))
		return -1;
	errno = ESRCH;
	return still_there(options->link_fd);
}

static int start_init(const struct options *options)
{
	struct namespace_before before;
	int err = namespace_enter(&before);
	pid_t init;

	if (err)
		return err;
	init = fork();
	if (init == 0)
		place_init(options, options->link_fd);
	err = init < 0 ? -errno : 0;
	namespace_keep(&before);
	return err;
}

int serve(struct options *options)
{
	int err = take_after(options) ? -errno : start_init(options);

	if (!err)
		return 0;
	fprintf(stderr, "ckpt-run: no place for job %s: %s\n", options->job, strerror(-err));
	link_send(options->link_fd, LINK_UP, err, "ckptd could not make a place for the job");
	return STATUS_FAILED;
}
