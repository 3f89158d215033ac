#include "restorer.h"

static uint64_t operand(const struct ckpt_plan *plan, const struct ckpt_step *step, int i)
{
	switch (step->form[i]) {
	case CKPT_SLOT:
		return (uint64_t)*slot_at(plan, step->value[i]);
	case CKPT_ADDRESS:
		return (uint64_t)at(plan, step->value[i]);
	default:
		return step->value[i];
	}
}

static int64_t call(const struct ckpt_plan *plan, const struct ckpt_step *step)
{
	uint64_t argument[CKPT_PLAN_ARGUMENTS];

	for (int i = 0; i < CKPT_PLAN_ARGUMENTS; i++)
		argument[i] = operand(plan, step, i);
	return arch_syscall((long)step->detail, argument[0], argument[1], argument[2], argument[3], argument[4],
			    argument[5]);
}

static int64_t load(const void *from, uint32_t width)
{
	switch (width) {
	case 1:
		return *(const uint8_t *)from;
	case 2:
		return *(const uint16_t *)from;
	case 4:
		return *(const uint32_t *)from;
	default:
		return *(const int64_t *)from;
	}
}

static int64_t store(void *to, uint64_t value, uint32_t width)
{
	switch (width) {
	case 1:
		*(uint8_t *)to = (uint8_t)value;
		break;
	case 2:
		*(uint16_t *)to = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)to = (uint32_t)value;
		break;
	default:
		*(uint64_t *)to = value;
	}
	return 0;
}

static int64_t execute(struct ckpt_plan *plan, const struct ckpt_step *step)
{
	switch (step->word) {
	case CKPT_SYSCALL:
		return call(plan, step);
	case CKPT_LOAD:
		return load(at(plan, step->value[0]), step->detail);
	case CKPT_STORE:
		return store(at(plan, step->value[0]), operand(plan, step, 1), step->detail);
	case CKPT_FORK:
		return start_process(plan, step);
	case CKPT_THREAD:
		return start_thread(plan, step);
	case CKPT_MOVE:
		return move_to_hole(plan);
	case CKPT_BARRIER:
		arrive(plan, step->detail);
		return 0;
	case CKPT_PARK:
		park(plan);
	case CKPT_AWAIT:
		return await_child(operand(plan, step, 0));
	default:
		return -EINVAL;
	}
}

static bool expected(const struct ckpt_step *step, int64_t result)
{
	switch (step->expect) {
	case CKPT_ANYTHING:
		return true;
	case CKPT_EQUALS:
		return result == step->expected;
	default:
		return result >= 0;
	}
}

_Noreturn void restorer_run(struct ckpt_plan *plan, uint32_t program, uint32_t step)
{
	uint32_t count = program_at(plan, program)->step_count;

	for (; step < count; step++) {
		const struct ckpt_step *now = step_at(plan, program, step);
		int64_t result = execute(plan, now);

		if (!expected(now, result))
			fail(plan, program, step, result);
		if (now->result != CKPT_PLAN_NONE)
			*slot_at(plan, now->result) = result;
	}
	fail(plan, program, step, -EINVAL); /* a program ends with PARK or exit */
}
