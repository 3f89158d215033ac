/*
 * The server of a live copy: one thread, so that nothing comes between the reading of a window and its release. Nothing of
 * the engine stands in its way as long as slots are free.
 */
#include <errno.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "live.h"

enum { PRIORITY = -10, MOST_MESSAGES = 16 };

static void fail(struct live *live, int32_t space, uint64_t address, int error)
{
	pthread_mutex_lock(&live->lock);
	live->failure = error;
	live->failed_space = space;
	live->failed_address = address;
	pthread_cond_broadcast(&live->changed);
	pthread_mutex_unlock(&live->lock);
}

static bool ended(struct live *live)
{
	bool over;

	pthread_mutex_lock(&live->lock);
	over = live->stopping || live->failure < 0;
	pthread_mutex_unlock(&live->lock);
	return over;
}

/* A free slot, or -1 when no more than `spare` are. */
static int32_t find_slot(struct live *live, int32_t spare)
{
	int32_t slot = -1;

	pthread_mutex_lock(&live->lock);
	if (live->free_count > spare)
		slot = live->free_slots[--live->free_count];
	pthread_mutex_unlock(&live->lock);
	return slot;
}

static void drain(int eventfd)
{
	uint64_t count;

	if (read(eventfd, &count, sizeof(count)) < 0)
		return; /* nothing was there */
}

/* Waits until one is given back; -1 when the copy ends before. */
static int32_t await_slot(struct live *live)
{
	struct pollfd wake = {.fd = live->wake, .events = POLLIN};
	int32_t slot = find_slot(live, 0);

	while (slot < 0 && !ended(live)) {
		poll(&wake, 1, -1);
		drain(live->wake);
		slot = find_slot(live, 0);
	}
	return slot;
}

static void hand_over(struct live *live, int32_t space, const struct window *window, int32_t slot)
{
	pthread_mutex_lock(&live->lock);
	live->queue[(live->queue_first + live->queue_length++) % live->slots] =
		(struct filled){.space = space, .slot = slot, .start = window->start, .end = window->end};
	pthread_cond_signal(&live->changed);
	pthread_mutex_unlock(&live->lock);
}

static void take(struct live *live, int32_t index, struct window *window, int32_t slot)
{
	struct space *space = &live->spaces[index];
	int error = window_take(space, window, live->ring + (size_t)slot * WINDOW_BYTES);

	if (error < 0) {
		fail(live, index, window->start, error);
		return;
	}
	window->taken = true;
	window_release(space, window->start, window->end);
	hand_over(live, index, window, slot);
}

/* Protected before the process was stopped, and then not to be copied as its own: as far as the next window. */
static void release_gap(const struct space *space, uint64_t page)
{
	const struct window *next = window_from(space, page);
	uint64_t end = (page | (WINDOW_BYTES - 1)) + 1;

	if (next < space->windows + space->count && next->start < end)
		end = next->start;
	window_release(space, page, end);
	window_release(space, page, page + PAGE_BYTES); /* there may be no more of it that is watched */
}

static void serve_fault(struct live *live, int32_t index, uint64_t address)
{
	struct space *space = &live->spaces[index];
	uint64_t page = address & ~(uint64_t)(PAGE_BYTES - 1);
	struct window *window = window_at(space, address);
	int32_t slot;

	if (!window)
		release_gap(space, page);
	else if (window->taken) /* when it was released as a whole, a part may have been out of reach */
		window_release(space, page, page + PAGE_BYTES);
	else if ((slot = await_slot(live)) >= 0)
		take(live, index, window, slot);
}

static void serve_faults(struct live *live, int32_t index)
{
	struct uffd_msg messages[MOST_MESSAGES];
	ssize_t length = read(live->spaces[index].uffd, messages, sizeof(messages));

	for (ssize_t i = 0; i < length / (ssize_t)sizeof(messages[0]); i++)
		if (messages[i].event == UFFD_EVENT_PAGEFAULT)
			serve_fault(live, index, messages[i].arg.pagefault.address);
}

static void take_range(struct live *live, int32_t index, struct range range)
{
	struct space *space = &live->spaces[index];
	struct window *end = space->windows + space->count;

	for (struct window *window = window_from(space, range.start); window < end && window->start < range.end; window++) {
		int32_t slot = window->taken ? -1 : await_slot(live);

		if (slot >= 0)
			take(live, index, window, slot);
		if (ended(live))
			return;
	}
}

static struct request *next_request(struct live *live)
{
	struct request *request;

	pthread_mutex_lock(&live->lock);
	request = live->asked;
	if (request)
		live->asked = request->next;
	pthread_mutex_unlock(&live->lock);
	return request;
}

