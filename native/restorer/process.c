#include "restorer.h"

#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/wait.h>

#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

char *stack_top(const struct ckpt_plan *plan, uint32_t program)
{
	return (char *)at(plan, plan->size) + ((uint64_t)program + 1) * CKPT_PLAN_STACK_SIZE;
}

static int64_t start_task(struct ckpt_plan *plan, uint32_t program, uint64_t id, struct clone_args *args)
{
	int32_t chosen = (int32_t)id;

	args->stack = (uint64_t)stack_top(plan, program) - CKPT_PLAN_STACK_SIZE;
	args->stack_size = CKPT_PLAN_STACK_SIZE;
	if (chosen != 0) {
		args->set_tid = (uint64_t)&chosen;
		args->set_tid_size = 1;
	}
	return arch_clone(args, sizeof(*args), plan, program);
}

int64_t start_process(struct ckpt_plan *plan, uint32_t program, uint64_t pid)
{
	struct clone_args args = {.exit_signal = SIGCHLD};

	return start_task(plan, program, pid, &args);
}

int64_t start_thread(struct ckpt_plan *plan, uint32_t program, uint64_t tid)
{
	struct clone_args args = {.flags = THREAD_FLAGS};

	return start_task(plan, program, tid, &args);
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
