/* A System V message queue with a message in it, and a set of semaphores. */
#include "victim.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

int main(int argc, char **argv)
{
	struct { long type; char text[8]; } message = { 1, "waiting" };
	struct sembuf raise = { .sem_num = 1, .sem_op = 3 };
	int queue, semaphores;

	victim_begin(argc, argv);
	queue = MUST(msgget(IPC_PRIVATE, 0600 | IPC_CREAT));
	semaphores = MUST(semget(IPC_PRIVATE, 2, 0600 | IPC_CREAT));
	MUST(msgsnd(queue, &message, sizeof(message.text), 0));
	MUST(semop(semaphores, &raise, 1));
	victim_expect_refusal("message queue&semaphore set");
	victim_wait();
	CHECK_EQUAL(msgrcv(queue, &message, sizeof(message.text), 0, 0), sizeof(message.text));
	CHECK_EQUAL(semctl(semaphores, 1, GETVAL), 3);
	MUST(msgctl(queue, IPC_RMID, NULL));
	MUST(semctl(semaphores, 0, IPC_RMID));
	victim_pass();
}
