#include "restorer.h"

#ifndef __NR_mseal
#define __NR_mseal 462
#endif

static bool allowed(uint32_t number)
{
	switch (number) {
#define CKPT_ALLOW(name) case __NR_##name:
#include "allowlist.h"
#undef CKPT_ALLOW
		return true;
	default:
		return false;
	}
}

/* A table of `count` entries of `entry` bytes at `offset` lies inside the plan. */
static bool holds(const struct ckpt_plan *plan, uint64_t offset, uint64_t count, uint64_t entry)
{
	return offset >= sizeof(*plan) && offset % 8 == 0 && offset <= plan->size && count <= (plan->size - offset) / entry;
}

static bool header_holds(const struct ckpt_plan *plan, uint64_t size)
{
	return plan->version == CKPT_PLAN_VERSION && plan->header_size == sizeof(*plan) &&
	       plan->step_size == sizeof(struct ckpt_step) && plan->size == size && size % ARCH_PAGE_SIZE == 0;
}

static bool hole_holds(const struct ckpt_plan *plan)
{
	uint64_t needed = CKPT_PLAN_TEXT_ROOM + plan->size + (uint64_t)plan->program_count * CKPT_PLAN_STACK_SIZE;

	return plan->hole_start >= ARCH_PAGE_SIZE && (plan->hole_start | plan->hole_length) % ARCH_PAGE_SIZE == 0 &&
	       plan->hole_start < ARCH_ADDRESS_END && plan->hole_length <= ARCH_ADDRESS_END - plan->hole_start &&
	       needed <= plan->hole_length;
}

static bool tables_hold(const struct ckpt_plan *plan)
{
	return holds(plan, plan->programs, plan->program_count, sizeof(struct ckpt_program)) &&
	       holds(plan, plan->steps, plan->step_count, sizeof(struct ckpt_step)) &&
	       holds(plan, plan->slots, plan->slot_count, sizeof(int64_t)) &&
	       holds(plan, plan->barriers, plan->barrier_count, sizeof(struct ckpt_barrier)) &&
	       holds(plan, plan->data, plan->data_size, 1) && plan->entry < plan->program_count;
}

/* `width` bytes at this offset are data of the plan. */
static bool is_data(const struct ckpt_plan *plan, uint64_t offset, uint64_t width)
{
	return offset >= plan->data && offset - plan->data <= plan->data_size &&
	       width <= plan->data_size - (offset - plan->data);
}

static bool operands_hold(const struct ckpt_plan *plan, const struct ckpt_step *step)
{
	for (int i = 0; i < CKPT_PLAN_ARGUMENTS; i++) {
		if (step->form[i] > CKPT_ADDRESS)
			return false;
		if (step->form[i] == CKPT_SLOT && step->value[i] >= plan->slot_count)
			return false;
		if (step->form[i] == CKPT_ADDRESS && !is_data(plan, step->value[i], 0))
			return false;
	}
	return step->result == CKPT_PLAN_NONE || step->result < plan->slot_count;
}

static bool moves_data(const struct ckpt_plan *plan, const struct ckpt_step *step)
{
	uint32_t width = step->detail;

	return (width == 1 || width == 2 || width == 4 || width == 8) && step->form[0] == CKPT_ADDRESS &&
	       is_data(plan, step->value[0], width);
}

static int check_word(const struct ckpt_plan *plan, const struct ckpt_step *step, bool first)
{
	switch (step->word) {
	case CKPT_SYSCALL:
		return allowed(step->detail) ? 0 : -EPERM;
	case CKPT_LOAD:
	case CKPT_STORE:
		return moves_data(plan, step) ? 0 : -EINVAL;
	case CKPT_FORK:
	case CKPT_THREAD:
		return step->detail < plan->program_count ? 0 : -EINVAL;
	case CKPT_BARRIER:
		return step->detail < plan->barrier_count ? 0 : -EINVAL;
	case CKPT_MOVE:
		return first ? 0 : -EINVAL;
	case CKPT_PARK:
	case CKPT_AWAIT:
		return 0;
	default:
		return -EINVAL;
	}
}

static int check_program(const struct ckpt_plan *plan, struct ckpt_place *where)
{
	const struct ckpt_program *program = program_at(plan, where->program);

	if (program->first_step > plan->step_count || program->step_count > plan->step_count - program->first_step)
		return -EINVAL;
	for (where->step = 0; where->step < program->step_count; where->step++) {
		const struct ckpt_step *step = step_at(plan, where->program, where->step);
		int checked = check_word(plan, step, where->program == plan->entry && where->step == 0);

		if (checked < 0)
			return checked;
		if (!operands_hold(plan, step))
			return -EINVAL;
	}
	return 0;
}

int check_plan(const struct ckpt_plan *plan, uint64_t size, struct ckpt_place *where)
{
	if (plan->magic != CKPT_PLAN_MAGIC)
		give_up();
	if (!header_holds(plan, size) || !tables_hold(plan) || !hole_holds(plan))
		return -EINVAL;
	for (where->program = 0; where->program < plan->program_count; where->program++) {
		int checked = check_program(plan, where);

		if (checked < 0)
			return checked;
	}
	return 0;
}
