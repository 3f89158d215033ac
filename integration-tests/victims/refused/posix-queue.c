/* POSIX message queues: one with a message in it, one that signals the next one. */
#include "victim.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <unistd.h>

static mqd_t fresh(void)
{
	struct mq_attr wanted = { .mq_maxmsg = 3, .mq_msgsize = 128 };
	mqd_t queue = MUST(mq_open("/ckpt-refused-passing", O_RDWR | O_CREAT | O_EXCL, 0600, &wanted));

	MUST(mq_unlink("/ckpt-refused-passing"));
	return queue;
}

int main(int argc, char **argv)
{
	struct sigevent signals = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	mqd_t full, signalling;
	char text[128];

	victim_begin(argc, argv);
	full = fresh();
	signalling = fresh();
	MUST(mq_send(full, "hello", 6, 7));
	MUST(mq_notify(signalling, &signals));
	victim_expect_refusal("1 messages wait in it&mq_notify");
	victim_wait();
	CHECK_EQUAL(mq_receive(full, text, sizeof(text), NULL), 6);
	victim_pass();
}
