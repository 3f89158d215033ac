/* Calls that keep in memory what is left of their time: after a restart they go on with that. */
#include "victim.h"

#include <poll.h>
#include <pthread.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECOND    1000000000LL
#define BEFORE_MS 1500
#define TIME      4
#define CALLS     3

static void in_sleep(void)
{
	CHECK_EQUAL(sleep(TIME), 0);
}

static void in_select(void)
{
	struct timeval time = { TIME, 0 };

	CHECK_EQUAL(select(0, NULL, NULL, NULL, &time), 0);
}

static void in_ppoll(void)
{
	struct timespec time = { TIME, 0 };

	CHECK_EQUAL(ppoll(NULL, 0, &time, NULL), 0);
}

static void (*const calls[CALLS])(void) = { in_sleep, in_select, in_ppoll };

static void *one(void *argument)
{
	void (*call)(void) = *(void (*const *)(void))argument;
	int64_t before = victim_now(CLOCK_MONOTONIC), took;

	call();
	took = victim_now(CLOCK_MONOTONIC) - before;
	CHECK(took >= TIME * SECOND);
	CHECK(took < TIME * SECOND + BEFORE_MS * SECOND / 1000);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[CALLS];

	victim_begin(argc, argv);
	for (size_t i = 0; i < CALLS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, one, (void *)&calls[i]), 0);
	victim_sleep_ms(BEFORE_MS);
	victim_wait();
	for (size_t i = 0; i < CALLS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
