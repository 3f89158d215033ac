/* Signals that wait: of the process and of one thread, with the values they were sent with. */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t me, child;
static sigset_t set;

static void queue(pid_t tid, int signal, int value)
{
	siginfo_t info = { .si_signo = signal, .si_code = SI_QUEUE };

	info.si_pid = me;
	info.si_uid = getuid();
	info.si_value.sival_int = value;
	MUST(syscall(SYS_rt_tgsigqueueinfo, me, tid, signal, &info));
}

static void expect(int signal, int code, int value)
{
	const struct timespec now = { 0, 0 };
	siginfo_t info;

	CHECK_EQUAL(sigtimedwait(&set, &info, &now), signal);
	CHECK_EQUAL(info.si_code, code);
	CHECK_EQUAL(info.si_pid, me);
	if (code == SI_QUEUE)
		CHECK_EQUAL(info.si_value.sival_int, value);
}

static void *hold_own(void *argument)
{
	queue(victim_tid(), SIGUSR1, 11);
	queue(victim_tid(), SIGRTMIN + 4, 12);
	queue(victim_tid(), SIGRTMIN + 4, 13);
	victim_say("thread");
	victim_await_go();
	expect(SIGUSR1, SI_QUEUE, 11);
	expect(SIGRTMIN + 4, SI_QUEUE, 12);
	expect(SIGRTMIN + 4, SI_QUEUE, 13);
	victim_say("thread-verified");
	return argument;
}

int main(int argc, char **argv)
{
	union sigval value = { .sival_int = 21 };
	const struct timespec now = { 0, 0 };
	struct sigaction only_ends = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP };
	siginfo_t info;
	pthread_t thread;

	victim_begin(argc, argv);
	me = getpid();
	MUST(sigaction(SIGCHLD, &only_ends, NULL));
	sigfillset(&set);
	sigdelset(&set, SIGCONT);
	MUST(sigprocmask(SIG_SETMASK, &set, NULL));
	child = victim_fork(victim_await_go);
	CHECK_EQUAL(pthread_create(&thread, NULL, hold_own, NULL), 0);
	victim_hear("thread");
	MUST(kill(me, SIGHUP));
	MUST(sigqueue(me, SIGRTMIN + 5, value));
	value.sival_int = 22;
	MUST(sigqueue(me, SIGRTMIN + 5, value));
	CHECK_EQUAL(pthread_kill(pthread_self(), SIGTERM), 0);
	victim_wait();
	victim_hear("thread-verified");
	expect(SIGTERM, SI_USER, 0); /* the C library folds SI_TKILL into it */
	expect(SIGHUP, SI_USER, 0);
	MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
	CHECK_EQUAL(sigtimedwait(&set, &info, &now), SIGCHLD);
	CHECK_EQUAL(info.si_pid, child);
	CHECK_EQUAL(info.si_code, CLD_EXITED);
	expect(SIGRTMIN + 5, SI_QUEUE, 21);
	expect(SIGRTMIN + 5, SI_QUEUE, 22);
	CHECK_EQUAL(sigtimedwait(&set, &info, &now), -1);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_join(child);
	victim_pass();
}
