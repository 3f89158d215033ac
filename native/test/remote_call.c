/* A remote system call works wherever the task waits, and the task's own call goes on unseen. */
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

#include "check.h"

#define LONG_MS 300

static int through_nanosleep(void)
{
	struct timespec pause = {.tv_nsec = LONG_MS * 1000000L};

	return syscall(SYS_nanosleep, &pause, NULL) == 0 ? 0 : 1;
}

static int through_poll(void)
{
	return syscall(SYS_poll, NULL, 0, LONG_MS) == 0 ? 0 : 1;
}

static int through_select(void)
{
	struct timeval wait = {.tv_usec = LONG_MS * 1000};

	return syscall(SYS_select, 0, NULL, NULL, NULL, &wait) == 0 ? 0 : 1;
}

static int through_futex(void)
{
	struct timespec wait = {.tv_nsec = LONG_MS * 1000000L};
	int word = 0;

	return syscall(SYS_futex, &word, FUTEX_WAIT, 0, &wait, NULL, 0) == -1 && errno == ETIMEDOUT ? 0 : 1;
}

static int through_read(void)
{
	int ends[2];
	char byte;

	if (pipe(ends) < 0)
		return 2;
	if (fork() == 0) {
		usleep(LONG_MS * 1000);
		_exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
	}
	return syscall(SYS_read, ends[0], &byte, 1) == 1 ? 0 : 1;
}

static void calls_in(int (*body)(void), long number)
{
	pid_t pid = child(body);
	uint64_t mask;

	wait_until_in(pid, number);
	seize(pid);
	EQUALS(call(pid, SYS_getpid, 0, 0, 0), pid);
	EQUALS(call(pid, SYS_close, 4711, 0, 0), -EBADF);
	EQUALS(ckpt_get_signal_mask(pid, &mask), 0);
	EQUALS(mask, 0);
	EQUALS(ckpt_detach(pid), 0);
	EQUALS(exit_status(pid), 0);
}

static volatile sig_atomic_t caught;

static void catch(int signal)
{
	caught += signal == SIGUSR1;
}

static unsigned long sum_up_to(unsigned long last)
{
	unsigned long sum = 0;

	for (unsigned long i = 0; i <= last; i++)
		__asm__ volatile("add %1, %0" : "+r"(sum) : "r"(i) : "cc");
	return sum;
}

static int busy(void)
{
	signal(SIGUSR1, catch);
	while (!caught)
		if (sum_up_to(100000) != 5000050000UL)
			return 1;
	return 0;
}

static void calls_in_a_busy_task(void)
{
	pid_t pid = child(busy);

	usleep(10000);
	for (int i = 0; i < 200; i++) {
		seize(pid);
		EQUALS(call(pid, SYS_getppid, 0, 0, 0), getpid());
		EQUALS(ckpt_detach(pid), 0);
	}
	kill(pid, SIGUSR1);
	EQUALS(exit_status(pid), 0);
}

static int caught_once(void)
{
	signal(SIGUSR1, catch);
	pause();
	return caught == 1 ? 0 : 1;
}

static void leaves_pending_signals_alone(void)
{
	pid_t pid = child(caught_once);
	char pending[128];

	wait_until_in(pid, SYS_pause);
	seize(pid);
	kill(pid, SIGUSR1);
	EQUALS(call(pid, SYS_getpid, 0, 0, 0), pid);
	EQUALS(ckpt_peek_signals(pid, 1, 0, 1, pending), 1);
	EQUALS(ckpt_detach(pid), 0);
	EQUALS(exit_status(pid), 0);
}

static void keeps_a_stop_that_comes_meanwhile(void)
{
	pid_t pid = child(through_nanosleep);
	int status;

	wait_until_in(pid, SYS_nanosleep);
	seize(pid);
	kill(pid, SIGSTOP);
	EQUALS(call(pid, SYS_getpid, 0, 0, 0), pid);
	EQUALS(ckpt_detach(pid), 0);
	EQUALS(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	kill(pid, SIGCONT);
	EQUALS(exit_status(pid), 0);
}

int main(void)
{
	calls_in(through_nanosleep, SYS_nanosleep);
	calls_in(through_poll, SYS_poll);
	calls_in(through_select, SYS_select);
	calls_in(through_futex, SYS_futex);
	calls_in(through_read, SYS_read);
	calls_in_a_busy_task();
	leaves_pending_signals_alone();
	keeps_a_stop_that_comes_meanwhile();
	return 0;
}
