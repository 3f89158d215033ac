/* What the escort of a live copy asks of its server. */
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "live.h"

static bool is_left(const struct space *space, struct range range)
{
	const struct window *end = space->windows + space->count;

	for (const struct window *window = window_from(space, range.start); window < end; window++) {
		if (window->start >= range.end)
			return false;
		if (!window->taken)
			return true;
	}
	return false;
}

static void wake_server(const struct live *live)
{
	const uint64_t one = 1;

	if (write(live->wake, &one, sizeof(one)) < 0)
		return; /* it is awake */
}

bool live_ask(struct live *live, const struct request *request)
{
	const struct space *space = &live->spaces[request->space];
	bool left = is_left(space, request->ranges[0]) || is_left(space, request->ranges[1]);
	struct request *copy = left ? malloc(sizeof(*copy)) : NULL;

	if (!copy)
		return false;
	*copy = *request;
	pthread_mutex_lock(&live->lock);
	copy->next = live->asked;
	live->asked = copy;
	pthread_mutex_unlock(&live->lock);
	wake_server(live);
	return true;
}

bool live_answered(struct live *live, struct request *request)
{
	struct request *answered;

	pthread_mutex_lock(&live->lock);
	answered = live->answered;
	if (answered)
		live->answered = answered->next;
	pthread_mutex_unlock(&live->lock);
	if (answered)
		*request = *answered;
	free(answered);
	return answered != NULL;
}

bool live_over(struct live *live)
{
	bool over;

	pthread_mutex_lock(&live->lock);
	over = live->over;
	pthread_mutex_unlock(&live->lock);
	return over;
}

void live_escorted_by(struct live *live, int32_t tid)
{
	pthread_mutex_lock(&live->lock);
	live->escort = tid;
	if (tid)
		live->escorted_by = tid;
	pthread_mutex_unlock(&live->lock);
}
