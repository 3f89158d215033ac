/*
 * Messages that wait in POSIX queues: of several priorities and ages, empty ones and the longest; a queue that is full, with
 * a sender asleep before it; one that nobody may write to any more.
 */
#include "victim.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST    8
#define LONGEST 256

static const struct {
	unsigned int priority;
	size_t length;
} sent[MOST] = { { 3, 10 }, { 9, LONGEST }, { 3, 0 }, { 32767, 1 }, { 9, 17 }, { 0, 200 }, { 3, 77 }, { 0, 0 } };

static const int order[MOST] = { 3, 1, 4, 0, 2, 6, 5, 7 };

static mqd_t full, readable;

static mqd_t queue(const char *name, int flags)
{
	struct mq_attr wanted = { .mq_maxmsg = MOST, .mq_msgsize = LONGEST };
	mqd_t made = MUST(mq_open(name, flags | O_CREAT | O_EXCL, 0600, &wanted));
	char text[LONGEST];

	for (int i = 0; i < MOST; i++) {
		memset(text, 'a' + i, sizeof(text));
		MUST(mq_send(made, text, sent[i].length, sent[i].priority));
	}
	return made;
}

static void check_next(mqd_t from, int wanted)
{
	unsigned int priority;
	char text[LONGEST];

	CHECK_EQUAL(mq_receive(from, text, sizeof(text), &priority), (ssize_t)sent[wanted].length);
	CHECK_EQUAL(priority, sent[wanted].priority);
	for (size_t i = 0; i < sent[wanted].length; i++)
		CHECK_EQUAL(text[i], 'a' + wanted);
}

static void sender(void)
{
	victim_say("sending");
	MUST(mq_send(full, "late", 5, 5));
}

int main(int argc, char **argv)
{
	struct mq_attr found;
	char name[32], text[LONGEST];
	pid_t child;
	mqd_t both;

	victim_begin(argc, argv);
	snprintf(name, sizeof(name), "/ckpt-victim-%d", getpid());
	full = queue(name, O_RDWR);
	MUST(mq_unlink(name));
	both = queue(name, O_RDWR);
	readable = MUST(mq_open(name, O_RDONLY | O_NONBLOCK));
	MUST(fchmod(readable, 0400));
	MUST(mq_close(both));
	child = victim_fork(sender);
	victim_hear("sending");
	victim_wait();
	MUST(mq_getattr(full, &found));
	CHECK_EQUAL(found.mq_curmsgs, MOST);
	check_next(full, order[0]);
	victim_join(child);
	check_next(full, order[1]);
	check_next(full, order[2]);
	CHECK_EQUAL(mq_receive(full, text, sizeof(text), NULL), 5);
	for (int i = 3; i < MOST; i++)
		check_next(full, order[i]);
	for (int i = 0; i < MOST; i++)
		check_next(readable, order[i]);
	CHECK_EQUAL(mq_receive(readable, text, sizeof(text), NULL), -1);
	CHECK_EQUAL(errno, EAGAIN);
	MUST(mq_unlink(name));
	victim_pass();
}
