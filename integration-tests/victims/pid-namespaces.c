/*
 * Pid namespaces below that of the job: two beside each other, and within one of them a third. In them are threads, sessions and
 * groups of their own and from outside, orphans, zombies, and what names tasks by number. Into one of them its maker goes on to
 * fork.
 */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST = 1, STATUS = 7 };

static pid_t fork_into_new(void (*body)(void))
{
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);

	if (child < 0)
		victim_skip("no namespaces for this user");
	if (child == 0) {
		body();
		_exit(0);
	}
	return child;
}

static void die(void)
{
	_exit(STATUS);
}

static pid_t await_death(pid_t child)
{
	siginfo_t info;

	MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
	return child;
}

static void check_death(pid_t child)
{
	int status;

	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(WEXITSTATUS(status), STATUS);
}

static void *run_thread(void *result)
{
	pid_t tid = victim_tid();

	*(pid_t *)result = tid;
	victim_say("thread");
	victim_await_go();
	CHECK_EQUAL(victim_tid(), tid);
	return NULL;
}

static timer_t make_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1 };
	timer_t timer;

	event._sigev_un._tid = victim_tid();
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer));
	return timer;
}

static int make_owned(void)
{
	struct f_owner_ex owner = { F_OWNER_PID, getpid() };
	int pipes[2];

	MUST(pipe(pipes));
	MUST(fcntl(pipes[0], F_SETOWN_EX, &owner));
	return pipes[0];
}

static void check_owner(int file)
{
	struct f_owner_ex owner;

	MUST(fcntl(file, F_GETOWN_EX, &owner));
	CHECK_EQUAL(owner.pid, getpid());
}

static int open_self(void)
{
	return MUST((int)syscall(SYS_pidfd_open, getpid(), 0));
}

static void lead_session(void)
{
	struct timespec soon = { .tv_nsec = 1000000 }, long_time = { .tv_sec = 20 };
	pid_t tid = 0, dead = await_death(victim_fork(die));
	int owned = make_owned(), self = open_self();
	timer_t timer = make_timer();
	sigset_t signals;
	pthread_t other;

	CHECK_EQUAL(getpid(), FIRST);
	CHECK_EQUAL(setsid(), FIRST);
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGUSR2);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	CHECK_EQUAL(pthread_create(&other, NULL, run_thread, &tid), 0);
	victim_hear("thread");
	MUST(kill(getpid(), SIGUSR2));
	victim_say("session");
	victim_await_go();
	CHECK_EQUAL(getpid(), FIRST);
	CHECK_EQUAL(getppid(), 0);
	CHECK_EQUAL(getsid(0), FIRST);
	CHECK_EQUAL(getpgid(0), FIRST);
	CHECK_EQUAL(sigtimedwait(&signals, NULL, &soon), SIGUSR2);
	MUST(timer_settime(timer, 0, &(struct itimerspec){ .it_value = soon }, NULL));
	CHECK_EQUAL(sigtimedwait(&signals, NULL, &long_time), SIGUSR1);
	check_owner(owned);
	MUST(syscall(SYS_pidfd_send_signal, self, 0, NULL, 0));
	CHECK_EQUAL(pthread_join(other, NULL), 0);
	check_death(dead);
}

static void live_orphaned(void)
{
	pid_t own = getpid();

	victim_say("orphan");
	victim_await_go();
	CHECK_EQUAL(getpid(), own);
	CHECK_EQUAL(getppid(), FIRST);
}

static void leave_orphan(void)
{
	if (MUST(fork()) == 0) {
		while (getppid() != FIRST)
			sched_yield();
		live_orphaned();
		_exit(0);
	}
}

static void lead_group(void)
{
	MUST(setpgid(0, 0));
	victim_say("group");
	victim_await_go();
	CHECK_EQUAL(getpgid(0), getpid());
	CHECK_EQUAL(getsid(0), 0);
}

/* With a session and a group from outside, which have no numbers here. */
static void live_first(void)
{
	pid_t session, group, dead = await_death(victim_fork(die));

	CHECK_EQUAL(dead, 2);
	victim_join(victim_fork(leave_orphan));
	victim_hear("orphan");
	group = victim_fork(lead_group);
	victim_hear("group");
	session = fork_into_new(lead_session);
	victim_hear("session");
	victim_say("first");
	victim_await_go();
	CHECK_EQUAL(getpid(), FIRST);
	CHECK_EQUAL(getppid(), 0);
	CHECK_EQUAL(getsid(0), 0);
	CHECK_EQUAL(getpgid(0), 0);
	check_death(dead);
	CHECK_EQUAL(getpgid(group), group);
	victim_join(session);
	victim_join(group);
	MUST(wait(NULL));
	CHECK(wait(NULL) < 0);
	victim_hear("last"); /* the end of this process is that of whoever is still in its namespace */
}

static void live_with_first(void)
{
	pid_t own = getpid();

	CHECK(own > FIRST);
	victim_say("with-first");
	victim_await_go();
	CHECK_EQUAL(getpid(), own);
	CHECK_EQUAL(getppid(), 0);
}

static void come_later(void)
{
	CHECK(getpid() > FIRST);
	CHECK_EQUAL(getppid(), 0);
	MUST(kill(FIRST, 0));
}

static void live_beside(void)
{
	victim_say("beside");
	victim_await_go();
	CHECK_EQUAL(getpid(), FIRST);
	CHECK_EQUAL(kill(2, 0), -1);
}

int main(int argc, char **argv)
{
	pid_t first, with_first, beside, gone;

	victim_begin(argc, argv);
	beside = fork_into_new(live_beside);
	victim_hear("beside");
	gone = await_death(fork_into_new(die));
	MUST(unshare(CLONE_NEWPID));
	first = victim_fork(live_first);
	victim_hear("first");
	with_first = victim_fork(live_with_first);
	victim_hear("with-first");
	victim_wait();
	victim_join(victim_fork(come_later));
	check_death(gone);
	victim_join(with_first);
	victim_say("last");
	victim_join(first);
	victim_join(beside);
	victim_pass();
}
