/* The first thread has ended; another carries on. */
#include "victim.h"

#include <pthread.h>

static void *carry_on(void *argument)
{
	victim_sleep_ms(50);
	victim_expect_refusal("thread");
	victim_wait();
	victim_pass();
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	victim_begin(argc, argv);
	CHECK_EQUAL(pthread_create(&thread, NULL, carry_on, NULL), 0);
	pthread_exit(NULL);
}
