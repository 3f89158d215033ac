/*
 * Waits in one system call and ends with 0 when that call returned as if nothing had happened.
 * usage: waiter CALL MILLISECONDS
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long ms;

static struct timespec wait_time(void)
{
	return (struct timespec){ms / 1000, ms % 1000 * 1000000};
}

static int in_nanosleep(void)
{
	struct timespec t = wait_time();

	return clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL) == 0;
}

static int in_poll(void)
{
	return poll(NULL, 0, (int)ms) == 0;
}

static int in_epoll(void)
{
	struct epoll_event event;

	return epoll_wait(epoll_create1(0), &event, 1, (int)ms) == 0;
}

static int in_futex(void)
{
	struct timespec t = wait_time();
	int word = 0;

	return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &t, NULL, 0) < 0 && errno == ETIMEDOUT;
}

static int in_sigtimedwait(void)
{
	struct timespec t = wait_time();
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return sigtimedwait(&set, NULL, &t) < 0 && errno == EAGAIN;
}

static int in_receive(void)
{
	struct timeval t = {ms / 1000, ms % 1000 * 1000};
	int ends[2];
	char byte;

	socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	return recv(ends[0], &byte, 1, 0) < 0 && errno == EAGAIN;
}

static void *sleeper(void *data)
{
	*(int *)data = in_nanosleep();
	return NULL;
}

static int in_two_threads(void)
{
	pthread_t thread;
	int other = 0;
	int own;

	pthread_create(&thread, NULL, sleeper, &other);
	own = in_nanosleep();
	pthread_join(thread, NULL);
	return own && other;
}

/* Calls from elsewhere than the program and its libraries would be signals. */
static int in_redirected_nanosleep(void)
{
	static char selector;

	return prctl(59 /* PR_SET_SYSCALL_USER_DISPATCH */, 1, 0, 0, &selector) == 0 && in_nanosleep();
}

/* The parent of a vfork cannot be stopped until the child has ended. */
static int in_vfork(void)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		struct timespec t = wait_time();

		clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Forks all the time: each child leaves a grandchild behind, until the time is over. */
static int in_fork_storm(void)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	do {
		pid_t pid = fork();

		if (pid == 0) {
			if (fork() == 0)
				usleep(2000);
			_exit(0);
		}
		if (waitpid(pid, NULL, 0) != pid)
			return 0;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec);
	return 1;
}

static char **arguments;

static void *become_another(void *data)
{
	execv("/proc/self/exe", arguments);
	return data;
}

/* A thread that is not the leader runs the program anew, MILLISECONDS times. */
static int in_execs(void)
{
	static char left[16];
	pthread_t thread;

	if (ms == 0)
		return 1;
	snprintf(left, sizeof(left), "%ld", ms - 1);
	arguments[2] = left;
	pthread_create(&thread, NULL, become_another, NULL);
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	static const struct { const char *name; int (*wait)(void); } calls[] = {
		{"nanosleep", in_nanosleep}, {"poll", in_poll}, {"epoll", in_epoll}, {"futex", in_futex},
		{"sigtimedwait", in_sigtimedwait}, {"receive", in_receive}, {"threads", in_two_threads},
		{"redirected", in_redirected_nanosleep}, {"vfork", in_vfork}, {"forks", in_fork_storm},
		{"execs", in_execs},
	};

	arguments = argv;
	ms = argc > 2 ? atol(argv[2]) : 0;
	for (size_t i = 0; argc > 2 && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, argv[1]) == 0)
			return calls[i].wait() ? 0 : 1;
	return 2;
}