static void answer(struct live *live, struct request *request)
{
	pthread_mutex_lock(&live->lock);
	request->next = live->answered;
	live->answered = request;
	if (live->escort)
		syscall(SYS_tgkill, getpid(), live->escort, TICK_SIGNAL);
	pthread_mutex_unlock(&live->lock);
}

static void serve_requests(struct live *live)
{
	struct request *request;

	while (!ended(live) && (request = next_request(live)) != NULL) {
		for (int i = 0; i < 2; i++)
			take_range(live, request->space, request->ranges[i]);
		answer(live, request);
	}
}

/* The next window that has not been taken, to *space and as result; NULL when all have. */
static struct window *next_window(struct live *live, int32_t *index)
{
	for (*index = 0; *index < live->space_count; (*index)++) {
		struct space *space = &live->spaces[*index];

		while (space->next < space->count && space->windows[space->next].taken)
			space->next++;
		if (space->next < space->count)
			return &space->windows[space->next];
	}
	return NULL;
}

/* False when there is nothing to do until a fault comes or a slot is given back. */
static bool take_next(struct live *live)
{
	int32_t index;
	struct window *window = next_window(live, &index);
	int32_t slot = window ? find_slot(live, live->slots / 2) : -1;

	if (slot >= 0)
		take(live, index, window, slot);
	return slot >= 0;
}

/* As a whole: unregistered in parts, a mapping would be several for a while, over which no mremap(2) reaches. */
static void let_go(struct space *space)
{
	close(space->uffd);
	space->uffd = -1;
}

static void end(struct live *live)
{
	pthread_mutex_lock(&live->lock);
	live->over = true;
	pthread_mutex_unlock(&live->lock);
}

static struct pollfd *sources(const struct live *live)
{
	struct pollfd *sources = calloc((size_t)live->space_count + 1, sizeof(*sources));

	for (int32_t i = 0; sources && i < live->space_count; i++)
		sources[i] = (struct pollfd){.fd = live->spaces[i].uffd, .events = POLLIN};
	if (sources)
		sources[live->space_count] = (struct pollfd){.fd = live->wake, .events = POLLIN};
	return sources;
}

static void serve(struct live *live, struct pollfd *sources)
{
	bool busy = true;
	int32_t index;

	while (next_window(live, &index) && !ended(live)) {
		poll(sources, (nfds_t)live->space_count + 1, busy ? 0 : -1);
		if (sources[live->space_count].revents)
			drain(live->wake);
		for (int32_t i = 0; i < live->space_count && !ended(live); i++)
			if (sources[i].revents & POLLIN)
				serve_faults(live, i);
		serve_requests(live);
		busy = !ended(live) && take_next(live);
	}
}

/* Who writes once will soon write beside it; where nothing else is watched that much may be left as it is. */
static void admit(const struct space *space, uint64_t address)
{
	uint64_t page = address & ~(uint64_t)(PAGE_BYTES - 1), window = address & ~(uint64_t)(WINDOW_BYTES - 1);

	window_release(space, window, window + WINDOW_BYTES);
	window_release(space, page, page + PAGE_BYTES);
}

static void admit_all(const struct space *space)
{
	struct uffd_msg messages[MOST_MESSAGES];
	ssize_t length = read(space->uffd, messages, sizeof(messages));

	for (ssize_t i = 0; i < length / (ssize_t)sizeof(messages[0]); i++)
		if (messages[i].event == UFFD_EVENT_PAGEFAULT)
			admit(space, messages[i].arg.pagefault.address);
}

void *live_admit(void *data)
{
	struct live *live = data;
	struct pollfd *descriptors = sources(live);

	setpriority(PRIO_PROCESS, (id_t)gettid(), PRIORITY);
	while (descriptors && live->admitting) {
		poll(descriptors, (nfds_t)live->space_count + 1, -1);
		for (int32_t i = 0; i < live->space_count; i++)
			if (descriptors[i].revents & POLLIN)
				admit_all(&live->spaces[i]);
	}
	for (int32_t i = 0; !descriptors && i < live->space_count; i++)
		let_go(&live->spaces[i]); /* nobody is to wait for this thread */
	drain(live->wake);
	free(descriptors);
	return NULL;
}

void *live_serve(void *data)
{
	struct live *live = data;
	struct pollfd *descriptors = sources(live);

	setpriority(PRIO_PROCESS, (id_t)gettid(), PRIORITY); /* the job waits for this thread */
	if (descriptors)
		serve(live, descriptors);
	else
		fail(live, 0, 0, -ENOMEM);
	free(descriptors);
	for (int32_t i = 0; i < live->space_count; i++)
		let_go(&live->spaces[i]);
	end(live);
	return NULL;
}
