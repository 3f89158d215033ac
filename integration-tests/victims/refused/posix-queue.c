/* POSIX message queues: one with a message in it and a notification, one that signals the next one, one that a stranger has. */
#include "victim.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static mqd_t fresh(void)
{
	struct mq_attr wanted = { .mq_maxmsg = 3, .mq_msgsize = 128 };
	mqd_t queue = MUST(mq_open("/ckpt-refused-passing", O_RDWR | O_CREAT | O_EXCL, 0600, &wanted));

	MUST(mq_unlink("/ckpt-refused-passing"));
	return queue;
}

static mqd_t common;

/* Holds nothing else of the job, and lasts as long as it. */
static void stay(void)
{
	pid_t job = getppid();

	if (fork() != 0)
		_exit(0);
	setsid();
	dup2(common, 0);
	close_range(1, ~0U, 0);
	while (kill(job, 0) == 0)
		usleep(10000);
}

int main(int argc, char **argv)
{
	struct sigevent signals = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct sigevent silent = { .sigev_notify = SIGEV_NONE };
	mqd_t full, signalling;
	char text[128];

	victim_begin(argc, argv);
	full = fresh();
	signalling = fresh();
	common = fresh();
	MUST(mq_send(full, "hello", 6, 7));
	MUST(mq_notify(full, &silent));
	MUST(mq_notify(signalling, &signals));
	MUST(mq_send(common, "hello", 6, 7));
	victim_join(victim_fork(stay));
	victim_expect_refusal("1 messages wait in it&mq_notify&outside the job has it open too");
	victim_wait();
	CHECK_EQUAL(mq_receive(full, text, sizeof(text), NULL), 6);
	CHECK_EQUAL(mq_receive(common, text, sizeof(text), NULL), 6);
	MUST(mq_notify(full, NULL));
	victim_pass();
}
