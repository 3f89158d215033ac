/* Forks and reaps all the time: whenever it is frozen, no process is lost and none is twice. */
#include "victim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 3

static atomic_int *ended;

static void storm(void)
{
	int started = 0, status;

	for (; !victim_heard("go"); started++) {
		pid_t child = MUST(fork());

		if (child == 0) {
			atomic_fetch_add(ended, 1);
			_exit(3);
		}
		CHECK_EQUAL(waitpid(child, &status, 0), child);
		CHECK_EQUAL(status, 3 << 8);
	}
	atomic_fetch_sub(ended, started);
}

int main(int argc, char **argv)
{
	pid_t workers[WORKERS];

	victim_begin(argc, argv);
	ended = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < WORKERS; i++)
		workers[i] = victim_fork(storm);
	while (atomic_load(ended) < 20)
		victim_sleep_ms(1);
	victim_wait();
	for (int i = 0; i < WORKERS; i++)
		victim_join(workers[i]);
	CHECK_EQUAL(atomic_load(ended), 0);
	victim_pass();
}
