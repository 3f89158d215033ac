/* Each thread's restartable-sequence area stays registered: the kernel keeps its CPU number right. */
#include "victim.h"

#include <pthread.h>
#include <sched.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS 3

static pthread_barrier_t built;

static void check_cpu(void)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
	cpu_set_t set;

	for (size_t cpu = 0; cpu < 2; cpu++) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		MUST(sched_setaffinity(0, sizeof(set), &set));
		CHECK_EQUAL(*(volatile uint32_t *)&area->cpu_id, cpu);
	}
	CHECK_EQUAL(syscall(SYS_rseq, area, 32, 0, RSEQ_SIG), -1);
	CHECK_EQUAL(errno, EBUSY);
}

static void *work(void *argument)
{
	check_cpu();
	pthread_barrier_wait(&built);
	victim_await_go();
	check_cpu();
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];

	victim_begin(argc, argv);
	if (__rseq_size == 0)
		victim_skip("the C library registered no rseq area");
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		victim_skip("needs two CPUs");
	pthread_barrier_init(&built, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, work, NULL), 0);
	pthread_barrier_wait(&built);
	victim_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
