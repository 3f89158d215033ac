/* Several things that cannot be carried, in two processes: all are named in one answer. */
#include "victim.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void watch(void)
{
	MUST(syscall(SYS_userfaultfd, O_CLOEXEC));
	victim_say("watching");
	victim_await_go();
}

int main(int argc, char **argv)
{
	pid_t child;

	victim_begin(argc, argv);
	MUST(syscall(SYS_pidfd_open, getppid(), 0));
	child = victim_fork(watch);
	victim_hear("watching");
	victim_expect_refusal("userfaultfd&outside the job");
	victim_wait();
	victim_join(child);
	victim_pass();
}
