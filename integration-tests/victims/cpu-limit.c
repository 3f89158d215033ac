/*
 * A limit of CPU time and timers on CPU clocks, some of which has passed: they strike when the rest has passed, though
 * the clocks begin anew.
 */
#include "victim.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#define SECOND 1000000000LL
#define LIMIT  3
#define USED   (2 * SECOND)
#define TIMER  (5 * SECOND / 2)

static volatile sig_atomic_t limited, profiled, timed;

static void on_limit(int signal)
{
	(void)signal;
	limited = 1;
}

static void on_profile(int signal)
{
	(void)signal;
	profiled = 1;
}

static void on_timer(int signal)
{
	(void)signal;
	timed = 1;
}

static void use(int64_t until)
{
	while (victim_now(CLOCK_PROCESS_CPUTIME_ID) < until)
		;
}

/* CPU time since the checkpoint: of this process, and of the one it has been, if it is another. */
static void await_flag(const volatile sig_atomic_t *flag, int64_t from, int64_t rest)
{
	int64_t passed;

	do
		passed = victim_now(CLOCK_PROCESS_CPUTIME_ID) - from;
	while (!*flag && passed < 3 * SECOND);
	CHECK(*flag);
	CHECK(passed > rest / 4); /* a busy machine's ticks count generously, */
	CHECK(passed < rest + 3 * SECOND / 2); /* or hardly at all */
}

int main(int argc, char **argv)
{
	struct rlimit limit = { LIMIT, RLIM_INFINITY };
	struct itimerval profile = { .it_value = { 2, 500000 } };
	struct itimerspec setting = { .it_value = { 2, 500000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	timer_t timer;
	int64_t used, from;

	victim_begin(argc, argv);
	signal(SIGXCPU, on_limit);
	signal(SIGPROF, on_profile);
	signal(SIGUSR1, on_timer);
	MUST(setrlimit(RLIMIT_CPU, &limit));
	MUST(setitimer(ITIMER_PROF, &profile, NULL));
	MUST(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer));
	MUST(timer_settime(timer, 0, &setting, NULL));
	use(USED);
	used = victim_now(CLOCK_PROCESS_CPUTIME_ID);
	victim_wait();
	CHECK(!limited && !profiled && !timed);
	from = victim_now(CLOCK_PROCESS_CPUTIME_ID);
	await_flag(&timed, from, TIMER - used);
	await_flag(&profiled, from, TIMER - used);
	await_flag(&limited, from, LIMIT * SECOND - used);
	victim_pass();
}
