/* Tasks make whole lists of calls by themselves and do not notice, whatever they were in and whoever dies. */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "check.h"

#define PLACE   16384 /* bytes of one task's place here */
#define TASKS   20
#define CALLS   4

static uint8_t *places;

static int asleep(void)
{
	struct timespec pause = {.tv_sec = 60};

	syscall(SYS_nanosleep, &pause, NULL);
	return 1;
}

static volatile sig_atomic_t caught;

static void catch(int signal)
{
	caught += signal == SIGUSR1;
}

static int awaits_a_signal(void)
{
	sigset_t mask;

	if (pause() != -1 || errno != EINTR || caught != 1)
		return 1;
	return sigprocmask(SIG_SETMASK, NULL, &mask) == 0 && sigisemptyset(&mask) ? 0 : 2;
}

static int busy(void)
{
	while (!caught) {
		unsigned long sum = 0;

		for (unsigned long i = 0; i <= 100000; i++)
			__asm__ volatile("add %1, %0" : "+r"(sum) : "r"(i) : "cc");
		if (sum != 5000050000UL)
			return 1;
	}
	return 0;
}

static int without_key_0(void)
{
	uint32_t denied = 3;

	__asm__ volatile("wrpkru" : : "a"(denied), "c"(0), "d"(0));
	syscall(SYS_pause);
	return 1;
}

/* getpid, a call that fills the room, a call that fails, getppid. */
static void list(pid_t pid, int number, int64_t task[7], int64_t calls[CALLS][8])
{
	int64_t place = (intptr_t)places + number * PLACE;
	int64_t room = place + ckpt_list_room(CALLS);
	const int64_t values[7] = {pid, place, PLACE, room, 16, CALLS, 1};

	memcpy(task, values, sizeof(values));
	calls[0][0] = SYS_getpid;
	calls[1][0] = SYS_prctl;
	calls[1][1] = PR_GET_NAME;
	calls[1][2] = room;
	calls[2][0] = SYS_close;
	calls[2][1] = 4711;
	calls[3][0] = SYS_getppid;
}

static void expect(const int64_t task[7], int64_t calls[CALLS][8], const char *room)
{
	EQUALS(task[6], 0);
	EQUALS(calls[0][7], task[0]);
	EQUALS(calls[1][7], 0);
	EQUALS(calls[2][7], -EBADF);
	EQUALS(calls[3][7], getpid());
	CHECK(!strcmp(room, "remote_list"));
}

static void lists_of_many(int (*body)(void), long number, void (*end)(pid_t))
{
	int64_t tasks[TASKS][7] = {0}, calls[TASKS][CALLS][8] = {0};
	char rooms[TASKS][16] = {0};

	CHECK(ckpt_list_place(CALLS, 16) <= PLACE);
	for (int i = 0; i < TASKS; i++) {
		pid_t pid = child(body);

		wait_until_in(pid, number);
		seize(pid);
		list(pid, i, tasks[i], calls[i]);
	}
	EQUALS(ckpt_remote_lists(tasks[0], TASKS, calls[0][0], rooms), 0);
	for (int i = 0; i < TASKS; i++) {
		expect(tasks[i], calls[i], rooms[i]);
		EQUALS(ckpt_detach((pid_t)tasks[i][0]), 0);
		end((pid_t)tasks[i][0]);
	}
}

static void ends_by_a_signal(pid_t pid)
{
	kill(pid, SIGUSR1);
	EQUALS(exit_status(pid), 0);
}

/* What is left of its time, not all of it once more: that would be in nanosleep for as long as the test waits. */
static void sleeps_on(pid_t pid)
{
	wait_until_in(pid, SYS_restart_syscall);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
}

