/* Clocks of its own: in children that were born before and after the checkpoint, and not in who made them. */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

#define SECOND INT64_C(1000000000)
#define AHEAD (100000 * SECOND)
#define FURTHER (200000 * SECOND)
#define LONG_ENOUGH (60 * SECOND) /* for whatever happens between two looks at a clock */

static int64_t monotonic, boottime; /* of who made it */

static void check_near(const char *what, int64_t now, int64_t expected)
{
	if (now < expected || now > expected + LONG_ENOUGH)
		victim_fail(__FILE__, __LINE__, "%s is %lld, not %lld", what, (long long)now, (long long)expected);
}

static void check_ahead(void)
{
	check_near("monotonic", victim_now(CLOCK_MONOTONIC), monotonic + AHEAD);
	check_near("boottime", victim_now(CLOCK_BOOTTIME), boottime + FURTHER);
}

/* A timer that strikes at a time of the namespace. */
static void live_ahead(void)
{
	struct itimerspec at = { .it_value.tv_sec = (monotonic + AHEAD) / SECOND + 1 };
	int timer = MUST(timerfd_create(CLOCK_MONOTONIC, 0));
	int64_t before = victim_now(CLOCK_MONOTONIC);
	uint64_t ticks;

	check_ahead();
	MUST(timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL));
	victim_say("ahead");
	victim_await_go();
	CHECK(victim_now(CLOCK_MONOTONIC) >= before);
	check_ahead();
	CHECK_EQUAL(read(timer, &ticks, sizeof(ticks)), sizeof(ticks));
	CHECK(victim_now(CLOCK_MONOTONIC) >= at.it_value.tv_sec * SECOND);
}

static void make_clocks(void)
{
	char text[128];
	int file, length;

	if (unshare(CLONE_NEWTIME) < 0)
		victim_skip("no namespaces for this user");
	file = MUST(open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC));
	length = snprintf(text, sizeof(text), "monotonic %lld 0\nboottime %lld 0\n", (long long)(AHEAD / SECOND),
			  (long long)(FURTHER / SECOND));
	/* What is written counts from the clocks of the machine, which are others than the job's after a restart. */
	CHECK_EQUAL(write(file, text, (size_t)length), length);
	close(file);
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	monotonic = victim_now(CLOCK_MONOTONIC);
	boottime = victim_now(CLOCK_BOOTTIME);
	make_clocks();
	child = victim_fork(live_ahead);
	victim_hear("ahead");
	victim_wait();
	check_near("monotonic of the parent", victim_now(CLOCK_MONOTONIC), monotonic);
	check_near("boottime of the parent", victim_now(CLOCK_BOOTTIME), boottime);
	victim_join(child);
	victim_join(victim_fork(check_ahead));
	victim_pass();
}
