#include "status.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int status_of_exit(int code)
{
	return (code & 0xff) << 8;
}

static _Noreturn void die_by(int signal_number)
{
	struct rlimit none = { 0, 0 };
	sigset_t only;

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	signal(signal_number, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, signal_number);
	raise(signal_number);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	_exit(128 + signal_number);
}

void status_exit(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		die_by(WTERMSIG(wait_status));
	_exit(WEXITSTATUS(wait_status));
}
