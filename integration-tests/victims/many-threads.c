/* Three hundred threads. */
#include "victim.h"

#include <pthread.h>

#define THREADS 300

static __thread uint64_t own;
static pthread_barrier_t built;

static void *work(void *argument)
{
	pid_t tid = victim_tid();

	own = (uint64_t)(uintptr_t)argument;
	pthread_barrier_wait(&built);
	victim_await_go();
	CHECK_EQUAL(own, (uintptr_t)argument);
	CHECK_EQUAL(victim_tid(), tid);
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	pthread_attr_t attributes;

	victim_begin(argc, argv);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 1 << 16);
	pthread_barrier_init(&built, NULL, THREADS + 1);
	for (size_t i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], &attributes, work, (void *)i), 0);
	pthread_barrier_wait(&built);
	victim_wait();
	for (size_t i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
