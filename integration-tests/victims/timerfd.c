/* Timer descriptors: periodic, one-shot far away, absolute, expired and unread, disarmed. */
#include "victim.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int make(clockid_t clock, int flags, long first_ms, long interval_ms)
{
	struct itimerspec time = {
		{ interval_ms / 1000, interval_ms % 1000 * 1000000 }, { first_ms / 1000, first_ms % 1000 * 1000000 },
	};
	int fd = MUST(timerfd_create(clock, TFD_NONBLOCK));

	MUST(timerfd_settime(fd, flags, &time, NULL));
	return fd;
}

static struct itimerspec left(int fd)
{
	struct itimerspec time;

	MUST(timerfd_gettime(fd, &time));
	return time;
}

static long flags_of(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return victim_proc_number(path, "settime flags");
}

static uint64_t expirations(int fd)
{
	uint64_t count = 0;

	if (read(fd, &count, sizeof(count)) < 0)
		CHECK_EQUAL(errno, EAGAIN);
	return count;
}

int main(int argc, char **argv)
{
	int periodic, far, absolute, expired, disarmed, boot, day;
	struct pollfd poll_fd;

	victim_begin(argc, argv);
	periodic = make(CLOCK_MONOTONIC, 0, 20, 20);
	far = make(CLOCK_REALTIME, 0, 5000000, 0);
	absolute = make(CLOCK_MONOTONIC, TFD_TIMER_ABSTIME, victim_now(CLOCK_MONOTONIC) / 1000000 + 3000000, 7000);
	day = make(CLOCK_REALTIME, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
		   victim_now(CLOCK_REALTIME) / 1000000 + 2500000, 0);
	boot = make(CLOCK_BOOTTIME, 0, 4000000, 0);
	expired = make(CLOCK_MONOTONIC, 0, 1, 0);
	disarmed = make(CLOCK_MONOTONIC, 0, 0, 0);
	poll_fd = (struct pollfd) { expired, POLLIN, 0 };
	CHECK_EQUAL(poll(&poll_fd, 1, 1000), 1);
	victim_wait();
	CHECK_EQUAL(left(periodic).it_interval.tv_nsec, 20000000);
	expirations(periodic);
	poll_fd = (struct pollfd) { periodic, POLLIN, 0 };
	CHECK_EQUAL(poll(&poll_fd, 1, 1000), 1);
	CHECK(left(far).it_value.tv_sec > 4000 && left(far).it_value.tv_sec < 5000);
	CHECK(left(absolute).it_value.tv_sec > 2000 && left(absolute).it_value.tv_sec < 3000);
	CHECK_EQUAL(left(absolute).it_interval.tv_sec, 7);
	CHECK(left(day).it_value.tv_sec > 2000 && left(day).it_value.tv_sec < 2500);
	CHECK(flags_of(day) & TFD_TIMER_CANCEL_ON_SET);
	CHECK(left(boot).it_value.tv_sec > 3000 && left(boot).it_value.tv_sec < 4000);
	CHECK_EQUAL(expirations(expired), 1);
	CHECK_EQUAL(left(expired).it_value.tv_sec, 0);
	CHECK_EQUAL(left(expired).it_value.tv_nsec, 0);
	CHECK_EQUAL(expirations(disarmed), 0);
	CHECK_EQUAL(left(disarmed).it_value.tv_sec, 0);
	CHECK_EQUAL(fcntl(far, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	victim_pass();
}
