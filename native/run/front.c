#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "link.h"
#include "status.h"

struct front {
	int link;
	int signals;
	char **command;
	front_session *session;
	bool signalled; /* the scheduler signals the job itself */
	struct inherited inherited;
};

static void hand_over_stdio(int link)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fds[LINK_FDS];

	for (int fd = 0; fd < LINK_FDS; fd++)
		fds[fd] = fcntl(fd, F_GETFD) < 0 ? nothing : fd;
	link_send_fds(link, LINK_READY, 0, fds, LINK_FDS);
	close(nothing);
}

/*
 * The command must be what this process is: same user, limits, directory, cgroup. So it is forked
 * from here; the process in between ends, and the command is init's child.
 */
static void start(const struct front *front)
{
	pid_t starter = fork(), job;

	if (starter < 0)
		link_send(front->link, LINK_STARTED, -errno, NULL);
	if (starter != 0)
		return;
	starter = getpid();
	job = fork();
	if (job == 0) {
		while (getppid() == starter)
			sched_yield(); /* a command that remembers its parent must remember init */
		setsid();
		child_become(&front->inherited, front->command);
	}
	link_send(front->link, LINK_STARTED, job < 0 ? -errno : job, NULL);
	_exit(0);
}

static void pass_signals(const struct front *front)
{
	struct signalfd_siginfo info;

	while (read(front->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGCHLD)
			while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
				;
		else if (!front->signalled || info.ssi_code == SI_QUEUE)
			link_send(front->link, LINK_SIGNAL, (int32_t)info.ssi_signo, NULL);
}

/* The number of a process in this pid namespace; 0 when it is gone. */
static pid_t number(int pidfd)
{
	char path[64], line[64];
	pid_t pid = 0;
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "re");
	while (info && fgets(line, sizeof(line), info))
		sscanf(line, "Pid: %d", &pid);
	if (info)
		fclose(info);
	return pid > 0 ? pid : 0;
}

static void hear_session(struct front *front, int pidfd)
{
	pid_t process = front->session ? number(pidfd) : 0;

	if (process && front->session(process))
		front->signalled = true;
}

/* Returns a wait status when it is time to go, -1 before. */
static int obey(struct front *front)
{
	struct link_message message;
	int fds[LINK_FDS];
	int got = link_receive(front->link, &message, fds);

	if (got < 0)
		return SIGKILL; /* nobody but SIGKILL ends init without LINK_END */
	if (message.type == LINK_SESSION && got == 1)
		hear_session(front, fds[0]);
	while (got > 0)
		close(fds[--got]);
	switch (message.type) {
	case LINK_BEGIN:
		start(front);
		return -1;
	case LINK_SAY:
		lseek(2, 0, SEEK_END); /* a job that was restored writes to this file too, by an offset of its own */
		fprintf(stderr, "ckpt-run: %s\n", message.text);
		return -1;
	case LINK_END:
		return message.value;
	default:
		return -1;
	}
}

static int serve(struct front *front)
{
	struct pollfd polled[] = {
		{ .fd = front->signals, .events = POLLIN },
		{ .fd = front->link, .events = POLLIN },
	};
	int status = -1;

	while (status < 0) {
		if (poll(polled, 2, -1) < 0)
			continue;
		if (polled[0].revents)
			pass_signals(front);
		if (polled[1].revents)
			status = obey(front);
	}
	return status;
}

void front_run(int link, char **command, front_session *session)
{
	struct front front = { .link = link, .command = command, .session = session };
	int status;

	fcntl(link, F_SETFD, FD_CLOEXEC);
	front.signals = child_signals(&front.inherited);
	hand_over_stdio(link);
	if (!command[0])
		child_leave_stdio(); /* the engine, which is told of every failure, waits for this job */
	status = serve(&front);
	/* init is gone only when every process of its namespace is */
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
	status_exit(status);
}
