/* What madvise(2) and mlock(2) said about a region still holds. */
#include "victim.h"

#include <sys/mman.h>

#define SIZE 65536

static const struct {
	int advice;
	const char *flag;
} advices[] = {
	{ MADV_DONTFORK, "dc" }, { MADV_DONTDUMP, "dd" }, { MADV_WIPEONFORK, "wf" }, { MADV_RANDOM, "rr" },
	{ MADV_SEQUENTIAL, "sr" }, { MADV_HUGEPAGE, "hg" }, { MADV_NOHUGEPAGE, "nh" }, { MADV_MERGEABLE, "mg" },
};

static char *map(int flags)
{
	char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

int main(int argc, char **argv)
{
	char *regions[COUNT_OF(advices)], *locked, *reserved;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(advices); i++) {
		regions[i] = map(0);
		victim_fill(regions[i], SIZE, i);
		if (madvise(regions[i], SIZE, advices[i].advice) < 0)
			regions[i] = NULL;
	}
	locked = map(0);
	victim_fill(locked, SIZE, 77);
	MUST(mlock(locked, SIZE));
	reserved = map(MAP_NORESERVE);
	victim_fill(reserved, SIZE, 78);
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(advices); i++) {
		if (!regions[i])
			continue;
		victim_check_fill(advices[i].flag, regions[i], SIZE, i);
		if (!victim_vma_flag(regions[i], advices[i].flag))
			victim_fail(__FILE__, __LINE__, "VmFlags has no %s", advices[i].flag);
	}
	CHECK(victim_vma_flag(locked, "lo"));
	victim_check_fill("locked", locked, SIZE, 77);
	CHECK(victim_vma_flag(reserved, "nr"));
	victim_check_fill("reserved", reserved, SIZE, 78);
	victim_pass();
}
