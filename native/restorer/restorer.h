/*
 * The restorer: executes a plan and becomes the process tree.
 *
 * It decides nothing: whatever depends on a kernel object was decided when the plan was made. It has
 * no libc, no writable static data and no relocations, for it copies itself to another address and
 * goes on there. Functions that can fail return >= 0 or -errno.
 */
#ifndef CKPT_RESTORER_H
#define CKPT_RESTORER_H

#include <asm/unistd.h>
#include <linux/errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ckpt_plan.h"
#include "restorer_arch.h"

#define CALL(name, ...) CALL_(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL_(number, a, b, c, d, e, f, ...)                                                     \
	arch_syscall(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d),         \
		     (uint64_t)(e), (uint64_t)(f))

static inline void *at(const struct ckpt_plan *plan, uint64_t offset)
{
	return (char *)(uintptr_t)plan + offset;
}

static inline struct ckpt_program *program_at(const struct ckpt_plan *plan, uint32_t index)
{
	return (struct ckpt_program *)at(plan, plan->programs) + index;
}

static inline struct ckpt_step *step_at(const struct ckpt_plan *plan, uint32_t program, uint32_t step)
{
	return (struct ckpt_step *)at(plan, plan->steps) + program_at(plan, program)->first_step + step;
}

static inline struct ckpt_barrier *barrier_at(const struct ckpt_plan *plan, uint32_t index)
{
	return (struct ckpt_barrier *)at(plan, plan->barriers) + index;
}

static inline int64_t *slot_at(const struct ckpt_plan *plan, uint64_t index)
{
	return (int64_t *)at(plan, plan->slots) + index;
}

/* start.c: the plan as found at descriptor CKPT_PLAN_DESCRIPTOR, checked, then run */
_Noreturn void restorer_start(void);

/* check.c: 0, or -EINVAL for a plan that points outside itself, or -EPERM for a forbidden call;
 * where says which step */
struct ckpt_place {
	uint32_t program;
	uint32_t step;
};
int check_plan(const struct ckpt_plan *plan, uint64_t size, struct ckpt_place *where);

/* interpreter.c: executes a program from a step on, until it parks or exits */
_Noreturn void restorer_run(struct ckpt_plan *plan, uint32_t program, uint32_t step);

/* move.c: copies text and plan into the hole, unmaps all else, goes on there with the next step */
int64_t move_to_hole(const struct ckpt_plan *plan);

/* process.c: pid or tid of the new task */
int64_t start_process(struct ckpt_plan *plan, const struct ckpt_step *step);
int64_t start_thread(struct ckpt_plan *plan, const struct ckpt_step *step);
int64_t await_child(uint64_t pid); /* its wait status */
char *stack_top(const struct ckpt_plan *plan, uint32_t program);

/* barrier.c */
void arrive(struct ckpt_plan *plan, uint32_t barrier); /* exits when the plan has failed */
_Noreturn void park(struct ckpt_plan *plan);
void break_barriers(struct ckpt_plan *plan);
void tell_engine(struct ckpt_plan *plan);
void wake_all(uint32_t *futex);

/* report.c: the first report wins; every other task of the plan ends without one */
_Noreturn void fail(struct ckpt_plan *plan, uint32_t program, uint32_t step, int64_t result);
_Noreturn void give_up(void);

/* arch/: the new stack's top, where to go on, and its two arguments */
_Noreturn void arch_jump(void *stack, const void *target, const struct ckpt_plan *plan, uint64_t base);
struct clone_args;
long arch_clone(struct clone_args *args, size_t size, struct ckpt_plan *plan, uint32_t program);

#endif
