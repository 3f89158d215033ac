/* Deep stacks: of the first thread, which may still grow, and of another. */
#include "victim.h"

#include <pthread.h>

#define DEPTH 300
#define FRAME 8192

static void descend(int depth, void (*bottom)(void))
{
	char frame[FRAME];

	victim_fill(frame, sizeof(frame), (uint64_t)depth);
	if (depth < DEPTH)
		descend(depth + 1, bottom);
	else
		bottom();
	victim_check_fill("stack frame", frame, sizeof(frame), (uint64_t)depth);
}

static void nothing(void)
{
}

static void *work(void *argument)
{
	descend(0, victim_await_go);
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	victim_begin(argc, argv);
	CHECK_EQUAL(pthread_create(&thread, NULL, work, NULL), 0);
	descend(0, victim_wait);
	descend(-DEPTH, nothing);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
