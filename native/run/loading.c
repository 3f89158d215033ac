#include "loading.h"

#include <errno.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ckpt_place.h"
#include "packet.h"

_Static_assert(sizeof(struct uffd_msg) == sizeof(((struct ckpt_faults_answer *)NULL)->messages[0]), "uffd_msg");

void loading_begin(struct loading *loading, int orders)
{
	*loading = (struct loading){ .under_way = true, .orders = orders };
}

/* The number of a userfaultfd from now on; -ENOMEM: it stays open all the same. */
static int hold(struct loading *loading, int uffd)
{
	int *held = reallocarray(loading->held, loading->count + 1, sizeof(*held));

	if (!held)
		return -ENOMEM;
	loading->held = held;
	held[loading->count] = uffd;
	return (int)loading->count++;
}

static bool is_held(const struct loading *loading, int32_t number)
{
	return number >= 0 && (size_t)number < loading->count && loading->held[number] >= 0;
}

static int drop(struct loading *loading, int32_t number)
{
	if (!is_held(loading, number))
		return -EBADF;
	close(loading->held[number]);
	loading->held[number] = -1;
	return 0;
}

static int take_fork(struct loading *loading, struct uffd_msg *message, int *fd)
{
	int number = hold(loading, (int)message->arg.fork.ufd);

	if (number < 0)
		return number;
	*fd = (int)message->arg.fork.ufd;
	message->arg.fork.ufd = (uint32_t)number;
	return 0;
}

static int read_faults(struct loading *loading, int32_t number, struct ckpt_faults_answer *answer, int *fds)
{
	struct uffd_msg messages[CKPT_FAULTS_AT_ONCE];
	ssize_t length;
	int forks = 0, err = 0;

	if (!is_held(loading, number))
		return -EBADF;
	length = read(loading->held[number], messages, sizeof(messages));
	answer->count = length < 0 ? -errno : (int32_t)(length / (ssize_t)sizeof(messages[0]));
	for (int32_t i = 0; i < answer->count && !err; i++)
		if (messages[i].event == UFFD_EVENT_FORK)
			err = take_fork(loading, &messages[i], &fds[forks++]);
	memcpy(answer->messages, messages, sizeof(messages));
	return err ? err : forks;
}

int loading_obey(struct loading *loading)
{
	struct ckpt_faults_answer answer = { 0 };
	struct ckpt_faults_order order;
	int fds[CKPT_FAULTS_AT_ONCE], forks = 0, sent;
	int count = packet_receive(loading->orders, &order, sizeof(order), fds, 1);

	if (count < 0) {
		close(loading->orders);
		loading->orders = -1;
		return 0;
	}
	if (order.type == CKPT_FAULTS_HOLD && count == 1)
		answer.count = hold(loading, fds[0]);
	else if (order.type == CKPT_FAULTS_DROP && count == 0)
		answer.count = drop(loading, order.number);
	else if (order.type == CKPT_FAULTS_READ && count == 0)
		forks = read_faults(loading, order.number, &answer, fds);
	else
		return -EBADMSG;
	if (forks < 0)
		return forks;
	sent = packet_send(loading->orders, &answer, sizeof(answer), fds, forks);
	return sent == -EPIPE ? 0 : sent; /* its end is seen with the next order */
}

void loading_end(struct loading *loading)
{
	if (loading->orders >= 0)
		close(loading->orders);
	for (size_t i = 0; i < loading->count; i++)
		if (loading->held[i] >= 0)
			close(loading->held[i]);
	free(loading->held);
	*loading = (struct loading){ .orders = -1 };
}
