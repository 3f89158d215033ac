/* The three interval timers: one that ticks, two that are far from their end. */
#include "victim.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t ticks;

static void tick(int signal)
{
	(void)signal;
	ticks = ticks + 1;
}

static void set(__itimer_which_t which, struct itimerval time)
{
	MUST(setitimer(which, &time, NULL));
}

int main(int argc, char **argv)
{
	struct itimerval time;
	int before;

	victim_begin(argc, argv);
	signal(SIGALRM, tick);
	set(ITIMER_REAL, (struct itimerval) { { 0, 10000 }, { 0, 10000 } });
	set(ITIMER_VIRTUAL, (struct itimerval) { { 9, 0 }, { 1000, 0 } });
	set(ITIMER_PROF, (struct itimerval) { { 8, 0 }, { 2000, 0 } });
	while (ticks < 3)
		victim_sleep_ms(1);
	victim_wait();
	before = ticks;
	MUST(getitimer(ITIMER_REAL, &time));
	CHECK_EQUAL(time.it_interval.tv_usec, 10000);
	MUST(getitimer(ITIMER_VIRTUAL, &time));
	CHECK_EQUAL(time.it_interval.tv_sec, 9);
	CHECK(time.it_value.tv_sec >= 900 && time.it_value.tv_sec <= 1000);
	MUST(getitimer(ITIMER_PROF, &time));
	CHECK_EQUAL(time.it_interval.tv_sec, 8);
	CHECK(time.it_value.tv_sec >= 1900 && time.it_value.tv_sec <= 2000);
	for (int patience = 0; ticks < before + 3 && patience < 2000; patience++)
		victim_sleep_ms(1);
	CHECK(ticks >= before + 3);
	set(ITIMER_REAL, (struct itimerval) { 0 });
	victim_pass();
}
