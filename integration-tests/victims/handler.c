/* Checkpointed inside a signal handler, on the alternate stack, over a call that is then continued. */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static int ends[2];
static char alternate[65536];

static void handle(int signal)
{
	uint64_t pattern[512];

	victim_fill(pattern, sizeof(pattern), (uint64_t)signal);
	victim_say("inside");
	victim_await_go();
	victim_check_fill("the handler's stack", pattern, sizeof(pattern), (uint64_t)signal);
}

static void *read_one(void *argument)
{
	stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	char byte;

	MUST(sigaltstack(&stack, NULL));
	victim_say("reading");
	CHECK_EQUAL(read(ends[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'x');
	return argument;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART | SA_ONSTACK };
	pthread_t thread;

	victim_begin(argc, argv);
	MUST(sigaction(SIGUSR1, &action, NULL));
	MUST(pipe(ends));
	CHECK_EQUAL(pthread_create(&thread, NULL, read_one, NULL), 0);
	victim_hear("reading");
	victim_sleep_ms(20);
	CHECK_EQUAL(pthread_kill(thread, SIGUSR1), 0);
	victim_hear("inside");
	victim_wait();
	CHECK_EQUAL(write(ends[1], "x", 1), 1);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
