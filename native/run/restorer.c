#include "restorer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

#define PLAN_FD 3
#define ABOVE_ALL_TARGETS 16
#define MANY_FILES 1048576 /* what the kernel allows at most, unless told otherwise */

static pid_t fork_as(pid_t pid)
{
	struct clone_args arguments = {
		.exit_signal = SIGCHLD,
		.set_tid = pid ? (uint64_t)(uintptr_t)&pid : 0,
		.set_tid_size = pid ? 1 : 0,
	};

	return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

static int offset_line(char *line, size_t size, const char *clock, int64_t ns)
{
	int64_t seconds = ns / 1000000000, rest = ns % 1000000000;

	if (rest < 0) {
		seconds--;
		rest += 1000000000;
	}
	return snprintf(line, size, "%s %lld %lld\n", clock, (long long)seconds, (long long)rest);
}

static int shift_clocks(const struct restorer *restorer)
{
	char text[128];
	int length, fd, err = 0;

	if (!restorer->monotonic_ns && !restorer->boottime_ns)
		return 0;
	if (unshare(CLONE_NEWTIME))
		return -errno;
	length = offset_line(text, sizeof(text), "monotonic", restorer->monotonic_ns);
	length += offset_line(text + length, sizeof(text) - (size_t)length, "boottime", restorer->boottime_ns);
	fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, (size_t)length) != length)
		err = errno ? -errno : -EIO;
	close(fd);
	return err;
}

/* Leaves 0, 1, 2 and PLAN_FD to the program; every other descriptor closes on exec. */
static int arrange_files(const struct restorer *restorer)
{
	int source[] = { restorer->stdio[0], restorer->stdio[1], restorer->stdio[2], restorer->plan };

	for (int fd = 0; fd <= PLAN_FD; fd++) {
		source[fd] = fcntl(source[fd], F_DUPFD_CLOEXEC, ABOVE_ALL_TARGETS);
		if (source[fd] < 0)
			return -errno;
	}
	for (int fd = 0; fd <= PLAN_FD; fd++)
		if (dup2(source[fd], fd) < 0)
			return -errno;
	return close_range(PLAN_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC) ? -errno : 0;
}

/* As many open files as may be: the restorer holds all of the job's at once. The job gets its own limits later. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	if (limit.rlim_max < MANY_FILES) {
		struct rlimit more = { MANY_FILES, MANY_FILES };

		if (!setrlimit(RLIMIT_NOFILE, &more))
			return;
	}
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static _Noreturn void become_restorer(const struct restorer *restorer, int report)
{
	char *arguments[] = { "ckpt-restorer", NULL }, *environment[] = { NULL };
	int binary = fcntl(restorer->binary, F_DUPFD_CLOEXEC, ABOVE_ALL_TARGETS);
	int said = fcntl(report, F_DUPFD_CLOEXEC, ABOVE_ALL_TARGETS);
	int err = binary < 0 || said < 0 ? -errno : shift_clocks(restorer);
	sigset_t none;

	if (!err)
		err = arrange_files(restorer);
	raise_file_limit();
	if (!err) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		fexecve(binary, arguments, environment);
		err = -errno;
	}
	if (write(said, &err, sizeof(err)) < 0)
		_exit(1);
	_exit(1);
}

pid_t restorer_spawn(const struct restorer *restorer)
{
	int report[2], err = 0;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	pid = fork_as(restorer->pid);
	if (pid == 0)
		become_restorer(restorer, report[1]);
	if (pid < 0)
		err = -errno;
	close(report[1]);
	/* an exec that worked closes the pipe unread */
	if (!err && read(report[0], &err, sizeof(err)) == (ssize_t)sizeof(err))
		waitpid(pid, NULL, 0);
	close(report[0]);
	return err ? err : pid;
}
