/* Threads of a process, and of its child, in a user namespace, where nobody may choose their numbers. */
#include "victim.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { THREADS = 5 };

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void *work(void *mutex)
{
	pid_t tid = victim_tid();

	pthread_mutex_lock(mutex);
	victim_say("thread-%d", tid);
	victim_await_go();
	CHECK_EQUAL(victim_tid(), tid);
	CHECK_EQUAL(geteuid(), 0);
	CHECK_EQUAL(pthread_mutex_unlock(mutex), 0);
	return NULL;
}

static void run_threads(void (*wait)(void))
{
	static pthread_mutex_t mutexes[THREADS];
	pthread_mutexattr_t checking;
	pthread_t threads[THREADS];

	pthread_mutexattr_init(&checking);
	pthread_mutexattr_settype(&checking, PTHREAD_MUTEX_ERRORCHECK);
	for (int i = 0; i < THREADS; i++) {
		pthread_mutex_init(&mutexes[i], &checking);
		CHECK_EQUAL(pthread_create(&threads[i], NULL, work, &mutexes[i]), 0);
	}
	wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
}

static void in_child(void)
{
	run_threads(victim_await_go);
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	if (getuid() == 0) {
		MUST(setresgid(1235, 1235, 1235));
		MUST(setresuid(1234, 1234, 1234));
		MUST(prctl(PR_SET_DUMPABLE, 1)); /* its files in /proc are its own */
	}
	if (unshare(CLONE_NEWUSER) < 0)
		victim_skip("no user namespaces for this user");
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/gid_map", "0 1235 1");
	write_file("/proc/self/uid_map", "0 1234 1");
	child = victim_fork(in_child);
	run_threads(victim_wait);
	victim_join(child);
	victim_pass();
}
