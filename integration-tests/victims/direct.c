/* Memory that a disk writes: read(2) of O_DIRECT pins it first, and what comes then comes by no page table. */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PIECE = 1 << 20, WORDS = PIECE / sizeof(uint64_t), PIECES = 32, READERS = 4 };

static int file;
static uint64_t *memory;
static int holds[PIECES];

static uint64_t *map(size_t length)
{
	void *fresh = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(fresh != MAP_FAILED);
	return fresh;
}

/* A read takes longer when the disk has others to do. */
static void *keep_busy(void *nothing)
{
	uint64_t *scratch = map(PIECE);

	while (!victim_heard("go"))
		CHECK_EQUAL(pread(file, scratch, PIECE, 0), PIECE);
	return nothing;
}

static void fetch(int piece, int from)
{
	CHECK_EQUAL(pread(file, memory + ((size_t)piece * WORDS), PIECE, (off_t)from * PIECE), PIECE);
	holds[piece] = from;
}

static void make_file(void)
{
	int made = MUST(open(victim_path("numbers"), O_WRONLY | O_CREAT, 0600));
	uint64_t *numbers = map(PIECE);

	for (uint64_t from = 0; from < PIECES; from++) {
		for (size_t i = 0; i < WORDS; i++)
			numbers[i] = from;
		CHECK_EQUAL(write(made, numbers, PIECE), PIECE);
	}
	MUST(fsync(made));
	MUST(close(made));
}

static void *read_on(void *nothing)
{
	unsigned int seed = 1;

	while (!victim_heard("go")) {
		fetch(rand_r(&seed) % PIECES, rand_r(&seed) % PIECES);
		victim_sleep_ms(1);
	}
	return nothing;
}

int main(int argc, char **argv)
{
	pthread_t threads[READERS + 1];

	victim_begin(argc, argv);
	make_file();
	file = open(victim_path("numbers"), O_RDONLY | O_DIRECT);
	if (file < 0)
		victim_skip("no O_DIRECT here");
	memory = map((size_t)PIECE * PIECES);
	for (int piece = 0; piece < PIECES; piece++)
		fetch(piece, piece);
	for (int i = 0; i <= READERS; i++)
		CHECK(!pthread_create(&threads[i], NULL, i ? keep_busy : read_on, NULL));
	victim_wait();
	for (int i = 0; i <= READERS; i++)
		CHECK(!pthread_join(threads[i], NULL));
	for (int piece = 0; piece < PIECES; piece++)
		for (size_t i = 0; i < WORDS; i++)
			CHECK_EQUAL(memory[((size_t)piece * WORDS) + i], holds[piece]);
	victim_pass();
}
