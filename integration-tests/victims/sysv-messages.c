/* System V message queues: one full of messages of several types, one empty that somebody waits at. */
#include "victim.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

struct message {
	long type;
	char text[8000];
};

static int full, empty;

static void send(int queue, long type, size_t length)
{
	struct message message = { .type = type };

	victim_fill(message.text, length, (uint64_t)type);
	MUST(msgsnd(queue, &message, length, IPC_NOWAIT));
}

static void receive(int queue, long type, size_t length)
{
	struct message message;

	CHECK_EQUAL(MUST(msgrcv(queue, &message, sizeof(message.text), 0, 0)), length);
	CHECK_EQUAL(message.type, type);
	victim_check_fill("text of a message", message.text, length, (uint64_t)type);
}

static void other(void)
{
	receive(full, 99, 0);
	victim_say("received");
	receive(empty, 5, 16);
	victim_say("received later");
}

static struct msqid_ds about(int queue)
{
	struct msqid_ds status;

	MUST(msgctl(queue, IPC_STAT, &status));
	return status;
}

int main(int argc, char **argv)
{
	struct msqid_ds narrow;
	pid_t child;
	key_t key;

	victim_begin(argc, argv);
	key = 0x3e000000 | getpid();
	full = MUST(msgget(key, IPC_CREAT | IPC_EXCL | 0620));
	empty = MUST(msgget(IPC_PRIVATE, 0600));
	narrow = about(full);
	narrow.msg_qbytes = 16008;
	MUST(msgctl(full, IPC_SET, &narrow));
	send(full, 99, 0);
	child = victim_fork(other);
	victim_hear("received");
	send(full, 3, 8000);
	send(full, 1, 0);
	send(full, 7, 8000);
	send(full, 1L << 40, 8);
	victim_wait();
	CHECK_EQUAL(msgget(key, 0), full);
	CHECK_EQUAL(about(full).msg_perm.mode & 0777, 0620);
	CHECK_EQUAL(about(full).msg_qbytes, 16008);
	CHECK_EQUAL(about(full).msg_qnum, 4);
	CHECK_EQUAL(about(full).msg_lspid, getpid());
	CHECK_EQUAL(about(full).msg_lrpid, child);
	CHECK_EQUAL(msgsnd(full, &(struct message) { .type = 1 }, 8, IPC_NOWAIT), -1);
	CHECK_EQUAL(errno, EAGAIN);
	receive(full, 3, 8000);
	receive(full, 1, 0);
	receive(full, 7, 8000);
	receive(full, 1L << 40, 8);
	send(empty, 5, 16);
	victim_hear("received later");
	victim_join(child);
	MUST(msgctl(full, IPC_RMID, NULL));
	MUST(msgctl(empty, IPC_RMID, NULL));
	victim_pass();
}
