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

static char lent[16] = "what was there";

static int finds_what_was_there(void)
{
	struct timespec pause = {.tv_nsec = LONG_MS * 1000000L};

	return syscall(SYS_nanosleep, &pause, NULL) == 0 && !strcmp(lent, "what was there") ? 0 : 1;
}

static void calls_in_many_tasks(void)
{
	enum { TASKS = 20, CALLS = 3 };
	int64_t tasks[TASKS][7] = {0}, calls[TASKS][CALLS][8] = {0};
	char names[TASKS][sizeof(lent)] = {0};

	for (int i = 0; i < TASKS; i++) {
		pid_t pid = child(finds_what_was_there);
		const int64_t task[7] = {
			pid,
			code_in("libc.so", CKPT_CODE_CALL_AND_RETURN, pid),
			code_in("libc.so", CKPT_CODE_SIGNAL_RETURN, pid),
			(intptr_t)lent,
			sizeof(lent),
			CALLS,
			1,
		};

		memcpy(tasks[i], task, sizeof(task));
		calls[i][0][0] = SYS_getpid;
		calls[i][1][0] = SYS_prctl;
		calls[i][1][1] = PR_GET_NAME;
		calls[i][1][2] = (intptr_t)lent;
		calls[i][2][0] = SYS_close;
		calls[i][2][1] = 4711;
		wait_until_in(pid, SYS_nanosleep);
		seize(pid);
	}
	EQUALS(ckpt_remote_calls(tasks[0], TASKS, calls[0][0], names), 0);
	for (int i = 0; i < TASKS; i++) {
		EQUALS(tasks[i][6], 0);
		EQUALS(calls[i][0][7], tasks[i][0]);
		EQUALS(calls[i][1][7], 0);
		EQUALS(calls[i][2][7], -EBADF);
		CHECK(!strcmp(names[i], "remote_call"));
		EQUALS(ckpt_detach((pid_t)tasks[i][0]), 0);
		EQUALS(exit_status((pid_t)tasks[i][0]), 0);
	}
}

/* One has died: the other makes its call. */
static void calls_in_those_that_live(void)
{
	pid_t dead = child(through_nanosleep), living = child(through_nanosleep);
	int64_t calls[2][8] = {{SYS_getpid}, {SYS_getpid}};
	int64_t tasks[2][7] = {{dead, 0, 0, 0, 0, 1, 1}, {living, 0, 0, 0, 0, 1, 1}};

	for (int i = 0; i < 2; i++) {
		wait_until_in((pid_t)tasks[i][0], SYS_nanosleep);
		tasks[i][1] = code_in("[vdso]", CKPT_CODE_CALL, (pid_t)tasks[i][0]);
		seize((pid_t)tasks[i][0]);
	}
	kill(dead, SIGKILL);
	EQUALS(exit_status(dead), 128 + SIGKILL);
	EQUALS(ckpt_remote_calls(tasks[0], 2, calls[0], NULL), 0);
	EQUALS(tasks[0][6], -ESRCH);
	EQUALS(tasks[1][6], 0);
	EQUALS(calls[1][7], living);
	EQUALS(ckpt_detach(living), 0);
	EQUALS(exit_status(living), 0);
}

int main(void)
{
	signal(SIGUSR1, catch);
	calls_in(through_nanosleep, SYS_nanosleep);
	calls_in(through_poll, SYS_poll);
	calls_in(through_select, SYS_select);
	calls_in(through_futex, SYS_futex);
	calls_in(through_read, SYS_read);
	calls_in_a_busy_task();
	leaves_pending_signals_alone();
	keeps_a_stop_that_comes_meanwhile();
	calls_in_many_tasks();
	calls_in_those_that_live();
	return 0;
}
