/*
 * System V objects and a POSIX queue in an ipc namespace of its own, with keys, ids and names that a child has in another
 * one; among them a queue that nobody has used, and a limit.
 */
#include "victim.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#define LENGTH 300000

struct message {
	long type;
	char text[32];
};

struct objects {
	const char *whose;
	int queue, semaphores, segment;
	char *memory;
	mqd_t posix;
};

static key_t key;
static char posix_name[32];

static void make(struct objects *made, const char *whose)
{
	struct message message = {.type = 3};
	struct sembuf up = {.sem_num = 1, .sem_op = 5, .sem_flg = SEM_UNDO};

	made->whose = whose;
	made->queue = MUST(msgget(key, IPC_CREAT | IPC_EXCL | 0600));
	strcpy(message.text, whose);
	MUST(msgsnd(made->queue, &message, sizeof(message.text), 0));
	made->semaphores = MUST(semget(key, 2, IPC_CREAT | IPC_EXCL | 0600));
	MUST(semop(made->semaphores, &up, 1));
	made->segment = MUST(shmget(key, LENGTH, IPC_CREAT | IPC_EXCL | 0600));
	made->memory = shmat(made->segment, NULL, 0);
	CHECK(made->memory != (void *)-1);
	victim_fill(made->memory, LENGTH, (uint64_t)whose[0]);
	made->posix = MUST(mq_open(posix_name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL));
}

static void check(const struct objects *made)
{
	struct message message;
	mqd_t posix;

	CHECK_EQUAL(msgget(key, 0), made->queue);
	MUST(msgrcv(made->queue, &message, sizeof(message.text), 3, IPC_NOWAIT));
	CHECK(!strcmp(message.text, made->whose));
	CHECK_EQUAL(semctl(made->semaphores, 1, GETVAL), 5);
	CHECK_EQUAL(shmget(key, 0, 0), made->segment);
	victim_check_fill("segment", made->memory, LENGTH, (uint64_t)made->whose[0]);
	MUST(mq_send(made->posix, made->whose, strlen(made->whose) + 1, 0));
	posix = MUST(mq_open(posix_name, O_RDONLY | O_NONBLOCK));
	{
		char room[8192];

		MUST(mq_receive(posix, room, sizeof(room), NULL));
		CHECK(!strcmp(room, made->whose));
	}
	mq_close(posix);
}

static void clear(const struct objects *made)
{
	MUST(mq_unlink(posix_name));
	MUST(msgctl(made->queue, IPC_RMID, NULL));
	MUST(semctl(made->semaphores, 0, IPC_RMID));
	MUST(shmctl(made->segment, IPC_RMID, NULL));
}

static void stay_at_home(void)
{
	struct objects home;

	make(&home, "home");
	victim_say("home");
	victim_await_go();
	check(&home);
	clear(&home);
}

static long limit(void)
{
	long value = -1;
	FILE *file = fopen("/proc/sys/kernel/msgmni", "re");

	CHECK(file && fscanf(file, "%ld", &value) == 1);
	fclose(file);
	return value;
}

static void set_limit(int value)
{
	FILE *file = fopen("/proc/sys/kernel/msgmni", "we");

	CHECK(file && fprintf(file, "%d", value) > 0 && fclose(file) == 0);
}

int main(int argc, char **argv)
{
	struct objects own;
	pid_t home;
	int unused;

	victim_begin(argc, argv);
	key = 0x6b000000 | (key_t)getpid();
	snprintf(posix_name, sizeof(posix_name), "/victim-%d", getpid());
	if (unshare(CLONE_NEWIPC) < 0)
		victim_skip("no namespaces for this user");
	home = victim_fork(stay_at_home);
	victim_hear("home");
	MUST(unshare(CLONE_NEWIPC));
	set_limit(77);
	make(&own, "own");
	unused = MUST(msgget(key + 1, IPC_CREAT | IPC_EXCL | 0640));
	victim_wait();
	CHECK_EQUAL(limit(), 77);
	check(&own);
	CHECK_EQUAL(msgget(key + 1, 0), unused);
	victim_join(home);
	CHECK_EQUAL(msgget(key, 0), own.queue);
	CHECK_EQUAL(shmget(key, 0, 0), own.segment);
	victim_pass();
}
