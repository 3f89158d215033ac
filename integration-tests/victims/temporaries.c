/* Large arrays come and go, as in a numerical script, and children of a large process end soon after they began. */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (24UL << 20)

static atomic_int rounds;

static void *compute(void *argument)
{
	uint64_t seed = 1000 * (uint64_t)(intptr_t)argument;

	for (; !victim_heard("go"); seed++) {
		char *array = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(array != MAP_FAILED);
		victim_fill(array, SIZE, seed);
		victim_check_fill("array", array, SIZE, seed);
		MUST(munmap(array, SIZE));
		atomic_fetch_add(&rounds, 1);
	}
	return NULL;
}

static void call_program(void)
{
	pid_t pid = MUST(fork());

	if (pid == 0)
		_exit(0);
	CHECK_EQUAL(waitpid(pid, NULL, 0), pid);
}

int main(int argc, char **argv)
{
	pthread_t threads[2];

	victim_begin(argc, argv);
	for (int i = 0; i < 2; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, compute, (void *)(intptr_t)(i + 1)), 0);
	while (atomic_load(&rounds) < 4)
		victim_sleep_ms(1);
	victim_say("ready");
	while (!victim_heard("go"))
		call_program();
	for (int i = 0; i < 2; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
