/* One thread inside each call that waits without end: none may see EINTR, each wakes for its reason. */
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
#include <sys/wait.h>
#include <unistd.h>

enum { POLL, PPOLL, SELECT, EPOLL, READ, RECV, FULL, PIPES };

static int pipes[PIPES][2], epoll;
static uint32_t futex_word, timed_word;
static pid_t child;
static volatile sig_atomic_t handled;

static void in_poll(void)
{
	struct pollfd poll_fd = { pipes[POLL][0], POLLIN, 0 };

	CHECK_EQUAL(poll(&poll_fd, 1, -1), 1);
}

static void in_ppoll(void)
{
	struct pollfd poll_fd = { pipes[PPOLL][0], POLLIN, 0 };

	CHECK_EQUAL(ppoll(&poll_fd, 1, NULL, NULL), 1);
}

static void in_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(pipes[SELECT][0], &set);
	CHECK_EQUAL(select(pipes[SELECT][0] + 1, &set, NULL, NULL, NULL), 1);
}

static void in_epoll(void)
{
	struct epoll_event event;

	CHECK_EQUAL(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_EQUAL(event.data.u64, 0x1234567890);
}

static void in_read(void)
{
	char byte;

	CHECK_EQUAL(read(pipes[READ][0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'x');
}

static void in_write(void)
{
	char bytes[65536] = "";

	CHECK_EQUAL(write(pipes[FULL][1], bytes, sizeof(bytes)), sizeof(bytes));
}

static void in_receive(void)
{
	char byte;

	CHECK_EQUAL(recv(pipes[RECV][0], &byte, 1, 0), 1);
}

static void in_futex(void)
{
	CHECK_EQUAL(syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, NULL, NULL, 0), 0);
}

static void in_timed_futex(void)
{
	struct timespec timeout = { 600, 0 };

	CHECK_EQUAL(syscall(SYS_futex, &timed_word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0), 0);
}

static void in_sigwait(void)
{
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	CHECK_EQUAL(sigwaitinfo(&set, &info), SIGRTMIN + 1);
	CHECK_EQUAL(info.si_value.sival_int, 77);
}

static void count(int signal)
{
	(void)signal;
	handled = handled + 1;
}

/* Ends only when its own signal was handled. */
static void in_sigsuspend(void)
{
	sigset_t all_but_one;

	sigfillset(&all_but_one);
	sigdelset(&all_but_one, SIGRTMIN + 2);
	CHECK_EQUAL(sigsuspend(&all_but_one), -1);
	CHECK_EQUAL(errno, EINTR);
	CHECK_EQUAL(handled, 1);
}

static void in_waitpid(void)
{
	int status;

	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(status, 0);
}

static void (*const calls[])(void) = {
	in_poll, in_ppoll, in_select, in_epoll, in_read, in_write, in_receive,
	in_futex, in_timed_futex, in_sigwait, in_sigsuspend, in_waitpid,
};

static void *run(void *argument)
{
	(*(void (*const *)(void))argument)();
	return NULL;
}

static void fill(int fd)
{
	char bytes[65536] = "";

	CHECK_EQUAL(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
}

static void build(void)
{
	struct timeval timeout = { 600, 0 };
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 0x1234567890 };
	sigset_t set;

	for (int i = 0; i < PIPES; i++)
		MUST(i == RECV ? socketpair(AF_UNIX, SOCK_STREAM, 0, pipes[i]) : pipe(pipes[i]));
	MUST(setsockopt(pipes[RECV][0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)));
	epoll = MUST(epoll_create1(0));
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, pipes[EPOLL][0], &event));
	fill(pipes[FULL][1]);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	sigaddset(&set, SIGRTMIN + 2);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	signal(SIGRTMIN + 2, count);
}

static void wake_all(pthread_t sigsuspender)
{
	union sigval value = { .sival_int = 77 };

	for (int i = POLL; i < FULL; i++)
		CHECK_EQUAL(write(pipes[i][1], "x", 1), 1);
	for (int i = 0; i < 16; i++) {
		char bytes[4096];

		CHECK_EQUAL(read(pipes[FULL][0], bytes, sizeof(bytes)), sizeof(bytes));
	}
	CHECK_EQUAL(syscall(SYS_futex, &futex_word, FUTEX_WAKE, 1, NULL, NULL, 0), 1);
	CHECK_EQUAL(syscall(SYS_futex, &timed_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0), 1);
	MUST(sigqueue(getpid(), SIGRTMIN + 1, value));
	CHECK_EQUAL(pthread_kill(sigsuspender, SIGRTMIN + 2), 0);
}

int main(int argc, char **argv)
{
	pthread_t threads[COUNT_OF(calls)];

	victim_begin(argc, argv);
	build();
	child = victim_fork(victim_await_go);
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, run, (void *)&calls[i]), 0);
	victim_sleep_ms(50);
	victim_wait();
	victim_sleep_ms(50); /* whoever returns early, does it now */
	wake_all(threads[10]);
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
