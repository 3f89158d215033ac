/* Memory that a parent and its children still share since they were forked is shared after a restart. */
#include "victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE     (32 << 20)
#define PAGE     4096
#define CHILDREN 4

static char *memory;
static int number;

static long share_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	return victim_proc_number(path, "Pss_Anon");
}

static void check_memory(void)
{
	static char expected[SIZE];

	victim_fill(expected, SIZE, 1);
	if (number) {
		memset(expected + number * PAGE, number, PAGE);
		memset(expected + SIZE - PAGE, 0, PAGE);
	}
	CHECK(!memcmp(memory, expected, SIZE));
}

/* Each has one page of its own and lacks one; the last has something else in the middle of everything. */
static void child(void)
{
	memset(memory + number * PAGE, number, PAGE);
	MUST(madvise(memory + SIZE - PAGE, PAGE, MADV_DONTNEED));
	victim_say("child-%d", number);
	victim_await_go();
	victim_hear("measured");
	check_memory();
	memory[0] = (char)number;
	victim_say("checked-%d", number);
	victim_hear("all");
	CHECK_EQUAL(memory[0], number);
}

static void stranger(void)
{
	MUST(munmap(memory, SIZE));
	memory = mmap(memory, SIZE / 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(memory != MAP_FAILED);
	victim_fill(memory, PAGE, 7);
	victim_say("stranger");
	victim_await_go();
	victim_check_fill("stranger's memory", memory, PAGE, 7);
	CHECK_EQUAL(memory[PAGE], 0);
	victim_hear("all");
}

int main(int argc, char **argv)
{
	pid_t children[CHILDREN + 1];
	long before = 0, after = 0;

	victim_begin(argc, argv);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	victim_fill(memory, SIZE, 1);
	for (number = 1; number <= CHILDREN; number++) {
		children[number] = victim_fork(child);
		victim_hear("child-%d", number);
	}
	number = 0;
	children[0] = victim_fork(stranger);
	victim_hear("stranger");
	before = share_of(getpid());
	for (int i = 0; i <= CHILDREN; i++)
		before += share_of(children[i]);
	MUST(mprotect(memory, SIZE, PROT_READ));
	victim_wait();
	after = share_of(getpid());
	for (int i = 0; i <= CHILDREN; i++)
		after += share_of(children[i]);
	victim_say("measured");
	if (after > before + before / 20 + 1024)
		victim_fail(__FILE__, __LINE__, "%ld kB of memory, not %ld", after, before);
	check_memory();
	for (int i = 1; i <= CHILDREN; i++)
		victim_hear("checked-%d", i);
	check_memory();
	victim_say("all");
	for (int i = 0; i <= CHILDREN; i++)
		victim_join(children[i]);
	victim_pass();
}
