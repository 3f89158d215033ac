/*
 * Regions that are written here and there, grow, move, shrink, are given back, protected, replaced and forked, all the time.
 * Each page tells which step wrote it last, and a table of steps says which that was. Of a sieve every other page is written
 * in one step: so many places, none of which touches another, the kernel tells in several steps.
 */
#include "victim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, WORDS = PAGE / 8, REGIONS = 24, PAGES = 256, STEPS_BEFORE = 2000, SIEVE = 1300 };

struct region {
	char *memory;
	int pages;
	uint64_t steps[PAGES]; /* 0: a page of zeros */
};

static struct region regions[REGIONS];
static uint64_t step, state = 88172645463325252U;
static char *heap_end;
static char *sieve;
static uint64_t sieved[2]; /* of even and odd pages */

static unsigned int any(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned int)(state >> 32) % below;
}

static uint64_t *page_of(const struct region *region, int page)
{
	return (uint64_t *)(void *)(region->memory + (size_t)page * PAGE);
}

static void write_page(struct region *region, int page)
{
	uint64_t *words = page_of(region, page);

	for (int i = 0; i < WORDS; i++)
		words[i] = step * WORDS + (uint64_t)i;
	region->steps[page] = step;
}

static void clear_page(struct region *region, int page)
{
	memset(page_of(region, page), 0, PAGE);
	region->steps[page] = 0;
}

static void check_page(const struct region *region, int page)
{
	const uint64_t *words = page_of(region, page), written = region->steps[page];

	for (uint64_t i = 0; i < WORDS; i++)
		if (words[i] != (written ? written * WORDS + i : 0))
			victim_fail(__FILE__, __LINE__, "region %td, page %d: word %llu is %llu, written in step %llu",
				    region - regions, page, (unsigned long long)i, (unsigned long long)words[i],
				    (unsigned long long)written);
}

static void check_sieve(void)
{
	for (int page = 0; page < SIEVE; page++)
		CHECK_EQUAL(*(uint64_t *)(void *)(sieve + (size_t)page * PAGE), sieved[page % 2]);
}

static void check_all(void)
{
	check_sieve();
	for (int i = 0; i < REGIONS; i++)
		for (int page = 0; page < regions[i].pages; page++)
			check_page(&regions[i], page);
}

static char *map(int pages, void *place)
{
	int fixed = place ? MAP_FIXED : 0;
	char *memory =
		mmap(place, (size_t)pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | fixed, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static void begin_region(struct region *region)
{
	region->pages = 32 + (int)any(PAGES - 32);
	region->memory = map(region->pages, NULL);
	memset(region->steps, 0, sizeof(region->steps));
	for (int page = 0; page < region->pages; page += 1 + (int)any(3))
		write_page(region, page);
}

static void write_some(struct region *region)
{
	for (int i = 0; i < 8; i++)
		write_page(region, (int)any((unsigned int)region->pages));
}

static void clear_some(struct region *region)
{
	for (int i = 0; i < 8; i++)
		clear_page(region, (int)any((unsigned int)region->pages));
}

static void give_back(struct region *region)
{
	int first = (int)any((unsigned int)region->pages), count = 1 + (int)any(16);

	if (first + count > region->pages)
		count = region->pages - first;
	MUST(madvise(page_of(region, first), (size_t)count * PAGE, MADV_DONTNEED));
	memset(&region->steps[first], 0, sizeof(region->steps[0]) * (size_t)count);
}

/* The kernel may take such a page or not, until it is written again. */
static void offer_and_write(struct region *region)
{
	int page = (int)any((unsigned int)region->pages);

	MUST(madvise(page_of(region, page), PAGE, MADV_FREE));
	write_page(region, page);
}

/* To another place, where pages of this process have been before. */
static void move(struct region *region)
{
	size_t length = (size_t)region->pages * PAGE;
	char *to = map(region->pages, NULL);

	memset(to, 0x55, length);
	CHECK(mremap(region->memory, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
	region->memory = to;
}

static void resize(struct region *region)
{
	int pages = 32 + (int)any(PAGES - 32);

	region->memory =
		mremap(region->memory, (size_t)region->pages * PAGE, (size_t)pages * PAGE, MREMAP_MAYMOVE);
	CHECK(region->memory != MAP_FAILED);
	for (int page = region->pages; page < pages; page++)
		region->steps[page] = 0;
	region->pages = pages;
}

static void replace(struct region *region)
{
	map(region->pages, region->memory);
	memset(region->steps, 0, sizeof(region->steps));
	write_some(region);
}

static void begin_again(struct region *region)
{
	MUST(munmap(region->memory, (size_t)region->pages * PAGE));
	begin_region(region);
}

/* Neither protection nor a short-lived child may change what is known of a page. */
static void protect_and_fork(struct region *region)
{
	size_t length = (size_t)region->pages * PAGE;
	pid_t child;

	MUST(mprotect(region->memory, length, PROT_READ));
	child = MUST(fork());
	if (child == 0) {
		check_page(region, 0);
		_exit(0);
	}
	MUST(mprotect(region->memory, length, PROT_READ | PROT_WRITE));
	write_some(region);
	victim_join(child);
}

/* The last region lies on the heap. */
static void move_heap_end(struct region *region)
{
	size_t length = (size_t)region->pages * PAGE;

	MUST(brk(heap_end));
	MUST(brk(heap_end + length));
	region->memory = heap_end;
	memset(region->steps, 0, sizeof(region->steps));
	write_some(region);
}

static void write_sieve(void)
{
	int odd = (int)any(2);

	for (int page = odd; page < SIEVE; page += 2)
		*(uint64_t *)(void *)(sieve + (size_t)page * PAGE) = step;
	sieved[odd] = step;
}

static void change(void)
{
	static void (*const ways[])(struct region *) = { write_some, write_some, write_some, write_some, clear_some,
							 give_back, offer_and_write, move, resize, replace,
							 begin_again, protect_and_fork };

	step++;
	if (any(16) == 0)
		write_sieve();
	if (any(64) == 0)
		move_heap_end(&regions[REGIONS - 1]);
	else if (any(16) == 0)
		write_some(&regions[REGIONS - 1]);
	else
		ways[any(COUNT_OF(ways))](&regions[any(REGIONS - 1)]);
}

static void begin_heap(struct region *region)
{
	heap_end = sbrk(0);
	heap_end += -(uintptr_t)heap_end & (PAGE - 1);
	region->pages = PAGES;
	move_heap_end(region);
}

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	step = 1;
	for (int i = 0; i < REGIONS - 1; i++)
		begin_region(&regions[i]);
	begin_heap(&regions[REGIONS - 1]);
	sieve = map(SIEVE, NULL);
	while (step < STEPS_BEFORE)
		change();
	check_all();
	victim_say("ready");
	while (!victim_heard("go")) {
		change();
		check_page(&regions[step % REGIONS], 0);
	}
	check_all();
	victim_pass();
}
