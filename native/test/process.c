/* Children: started with exactly the descriptors, signals and strings asked for, and reaped. */
#include <fcntl.h>

#include "check.h"

static const char environment[] = "WORD=hello\0";

static int run(const char *script, const int32_t *fds, int count)
{
	char arguments[512];
	int length = snprintf(arguments, sizeof(arguments) - 1, "sh%c-c%c%s", 0, 0, script);

	arguments[length + 1] = '\0';
	return ckpt_spawn("/bin/sh", arguments, environment, fds, count, 1);
}

static void passes_strings_and_swaps_descriptors(void)
{
	char got[64] = {0};
	int ends[2], pid;

	CHECK(pipe(ends) == 0);
	pid = run("read -r line; echo $WORD $line >&3", (int32_t[]){ends[0], -1, 2, ends[1]}, 4);
	CHECK(pid > 0);
	EQUALS(write(ends[1], "world\n", 6), 6);
	EQUALS(ckpt_reap(pid, 10000), 0);
	EQUALS(read(ends[0], got, sizeof(got)), 12);
	CHECK(strcmp(got, "hello world\n") == 0);
	close(ends[0]);
	close(ends[1]);
}

static void starts_with_fresh_signals(void)
{
	sigset_t set;
	int pid;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	pid = run("grep -q '^SigBlk:.0000000000000000' /proc/self/status && "
		  "grep -q '^SigIgn:.0000000000000000' /proc/self/status", (int32_t[]){0, 1, 2}, 3);
	EQUALS(ckpt_reap(pid, 10000), 0);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void waits_for_an_end_only(void)
{
	int pid = run("exit 3", (int32_t[]){0, 1, 2}, 3);

	EQUALS(ckpt_reap(pid, -1), 3 << 8);
	EQUALS(ckpt_reap(pid, 0), -ECHILD);
	pid = run("exec sleep 1000", (int32_t[]){0, 1, 2}, 3);
	seize(pid); /* a ptrace stop is no end */
	EQUALS(ckpt_reap(pid, 20), -ETIMEDOUT);
	EQUALS(ckpt_kill(pid, SIGKILL), 0);
	EQUALS(ckpt_reap(pid, 10000), SIGKILL);
}

static void tells_why_it_cannot_start(void)
{
	EQUALS(ckpt_spawn("/nonexistent", "x\0", "", NULL, 0, 0), -ENOENT);
	EQUALS(run("true", (int32_t[]){4711}, 1), -EBADF);
}

int main(void)
{
	passes_strings_and_swaps_descriptors();
	starts_with_fresh_signals();
	waits_for_an_end_only();
	tells_why_it_cannot_start();
	return 0;
}
