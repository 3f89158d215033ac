/* A tracer that is killed in the middle of a remote call leaves a task that goes on as if nothing had been. */
#include <immintrin.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "check.h"

#define ROUNDS  8
#define RUNNING -1 /* in no system call */

static volatile sig_atomic_t caught;
static volatile long *laps; /* of a busy victim; shared with it */

static void catch(int signal)
{
	caught += signal == SIGUSR1;
}

/* Keeps vector and general registers busy until a signal comes, and checks what they hold. */
__attribute__((target("avx2"))) static int busy(void)
{
	sigset_t mask;

	while (!caught) {
		__m256i sum = _mm256_setzero_si256(), one = _mm256_set1_epi64x(1);
		unsigned long plain = 0;

		for (int i = 0; i < 1000000; i++)
			__asm__ volatile("vpaddq %2, %0, %0\n\tadd $1, %1" : "+x"(sum), "+r"(plain) : "x"(one) : "cc");
		(*laps)++;
		if (plain != 1000000 || _mm256_extract_epi64(sum, 3) != 1000000)
			return 1;
	}
	return sigprocmask(SIG_SETMASK, NULL, &mask) == 0 && sigisemptyset(&mask) ? 0 : 2;
}

static int asleep(void)
{
	struct timespec pause = {.tv_nsec = 900000000L};

	return syscall(SYS_nanosleep, &pause, NULL) == 0 ? 0 : 1;
}

static int awaits_a_signal(void)
{
	return pause() == -1 && errno == EINTR && caught == 1 ? 0 : 1;
}

static pid_t victim;
static int gate[2];
static char passed;

/* Seizes the victim, and is in the middle of a call that it makes there when it is killed. */
static int tracer(void)
{
	const int64_t arguments[6] = {gate[0], (intptr_t)&passed, 1}; /* read(2), until the gate is opened */
	int64_t result;

	seize(victim);
	return ckpt_remote_call(victim, code_in("libc", CKPT_CODE_CALL_AND_RETURN, victim),
				code_in("libc", CKPT_CODE_SIGNAL_RETURN, victim), SYS_read, arguments, &result);
}

/* Home: at its own work, and no longer in what was asked of it. */
static void wait_until_back(long waits_in)
{
	long before = *laps;

	if (waits_in != RUNNING)
		wait_until_in(victim, waits_in);
	else
		while (*laps < before + 2)
			usleep(1000);
}

static void outlives_its_tracer(int (*body)(void), long waits_in, int signal_at_end)
{
	victim = child(body);
	wait_until_back(waits_in);
	for (int i = 0; i < ROUNDS; i++) {
		pid_t killed = child(tracer);

		wait_until_in(victim, SYS_read);
		kill(killed, SIGKILL);
		EQUALS(exit_status(killed), 128 + SIGKILL);
		EQUALS(write(gate[1], "x", 1), 1);
		wait_until_back(waits_in);
	}
	if (signal_at_end)
		kill(victim, signal_at_end);
	EQUALS(exit_status(victim), 0);
}

int main(void)
{
	laps = mmap(NULL, sizeof(*laps), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(laps != MAP_FAILED && pipe(gate) == 0);
	signal(SIGUSR1, catch);
	outlives_its_tracer(awaits_a_signal, SYS_pause, SIGUSR1);
	outlives_its_tracer(asleep, SYS_nanosleep, 0);
	if (__builtin_cpu_supports("avx2"))
		outlives_its_tracer(busy, RUNNING, SIGUSR1);
	return 0;
}
