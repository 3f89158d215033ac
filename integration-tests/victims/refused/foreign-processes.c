/* Descriptors that stand for processes outside the job, or tell of them. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[64], text[16];
	int stands, tells;

	victim_begin(argc, argv);
	stands = (int)MUST(syscall(SYS_pidfd_open, getppid(), 0));
	snprintf(path, sizeof(path), "/proc/%d/status", getppid());
	tells = MUST(open(path, O_RDONLY));
	victim_expect_refusal("outside the job&describes a process");
	victim_wait();
	CHECK_EQUAL(syscall(SYS_pidfd_send_signal, stands, 0, NULL, 0), 0);
	CHECK(read(tells, text, sizeof(text)) > 0);
	victim_pass();
}
