/* Signals taken through a descriptor: its mask, and a signal that waits in it. */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct signalfd_siginfo info;
	union sigval value = { .sival_int = 4711 };
	sigset_t set;
	int fd;

	victim_begin(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 3);
	MUST(sigprocmask(SIG_BLOCK, &set, NULL));
	fd = MUST(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
	MUST(sigqueue(getpid(), SIGRTMIN + 3, value));
	victim_wait();
	CHECK_EQUAL(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_EQUAL(info.ssi_signo, (uint32_t)(SIGRTMIN + 3));
	CHECK_EQUAL(info.ssi_int, 4711);
	CHECK_EQUAL(info.ssi_pid, (uint32_t)getpid());
	CHECK_EQUAL(read(fd, &info, sizeof(info)), -1);
	CHECK_EQUAL(errno, EAGAIN);
	MUST(raise(SIGUSR1));
	CHECK_EQUAL(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_EQUAL(info.ssi_signo, SIGUSR1);
	victim_pass();
}
