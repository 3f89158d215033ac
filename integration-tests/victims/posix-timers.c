/* POSIX timers keep their numbers (with a gap), clocks, times left, signals and values. */
#include "victim.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FAR 5000

static volatile sig_atomic_t ticks;

static void tick(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	if (info->si_value.sival_int == 42)
		ticks = ticks + 1;
}

static int create(clockid_t clock, int notify, int signal, int value)
{
	struct sigevent event = { .sigev_notify = notify, .sigev_signo = signal };
	int id = -1;

	event.sigev_value.sival_int = value;
	if (notify == SIGEV_THREAD_ID)
		event._sigev_un._tid = victim_tid();
	MUST(syscall(SYS_timer_create, clock, &event, &id));
	return id;
}

static void set(int id, long first_ms, long interval_ms)
{
	struct itimerspec time = {
		{ interval_ms / 1000, interval_ms % 1000 * 1000000 }, { first_ms / 1000, first_ms % 1000 * 1000000 },
	};

	MUST(syscall(SYS_timer_settime, id, 0, &time, NULL));
}

static struct itimerspec left(int id)
{
	struct itimerspec time;

	MUST(syscall(SYS_timer_gettime, id, &time));
	return time;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_RESTART };
	int ticking, gap, far, thread, silent, cpu, fresh, before;
	const struct timespec now = { 0, 0 };
	siginfo_t info;
	sigset_t blocked;

	victim_begin(argc, argv);
	action.sa_sigaction = tick;
	MUST(sigaction(SIGRTMIN, &action, NULL));
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN + 1);
	MUST(sigprocmask(SIG_BLOCK, &blocked, NULL));
	ticking = create(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGRTMIN, 42);
	gap = create(CLOCK_REALTIME, SIGEV_SIGNAL, SIGRTMIN, 0);
	far = create(CLOCK_REALTIME, SIGEV_SIGNAL, SIGUSR1, 0);
	thread = create(CLOCK_MONOTONIC, SIGEV_THREAD_ID, SIGRTMIN + 1, 77);
	silent = create(CLOCK_BOOTTIME, SIGEV_NONE, 0, 0);
	cpu = create(CLOCK_PROCESS_CPUTIME_ID, SIGEV_SIGNAL, SIGUSR2, 0);
	MUST(syscall(SYS_timer_delete, gap));
	set(ticking, 10, 10);
	set(far, FAR * 1000L, 3000);
	set(thread, 5, 5);
	set(silent, FAR * 1000L, 0);
	set(cpu, FAR * 1000L, 0);
	while (ticks < 3)
		victim_sleep_ms(1);
	victim_wait();
	before = ticks;
	CHECK_EQUAL(left(ticking).it_interval.tv_nsec, 10000000);
	for (int patience = 0; ticks < before + 3 && patience < 2000; patience++)
		victim_sleep_ms(1);
	CHECK(ticks >= before + 3);
	CHECK(left(far).it_value.tv_sec > FAR - 900 && left(far).it_value.tv_sec < FAR);
	CHECK_EQUAL(left(far).it_interval.tv_sec, 3);
	CHECK(left(silent).it_value.tv_sec > FAR - 900 && left(silent).it_value.tv_sec < FAR);
	CHECK(left(cpu).it_value.tv_sec > FAR - 900 && left(cpu).it_value.tv_sec < FAR);
	CHECK_EQUAL(sigtimedwait(&blocked, &info, &now), SIGRTMIN + 1);
	CHECK_EQUAL(info.si_code, SI_TIMER);
	CHECK_EQUAL(info.si_value.sival_int, 77);
	CHECK_EQUAL(syscall(SYS_timer_delete, gap), -1);
	fresh = create(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
	CHECK(fresh != ticking && fresh != far && fresh != thread && fresh != silent && fresh != cpu);
	victim_pass();
}
