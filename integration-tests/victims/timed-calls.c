/* Calls with a timeout, again and again: none returns EINTR, none too early, none much too late. */
#include "victim.h"

#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define TIMEOUT_MS 300
#define LATE_MS    15000 /* a restart may begin the call again, and the machine may be busy */

static const struct timespec timeout = { 0, TIMEOUT_MS * 1000000L };
static int empty[2], sockets[2], epoll;
static uint32_t word;

static void in_nanosleep(void)
{
	struct timespec left;

	CHECK_EQUAL(nanosleep(&timeout, &left), 0);
}

static void in_clock_nanosleep(void)
{
	struct timespec until;

	MUST(clock_gettime(CLOCK_MONOTONIC, &until));
	until.tv_nsec += timeout.tv_nsec;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	CHECK_EQUAL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
}

static void in_boottime_sleep(void)
{
	CHECK_EQUAL(clock_nanosleep(CLOCK_BOOTTIME, 0, &timeout, NULL), 0);
}

static void in_poll(void)
{
	struct pollfd poll_fd = { empty[0], POLLIN, 0 };

	CHECK_EQUAL(poll(&poll_fd, 1, TIMEOUT_MS), 0);
}

static void in_ppoll(void)
{
	struct pollfd poll_fd = { empty[0], POLLIN, 0 };

	CHECK_EQUAL(ppoll(&poll_fd, 1, &timeout, NULL), 0);
}

static void in_select(void)
{
	struct timeval time = { 0, TIMEOUT_MS * 1000 };

	CHECK_EQUAL(select(0, NULL, NULL, NULL, &time), 0);
}

static void in_epoll(void)
{
	struct epoll_event event;

	CHECK_EQUAL(epoll_wait(epoll, &event, 1, TIMEOUT_MS), 0);
}

static void in_receive(void)
{
	char byte;

	CHECK_EQUAL(recv(sockets[0], &byte, 1, 0), -1);
	CHECK_EQUAL(errno, EAGAIN);
}

static void in_futex(void)
{
	CHECK_EQUAL(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &timeout, NULL, 0), -1);
	CHECK_EQUAL(errno, ETIMEDOUT);
}

static void in_sigtimedwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK_EQUAL(sigtimedwait(&set, NULL, &timeout), -1);
	CHECK_EQUAL(errno, EAGAIN);
}

static void (*const calls[])(void) = {
	in_nanosleep, in_clock_nanosleep, in_boottime_sleep, in_poll, in_ppoll,
	in_select, in_epoll, in_receive, in_futex, in_sigtimedwait,
};

static void *repeat(void *argument)
{
	void (*call)(void) = *(void (*const *)(void))argument;
	size_t number = (size_t)((void (*const *)(void))argument - calls);

	do {
		int64_t before = victim_now(CLOCK_MONOTONIC), took;

		call();
		took = (victim_now(CLOCK_MONOTONIC) - before) / 1000000;
		if (took < TIMEOUT_MS - 5 || took > TIMEOUT_MS + LATE_MS)
			victim_fail(__FILE__, __LINE__, "call %zu took %ld ms", number, took);
	} while (!victim_heard("go"));
	return NULL;
}

int main(int argc, char **argv)
{
	struct timeval receive_timeout = { 0, TIMEOUT_MS * 1000 };
	struct epoll_event event = { .events = EPOLLIN };
	pthread_t threads[COUNT_OF(calls)];
	sigset_t set;

	victim_begin(argc, argv);
	MUST(pipe(empty));
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets));
	MUST(setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &receive_timeout, sizeof(receive_timeout)));
	epoll = MUST(epoll_create1(0));
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, empty[0], &event));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, repeat, (void *)&calls[i]), 0);
	victim_sleep_ms(50);
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
