#include "restorer.h"

#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/wait.h>

#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

char *stack_top(const struct ckpt_plan *plan, uint32_t program)
{
	return (char *)at(plan, plan->size) + ((uint64_t)program + 1) * CKPT_PLAN_STACK_SIZE;
}

static uint64_t choose(const struct ckpt_step *step, int32_t chosen[CKPT_PLAN_ARGUMENTS])
{
	uint64_t count = 0;

	while (count < CKPT_PLAN_ARGUMENTS && step->value[count] != 0) {
		chosen[count] = (int32_t)step->value[count];
		count++;
	}
	return count;
}

static int64_t start_task(struct ckpt_plan *plan, const struct ckpt_step *step, struct clone_args *args)
{
	int32_t chosen[CKPT_PLAN_ARGUMENTS];

	args->stack = (uint64_t)stack_top(plan, step->detail) - CKPT_PLAN_STACK_SIZE;
	args->stack_size = CKPT_PLAN_STACK_SIZE;
	args->set_tid_size = choose(step, chosen);
	if (args->set_tid_size != 0)
		args->set_tid = (uint64_t)chosen;
	return arch_clone(args, sizeof(*args), plan, step->detail);
}

int64_t start_process(struct ckpt_plan *plan, const struct ckpt_step *step)
{
	struct clone_args args = {.exit_signal = SIGCHLD};

	return start_task(plan, step, &args);
}

int64_t start_thread(struct ckpt_plan *plan, const struct ckpt_step *step)
{
	struct clone_args args = {.flags = THREAD_FLAGS};

	return start_task(plan, step, &args);
}

int64_t await_child(uint64_t pid)
{
	int32_t status = 0;
	int64_t waited;

	do {
		waited = CALL(wait4, pid, &status, __WALL, 0);
	} while (waited == -EINTR);
	return waited < 0 ? waited : status;
}
