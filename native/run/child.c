#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

int child_signals(struct inherited *before)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t all;
	int fd;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before->mask);
	/* ignored by the caller, it would take the exit statuses away */
	sigaction(SIGCHLD, &standard, &before->child_action);
	fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

void child_become(const struct inherited *before, char **command)
{
	int err;

	sigaction(SIGCHLD, &before->child_action, NULL);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
	execvp(command[0], command);
	err = errno;
	fprintf(stderr, "ckpt-run: %s: %s\n", command[0], strerror(err));
	_exit(err == ENOENT ? 127 : 126);
}

void child_leave_stdio(void)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		dup2(nothing, fd);
	if (nothing > 2)
		close(nothing);
}
