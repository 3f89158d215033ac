/* Scheduling policy, priority, nice value, I/O priority and CPU affinity, different in each thread. */
#include "victim.h"

#include <linux/ioprio.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define IO(class, level) ((class) << IOPRIO_CLASS_SHIFT | (level))

struct choice {
	int policy, priority, nice;
	size_t cpu;
	int io;
};

static const struct choice choices[] = {
	{ SCHED_OTHER, 0, 3, 0, 0 },
	{ SCHED_BATCH, 0, 5, 1, IO(IOPRIO_CLASS_IDLE, 7) },
	{ SCHED_IDLE, 0, 0, 0, IO(IOPRIO_CLASS_BE, 6) },
	{ SCHED_FIFO, 3, 0, 1, IO(IOPRIO_CLASS_RT, 2) },
	{ SCHED_RR | SCHED_RESET_ON_FORK, 2, 0, 0, 0 },
};

static void apply(const struct choice *choice)
{
	struct sched_param parameter = { choice->priority };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(choice->cpu, &set);
	MUST(setpriority(PRIO_PROCESS, 0, choice->nice));
	MUST(sched_setaffinity(0, sizeof(set), &set));
	MUST(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, choice->io));
	if (sched_setscheduler(0, choice->policy, &parameter) < 0)
		victim_skip("real-time scheduling is not allowed here");
}

static void check(const struct choice *choice)
{
	struct sched_param parameter;
	cpu_set_t set;

	MUST(sched_getaffinity(0, sizeof(set), &set));
	CHECK_EQUAL(CPU_COUNT(&set), 1);
	CHECK(CPU_ISSET(choice->cpu, &set));
	CHECK_EQUAL(sched_getscheduler(0), choice->policy);
	MUST(sched_getparam(0, &parameter));
	CHECK_EQUAL(parameter.sched_priority, choice->priority);
	CHECK_EQUAL(getpriority(PRIO_PROCESS, 0), choice->nice);
	CHECK_EQUAL(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0), choice->io);
}

static void *thread(void *argument)
{
	const struct choice *choice = argument;

	apply(choice);
	victim_say("applied-%td", choice - choices);
	victim_await_go();
	check(choice);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[COUNT_OF(choices)];

	victim_begin(argc, argv);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		victim_skip("needs two CPUs");
	for (size_t i = 0; i < COUNT_OF(choices); i++) {
		CHECK_EQUAL(pthread_create(&threads[i], NULL, thread, (void *)&choices[i]), 0);
		victim_hear("applied-%zu", i);
	}
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
