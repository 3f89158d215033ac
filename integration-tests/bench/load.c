/*
 * load DIR heap MIB | changing PAGES MIB | rewriting MIB | writing MIB | ring PROCESSES | threads THREADS MIB: something to
 * checkpoint, with a ticking thread that measures how long it stood still. MIB may end with "huge": huge pages then. It
 * shares the victims' contract, and understands two events more:
 *
 *	mark-N   begin to count anew, having written to so many pages, or to all when rewriting; answered by marked-N
 *	tell-N   answered by a file told-N, of what was since the mark: the longest gap between two ticks, and what writing
 *	         at the mark took, in nanoseconds; how many pages a thread wrote that does nothing else ("writing"), and in
 *	         how many nanoseconds
 *
 * load DIR touching MIB waits for touch instead of all that, without sleeping, and answers by touched: pages touched at random
 * and then in their order that it had to wait for, each time how many, and the median and the 99th percentile in nanoseconds.
 */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TICK_NS 500000
#define PIECE   65536

static atomic_long longest, written;
static char *memory;
static size_t size;

static void *tick(void *argument)
{
	const struct timespec pause = { 0, TICK_NS };
	int64_t last = victim_now(CLOCK_MONOTONIC);

	for (;;) {
		int64_t now = victim_now(CLOCK_MONOTONIC);

		if (now - last > atomic_load(&longest))
			atomic_store(&longest, now - last);
		last = now;
		nanosleep(&pause, NULL);
	}
	return argument;
}

static void fill_text(char *piece, uint64_t seed)
{
	char line[128];

	for (size_t place = 0; place < PIECE; place += 64) {
		snprintf(line, sizeof(line), "line %8zu of a text that a program keeps, block %20lu\n", place, seed);
		memcpy(piece + place, line, 64);
	}
}

/* Half of it random, a quarter zero, a quarter text. */
static void fill(void)
{
	for (size_t place = 0; place < size; place += PIECE) {
		if (place / PIECE % 2 == 0)
			victim_fill(memory + place, PIECE, place);
		else if (place / PIECE % 4 == 1)
			memset(memory + place, 0, PIECE);
		else
			fill_text(memory + place, place);
	}
}

static void check(void)
{
	for (size_t place = 0; place < size; place += 2 * PIECE)
		victim_check_fill("memory", memory + place, PIECE, place);
}

/* Twice, so that the machine has backed the pages before anything is measured. */
static void allocate(const char *mebibytes)
{
	char *kind;

	size = strtoul(mebibytes, &kind, 10) << 20;
	for (int round = 0; round < 2; round++) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(memory != MAP_FAILED);
		if (!strcmp(kind, "huge"))
			MUST(madvise(memory, size, MADV_HUGEPAGE));
		fill();
		if (round == 0)
			MUST(munmap(memory, size));
	}
}

static void *wait_in_kernel(void *argument)
{
	victim_await_go();
	return argument;
}

static void start_threads(int count)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		CHECK_EQUAL(pthread_create(&thread, NULL, wait_in_kernel, NULL), 0);
}

/* A word of so many pages, all of them among those of text: every fourth piece. */
static void change(size_t pages, uint64_t round)
{
	size_t texts = size / PIECE / 4;

	for (size_t i = 0; i < pages; i++) {
		size_t number = i * (texts * (PIECE / 4096)) / pages;
		size_t piece = 4 * (number / (PIECE / 4096)) + 3;

		memcpy(memory + piece * PIECE + number % (PIECE / 4096) * 4096 + 128, &round, sizeof(round));
	}
}

/* Every page, with what is there. */
static void rewrite(void)
{
	for (size_t place = 0; place < size; place += 4096) {
		volatile char *byte = memory + place;

		*byte = *byte;
	}
}

/* Page after page, round and round. */
static void *write_on(void *argument)
{
	for (int round = 0;; round++)
		for (size_t place = 0; place < size; place += 4096) {
			memset(memory + place, round, 4096);
			atomic_fetch_add_explicit(&written, 1, memory_order_relaxed);
		}
	return argument;
}

static int from, to;

/* Passes a token on, round and round. */
static void pass_on(void)
{
	char token;

	while (read(from, &token, 1) == 1)
		if (write(to, &token, 1) != 1)
			break;
}

