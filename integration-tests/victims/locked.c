/* Locked memory: all of it, and only what has pages (MLOCK_ONFAULT), which must not become more. */
#include "victim.h"

#include <sys/mman.h>

#define SIZE (64UL << 20)
#define SMALL (256UL << 10)

static char *map(size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

int main(int argc, char **argv)
{
	char *on_fault, *whole;

	victim_begin(argc, argv);
	on_fault = map(SIZE);
	victim_fill(on_fault + SIZE / 2, SMALL, 1);
	if (mlock2(on_fault, SIZE, MLOCK_ONFAULT) < 0)
		victim_skip("may not lock 64 MiB");
	whole = map(SMALL);
	MUST(mlock(whole, SMALL));
	victim_wait();
	victim_check_fill("locked", on_fault + SIZE / 2, SMALL, 1);
	CHECK(victim_vma_flag(on_fault, "lo"));
	CHECK_EQUAL(victim_vma_number(on_fault, "Rss"), SMALL / 1024);
	CHECK(victim_vma_flag(whole, "lo"));
	CHECK_EQUAL(victim_vma_number(whole, "Rss"), SMALL / 1024);
	CHECK_EQUAL(victim_vma_number(whole, "Locked"), SMALL / 1024);
	victim_pass();
}
