/*
 * Priority-inheriting futexes: one held by a thread that two others wait for, a robust one whose owner dies, and a wait
 * that is requeued to one.
 */
#include "victim.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WAITERS 2

static pthread_mutex_t held, robust;
static _Atomic int32_t condition, target;
static _Atomic int served;

static long futex(_Atomic int32_t *word, int operation, int32_t value, uintptr_t second, _Atomic int32_t *other)
{
	return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, second, other, 0);
}

static void make(pthread_mutex_t *mutex, int robustness)
{
	pthread_mutexattr_t attributes;

	CHECK_EQUAL(pthread_mutexattr_init(&attributes), 0);
	CHECK_EQUAL(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT), 0);
	CHECK_EQUAL(pthread_mutexattr_setrobust(&attributes, robustness), 0);
	CHECK_EQUAL(pthread_mutex_init(mutex, &attributes), 0);
}

static void *wait_for_held(void *number)
{
	struct sched_param urgent = { 4 };

	if (number)
		sched_setscheduler(0, SCHED_FIFO, &urgent);
	victim_say("waits-%td", (char *)number - (char *)NULL);
	CHECK_EQUAL(pthread_mutex_lock(&held), 0);
	served++;
	CHECK_EQUAL(pthread_mutex_unlock(&held), 0);
	return NULL;
}

static void *wait_for_dead(void *none)
{
	victim_say("waits-robust");
	CHECK_EQUAL(pthread_mutex_lock(&robust), EOWNERDEAD);
	CHECK_EQUAL(pthread_mutex_consistent(&robust), 0);
	CHECK_EQUAL(pthread_mutex_unlock(&robust), 0);
	return none;
}

static void *die_with_robust(void *none)
{
	CHECK_EQUAL(pthread_mutex_lock(&robust), 0);
	victim_say("owns-robust");
	victim_await_go();
	return none;
}

/* One that was not yet requeued: the kernel makes the call again. */
static void *wait_to_be_requeued(void *none)
{
	long woken;

	victim_say("waits-requeue");
	woken = futex(&condition, FUTEX_WAIT_REQUEUE_PI, 0, 0, &target);
	CHECK_EQUAL(woken, 0);
	CHECK_EQUAL(target & FUTEX_TID_MASK, victim_tid());
	MUST(futex(&target, FUTEX_UNLOCK_PI, 0, 0, NULL));
	return none;
}

int main(int argc, char **argv)
{
	pthread_t waiters[WAITERS], owner, heir, requeued;

	victim_begin(argc, argv);
	make(&held, PTHREAD_MUTEX_STALLED);
	make(&robust, PTHREAD_MUTEX_ROBUST);
	CHECK_EQUAL(pthread_mutex_lock(&held), 0);
	for (size_t i = 0; i < WAITERS; i++) {
		CHECK_EQUAL(pthread_create(&waiters[i], NULL, wait_for_held, (char *)NULL + i), 0);
		victim_hear("waits-%zu", i);
	}
	CHECK_EQUAL(pthread_create(&owner, NULL, die_with_robust, NULL), 0);
	victim_hear("owns-robust");
	CHECK_EQUAL(pthread_create(&heir, NULL, wait_for_dead, NULL), 0);
	victim_hear("waits-robust");
	CHECK_EQUAL(pthread_create(&requeued, NULL, wait_to_be_requeued, NULL), 0);
	victim_hear("waits-requeue");
	victim_sleep_ms(100); /* the threads wait in the kernel by now */
	victim_wait();
	victim_sleep_ms(100);
	CHECK_EQUAL(served, 0);
	CHECK_EQUAL(pthread_mutex_trylock(&held), EBUSY);
	CHECK_EQUAL(pthread_mutex_unlock(&held), 0);
	for (size_t i = 0; i < WAITERS; i++)
		CHECK_EQUAL(pthread_join(waiters[i], NULL), 0);
	CHECK_EQUAL(served, WAITERS);
	CHECK_EQUAL(pthread_join(owner, NULL), 0);
	CHECK_EQUAL(pthread_join(heir, NULL), 0);
	while (futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, 0, &target) == 0)
		victim_sleep_ms(1);
	CHECK_EQUAL(pthread_join(requeued, NULL), 0);
	victim_pass();
}
