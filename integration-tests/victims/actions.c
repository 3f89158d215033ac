/* What each signal does: handlers with their flags and masks, ignored, default; handlers run afterwards. */
#include "victim.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t plain, with_info, on_stack;
static char alternate[65536];

static void handle(int signal)
{
	plain = signal;
}

static void handle_info(int signal, siginfo_t *info, void *context)
{
	(void)context;
	with_info = signal + info->si_value.sival_int;
}

static void handle_on_stack(int signal)
{
	char here;

	on_stack = signal && &here >= alternate && &here < alternate + sizeof(alternate);
}

static void act(int number, struct sigaction action)
{
	MUST(sigaction(number, &action, NULL));
}

static void check(int number, void (*handler)(int), int flags)
{
	struct sigaction action;

	MUST(sigaction(number, NULL, &action));
	CHECK(action.sa_handler == handler);
	CHECK_EQUAL(action.sa_flags & ~0x04000000, flags);
}

int main(int argc, char **argv)
{
	stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction info = { .sa_flags = SA_SIGINFO | SA_RESTART }, found;
	union sigval value = { .sival_int = 1000 };

	victim_begin(argc, argv);
	info.sa_sigaction = handle_info;
	sigaddset(&info.sa_mask, SIGUSR2);
	sigaddset(&info.sa_mask, SIGRTMAX);
	act(SIGUSR1, (struct sigaction) { .sa_handler = handle, .sa_flags = SA_RESTART });
	act(SIGRTMIN + 1, info);
	act(SIGUSR2, (struct sigaction) { .sa_handler = handle_on_stack, .sa_flags = SA_ONSTACK | SA_NODEFER });
	act(SIGHUP, (struct sigaction) { .sa_handler = SIG_IGN });
	act(SIGCHLD, (struct sigaction) { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP | SA_NOCLDWAIT });
	act(SIGTERM, (struct sigaction) { .sa_handler = handle, .sa_flags = (int)SA_RESETHAND });
	MUST(sigaltstack(&stack, NULL));
	victim_wait();
	check(SIGUSR1, handle, SA_RESTART);
	check(SIGUSR2, handle_on_stack, SA_ONSTACK | SA_NODEFER);
	check(SIGHUP, SIG_IGN, 0);
	check(SIGCHLD, SIG_DFL, SA_NOCLDSTOP | SA_NOCLDWAIT);
	check(SIGTERM, handle, (int)SA_RESETHAND);
	check(SIGINT, SIG_DFL, 0);
	MUST(sigaction(SIGRTMIN + 1, NULL, &found));
	CHECK(found.sa_sigaction == handle_info && sigismember(&found.sa_mask, SIGUSR2) == 1);
	CHECK(sigismember(&found.sa_mask, SIGRTMAX) == 1 && sigismember(&found.sa_mask, SIGUSR1) == 0);
	MUST(raise(SIGUSR1));
	CHECK_EQUAL(plain, SIGUSR1);
	MUST(sigqueue(getpid(), SIGRTMIN + 1, value));
	CHECK_EQUAL(with_info, SIGRTMIN + 1001);
	MUST(raise(SIGUSR2));
	CHECK_EQUAL(on_stack, 1);
	MUST(raise(SIGHUP));
	MUST(raise(SIGTERM));
	check(SIGTERM, SIG_DFL, (int)SA_RESETHAND);
	victim_pass();
}
