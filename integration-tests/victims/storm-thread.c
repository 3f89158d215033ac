/* Starts and joins threads all the time. */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>

#define STARTERS 3

static atomic_int rounds;

static void *add(void *argument)
{
	return (char *)argument + 1;
}

static void *storm(void *argument)
{
	while (!victim_heard("go")) {
		pthread_t thread;
		void *result;

		CHECK_EQUAL(pthread_create(&thread, NULL, add, argument), 0);
		CHECK_EQUAL(pthread_join(thread, &result), 0);
		CHECK(result == (char *)argument + 1);
		atomic_fetch_add(&rounds, 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[STARTERS];

	victim_begin(argc, argv);
	for (int i = 0; i < STARTERS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, storm, (void *)(intptr_t)(i + 1)), 0);
	while (atomic_load(&rounds) < 100)
		victim_sleep_ms(1);
	victim_wait();
	for (int i = 0; i < STARTERS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
