/*
 * Locked memory: all of it, and only what has pages (MLOCK_ONFAULT), which must not become more; and in children what is
 * mapped later (MCL_FUTURE), which leaves alone what there is.
 */
#include "victim.h"

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIZE (64UL << 20)
#define SMALL (256UL << 10)
#define PAGE 4096

static char *map(size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static size_t resident(void *memory)
{
	unsigned char pages[SMALL / 4096];
	size_t count = 0;

	MUST(mincore(memory, SMALL, pages));
	for (size_t i = 0; i < sizeof(pages); i++)
		count += pages[i] & 1;
	return count;
}

static void map_later(const char *event, int flags, size_t expected)
{
	char *before = map(SMALL), *later;

	MUST(mlockall(flags));
	victim_say(event);
	victim_await_go();
	later = map(SMALL);
	CHECK(!victim_vma_flag(before, "lo"));
	CHECK_EQUAL(resident(before), 0);
	CHECK(victim_vma_flag(later, "lo"));
	CHECK_EQUAL(resident(later), expected);
	MUST(munlockall());
	CHECK(!victim_vma_flag(map(SMALL), "lo"));
}

static void whole_later(void)
{
	map_later("whole", MCL_FUTURE, SMALL / 4096);
}

static void on_fault_later(void)
{
	map_later("on fault", MCL_FUTURE | MCL_ONFAULT, 0);
}

static char *try_to_map(void)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	MUST(syscall(SYS_capset, &header, none));
}

/* It maps nothing any more, for all would be locked, and it may lock no more. */
static void no_more(void)
{
	struct rlimit limit = { SMALL, SMALL };

	MUST(setrlimit(RLIMIT_MEMLOCK, &limit));
	drop_capabilities();
	MUST(mlockall(MCL_FUTURE));
	while (try_to_map() != MAP_FAILED)
		continue;
	victim_say("no more");
	victim_await_go();
	CHECK(try_to_map() == MAP_FAILED);
	CHECK_EQUAL(errno, EAGAIN);
}

static void never(void)
{
	victim_say("never");
	victim_await_go();
	CHECK(!victim_vma_flag(map(SMALL), "lo"));
}

int main(int argc, char **argv)
{
	pid_t children[] = { 0, 0, 0, 0 };
	char *on_fault, *whole;

	victim_begin(argc, argv);
	on_fault = map(SIZE);
	victim_fill(on_fault + SIZE / 2, SMALL, 1);
	if (mlock2(on_fault, SIZE, MLOCK_ONFAULT) < 0)
		victim_skip("may not lock 64 MiB");
	whole = map(SMALL);
	MUST(mlock(whole, SMALL));
	children[0] = victim_fork(whole_later);
	children[1] = victim_fork(on_fault_later);
	children[2] = victim_fork(never);
	children[3] = victim_fork(no_more);
	victim_hear("whole");
	victim_hear("on fault");
	victim_hear("never");
	victim_hear("no more");
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(children); i++) /* what they share is counted in parts */
		victim_join(children[i]);
	victim_check_fill("locked", on_fault + SIZE / 2, SMALL, 1);
	CHECK(victim_vma_flag(on_fault, "lo"));
	CHECK_EQUAL(victim_vma_number(on_fault, "Rss"), SMALL / 1024);
	CHECK(victim_vma_flag(whole, "lo"));
	CHECK_EQUAL(victim_vma_number(whole, "Rss"), SMALL / 1024);
	CHECK_EQUAL(victim_vma_number(whole, "Locked"), SMALL / 1024);
	victim_pass();
}
