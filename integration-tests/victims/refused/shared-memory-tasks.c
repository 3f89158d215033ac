/* A child that has the memory of its parent, and a thread that has a working directory of its own. */
#include "victim.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK 65536

static volatile int told;

static int child(void *none)
{
	(void)none;
	while (!told)
		usleep(1000);
	return 0;
}

static void *wanderer(void *none)
{
	MUST(unshare(CLONE_FS));
	victim_say("wandered");
	victim_await_go();
	return none;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char *stack;
	int status;
	pid_t pid;

	victim_begin(argc, argv);
	stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid = MUST(clone(child, stack + STACK, CLONE_VM | SIGCHLD, NULL));
	CHECK_EQUAL(pthread_create(&thread, NULL, wanderer, NULL), 0);
	victim_hear("wandered");
	victim_expect_refusal("memory&CLONE_VM&CLONE_FS&one of its own");
	victim_wait();
	told = 1;
	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
