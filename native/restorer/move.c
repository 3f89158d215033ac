#include "restorer.h"

#include <linux/mman.h>

/*
 * The restorer's own image, its first stack, vdso and vvar may lie anywhere, even inside the hole. So
 * it moves twice: to a way-station that touches neither the hole nor anything mapped, and from there,
 * alone in the address space, into the hole.
 */

/* set by the linker script; everything between them is position-independent */
extern const char restorer_text_start[], restorer_text_end[];

typedef void arrival(const struct ckpt_plan *plan, uint64_t base);

static uint64_t occupied(const struct ckpt_plan *plan)
{
	return CKPT_PLAN_TEXT_ROOM + plan->size + (uint64_t)plan->program_count * CKPT_PLAN_STACK_SIZE;
}

static long map_text(uint64_t base)
{
	size_t size = (size_t)(restorer_text_end - restorer_text_start);
	long text = CALL(mmap, base, CKPT_PLAN_TEXT_ROOM, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (text < 0)
		return text;
	for (size_t i = 0; i < size; i++)
		((volatile char *)text)[i] = restorer_text_start[i];
	return CALL(mprotect, text, CKPT_PLAN_TEXT_ROOM, PROT_READ | PROT_EXEC);
}

static long map_plan(const struct ckpt_plan *plan, uint64_t address)
{
	return CALL(mmap, address, plan->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		    CKPT_PLAN_DESCRIPTOR, 0);
}

static long map_stacks(const struct ckpt_plan *plan, uint64_t address)
{
	return CALL(mmap, address, (uint64_t)plan->program_count * CKPT_PLAN_STACK_SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
}

/* Only returns when it fails. `there` must lie in the text; it continues at its copy. */
static int64_t move(const struct ckpt_plan *plan, uint64_t base, arrival *there)
{
	uint64_t moved = base + CKPT_PLAN_TEXT_ROOM;
	long mapped = map_text(base);

	if (mapped >= 0)
		mapped = map_plan(plan, moved);
	if (mapped >= 0)
		mapped = map_stacks(plan, moved + plan->size);
	if (mapped < 0)
		return mapped;
	plan = (const struct ckpt_plan *)moved;
	arch_jump(stack_top(plan, plan->entry), (const char *)base + ((const char *)there - restorer_text_start), plan,
		  base);
}

static void stay_alone(const struct ckpt_plan *plan, uint64_t base)
{
	uint64_t end = base + occupied(plan);
	long below = CALL(munmap, 0, base);
	long above = CALL(munmap, end, ARCH_ADDRESS_END - end);

	if (below < 0 || above < 0)
		fail((struct ckpt_plan *)plan, plan->entry, 0, below < 0 ? below : above);
}

static void arrive_in_hole(const struct ckpt_plan *plan, uint64_t base)
{
	stay_alone(plan, base);
	restorer_run((struct ckpt_plan *)plan, plan->entry, 1);
}

static void arrive_at_station(const struct ckpt_plan *plan, uint64_t base)
{
	stay_alone(plan, base);
	fail((struct ckpt_plan *)plan, plan->entry, 0, move(plan, plan->hole_start, arrive_in_hole));
}

/*
 * Free room as large as the place in the hole, and clear of it: of three such rooms in a row the first
 * or the last is.
 */
static int64_t find_station(const struct ckpt_plan *plan)
{
	uint64_t length = occupied(plan);
	long offer = CALL(mmap, 0, 3 * length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint64_t first = (uint64_t)offer;

	if (offer < 0)
		return offer;
	CALL(munmap, offer, 3 * length);
	if (first >= plan->hole_start + length || first + length <= plan->hole_start)
		return offer;
	return (int64_t)(first + 2 * length);
}

int64_t move_to_hole(const struct ckpt_plan *plan)
{
	int64_t station = find_station(plan);

	return station < 0 ? station : move(plan, (uint64_t)station, arrive_at_station);
}
