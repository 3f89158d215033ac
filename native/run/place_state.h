/*
 * What a place knows, and what the parts of its state machine ask of each other:
 *
 *   beginning.c     the job starts, or is given up
 *   conversation.c  what the engine orders
 *   ending.c        signals on their way to the job, and the deaths of its processes
 *   place.c         the front, the clock and the loop
 */
#ifndef CKPT_RUN_PLACE_STATE_H
#define CKPT_RUN_PLACE_STATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "child.h"
#include "ckpt_place.h"
#include "command.h"
#include "link.h"
#include "loading.h"
#include "options.h"

enum state {
	OPENING,   /* waiting for the front */
	CALLING,   /* no engine yet */
	ASKED,     /* HELLO said */
	STARTING,  /* the front forks the command */
	RESTORING, /* the restorer runs, or is awaited on a given socket */
	RUNNING,
	VERDICT, /* the first process was killed, perhaps by an engine that vacates the job */
	ENDED,
};

struct place {
	struct options options;
	int link;
	int engine;
	int signals;
	int stdio[LINK_FDS];
	struct command command; /* what is init's to start; program = NULL: the front starts its own */
	struct inherited inherited;
	enum state state;
	pid_t first;    /* the job's first process */
	pid_t restorer;
	sigset_t asked; /* signals noticed to the engine and not answered */
	int status;     /* the job's wait status, from VERDICT on */
	struct loading loading;
	int64_t deadline_ms;
	int64_t next_call_ms;
};

int64_t place_now_ms(void);

/* A line on the job's standard error. */
void place_say(const struct place *place, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The place is to end with this wait status. */
void place_end(struct place *place, int wait_status);

/* The flags of this place's HELLO. */
uint32_t place_flags(const struct place *place);

/* Sends to the engine. Returns 0 or -errno. */
int place_tell(const struct place *place, enum ckpt_place_type type, int64_t value);

/* From now on the exit of first is the job's. */
void place_run(struct place *place, pid_t first);

/* Memory of the job is still on its way. */
bool place_loads(const struct place *place);

/* The job has all of its memory. */
void place_loaded(struct place *place);

/* The rest of the memory cannot be had: ends the job, and has it brought back by the next engine if it has one to call. */
void place_lose_memory(struct place *place, const char *why, int exit_status);

/* Takes an order about memory that is on its way. */
void place_hear_loading(struct place *place);

/* Has the command started, by the front or by this process itself. */
void place_begin(struct place *place);

/* The command was forked: its pid, or -errno. */
void place_started(struct place *place, int32_t pid);

/*
 * No engine came in time: starts the command, unless it is required to be protected; or gives the job back to its
 * scheduler when it ran before, for only an engine knows what it has to go on from.
 */
void place_begin_unprotected(struct place *place, const char *why);

/* Calls for an engine until the place's patience ends. */
void place_wait_for_engine(struct place *place);

/* HELLO was said: an engine that says nothing for as long as one is waited for counts as none. */
void place_wait_for_answer(struct place *place);

/* Hangs up on an engine that does not answer, and goes on without. */
void place_leave_engine(struct place *place);

/* One call; when it is answered says HELLO, and asks again what a running job waits to be told. */
void place_call(struct place *place);

/* Takes one message of the engine, or its end. */
void place_hear_engine(struct place *place);

/* The engine does not want the signals it was asked about: they are the job's, all but the mere notice. */
void place_pass_asked(struct place *place);

/* No engine is there to answer: what is more than a mere notice is the job's; the next engine is asked about the notice. */
void place_keep_notice(struct place *place);

/* Sends a signal to the job: to its first process, or where the front cannot reach the others to all. */
void place_signal(const struct place *place, int n);

/* A signal that is meant for the job. */
void place_take_signal(struct place *place, int n);

/* Takes the signals of this process itself. */
void place_hear_signals(struct place *place);

/* Takes note of every process that ended. */
void place_reap(struct place *place);

#endif
