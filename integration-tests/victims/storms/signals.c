/* Two processes that send each other signals all the time: each comes once, in its order and with its value. */
#include "victim.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define AHEAD 32
#define CALL  SIGRTMIN
#define REPLY (SIGRTMIN + 1)
#define END   (-1)

static volatile int answered;

static void send_value(pid_t pid, int signal, int value)
{
	const union sigval carried = { .sival_int = value };

	MUST(sigqueue(pid, signal, carried));
}

static void answer(int signal, siginfo_t *about, void *context)
{
	static int expected;

	(void)signal;
	(void)context;
	if (about->si_value.sival_int == END)
		_exit(0);
	CHECK_EQUAL(about->si_value.sival_int, expected);
	expected++;
	send_value(about->si_pid, REPLY, about->si_value.sival_int);
}

static void take_answer(int signal, siginfo_t *about, void *context)
{
	(void)signal;
	(void)context;
	CHECK_EQUAL(about->si_value.sival_int, answered);
	answered++;
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	MUST(sigaction(signal, &action, NULL));
}

static void answer_all(void)
{
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int called = 0, status;
	pid_t child;

	victim_begin(argc, argv);
	handle(CALL, answer);
	handle(REPLY, take_answer);
	child = victim_fork(answer_all);
	victim_say("ready");
	while (!victim_heard("go"))
		if (called - answered < AHEAD)
			send_value(child, CALL, called++);
	while (answered < called)
		usleep(1000);
	send_value(child, CALL, END);
	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(status, 0);
	victim_pass();
}
