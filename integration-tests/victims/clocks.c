/* Monotonic and boot clocks go on: never backward, and never far forward. */
#include "victim.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FAR 20000000000L /* longest gap that a slow machine may show */

static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW };

static int64_t by_system_call(clockid_t clock)
{
	struct timespec now;

	MUST(syscall(SYS_clock_gettime, clock, &now));
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void *watch(void *argument)
{
	clockid_t clock = *(const clockid_t *)argument;
	int64_t last = victim_now(clock);

	while (!victim_heard("go")) {
		int64_t now = victim_now(clock);

		if (now < last || now - last > FAR)
			victim_fail(__FILE__, __LINE__, "clock %d jumped by %ld ns", clock, now - last);
		last = now;
		now = by_system_call(clock);
		if (now < last || now - last > FAR)
			victim_fail(__FILE__, __LINE__, "clock %d differs by %ld ns from the vdso's", clock, now - last);
		victim_sleep_ms(1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[COUNT_OF(clocks)];

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(clocks); i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, watch, (void *)&clocks[i]), 0);
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(clocks); i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
