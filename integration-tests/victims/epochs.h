/*
 * Threads that write all their memory again and again: round N finds each page as round N - 1 left it, whole. A page from
 * another moment than the rest of the job is found at the next visit. Every sixteenth page is written by the kernel.
 */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, WORDS = PAGE / 8, SIZE = 48 << 20, PAGES = SIZE / PAGE, HUGE = 2 << 20 };

static int advice = MADV_NOHUGEPAGE;
static atomic_int rounds;

static char *region(void)
{
	char *memory = mmap(NULL, SIZE + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	memory += -(uintptr_t)memory & (HUGE - 1);
	MUST(madvise(memory, SIZE, advice));
	return memory;
}

static void check(const uint64_t *page, int number, uint64_t round)
{
	for (int i = 0; i < WORDS; i++)
		if (page[i] != round)
			victim_fail(__FILE__, __LINE__, "page %d, word %d: round %llu instead of %llu", number, i,
				    (unsigned long long)page[i], (unsigned long long)round);
}

static void write_page(uint64_t *page, uint64_t round, const int pipe[2], int number)
{
	uint64_t filled[WORDS];
	uint64_t *to = number % 16 ? page : filled;

	for (int i = 0; i < WORDS; i++)
		to[i] = round;
	if (to == page)
		return;
	CHECK_EQUAL(write(pipe[1], filled, PAGE), PAGE);
	CHECK_EQUAL(read(pipe[0], page, PAGE), PAGE);
}

static void *keep_writing(void *unused)
{
	char *memory = region();
	int through[2];

	MUST(pipe(through));
	for (uint64_t round = 1; !victim_heard("go"); round++) {
		for (int page = 0; page < PAGES; page++) {
			check((uint64_t *)(memory + (size_t)page * PAGE), page, round - 1);
			write_page((uint64_t *)(memory + (size_t)page * PAGE), round, through, page);
		}
		atomic_fetch_add(&rounds, 1);
	}
	return unused;
}

static void write_epochs(int threads)
{
	pthread_t writers[8];

	for (int i = 0; i < threads; i++)
		CHECK_EQUAL(pthread_create(&writers[i], NULL, keep_writing, NULL), 0);
	while (atomic_load(&rounds) < 2 * threads)
		victim_sleep_ms(1);
	victim_wait();
	for (int i = 0; i < threads; i++)
		CHECK_EQUAL(pthread_join(writers[i], NULL), 0);
	victim_pass();
}
