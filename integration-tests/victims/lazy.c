/* Memory of many pages, each of which can be told from every other, that is used, moved, given back and forked at once. */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

enum { SEQUENCE, RANDOM, KERNEL, FORKED, DISCARDED, MOVED, REPLACED, PROTECTED, SPARSE, UNMAPPED, GROWN, AREAS };

static size_t pages; /* of an area */
static char *areas[AREAS];

/* The first half of a page hardly packs, the other does. */
static void make_page(uint64_t *page, uint64_t seed)
{
	uint64_t value = seed * 0x9e3779b97f4a7c15u + 1;

	for (size_t i = 0; i < PAGE / sizeof(*page); i++) {
		if (i < PAGE / sizeof(*page) / 2) {
			value ^= value << 13;
			value ^= value >> 7;
			value ^= value << 17;
		}
		page[i] = value;
	}
}

static uint64_t seed_of(int area, size_t page)
{
	return ((uint64_t)area << 32) + page;
}

static char *at(int area, size_t page)
{
	return areas[area] + page * PAGE;
}

static void check_page(int area, size_t page, const char *memory)
{
	uint64_t expected[PAGE / sizeof(uint64_t)];

	make_page(expected, seed_of(area, page));
	if (memcmp(expected, memory, PAGE))
		victim_fail(__FILE__, __LINE__, "page %zu of area %d is another one", page, area);
}

static void check_zero(int area, size_t page, const char *memory)
{
	for (size_t i = 0; i < PAGE; i++)
		if (memory[i])
			victim_fail(__FILE__, __LINE__, "byte %zu of page %zu of area %d is not zero", i, page, area);
}

static void check_area(int area)
{
	for (size_t page = 0; page < pages; page++)
		check_page(area, page, at(area, page));
}

static void in_sequence(void)
{
	check_area(SEQUENCE);
}

static void at_random(void)
{
	for (size_t i = 0; i < pages; i++) {
		size_t page = i * 7919 % pages;

		check_page(RANDOM, page, at(RANDOM, page));
	}
}

/* The kernel reads pages that have not come yet, and writes to the middle of some. */
static void by_the_kernel(void)
{
	int file = MUST(open(victim_path("kernel"), O_RDWR | O_CREAT | O_TRUNC, 0600));
	char found[PAGE];

	for (size_t page = pages; page-- > 0;) {
		CHECK_EQUAL(pwrite(file, at(KERNEL, page), PAGE, 0), PAGE);
		CHECK_EQUAL(pread(file, found, PAGE, 0), PAGE);
		check_page(KERNEL, page, found);
		if (page-- == 0)
			break;
		CHECK_EQUAL(pread(file, at(KERNEL, page) + 100, 8, 0), 8);
		make_page((uint64_t *)found, seed_of(KERNEL, page));
		CHECK(!memcmp(at(KERNEL, page), found, 100));
		CHECK(!memcmp(at(KERNEL, page) + 108, found + 108, PAGE - 108));
	}
	close(file);
}

static void child(void)
{
	check_area(FORKED);
	memset(areas[FORKED], 'c', pages * PAGE);
}

static void grandparent(void)
{
	pid_t grandchild = victim_fork(child);

	for (size_t page = pages; page-- > 0;)
		check_page(FORKED, page, at(FORKED, page));
	victim_join(grandchild);
}

static void forked(void)
{
	char *arguments[] = { "true", NULL };
	pid_t first = victim_fork(grandparent), program;
	int status;

	for (int i = 0; i < 8; i++) {
		CHECK_EQUAL(posix_spawnp(&program, "true", NULL, NULL, arguments, environ), 0);
		CHECK_EQUAL(waitpid(program, &status, 0), program);
		CHECK_EQUAL(status, 0);
	}
	check_area(FORKED);
	victim_join(first);
	victim_join(victim_fork(child));
	check_area(FORKED);
}

