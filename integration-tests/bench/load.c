/*
 * load DIR heap MIB | changing PERMILLE MIB | ring PROCESSES | threads THREADS MIB: something to checkpoint, with a
 * ticking thread that measures how long it stood still. It shares the victims' contract, and understands two events more:
 *
 *	mark-N   forget the longest gap so far, having written to so many thousandths of the pages; answered by marked-N
 *	tell-N   answered by a file gap-N: the longest gap between two ticks since the mark, in nanoseconds
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

static atomic_long longest;
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
	size = strtoul(mebibytes, NULL, 10) << 20;
	for (int round = 0; round < 2; round++) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(memory != MAP_FAILED);
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
static void change(int permille, uint64_t round)
{
	size_t pages = size / 4096 * (size_t)permille / 1000, texts = size / PIECE / 4;

	for (size_t i = 0; i < pages; i++) {
		size_t number = i * (texts * (PIECE / 4096)) / pages;
		size_t piece = 4 * (number / (PIECE / 4096)) + 3;

		memcpy(memory + piece * PIECE + number % (PIECE / 4096) * 4096 + 128, &round, sizeof(round));
	}
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

static void answer(int number)
{
	char name[32], text[32];
	int fd, length;

	snprintf(name, sizeof(name), "tell-%d", number);
	if (!victim_heard(name))
		return;
	snprintf(name, sizeof(name), "gap-%d", number);
	length = snprintf(text, sizeof(text), "%ld", atomic_load(&longest));
	fd = MUST(open(victim_path(".gap"), O_WRONLY | O_CREAT | O_TRUNC, 0644));
	CHECK_EQUAL(write(fd, text, (size_t)length), length);
	close(fd);
	MUST(rename(victim_path(".gap"), victim_path(name)));
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

int main(int argc, char **argv)
{
	pthread_t ticker;
	char name[32];
	int number = 0, permille = 0;

	victim_begin(argc, argv);
	if (!strcmp(argv[2], "changing"))
		permille = atoi(argv[3]);
	if (!strcmp(argv[2], "ring"))
		start_ring(atoi(argv[3]));
	else
		allocate(argv[argc - 1]);
	CHECK_EQUAL(pthread_create(&ticker, NULL, tick, NULL), 0);
	if (!strcmp(argv[2], "threads"))
		start_threads(atoi(argv[3]));
	victim_say("ready");
	if (!strcmp(argv[2], "touching"))
		touch_at_once();
	while (!victim_heard("go")) {
		snprintf(name, sizeof(name), "mark-%d", number + 1);
		if (victim_heard(name)) {
			number++;
			change(permille, (uint64_t)number);
			atomic_store(&longest, 0);
			victim_say("marked-%d", number);
		}
		answer(number);
		victim_sleep_ms(5);
	}
	check();
	victim_pass();
}
