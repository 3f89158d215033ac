/* Namespaces of a job, entered by a thread of the engine, or by a child of it where a thread cannot. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "export.h"

EXPORT int ckpt_setns(int32_t fd, int32_t type)
{
	return outcome(setns(fd, type));
}

static int64_t copy_file(const char *path, int to)
{
	char text[4096];
	int from = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = from < 0 ? -1 : read(from, text, sizeof(text));

	if (length < 0)
		return -errno;
	close(from);
	return write(to, text, (size_t)length) == length ? 0 : -EIO;
}

/*
 * In a child that has a copy of the engine's memory: nothing but system calls, and nobody who is privileged inside may look
 * at it.
 */
static int tell(int32_t fd, const char *path, int to)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || setns(fd, CLONE_NEWUSER) < 0)
		return errno;
	return (int)-copy_file(path, to);
}

static int64_t read_all(int from, char *buffer, int64_t size)
{
	int64_t length = 0;
	ssize_t some;

	while (length < size && (some = read(from, buffer + length, (size_t)(size - length))) != 0) {
		if (some < 0)
			return -errno;
		length += some;
	}
	return length;
}

EXPORT int64_t ckpt_read_in_user_namespace(int32_t fd, const char *path, void *buffer, int64_t size)
{
	int through[2], status = 0;
	int64_t length;
	pid_t child;

	if (pipe2(through, O_CLOEXEC) < 0)
		return -errno;
	child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(tell(fd, path, through[1]));
	close(through[1]);
	length = child < 0 ? -errno : read_all(through[0], buffer, size);
	close(through[0]);
	if (child > 0 && waitpid(child, &status, 0) == child && WEXITSTATUS(status) != 0)
		return -WEXITSTATUS(status);
	return length;
}
