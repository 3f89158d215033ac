/* Memory that is sealed against changes stays so; of the kernel memory that may be dropped stays that. */
#include "victim.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MSEAL     462
#define DROPPABLE 0x8
#define SIZE      65536

static char *map(int type)
{
	return mmap(NULL, SIZE, PROT_READ | PROT_WRITE, type | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char **argv)
{
	char *sealed, *droppable, *constant;

	victim_begin(argc, argv);
	sealed = map(MAP_PRIVATE);
	constant = map(MAP_PRIVATE);
	victim_fill(sealed, SIZE, 1);
	victim_fill(constant, SIZE, 2);
	MUST(mprotect(constant, SIZE, PROT_READ));
	if (syscall(MSEAL, sealed, SIZE, 0) < 0 || syscall(MSEAL, constant, SIZE, 0) < 0)
		victim_skip("no mseal");
	droppable = map(DROPPABLE);
	if (droppable != MAP_FAILED)
		victim_fill(droppable, SIZE, 3);
	victim_wait();
	victim_check_fill("sealed", sealed, SIZE, 1);
	victim_check_fill("constant", constant, SIZE, 2);
	victim_fill(sealed, SIZE, 4);
	CHECK_EQUAL(munmap(sealed, SIZE), -1);
	CHECK_EQUAL(errno, EPERM);
	CHECK_EQUAL(mprotect(constant, SIZE, PROT_READ | PROT_WRITE), -1);
	CHECK_EQUAL(errno, EPERM);
	if (droppable != MAP_FAILED) {
		CHECK(victim_vma_flag(droppable, "dp"));
		CHECK(victim_vma_flag(droppable, "wf"));
		victim_check_fill("droppable", droppable, SIZE, 3);
	}
	victim_pass();
}
