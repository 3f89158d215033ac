#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "session.h"
#include "place_state.h"
#include "status.h"

#define WAIT_FRESH_S 10 /* for an engine; then a job that never ran starts unprotected */
#define WAIT_AGAIN_S 60 /* then a job that ran before is given back to its scheduler */
#define ANSWER_S     5  /* more, for an engine that is there and says nothing */

int64_t place_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void place_say(const struct place *place, const char *format, ...)
{
	char text[sizeof(((struct link_message *)NULL)->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (place->link < 0)
		fprintf(stderr, "ckpt-run: %s\n", text);
	else
		link_send(place->link, LINK_SAY, 0, text);
}

void place_end(struct place *place, int wait_status)
{
	place->status = wait_status;
	place->state = ENDED;
}

uint32_t place_flags(const struct place *place)
{
	return place->link < 0 ? 0 : CKPT_PLACE_PRIVATE_PIDS;
}

int place_tell(const struct place *place, enum ckpt_place_type type, int64_t value)
{
	return engine_tell(place->engine, &place->options, type, value, place_flags(place));
}

static void close_stdio(struct place *place)
{
	if (place->options.role == ROLE_PLACE && place->link < 0)
		child_leave_stdio();
	for (int fd = 0; place->link >= 0 && fd < LINK_FDS; fd++) {
		close(place->stdio[fd]);
		place->stdio[fd] = -1;
	}
}

void place_run(struct place *place, pid_t first)
{
	place->first = first;
	place->restorer = 0;
	place->state = RUNNING;
	if (place->command.program)
		session_announce(place->link);
	if (!place_loads(place))
		close_stdio(place);
}

bool place_loads(const struct place *place)
{
	return place->loading.under_way;
}

void place_loaded(struct place *place)
{
	loading_end(&place->loading);
	if (place->state == RUNNING)
		close_stdio(place);
}

void place_started(struct place *place, int32_t pid)
{
	if (pid <= 0) {
		place_say(place, "the command could not be started: %s", strerror(-pid));
		place_end(place, status_of_exit(STATUS_FAILED));
		return;
	}
	place_run(place, pid);
	if (place->engine >= 0)
		place_tell(place, CKPT_PLACE_SPAWNED, pid);
}

void place_begin(struct place *place)
{
	pid_t job;

	place->state = STARTING;
	if (place->command.program) {
		place_started(place, command_start(&place->command, place->stdio));
		return;
	}
	if (place->link >= 0) {
		link_send(place->link, LINK_BEGIN, 0, NULL);
		return;
	}
	job = fork();
	if (job == 0)
		child_become(&place->inherited, place->options.command);
	place_started(place, job < 0 ? -errno : job);
}

void place_begin_unprotected(struct place *place, const char *why)
{
	const struct options *options = &place->options;

	if (options->generation) {
		place_say(place, "job %s ran before and is given back: no engine at %s (%s) to go on with its checkpoints",
		    options->job, options->socket, why);
		place_end(place, status_of_exit(CKPT_EXIT_VACATED));
		return;
	}
	if (options->required) {
		place_say(place, "job %s is not started: no engine at %s (%s) and a checkpointed job is required", options->job,
		    options->socket, why);
		place_end(place, status_of_exit(STATUS_TRY_AGAIN));
		return;
	}
	place_say(place, "job %s runs unprotected: no engine at %s (%s)", options->job, options->socket, why);
	place_begin(place);
}

static long patience_s(const struct options *options)
{
	if (options->wait_s >= 0)
		return options->wait_s;
	return options->generation ? WAIT_AGAIN_S : WAIT_FRESH_S;
}

void place_wait_for_answer(struct place *place)
{
	place->state = ASKED;
	place->deadline_ms = place_now_ms() + (patience_s(&place->options) + ANSWER_S) * 1000;
}

void place_wait_for_engine(struct place *place)
{
	place->state = CALLING;
	place->next_call_ms = place_now_ms();
	place->deadline_ms = place_now_ms() + patience_s(&place->options) * 1000;
}