/* Every eighth page but one is given back, in pieces. */
static void discarded(void)
{
	for (size_t page = 0; page + 8 <= pages; page += 8)
		MUST(madvise(at(DISCARDED, page), 7 * PAGE, MADV_DONTNEED));
	for (size_t page = pages; page-- > 0;)
		if (page % 8 == 7 || page >= pages / 8 * 8)
			check_page(DISCARDED, page, at(DISCARDED, page));
		else
			check_zero(DISCARDED, page, at(DISCARDED, page));
}

static void moved(void)
{
	size_t half = pages / 2 * PAGE;
	char *upper = mremap(areas[MOVED] + half, half, 2 * half, MREMAP_MAYMOVE);

	CHECK(upper != MAP_FAILED);
	for (size_t page = pages / 2; page-- > 0;)
		check_page(MOVED, pages / 2 + page, upper + page * PAGE);
	check_zero(MOVED, pages, upper + half);
	CHECK(mremap(areas[MOVED], half, half / 2, 0) == areas[MOVED]);
	for (size_t page = 0; page < pages / 4; page++)
		check_page(MOVED, page, at(MOVED, page));
}

static void replaced(void)
{
	for (size_t page = 0; page < pages; page += 4)
		CHECK(mmap(at(REPLACED, page), PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
		      MAP_FAILED);
	for (size_t page = pages; page-- > 0;)
		if (page % 4)
			check_page(REPLACED, page, at(REPLACED, page));
		else
			check_zero(REPLACED, page, at(REPLACED, page));
}

static void protected(void)
{
	for (size_t page = 0; page < pages; page += 16)
		MUST(mprotect(at(PROTECTED, page), PAGE, page % 32 ? PROT_READ : PROT_NONE));
	for (size_t page = 0; page < pages; page++)
		if (page % 32)
			check_page(PROTECTED, page, at(PROTECTED, page));
	MUST(mprotect(areas[PROTECTED], pages * PAGE, PROT_READ | PROT_WRITE));
	check_area(PROTECTED);
}

static void sparse(void)
{
	for (size_t page = 0; page < pages; page++)
		if (page % 3)
			check_zero(SPARSE, page, at(SPARSE, page));
		else
			check_page(SPARSE, page, at(SPARSE, page));
}

/* In pieces, to where others are moved meanwhile. */
static void unmapped(void)
{
	for (size_t page = 0; page < pages; page += 16)
		MUST(munmap(at(UNMAPPED, page), 16 * PAGE));
}

static void grown(void)
{
	for (size_t page = 0; page < pages; page += 8) {
		char *moved = mremap(at(GROWN, page), 8 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);

		CHECK(moved != MAP_FAILED);
		for (size_t i = 0; i < 8; i++)
			check_page(GROWN, page + i, moved + i * PAGE);
		check_zero(GROWN, page + 8, moved + 8 * PAGE);
	}
}

static void (*const uses[AREAS])(void) = {
	[SEQUENCE] = in_sequence, [RANDOM] = at_random, [KERNEL] = by_the_kernel, [FORKED] = forked, [DISCARDED] = discarded,
	[MOVED] = moved, [REPLACED] = replaced, [PROTECTED] = protected, [SPARSE] = sparse,
	[UNMAPPED] = unmapped, [GROWN] = grown,
};

static void *use(void *argument)
{
	uses[(intptr_t)argument]();
	return NULL;
}

static void fill(int area)
{
	areas[area] = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(areas[area] != MAP_FAILED);
	for (size_t page = 0; page < pages; page++)
		if (area != SPARSE || page % 3 == 0)
			make_page((uint64_t *)at(area, page), seed_of(area, page));
}

int main(int argc, char **argv)
{
	const char *mebibytes = getenv("LAZY_MIB"); /* of an area */
	pthread_t threads[AREAS];

	pages = (mebibytes ? strtoul(mebibytes, NULL, 10) : 8) << 8;
	victim_begin(argc, argv);
	for (int area = 0; area < AREAS; area++)
		fill(area);
	victim_wait();
	for (intptr_t area = 0; area < AREAS; area++)
		CHECK_EQUAL(pthread_create(&threads[area], NULL, use, (void *)area), 0);
	for (int area = 0; area < AREAS; area++)
		CHECK_EQUAL(pthread_join(threads[area], NULL), 0);
	victim_pass();
}
