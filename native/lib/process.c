/* Children of the engine, and the end of any process. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "await.h"
#include "export.h"

enum { MOST_STRINGS = 4096, MOST_DESCRIPTORS = 64 };

/* Points into a block of strings; their number, or -E2BIG. */
static int split(const char *block, char *strings[MOST_STRINGS])
{
	int count = 0;

	for (const char *s = block; *s != '\0'; s += strlen(s) + 1) {
		if (count == MOST_STRINGS - 1)
			return -E2BIG;
		strings[count++] = (char *)(uintptr_t)s;
	}
	strings[count] = NULL;
	return count;
}

static void close_all(const int *fds, int count)
{
	for (int i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Copies above all final numbers, so that putting one in place never overwrites another. */
static int lift(const int32_t *fds, int count, int lifted[MOST_DESCRIPTORS])
{
	for (int i = 0; i < count; i++) {
		lifted[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, count);
		if (lifted[i] < 0 && fds[i] >= 0) {
			int error = -errno;

			close_all(lifted, i);
			return error;
		}
	}
	return 0;
}

static int place(posix_spawn_file_actions_t *actions, const int *lifted, int count)
{
	int error = 0;

	for (int i = 0; i < count && error == 0; i++)
		error = lifted[i] < 0 ? posix_spawn_file_actions_addclose(actions, i)
				      : posix_spawn_file_actions_adddup2(actions, lifted[i], i);
	return error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(actions, count);
}

static int fresh_signals(posix_spawnattr_t *attributes, int32_t new_session)
{
	int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	sigset_t none, all;

	sigemptyset(&none);
	memset(&all, 0xff, sizeof(all)); /* sigfillset(3) spares two of the C library, which would be ignored then */
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	return posix_spawnattr_setflags(attributes, (short)(flags | (new_session ? POSIX_SPAWN_SETSID : 0)));
}

static int start(const char *path, char *const argv[], char *const envp[], const int *lifted, int count,
		 int32_t new_session)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid = -1;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	error = place(&actions, lifted, count);
	if (error == 0)
		error = fresh_signals(&attributes, new_session);
	if (error == 0)
		error = posix_spawn(&pid, path, &actions, &attributes, argv, envp);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error != 0 ? -error : pid;
}

EXPORT int ckpt_spawn(const char *path, const char *argv, const char *envp, const int32_t *fds,
		      int32_t count, int32_t new_session)
{
	char *arguments[MOST_STRINGS], *environment[MOST_STRINGS];
	int lifted[MOST_DESCRIPTORS];
	int outcome;

	if (count > MOST_DESCRIPTORS)
		return -EINVAL;
	if (split(argv, arguments) < 0 || split(envp, environment) < 0)
		return -E2BIG;
	outcome = lift(fds, count, lifted);
	if (outcome < 0)
		return outcome;
	outcome = start(path, arguments, environment, lifted, count, new_session);
	close_all(lifted, count);
	return outcome;
}

EXPORT int ckpt_wait_gone(int32_t pidfd, int32_t timeout_ms)
{
	return await_readable(pidfd, timeout_ms);
}

EXPORT int ckpt_reap(int32_t pid, int32_t timeout_ms)
{
	int pidfd = ckpt_pidfd_open(pid); /* ends the wait at an exit only, whoever traces the child */
	int error = pidfd < 0 ? pidfd : ckpt_wait_gone(pidfd, timeout_ms);
	int status;

	if (pidfd >= 0)
		close(pidfd);
	if (error < 0)
		return error == -ESRCH ? -ECHILD : error;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status;
}

EXPORT int ckpt_kill(int32_t pid, int32_t signal)
{
	return outcome(kill(pid, signal));
}
