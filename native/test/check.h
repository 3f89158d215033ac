/* What the tests share: a check that ends the program, and children that wait in a system call. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ckpt.h"

#define CHECK(condition) check(!!(condition), #condition, __FILE__, __LINE__)
#define EQUALS(got, wanted) equals((long)(got), (long)(wanted), #got, __FILE__, __LINE__)

__attribute__((unused)) static void check(bool holds, const char *text, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: %s does not hold\n", file, line, text);
	exit(1);
}

__attribute__((unused)) static void equals(long got, long wanted, const char *text, const char *file, int line)
{
	if (got == wanted)
		return;
	fprintf(stderr, "%s:%d: %s is %ld, not %ld\n", file, line, text, got, wanted);
	exit(1);
}

/* A child that runs `body` and exits with what it returns; it dies with the test. */
__attribute__((unused)) static pid_t child(int (*body)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(body());
	}
	return pid;
}

/* Waits until `pid` sleeps in system call `number`. */
__attribute__((unused)) static void wait_until_in(pid_t pid, long number)
{
	char path[64];
	long in = -1;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	while (in != number) {
		FILE *file = fopen(path, "r");

		CHECK(file != NULL);
		if (fscanf(file, "%ld", &in) != 1)
			in = -1;
		fclose(file);
		usleep(1000);
	}
}

/* Address of the first such code in the mapping whose name ends so. */
__attribute__((unused)) static int64_t code_in(const char *mapping, int32_t what, pid_t pid)
{
	char path[64], line[512];
	long start, end;
	int64_t found = -ENOENT;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	file = fopen(path, "r");
	CHECK(file != NULL);
	while (found < 0 && fgets(line, sizeof(line), file))
		if (strstr(line, mapping) && strstr(line, " r-xp ") && sscanf(line, "%lx-%lx", &start, &end) == 2)
			found = ckpt_find_code(pid, what, start, end);
	fclose(file);
	CHECK(found > 0);
	return found;
}

__attribute__((unused)) static void seize(pid_t tid)
{
	EQUALS(ckpt_seize(tid), 0);
	EQUALS(ckpt_wait_stop(tid, 5000), CKPT_STOPPED);
}

__attribute__((unused)) static int64_t call(pid_t tid, long number, int64_t a, int64_t b, int64_t c)
{
	const int64_t arguments[6] = {a, b, c};
	int64_t result = 0;

	EQUALS(ckpt_remote_call(tid, code_in("[vdso]", CKPT_CODE_CALL, tid), 0, number, arguments, &result), 0);
	return result;
}

__attribute__((unused)) static int exit_status(pid_t pid)
{
	int status;

	EQUALS(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
