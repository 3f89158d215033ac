/* Messages of a POSIX queue are seen by their priorities and are all there afterwards, whoever is killed meanwhile. */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "check.h"

enum { MESSAGES = 10, LONGEST = 512, ROUNDS = 200 };

static const unsigned int priorities[MESSAGES] = {1, 7, 7, 0, 32767, 1, 7, 0, 3, 3};
static char buffer[(MESSAGES + 1) * LONGEST];
static int32_t lengths[MESSAGES];
static uint32_t found[MESSAGES];

static mqd_t filled_queue(void)
{
	struct mq_attr wanted = {.mq_maxmsg = MESSAGES, .mq_msgsize = LONGEST};
	mqd_t queue = mq_open("/ckpt-test-messages", O_WRONLY | O_CREAT | O_EXCL, 0600, &wanted);
	char text[LONGEST];

	CHECK(queue >= 0);
	mq_unlink("/ckpt-test-messages");
	for (int i = 0; i < MESSAGES; i++) {
		memset(text, 'a' + i, sizeof(text));
		CHECK(mq_send(queue, text, (size_t)(i * 50), priorities[i]) == 0);
	}
	return queue;
}

static int peek(mqd_t queue)
{
	return ckpt_peek_posix_queue(queue, buffer, sizeof(buffer), lengths, found, MESSAGES);
}

static void sees_them_in_the_order_of_their_receipt(mqd_t queue)
{
	static const char order[] = {'e', 'b', 'c', 'g', 'i', 'j', 'a', 'f', 'd', 'h'};
	const char *text = buffer;

	for (int round = 0; round < 2; round++, text = buffer) {
		EQUALS(peek(queue), MESSAGES);
		for (int i = 0; i < MESSAGES; i++) {
			EQUALS(lengths[i], (order[i] - 'a') * 50);
			EQUALS(found[i], priorities[order[i] - 'a']);
			for (int byte = 0; byte < lengths[i]; byte++)
				EQUALS(*text++, order[i]);
		}
	}
}

static int peek_for_ever(void)
{
	while (peek(3) >= 0)
		;
	return 1;
}

static long waiting(mqd_t queue)
{
	struct mq_attr now;

	CHECK(mq_getattr(queue, &now) == 0);
	return now.mq_curmsgs;
}

/* What goes on without him comes to this process, and ends. */
static void await_worker(void)
{
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	EQUALS(errno, ECHILD);
}

static void loses_none_when_the_caller_is_killed(mqd_t queue)
{
	CHECK(dup2(queue, 3) == 3);
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	for (int round = 0; round < ROUNDS; round++) {
		pid_t pid = child(peek_for_ever);

		usleep((useconds_t)(1000 + round * 37 % 1000));
		kill(pid, SIGKILL);
		EQUALS(exit_status(pid), 128 + SIGKILL);
		await_worker();
		EQUALS(waiting(queue), MESSAGES);
		sees_them_in_the_order_of_their_receipt(queue);
	}
}

int main(void)
{
	mqd_t queue = filled_queue();

	sees_them_in_the_order_of_their_receipt(queue);
	loses_none_when_the_caller_is_killed(queue);
	EQUALS(ckpt_peek_posix_queue(queue, buffer, sizeof(buffer), lengths, found, 0), 0);
	return 0;
}
