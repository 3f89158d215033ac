/* Threads that never enter the kernel: they compute all the time, in one long chain of steps. */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>

#define THREADS 4
#define STEPS   (1 << 14)

static atomic_int stop;

static uint64_t step(uint64_t state)
{
	return state * 6364136223846793005u + 1442695040888963407u;
}

/* Whatever interrupts it, a round of the same steps ends in the same state. */
static void *compute(void *argument)
{
	uint64_t seed = (uint64_t)(intptr_t)argument, expected = seed;

	for (int i = 0; i < STEPS; i++)
		expected = step(expected);
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		uint64_t state = seed;

		for (int i = 0; i < STEPS; i++)
			state = step(state);
		CHECK_EQUAL(state, expected);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];

	victim_begin(argc, argv);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, compute, (void *)(intptr_t)(i + 1)), 0);
	victim_wait();
	atomic_store(&stop, 1);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
