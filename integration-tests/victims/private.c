/* Private anonymous memory of every size, the heap by brk, and a sparse region. */
#include "victim.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BIG    (64 << 20)
#define HEAP   (8 << 20)
#define SPARSE (1 << 20)

static void *map(size_t length)
{
	void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

/* One byte in every 16th page. */
static void check_sparse(const char *sparse)
{
	for (size_t i = 0; i < SPARSE; i++)
		if (sparse[i] != (i % 65536 == 123 ? 7 : 0))
			victim_fail(__FILE__, __LINE__, "byte %zu of the sparse region is %d", i, sparse[i]);
}

int main(int argc, char **argv)
{
	char *big, *heap, *sparse, *zeros, *bottom;
	void *small[256];

	victim_begin(argc, argv);
	bottom = sbrk(0);
	heap = sbrk(HEAP);
	CHECK(heap != (void *)-1);
	victim_fill(heap, HEAP, 1);
	big = map(BIG);
	victim_fill(big, BIG, 2);
	zeros = map(SPARSE);
	memset(zeros, 0, SPARSE);
	sparse = map(SPARSE);
	for (size_t i = 123; i < SPARSE; i += 65536)
		sparse[i] = 7;
	for (size_t i = 0; i < COUNT_OF(small); i++)
		victim_fill(small[i] = malloc(16 * i + 8), 16 * i + 8, 100 + i);
	victim_wait();
	CHECK(sbrk(0) >= (void *)(bottom + HEAP));
	victim_check_fill("heap", heap, HEAP, 1);
	victim_check_fill("big", big, BIG, 2);
	check_sparse(sparse);
	for (size_t i = 0; i < SPARSE; i++)
		CHECK(zeros[i] == 0);
	for (size_t i = 0; i < COUNT_OF(small); i++) {
		victim_check_fill("allocation", small[i], 16 * i + 8, 100 + i);
		free(small[i]);
	}
	CHECK(sbrk(4096) != (void *)-1);
	victim_pass();
}
