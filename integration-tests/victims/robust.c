/* A robust mutex held by a thread that then ends without unlocking, and one held by a process that ends. */
#include "victim.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_mutex_t *mutex; /* [0] a thread's, [1] a child's */

static void *hold(void *argument)
{
	CHECK_EQUAL(pthread_mutex_lock(&mutex[0]), 0);
	victim_say("thread-holds");
	victim_await_go();
	return argument;
}

static void hold_in_child(void)
{
	CHECK_EQUAL(pthread_mutex_lock(&mutex[1]), 0);
	victim_say("child-holds");
	victim_await_go();
}

static void initialise(pthread_mutex_t *one)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	CHECK_EQUAL(pthread_mutex_init(one, &attributes), 0);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pid_t child;

	victim_begin(argc, argv);
	mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	initialise(&mutex[0]);
	initialise(&mutex[1]);
	child = victim_fork(hold_in_child);
	CHECK_EQUAL(pthread_create(&thread, NULL, hold, NULL), 0);
	victim_hear("thread-holds");
	victim_hear("child-holds");
	CHECK_EQUAL(pthread_mutex_trylock(&mutex[0]), EBUSY);
	victim_wait();
	CHECK_EQUAL(pthread_mutex_lock(&mutex[0]), EOWNERDEAD);
	CHECK_EQUAL(pthread_mutex_lock(&mutex[1]), EOWNERDEAD);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_join(child);
	victim_pass();
}
