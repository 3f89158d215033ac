/* A region that asked for huge pages still has them. */
#include "victim.h"

#include <sys/mman.h>

#define HUGE (2UL << 20)
#define SIZE (8 * HUGE)

int main(int argc, char **argv)
{
	char *region, *aligned;

	victim_begin(argc, argv);
	region = mmap(NULL, SIZE + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region != MAP_FAILED);
	aligned = (char *)(((uintptr_t)region + HUGE - 1) & ~(HUGE - 1));
	MUST(madvise(aligned, SIZE, MADV_HUGEPAGE));
	victim_fill(aligned, SIZE, 1);
	if (victim_vma_number(aligned, "AnonHugePages") <= 0)
		victim_skip("the kernel gave no huge pages");
	victim_wait();
	victim_check_fill("huge pages", aligned, SIZE, 1);
	CHECK(victim_vma_flag(aligned, "hg"));
	CHECK(victim_vma_number(aligned, "AnonHugePages") >= (long)(SIZE / 1024 / 2));
	victim_pass();
}
