/* What must not end half way. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apart.h"
#include "export.h"

enum { STACK_SIZE = 32768 };

struct work {
	int (*body)(void *);
	void *argument;
};

static int run(void *argument)
{
	const struct work *work = argument;

	setsid();
	return work->body(work->argument);
}

int run_apart(int (*body)(void *), void *argument)
{
	_Alignas(16) char stack[STACK_SIZE];
	struct work work = {body, argument};
	sigset_t all, before;
	pid_t worker;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	worker = clone(run, stack + sizeof(stack), CLONE_VM | CLONE_VFORK, &work);
	error = errno;
	if (worker > 0)
		waitpid(worker, NULL, __WALL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return worker < 0 ? -error : 0;
}
