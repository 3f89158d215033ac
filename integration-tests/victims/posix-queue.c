/* POSIX message queues in which nothing waits yet: named and unlinked, with a receiver asleep and a silent notification. */
#include "victim.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <string.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static mqd_t named, sending, unlinked;

static void receiver(void)
{
	char text[128];
	unsigned int priority;

	victim_say("receiver");
	CHECK_EQUAL(mq_receive(unlinked, text, sizeof(text), &priority), 6);
	CHECK_EQUAL(priority, 7);
	CHECK_EQUAL(strcmp(text, "hello"), 0);
}

int main(int argc, char **argv)
{
	struct mq_attr wanted = { .mq_maxmsg = 3, .mq_msgsize = 128 }, found;
	struct sigevent silent = { .sigev_notify = SIGEV_NONE };
	char name[32], text[128];
	struct stat status;
	pid_t child;

	victim_begin(argc, argv);
	snprintf(name, sizeof(name), "/ckpt-victim-%d", getpid());
	named = MUST(mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK, 0600, &wanted));
	MUST(fchmod(named, 0640));
	sending = MUST(mq_open(name, O_WRONLY));
	unlinked = MUST(mq_open("/ckpt-victim-passing", O_RDWR | O_CREAT | O_EXCL, 0600, &wanted));
	MUST(mq_unlink("/ckpt-victim-passing"));
	MUST(mq_notify(named, &silent));
	child = victim_fork(receiver);
	victim_hear("receiver");
	victim_wait();
	MUST(mq_getattr(named, &found));
	CHECK_EQUAL(found.mq_maxmsg, 3);
	CHECK_EQUAL(found.mq_msgsize, 128);
	CHECK_EQUAL(found.mq_flags, O_NONBLOCK);
	MUST(fstat(named, &status));
	CHECK_EQUAL(status.st_mode & 0777, 0640);
	CHECK_EQUAL(mq_notify(sending, &silent), -1);
	CHECK_EQUAL(errno, EBUSY);
	CHECK_EQUAL(mq_receive(named, text, sizeof(text), NULL), -1);
	CHECK_EQUAL(errno, EAGAIN);
	MUST(mq_send(sending, "one", 4, 1));
	MUST(mq_send(named, "two", 4, 2));
	CHECK_EQUAL(mq_receive(named, text, sizeof(text), NULL), 4);
	CHECK_EQUAL(strcmp(text, "two"), 0);
	CHECK_EQUAL(mq_receive(sending, text, sizeof(text), NULL), -1);
	CHECK_EQUAL(errno, EBADF);
	MUST(mq_send(unlinked, "hello", 6, 7));
	victim_join(child);
	MUST(mq_unlink(name));
	victim_pass();
}
