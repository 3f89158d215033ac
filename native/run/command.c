#include "command.h"

#include "memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_BYTES (16 << 20) /* more than execve(2) takes */

/* A file holds two counts and so many strings: the program and its arguments, then the environment. */
struct counts {
	uint32_t words, variables;
};

static uint32_t count(char **strings)
{
	uint32_t n = 0;

	while (strings[n])
		n++;
	return n;
}

static void write_strings(FILE *out, char **strings)
{
	for (; *strings; strings++)
		fwrite(*strings, strlen(*strings) + 1, 1, out);
}

int command_pack(const char *program, char **arguments, char **environment)
{
	struct counts counts = { count(arguments) + 1, count(environment) };
	int file = memory_file("command", MFD_CLOEXEC), copy = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 0);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");

	if (!out)
		return -errno;
	fwrite(&counts, sizeof(counts), 1, out);
	fwrite(program, strlen(program) + 1, 1, out);
	write_strings(out, arguments);
	write_strings(out, environment);
	return fclose(out) ? -errno : file;
}

static char *contents(int file, size_t *size)
{
	struct stat status;
	char *text;

	if (fstat(file, &status) || status.st_size < (off_t)sizeof(struct counts) || status.st_size > MOST_BYTES)
		return NULL;
	*size = (size_t)status.st_size;
	text = malloc(*size);
	if (text && pread(file, text, *size, 0) == status.st_size)
		return text;
	free(text);
	return NULL;
}

/* The next n strings between text and end as a NULL-terminated array; moves text behind them. */
static char **strings(char **text, const char *end, uint32_t n)
{
	char **array = n < MOST_BYTES ? calloc(n + 1, sizeof(*array)) : NULL;
	size_t length;

	for (uint32_t i = 0; array && i < n; i++) {
		length = strnlen(*text, (size_t)(end - *text));
		if (*text + length == end)
			return NULL;
		array[i] = *text;
		*text += length + 1;
	}
	return array;
}

int command_unpack(int file, struct command *command)
{
	struct counts counts;
	size_t size;
	char *text = contents(file, &size), *end = text ? text + size : NULL;

	if (!text)
		return -EBADMSG;
	memcpy(&counts, text, sizeof(counts));
	text += sizeof(counts);
	command->arguments = strings(&text, end, counts.words);
	command->environment = command->arguments ? strings(&text, end, counts.variables) : NULL;
	if (!command->environment || counts.words < 2)
		return -EBADMSG;
	command->program = *command->arguments++;
	return 0;
}

static int set_stdio(const int stdio[3])
{
	int lifted[3];

	for (int fd = 0; fd < 3; fd++)
		lifted[fd] = fcntl(stdio[fd], F_DUPFD_CLOEXEC, 3);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(lifted[fd], fd) < 0)
			return -1;
	return close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

static int become_owner(const struct command *command)
{
	return setresgid(command->gid, command->gid, command->gid) || setresuid(command->uid, command->uid, command->uid);
}

static _Noreturn void become(const struct command *command, const int stdio[3], int report)
{
	sigset_t none;

	sigemptyset(&none);
	setsid();
	umask(command->mask);
	environ = command->environment;
	if (!set_stdio(stdio) && !become_owner(command) && !fchdir(command->directory)) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		execvp(command->program, command->arguments);
	}
	if (write(report, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

pid_t command_start(const struct command *command, const int stdio[3])
{
	int report[2], err = 0;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0)
		become(command, stdio, report[1]);
	err = pid < 0 ? errno : 0;
	close(report[1]);
	/* closed without a word by the execve(2) that works */
	if (pid > 0 && read(report[0], &err, sizeof(err)) > 0)
		waitpid(pid, NULL, 0);
	close(report[0]);
	return err ? -err : pid;
}