static void keeps_signals_and_stops(void)
{
	int64_t task[7] = {0}, calls[CALLS][8] = {0};
	pid_t pid = child(awaits_a_signal);
	char room[16] = {0};
	int status;

	wait_until_in(pid, SYS_pause);
	seize(pid);
	list(pid, 0, task, calls);
	kill(pid, SIGUSR1);
	kill(pid, SIGSTOP);
	EQUALS(ckpt_remote_lists(task, 1, calls[0], room), 0);
	expect(task, calls, room);
	EQUALS(ckpt_detach(pid), 0);
	EQUALS(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	kill(pid, SIGCONT);
	EQUALS(exit_status(pid), 0);
}

static void lives_beside_the_dead(void)
{
	int64_t tasks[2][7] = {0}, calls[2][CALLS][8] = {0};
	char rooms[2][16] = {0};

	for (int i = 0; i < 2; i++) {
		pid_t pid = child(awaits_a_signal);

		wait_until_in(pid, SYS_pause);
		seize(pid);
		list(pid, i, tasks[i], calls[i]);
	}
	kill((pid_t)tasks[0][0], SIGKILL);
	EQUALS(exit_status((pid_t)tasks[0][0]), 128 + SIGKILL);
	EQUALS(ckpt_remote_lists(tasks[0], 2, calls[0][0], rooms), 0);
	EQUALS(tasks[0][6], -ESRCH);
	expect(tasks[1], calls[1], rooms[1]);
	EQUALS(ckpt_detach((pid_t)tasks[1][0]), 0);
	kill((pid_t)tasks[1][0], SIGUSR1);
	EQUALS(exit_status((pid_t)tasks[1][0]), 0);
}

static pid_t victim;
static int gate[2];
static char passed;

/* One call that lasts until the gate is opened: whoever waits for its list can be killed meanwhile. */
static int tracer(void)
{
	int64_t room = (intptr_t)places + ckpt_list_room(1);
	int64_t task[7] = {victim, (intptr_t)places, PLACE, room, 0, 1, 1};
	int64_t call[8] = {SYS_read, gate[0], (intptr_t)&passed, 1};

	seize(victim);
	return ckpt_remote_lists(task, 1, call, NULL);
}

/* It waits for the time of its hold, and then goes on as it was. */
static void outlives_its_tracer(int (*body)(void), long number)
{
	pid_t killed;

	CHECK(pipe(gate) == 0);
	victim = child(body);
	wait_until_in(victim, number);
	killed = child(tracer);
	wait_until_in(victim, SYS_read);
	kill(killed, SIGKILL);
	EQUALS(exit_status(killed), 128 + SIGKILL);
	EQUALS(write(gate[1], "x", 1), 1);
	wait_until_in(victim, number);
	kill(victim, SIGUSR1);
	EQUALS(exit_status(victim), 0);
}

static int knows_protection_keys(void)
{
	int key = pkey_alloc(0, 0);

	return key >= 0 && pkey_free(key) == 0;
}

static void leaves_alone_whom_keys_forbid_it(void)
{
	int64_t task[7] = {0}, calls[CALLS][8] = {0};
	pid_t pid = child(without_key_0);
	char room[16];

	wait_until_in(pid, SYS_pause);
	seize(pid);
	list(pid, 0, task, calls);
	EQUALS(ckpt_remote_lists(task, 1, calls[0], room), 0);
	EQUALS(task[6], -EOPNOTSUPP);
	EQUALS(ckpt_detach(pid), 0);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
}

int main(void)
{
	places = mmap(NULL, TASKS * PLACE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(places != MAP_FAILED);
	signal(SIGUSR1, catch);
	lists_of_many(asleep, SYS_nanosleep, sleeps_on);
	lists_of_many(awaits_a_signal, SYS_pause, ends_by_a_signal);
	lists_of_many(busy, -1, ends_by_a_signal);
	keeps_signals_and_stops();
	lives_beside_the_dead();
	outlives_its_tracer(awaits_a_signal, SYS_pause);
	if (knows_protection_keys())
		leaves_alone_whom_keys_forbid_it();
	return 0;
}
