/* Twelve threads, each with its own id, storage, name, signal mask and alternate stack. */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define THREADS 12

static __thread uint64_t storage[64];
static pthread_barrier_t built;
static pthread_t threads[THREADS];

static sigset_t mask_of(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + number);
	sigaddset(&set, number % 2 ? SIGUSR1 : SIGUSR2);
	return set;
}

static void build(int number, stack_t *stack, char *name)
{
	sigset_t set = mask_of(number);

	snprintf(name, 16, "worker-%d", number);
	MUST(prctl(PR_SET_NAME, name));
	victim_fill(storage, sizeof(storage), (uint64_t)number);
	stack->ss_size = (size_t)SIGSTKSZ * 2 + (size_t)number * 4096;
	stack->ss_sp = malloc(stack->ss_size);
	stack->ss_flags = 0;
	MUST(sigaltstack(stack, NULL));
	CHECK_EQUAL(pthread_sigmask(SIG_SETMASK, &set, NULL), 0);
}

static void verify(int number, const stack_t *stack, const char *name)
{
	sigset_t expected = mask_of(number), mask;
	char actual[16];
	stack_t found;

	MUST(prctl(PR_GET_NAME, actual));
	CHECK(!strcmp(actual, name));
	victim_check_fill("thread-local storage", storage, sizeof(storage), (uint64_t)number);
	MUST(sigaltstack(NULL, &found));
	CHECK(found.ss_sp == stack->ss_sp && found.ss_size == stack->ss_size && found.ss_flags == 0);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	for (int signal = 1; signal < 64; signal++)
		CHECK_EQUAL(sigismember(&mask, signal), sigismember(&expected, signal));
}

static void *work(void *argument)
{
	int number = (int)(intptr_t)argument;
	char name[16];
	stack_t stack;

	build(number, &stack, name);
	pthread_barrier_wait(&built);
	victim_await_go();
	CHECK(pthread_equal(pthread_self(), threads[number]));
	verify(number, &stack, name);
	return argument;
}

int main(int argc, char **argv)
{
	void *result;

	victim_begin(argc, argv);
	pthread_barrier_init(&built, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i), 0);
	pthread_barrier_wait(&built);
	victim_wait();
	for (int i = 0; i < THREADS; i++) {
		CHECK_EQUAL(pthread_join(threads[i], &result), 0);
		CHECK_EQUAL((intptr_t)result, i);
	}
	victim_pass();
}
