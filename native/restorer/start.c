#include "restorer.h"

#include <linux/fs.h>
#include <linux/mman.h>

static struct ckpt_plan *map_plan(uint64_t *size)
{
	long length = CALL(lseek, CKPT_PLAN_DESCRIPTOR, 0, SEEK_END);
	long address;

	if (length < (long)sizeof(struct ckpt_plan))
		give_up();
	address = CALL(mmap, 0, length, PROT_READ | PROT_WRITE, MAP_SHARED, CKPT_PLAN_DESCRIPTOR, 0);
	if (address < 0)
		give_up();
	*size = (uint64_t)length;
	return (struct ckpt_plan *)address;
}

_Noreturn void restorer_start(void)
{
	struct ckpt_place where = {CKPT_PLAN_NONE, CKPT_PLAN_NONE};
	uint64_t size;
	struct ckpt_plan *plan = map_plan(&size);
	int checked = check_plan(plan, size, &where);

	if (checked < 0)
		fail(plan, where.program, where.step, checked);
	restorer_run(plan, plan->entry, 0);
}
