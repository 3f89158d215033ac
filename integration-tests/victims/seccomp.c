/*
 * Filters of seccomp(2): of a process, of one of its threads, of an ordinary user, and strict mode. What they forbid
 * includes what a checkpoint has a task do.
 */
#include "seccomp.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#define FIRST  77
#define SECOND 78
#define THIRD  79
#define USER   65534

static int to_strict[2], from_strict[2];

static void check_error(long result, int error)
{
	CHECK_EQUAL(result, -1);
	CHECK_EQUAL(errno, error);
}

static void *with_another(void *none)
{
	MUST(answer(SYS_swapon, SECOND, SECCOMP_FILTER_FLAG_LOG));
	victim_say("another");
	victim_await_go();
	check_error(syscall(SYS_swapoff, NULL), FIRST);
	check_error(syscall(SYS_swapon, NULL, 0), SECOND);
	CHECK_EQUAL(victim_proc_number("/proc/thread-self/status", "Seccomp_filters"), 3);
	return none;
}

static void of_threads(void)
{
	pthread_t thread;

	MUST(answer(SYS_swapoff, FIRST, 0));
	MUST(install(SYS_sigaltstack, SECCOMP_RET_KILL_PROCESS, 0));
	CHECK_EQUAL(pthread_create(&thread, NULL, with_another, NULL), 0);
	victim_hear("another");
	victim_say("threads");
	victim_await_go();
	check_error(syscall(SYS_swapoff, NULL), FIRST);
	CHECK(syscall(SYS_swapon, NULL, 0) < 0 && errno != SECOND);
	CHECK_EQUAL(victim_proc_number("/proc/thread-self/status", "Seccomp_filters"), 2);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
}

static void *follower(void *none)
{
	victim_say("follower");
	victim_hear("all-at-once");
	check_error(syscall(SYS_swapon, NULL, 0), THIRD);
	return none;
}

/* Filters that the threads share are still the same to the kernel, or SECCOMP_FILTER_FLAG_TSYNC would fail. */
static void of_a_user(void)
{
	pthread_t thread;

	MUST(setresuid(USER, USER, USER));
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	MUST(answer(SYS_swapoff, FIRST, 0));
	MUST(install(SYS_prctl, SECCOMP_RET_KILL_PROCESS, 0));
	CHECK_EQUAL(pthread_create(&thread, NULL, follower, NULL), 0);
	victim_hear("follower");
	victim_say("user");
	victim_await_go();
	check_error(syscall(SYS_swapoff, NULL), FIRST);
	CHECK_EQUAL(answer(SYS_swapon, THIRD, SECCOMP_FILTER_FLAG_TSYNC), 0);
	victim_say("all-at-once");
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
}

static pid_t fork_strict(void)
{
	pid_t child = MUST(fork());
	char byte;

	if (child)
		return child;
	MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	if (write(from_strict[1], "s", 1) != 1 || read(to_strict[0], &byte, 1) != 1)
		syscall(SYS_exit, 1);
	if (byte == 'k')
		syscall(SYS_getpid); /* deadly */
	syscall(SYS_exit, 0);
	return 0;
}

int main(int argc, char **argv)
{
	pid_t threads, user, strict;
	int status;
	char byte;

	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to install filters without no_new_privs");
	MUST(pipe(to_strict));
	MUST(pipe(from_strict));
	threads = victim_fork(of_threads);
	user = victim_fork(of_a_user);
	victim_hear("threads");
	victim_hear("user");
	strict = fork_strict();
	CHECK_EQUAL(read(from_strict[0], &byte, 1), 1);
	victim_wait();
	CHECK_EQUAL(write(to_strict[1], "k", 1), 1);
	CHECK_EQUAL(waitpid(strict, &status, 0), strict);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	victim_join(threads);
	victim_join(user);
	victim_pass();
}
