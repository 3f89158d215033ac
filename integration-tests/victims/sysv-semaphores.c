/* System V semaphores: values, what processes give back when they end, who waits, and that they have a key. */
#include "victim.h"

#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLAIN, LOCK, GATE, HIGH, OWED, SEMAPHORES };

static int set;

static void operate(int number, int change, int flags)
{
	struct sembuf operation = {
		.sem_num = (unsigned short)number, .sem_op = (short)change, .sem_flg = (short)flags
	};

	MUST(semop(set, &operation, 1));
}

static int value(int number)
{
	return MUST(semctl(set, number, GETVAL));
}

/* Ends by a signal with the lock taken, once it was seen to have it. */
static void holder(void)
{
	operate(LOCK, -1, SEM_UNDO);
	operate(HIGH, 32767, SEM_UNDO);
	operate(HIGH, -300, 0);
	operate(OWED, -7, SEM_UNDO);
	operate(OWED, 2, SEM_UNDO);
	victim_say("held");
	victim_await_go();
	victim_hear("let go");
	kill(getpid(), SIGKILL);
}

static void waiter(void)
{
	victim_say("waiting");
	operate(GATE, -2, 0);
	victim_say("through");
}

int main(int argc, char **argv)
{
	unsigned short initial[SEMAPHORES] = { [PLAIN] = 12345, [LOCK] = 1, [OWED] = 9 };
	pid_t holds, waits;
	int status;
	key_t key;

	victim_begin(argc, argv);
	key = 0x5e000000 | getpid();
	set = MUST(semget(key, SEMAPHORES, IPC_CREAT | IPC_EXCL | 0640));
	MUST(semctl(set, 0, SETALL, initial));
	holds = victim_fork(holder);
	victim_hear("held");
	waits = victim_fork(waiter);
	while (semctl(set, GATE, GETNCNT) != 1)
		victim_sleep_ms(1);
	operate(PLAIN, 5, 0);
	victim_wait();
	CHECK_EQUAL(semget(key, 0, 0), set);
	CHECK_EQUAL(value(PLAIN), 12350);
	CHECK_EQUAL(value(LOCK), 0);
	CHECK_EQUAL(value(GATE), 0);
	CHECK_EQUAL(value(HIGH), 32467);
	CHECK_EQUAL(value(OWED), 4);
	CHECK_EQUAL(semctl(set, LOCK, GETPID), holds);
	CHECK_EQUAL(semctl(set, PLAIN, GETPID), getpid());
	operate(GATE, 2, 0);
	victim_hear("through");
	victim_join(waits);
	victim_say("let go");
	CHECK_EQUAL(waitpid(holds, &status, 0), holds);
	CHECK_EQUAL(value(LOCK), 1);
	CHECK_EQUAL(value(HIGH), 0);
	CHECK_EQUAL(value(OWED), 9);
	MUST(semctl(set, 0, IPC_RMID));
	victim_pass();
}
