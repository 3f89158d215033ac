/* Files that signal: O_ASYNC with a signal of its own, to a process, to a group; and a lease that is broken. */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static siginfo_t await(int signal)
{
	struct timespec limit = { .tv_sec = 60 };
	siginfo_t info = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	CHECK_EQUAL(sigtimedwait(&set, &info, &limit), signal);
	return info;
}

static void block(void)
{
	sigset_t set;

	sigfillset(&set);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
}

static void other(void)
{
	victim_say("other");
	await(SIGUSR2);
}

int main(int argc, char **argv)
{
	int pair[2], group[2], pipe[2], leased;
	struct f_owner_ex owner;
	pid_t child;

	victim_begin(argc, argv);
	block();
	child = victim_fork(other);
	victim_hear("other");
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, group));
	MUST(pipe2(pipe, O_NONBLOCK));
	MUST(fcntl(pair[0], F_SETOWN, getpid()));
	MUST(fcntl(pair[0], F_SETSIG, SIGRTMIN + 3));
	MUST(fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK));
	MUST(fcntl(group[0], F_SETOWN, -getpgrp()));
	MUST(fcntl(pipe[0], F_SETOWN, child));
	MUST(fcntl(pipe[0], F_SETSIG, SIGUSR2));
	MUST(fcntl(pipe[0], F_SETFL, O_ASYNC));
	leased = victim_file("leased", 10, 1, 0);
	MUST(fcntl(leased, F_SETSIG, SIGRTMIN + 4));
	MUST(fcntl(leased, F_SETLEASE, F_WRLCK));
	victim_wait();
	CHECK_EQUAL(fcntl(pair[0], F_GETFL), O_RDWR | O_ASYNC | O_NONBLOCK);
	CHECK_EQUAL(write(pair[1], "x", 1), 1);
	CHECK_EQUAL(await(SIGRTMIN + 3).si_fd, pair[0]);
	MUST(fcntl(group[0], F_GETOWN_EX, &owner));
	CHECK_EQUAL(owner.type, F_OWNER_PGRP);
	CHECK_EQUAL(owner.pid, getpgrp());
	CHECK_EQUAL(write(pipe[1], "x", 1), 1);
	victim_join(child);
	CHECK_EQUAL(fcntl(leased, F_GETLEASE), F_WRLCK);
	CHECK_EQUAL(open(victim_path("leased"), O_RDONLY | O_NONBLOCK), -1);
	CHECK_EQUAL(errno, EWOULDBLOCK);
	CHECK_EQUAL(await(SIGRTMIN + 4).si_fd, leased);
	MUST(fcntl(leased, F_SETLEASE, F_UNLCK));
	MUST(open(victim_path("leased"), O_RDONLY | O_NONBLOCK));
	victim_pass();
}
