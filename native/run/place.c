#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "family.h"
#include "link.h"
#include "namespace.h"
#include "place_state.h"
#include "status.h"

static void opened(struct place *place, const int fds[LINK_FDS])
{
	int err = 0;

	if (place->options.cgroup_fd >= 0)
		err = cgroup_join(place->options.cgroup_fd);
	if (err)
		place_say(place, "the place could not join the cgroups of its job: %s", strerror(-err));
	memcpy(place->stdio, fds, sizeof(place->stdio));
	if (place->engine >= 0)
		place->state = RESTORING;
	else
		place_wait_for_engine(place);
}

static void described(struct place *place, const int fds[LINK_FDS], mode_t mask)
{
	int err = command_unpack(fds[0], &place->command);

	place->command.directory = fcntl(fds[1], F_DUPFD_CLOEXEC, 3);
	place->command.mask = mask;
	place->command.uid = place->options.uid;
	place->command.gid = place->options.gid;
	if (!err && place->command.directory >= 0)
		return;
	place_say(place, "the command of job %s cannot be read", place->options.job);
	place_end(place, status_of_exit(STATUS_FAILED));
}

static void hear_front(struct place *place)
{
	struct link_message message;
	int fds[LINK_FDS];
	int count = link_receive(place->link, &message, fds);

	if (count < 0) {
		place_end(place, SIGKILL);
	} else if (message.type == LINK_COMMAND && count == 2 && place->options.role == ROLE_SERVE && !place->command.program) {
		described(place, fds, (mode_t)message.value);
	} else if (message.type == LINK_READY && count == LINK_FDS && place->state == OPENING) {
		opened(place, fds);
		return;
	} else if (message.type == LINK_AGAIN && place->state == OPENING) {
		place->options.generation = (uint32_t)message.value;
	} else if (message.type == LINK_STARTED && place->state == STARTING) {
		place_started(place, message.value);
	} else if (message.type == LINK_SIGNAL && message.value > 0 && message.value < NSIG) {
		place_take_signal(place, message.value);
	}
	while (count > 0)
		close(fds[--count]);
}

static bool calls(const struct place *place)
{
	return place->engine < 0 && place->options.socket && (place->state == CALLING || place->state == RUNNING);
}

static int timeout_ms(const struct place *place)
{
	int64_t until = INT64_MAX, left;

	if (calls(place))
		until = place->next_call_ms;
	if (place->state == VERDICT || place->state == ASKED)
		until = place->deadline_ms;
	left = until - place_now_ms();
	return until == INT64_MAX ? -1 : left < 0 ? 0 : (int)left;
}

static void watch_clock(struct place *place)
{
	if (calls(place) && place_now_ms() >= place->next_call_ms)
		place_call(place);
	if (place->state == ASKED && place_now_ms() >= place->deadline_ms)
		place_leave_engine(place);
	if (place->state == VERDICT && place_now_ms() >= place->deadline_ms)
		place->state = ENDED;
}

static void serve(struct place *place)
{
	while (place->state != ENDED) {
		struct pollfd polled[] = {
			{ .fd = place->signals, .events = POLLIN },
			{ .fd = place->link, .events = POLLIN },
			{ .fd = place->state == OPENING ? -1 : place->engine, .events = POLLIN },
			{ .fd = place->loading.orders, .events = POLLIN },
		};

		if (poll(polled, 4, timeout_ms(place)) < 0)
			continue;
		if (polled[0].revents)
			place_hear_signals(place);
		if (polled[1].revents)
			hear_front(place);
		if (polled[3].revents && place->state != ENDED)
			place_hear_loading(place);
		if (polled[2].revents && place->state != ENDED && place->engine >= 0)
			place_hear_engine(place);
		if (place->state != ENDED)
			watch_clock(place);
		if (place->state != ENDED)
			place_reap(place);
	}
}

static void close_all_but(const int *kept, int count)
{
	unsigned int next = 3, stop;

	do {
		stop = ~0U;
		for (int i = 0; i < count; i++)
			if (kept[i] >= (int)next && (unsigned int)kept[i] < stop)
				stop = (unsigned int)kept[i];
		if (stop > next)
			close_range(next, stop - 1, 0);
		next = stop + 1;
	} while (stop != ~0U);
}

/* Nothing of the front's may stay open in init: a pipe's reader would wait for its end in vain. */
static void drop_files(const struct options *options, int link)
{
	int kept[] = { link, options->place_fd, options->cgroup_fd };
	int nothing = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(nothing, fd);
	close_all_but(kept, 3);
}

void place_init(const struct options *options, int link)
{
	struct place place = { .options = *options, .link = link, .engine = options->place_fd, .stdio = { -1, -1, -1 },
			       .loading = { .orders = -1 } };
	int err;

	drop_files(options, link);
	fcntl(link, F_SETFD, FD_CLOEXEC);
	if (chdir("/"))
		_exit(STATUS_FAILED);
	setsid();
	place.signals = child_signals(&place.inherited);
	err = namespace_furnish();
	link_send(link, LINK_UP, err, NULL);
	if (err)
		_exit(STATUS_FAILED);
	serve(&place);
	if (place_loads(&place))
		family_end(); /* before the kernel closes what init holds */
	link_send(link, LINK_END, place.status, NULL);
	_exit(0);
}

void place_alone(const struct options *options)
{
	struct place place = { .options = *options, .link = -1, .engine = options->place_fd, .stdio = { 0, 1, 2 },
			       .loading = { .orders = -1 } };

	family_adopt();
	place.signals = child_signals(&place.inherited);
	if (place.engine >= 0)
		place.state = RESTORING;
	else
		place_wait_for_engine(&place);
	serve(&place);
	family_end();
	status_exit(place.status);
}
