#include "restorer.h"

_Noreturn void give_up(void)
{
	for (;;)
		CALL(exit_group, CKPT_PLAN_FAILED);
}

static bool is_first(struct ckpt_report *report)
{
	uint32_t none = CKPT_NO_FAILURE;

	return __atomic_compare_exchange_n(&report->state, &none, CKPT_FAILURE_WRITING, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE);
}

_Noreturn void fail(struct ckpt_plan *plan, uint32_t program, uint32_t step, int64_t result)
{
	struct ckpt_report *report = &plan->report;

	if (!is_first(report))
		give_up();
	report->program = program;
	report->step = step;
	report->tid = (int32_t)CALL(gettid);
	report->result = result;
	__atomic_store_n(&report->state, CKPT_FAILURE, __ATOMIC_RELEASE);
	wake_all(&report->state);
	if (program != CKPT_PLAN_NONE)
		break_barriers(plan);
	tell_engine(plan);
	give_up();
}