/* Processes in a ring of pipes; the last pipe leads back to the first process, which is fed by nobody but it. */
static void start_ring(int count)
{
	int first[2], last[2];

	MUST(pipe(first));
	from = first[0];
	for (int i = 1; i < count; i++) {
		MUST(pipe(last));
		to = i == count - 1 ? first[1] : last[1];
		victim_fork(pass_on);
		close(from);
		from = last[0];
		if (i < count - 1)
			close(last[1]);
	}
	CHECK_EQUAL(write(first[1], "t", 1), 1);
	close(first[1]);
	close(last[1]);
}

/* Since the last mark. */
static struct {
	int64_t begin, took;
	long written;
} mark;

static void work_at_mark(const char *const *words)
{
	static uint64_t round;

	if (!strcmp(words[0], "changing"))
		change(strtoul(words[1], NULL, 10), ++round);
	if (!strcmp(words[0], "rewriting"))
		rewrite();
}

static void begin_anew(const char *const *words)
{
	int64_t begin = victim_now(CLOCK_MONOTONIC);

	work_at_mark(words);
	mark.begin = victim_now(CLOCK_MONOTONIC);
	mark.took = mark.begin - begin;
	mark.written = atomic_load(&written);
	atomic_store(&longest, 0);
}

static void answer(int number)
{
	char name[32];
	int64_t now;
	int fd;

	snprintf(name, sizeof(name), "tell-%d", number);
	if (!victim_heard(name))
		return;
	snprintf(name, sizeof(name), "told-%d", number);
	now = victim_now(CLOCK_MONOTONIC);
	fd = MUST(open(victim_path(".told"), O_WRONLY | O_CREAT | O_TRUNC, 0644));
	dprintf(fd, "%ld %ld %ld %ld\n", atomic_load(&longest), mark.took, atomic_load(&written) - mark.written,
		now - mark.begin);
	close(fd);
	MUST(rename(victim_path(".told"), victim_path(name)));
}

enum { TOUCHES = 4000, WAIT_NS = 2000 /* whoever took longer had to wait */ };

static int by_size(const void *one, const void *other)
{
	int64_t difference = *(const int64_t *)one - *(const int64_t *)other;

	return (difference > 0) - (difference < 0);
}

/* Touches pages in steps, of which only those among the text and the random bytes are in an image. */
static void touch(int fd, size_t step)
{
	static int64_t waits[TOUCHES];
	size_t pages = size / 4096, count = 0, page = pages / 2;

	for (int i = 0; i < TOUCHES; i++, page = (page + step) % pages) {
		int64_t begin = victim_now(CLOCK_MONOTONIC), end;

		(void)*(volatile char *)(memory + page * 4096);
		end = victim_now(CLOCK_MONOTONIC);
		if (end - begin >= WAIT_NS)
			waits[count++] = end - begin;
	}
	qsort(waits, count, sizeof(*waits), by_size);
	dprintf(fd, "%zu %ld %ld\n", count, count ? waits[count / 2] : 0, count ? waits[count * 99 / 100] : 0);
}

static void touch_at_once(void)
{
	int fd;

	while (!victim_heard("touch"))
		;
	fd = MUST(open(victim_path(".touched"), O_WRONLY | O_CREAT | O_TRUNC, 0644));
	touch(fd, 104729);
	touch(fd, 1);
	close(fd);
	MUST(rename(victim_path(".touched"), victim_path("touched")));
}

static void start(pthread_t *thread, void *(*work)(void *))
{
	CHECK_EQUAL(pthread_create(thread, NULL, work, NULL), 0);
}

int main(int argc, char **argv)
{
	pthread_t ticker, writer;
	const char *sort = argv[2];
	char name[32];
	int number = 0;

	victim_begin(argc, argv);
	if (!strcmp(sort, "ring"))
		start_ring(atoi(argv[3]));
	else
		allocate(argv[argc - 1]);
	start(&ticker, tick);
	if (!strcmp(sort, "threads"))
		start_threads(atoi(argv[3]));
	if (!strcmp(sort, "writing"))
		start(&writer, write_on);
	victim_say("ready");
	if (!strcmp(sort, "touching"))
		touch_at_once();
	while (!victim_heard("go")) {
		snprintf(name, sizeof(name), "mark-%d", number + 1);
		if (victim_heard(name)) {
			number++;
			begin_anew((const char *const *)argv + 2);
			victim_say("marked-%d", number);
		}
		answer(number);
		victim_sleep_ms(5);
	}
	if (strcmp(sort, "writing"))
		check();
	victim_pass();
}
