/* Maps, fills, moves, protects and unmaps memory all the time. */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define THREADS 2
#define REGIONS 16
#define SIZE    65536

static atomic_int rounds;

static void *map(uint64_t seed)
{
	void *region = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(region != MAP_FAILED);
	victim_fill(region, SIZE, seed);
	return region;
}

static void *storm(void *argument)
{
	uint64_t seed = 1000 * (uint64_t)(intptr_t)argument;
	char *regions[REGIONS] = { 0 };

	for (size_t round = 0; !victim_heard("go"); round++) {
		char **region = &regions[round % REGIONS];

		if (*region) {
			victim_check_fill("region", *region, SIZE, seed + round - REGIONS);
			MUST(munmap(*region, SIZE));
		}
		*region = map(seed + round);
		*region = mremap(*region, SIZE, 2 * SIZE, MREMAP_MAYMOVE);
		CHECK(*region != MAP_FAILED);
		MUST(munmap(*region + SIZE, SIZE));
		MUST(mprotect(*region, SIZE, round % 2 ? PROT_READ : PROT_READ | PROT_WRITE));
		atomic_fetch_add(&rounds, 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];

	victim_begin(argc, argv);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, storm, (void *)(intptr_t)(i + 1)), 0);
	while (atomic_load(&rounds) < 100)
		victim_sleep_ms(1);
	victim_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
