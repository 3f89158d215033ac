/* Descriptors that stand for processes: itself, a child that lives, one that is dead, one that is gone; in epoll. */
#include "victim.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_pid(pid_t pid)
{
	return (int)MUST(syscall(SYS_pidfd_open, pid, 0));
}

static int ended(int fd)
{
	struct pollfd asked = { .fd = fd, .events = POLLIN };

	return poll(&asked, 1, 0);
}

static int signalled(int fd)
{
	return (int)syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0);
}

static void leave(void)
{
	_exit(7);
}

int main(int argc, char **argv)
{
	int self, living, dead, gone, set;
	pid_t child, zombie, former;
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = 4 };
	siginfo_t info = { 0 };

	victim_begin(argc, argv);
	self = open_pid(getpid());
	child = victim_fork(victim_await_go);
	living = open_pid(child);
	MUST(fcntl(living, F_SETFD, 0));
	zombie = victim_fork(leave);
	dead = open_pid(zombie);
	former = victim_fork(leave);
	gone = open_pid(former);
	CHECK_EQUAL(waitpid(former, NULL, 0), former);
	set = MUST(epoll_create1(0));
	MUST(epoll_ctl(set, EPOLL_CTL_ADD, living, &event));
	MUST(waitid(P_PID, (id_t)zombie, &info, WEXITED | WNOWAIT));
	victim_wait();
	CHECK_EQUAL(ended(self), 0);
	CHECK_EQUAL(signalled(self), 0);
	CHECK_EQUAL(ended(dead), 1);
	CHECK_EQUAL(ended(gone), 1);
	CHECK_EQUAL(signalled(gone), -1);
	CHECK_EQUAL(errno, ESRCH);
	MUST(waitid(P_PIDFD, (id_t)dead, &info, WEXITED));
	CHECK_EQUAL(info.si_status, 7);
	CHECK_EQUAL(fcntl(living, F_GETFD), 0);
	CHECK_EQUAL(fcntl(dead, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(epoll_wait(set, &event, 1, 60000), 1);
	CHECK_EQUAL(event.data.u32, 4);
	CHECK_EQUAL(ended(living), 1);
	victim_join(child);
	CHECK_EQUAL(epoll_wait(set, &event, 1, 0), 1);
	victim_pass();
}
