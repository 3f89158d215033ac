#include "restorer.h"

#include <linux/futex.h>

#define EVERYONE 0x7fffffff

void wake_all(uint32_t *futex)
{
	CALL(futex, futex, FUTEX_WAKE, EVERYONE);
}

/* Returns when *futex is no longer `value`. */
static void sleep_while(uint32_t *futex, uint32_t value)
{
	while (__atomic_load_n(futex, __ATOMIC_ACQUIRE) == value)
		CALL(futex, futex, FUTEX_WAIT, value, 0);
}

void tell_engine(struct ckpt_plan *plan)
{
	__atomic_add_fetch(&plan->events, 1, __ATOMIC_RELEASE);
	wake_all(&plan->events);
}

/* A broken barrier stays broken, whoever comes later. */
static void open_barrier(struct ckpt_barrier *barrier)
{
	uint32_t closed = CKPT_CLOSED;

	__atomic_compare_exchange_n(&barrier->state, &closed, CKPT_OPEN, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	wake_all(&barrier->state);
}

void arrive(struct ckpt_plan *plan, uint32_t index)
{
	struct ckpt_barrier *barrier = barrier_at(plan, index);
	bool last = __atomic_add_fetch(&barrier->arrived, 1, __ATOMIC_ACQ_REL) == barrier->tasks;

	if (last && barrier->engine)
		tell_engine(plan);
	else if (last)
		open_barrier(barrier);
	sleep_while(&barrier->state, CKPT_CLOSED);
	if (__atomic_load_n(&barrier->state, __ATOMIC_ACQUIRE) == CKPT_BROKEN)
		give_up();
}

void break_barriers(struct ckpt_plan *plan)
{
	for (uint32_t i = 0; i < plan->barrier_count; i++) {
		struct ckpt_barrier *barrier = barrier_at(plan, i);

		__atomic_store_n(&barrier->state, CKPT_BROKEN, __ATOMIC_RELEASE);
		wake_all(&barrier->state);
	}
}

_Noreturn void park(struct ckpt_plan *plan)
{
	__atomic_add_fetch(&plan->parked, 1, __ATOMIC_ACQ_REL);
	tell_engine(plan);
	sleep_while(&plan->report.state, CKPT_NO_FAILURE);
	give_up();
}
