/* A System V message queue and a semaphore that a process outside the job works with too. */
#include "victim.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>

static struct { long type; char text[8]; } message = { 1, "waiting" };
static int queue, semaphores;

/* Orphaned, the launcher's, and no longer part of the tree. */
static void outsider(void)
{
	struct sembuf raise = { .sem_num = 1, .sem_op = 3 };

	MUST(msgsnd(queue, &message, sizeof(message.text), 0));
	MUST(semop(semaphores, &raise, 1));
	victim_say("outside");
	victim_hear("seen");
}

static void leave(void)
{
	victim_fork(outsider);
}

int main(int argc, char **argv)
{
	struct sembuf raise = { .sem_num = 0, .sem_op = 3 };

	victim_begin(argc, argv);
	queue = MUST(msgget(IPC_PRIVATE, 0600 | IPC_CREAT));
	semaphores = MUST(semget(IPC_PRIVATE, 2, 0600 | IPC_CREAT));
	victim_join(victim_fork(leave));
	victim_hear("outside");
	CHECK_EQUAL(msgrcv(queue, &message, sizeof(message.text), 0, 0), sizeof(message.text));
	MUST(semop(semaphores, &raise, 1));
	victim_expect_refusal("message queue&semaphore set&outside the job");
	victim_wait();
	CHECK_EQUAL(semctl(semaphores, 1, GETVAL), 3);
	victim_say("seen");
	MUST(msgctl(queue, IPC_RMID, NULL));
	MUST(semctl(semaphores, 0, IPC_RMID));
	victim_pass();
}
