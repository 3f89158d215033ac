#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "family.h"
#include "place_state.h"
#include "restorer.h"
#include "status.h"

#define RETRY_MS  200 /* between calls while the job waits for the engine */
#define RECALL_MS  2000 /* between calls while the job runs without one */

static void hang_up(struct place *place)
{
	close(place->engine);
	place->engine = -1;
	place->next_call_ms = place_now_ms();
}

static void ask_again(const struct place *place)
{
	for (int n = 1; n < NSIG; n++)
		if (sigismember(&place->asked, n) == 1)
			place_tell(place, CKPT_PLACE_NOTICE, n);
}

void place_call(struct place *place)
{
	bool waiting = place->state == CALLING;
	int engine = engine_call(place->options.socket);

	if (engine >= 0) {
		place->engine = engine;
		engine_tell(engine, &place->options, CKPT_PLACE_HELLO, place->first,
			    place_flags(place) | (waiting ? 0 : CKPT_PLACE_RUNNING));
		if (waiting)
			place_wait_for_answer(place);
		else
			ask_again(place);
		return;
	}
	place->next_call_ms = place_now_ms() + (waiting ? RETRY_MS : RECALL_MS);
	if (waiting && place_now_ms() >= place->deadline_ms)
		place_begin_unprotected(place, strerror(-engine));
}

void place_keep_notice(struct place *place)
{
	if (place->state == VERDICT)
		place->state = ENDED;
	for (int n = 1; n < NSIG; n++)
		if (n != place->options.notice && sigismember(&place->asked, n) == 1) {
			sigdelset(&place->asked, n);
			if (place->state == RUNNING)
				place_signal(place, n);
		}
}

void place_pass_asked(struct place *place)
{
	place_keep_notice(place);
	sigemptyset(&place->asked);
}

void place_leave_engine(struct place *place)
{
	hang_up(place);
	place_begin_unprotected(place, "it does not answer");
}

/* One that was to leave leaves: its checkpoint is none the worse. */
static void bring_back(struct place *place)
{
	if (sigisemptyset(&place->asked))
		place_wait_for_engine(place);
	else
		place_end(place, status_of_exit(CKPT_EXIT_VACATED));
}

/* Until all of it is dead the job must not find its userfaultfds closed. */
void place_lose_memory(struct place *place, const char *why, int exit_status)
{
	if (place->engine >= 0)
		hang_up(place);
	family_end();
	loading_end(&place->loading);
	place->first = place->restorer = 0;
	place_say(place, "job %s is ended, and goes back to its checkpoint: %s", place->options.job, why);
	if (place->options.socket)
		bring_back(place);
	else
		place_end(place, status_of_exit(exit_status));
}

static void lose_engine_while_loading(struct place *place)
{
	place_lose_memory(place, "the engine ended before all of its memory was there", STATUS_ENGINE_GONE);
}

void place_hear_loading(struct place *place)
{
	int err = loading_obey(&place->loading);

	if (err < 0)
		place_lose_memory(place, strerror(-err), STATUS_FAILED);
}

static void engine_lost(struct place *place)
{
	if (place_loads(place) && place->state == RUNNING) {
		lose_engine_while_loading(place);
		return;
	}
	hang_up(place);
	switch (place->state) {
	case ASKED:
		place_wait_for_engine(place);
		break;
	case RESTORING:
		family_end();
		loading_end(&place->loading);
		place->restorer = 0;
		if (place->options.socket) {
			place_say(place, "the engine ended while it restored job %s: trying again", place->options.job);
			place_wait_for_engine(place);
			break;
		}
		place_say(place, "the engine ended before job %s was restored", place->options.job);
		place_end(place, status_of_exit(STATUS_ENGINE_GONE));
		break;
	default:
		place_keep_notice(place);
	}
}

/* What the launcher has on its standard input is for a command that starts afresh. */
static void spend_input(struct place *place)
{
	if (!place->command.program)
		return;
	close(place->stdio[0]);
	place->stdio[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void spawn(struct place *place, const struct ckpt_place_message *order, const int fds[2], int count)
{
	spend_input(place);
	struct restorer restorer = {
		.binary = fds[0],
		.plan = fds[1],
		.stdio = place->stdio,
		.pid = (pid_t)order->value,
		.monotonic_ns = order->monotonic_ns,
		.boottime_ns = order->boottime_ns,
	};
	pid_t pid = count == 2 ? restorer_spawn(&restorer) : -EBADMSG;

	place->state = RESTORING;
	place->restorer = pid > 0 ? pid : 0;
	place_tell(place, CKPT_PLACE_SPAWNED, pid);
}

static void refuse(struct place *place, const struct ckpt_place_message *order)
{
	place_say(place, "%s", order->text);
	place_end(place, status_of_exit((int)order->value));
}

static void obey(struct place *place, const struct ckpt_place_message *order, const int fds[2], int count)
{
	bool waiting = place->state == ASKED || place->state == RESTORING;

	switch (order->type) {
	case CKPT_PLACE_START:
		if (place->state != ASKED)
			break;
		if (order->text[0])
			place_say(place, "%s", order->text);
		place_begin(place);
		break;
	case CKPT_PLACE_WORKING:
		if (place->state == ASKED)
			place_wait_for_answer(place);
		break;
	case CKPT_PLACE_SPAWN:
		if (waiting && !place->restorer)
			spawn(place, order, fds, count);
		break;
	case CKPT_PLACE_RUN:
		if (place->state == RESTORING)
			place_run(place, (pid_t)order->value);
		break;
	case CKPT_PLACE_LOADING:
		if (place->state == RESTORING && count == 1 && !place_loads(place))
			loading_begin(&place->loading, fcntl(fds[0], F_DUPFD_CLOEXEC, 3));
		break;
	case CKPT_PLACE_LOADED:
		place_loaded(place);
		break;
	case CKPT_PLACE_LOST:
		if (place_loads(place))
			place_lose_memory(place, order->text, (int)order->value);
		break;
	case CKPT_PLACE_REFUSE:
		if (waiting)
			refuse(place, order);
		break;
	case CKPT_PLACE_PASS:
		place_pass_asked(place);
		break;
	case CKPT_PLACE_VACATED:
		place_end(place, status_of_exit(CKPT_EXIT_VACATED));
		break;
	case CKPT_PLACE_END:
		place_end(place, status_of_exit((int)order->value));
		break;
	default:
		break;
	}
}

void place_hear_engine(struct place *place)
{
	struct ckpt_place_message order;
	int fds[2] = { -1, -1 };
	int count = engine_receive(place->engine, &order, fds);

	if (count < 0) {
		engine_lost(place);
		return;
	}
	obey(place, &order, fds, count);
	while (count > 0)
		close(fds[--count]);
}
