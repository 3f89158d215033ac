/*
 * pbs-action: what MoM runs for an $action.
 *
 *   pbs-action VERB JOBID SID TASKID UID GID [SECONDS]
 *
 *   terminate         checkpoint the job if it is to come back, and end it in any case
 *   checkpoint        checkpoint the job, which goes on
 *   checkpoint_abort  checkpoint the job and end it, or leave it as it is
 *   restart           have PBS start the job again instead: anywhere, through the launch hook
 *
 * MoM calls it as root with descriptors 0-2 closed, its log at 3, and kills it alone after SECONDS.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "ask.h"
#include "session_end.h"
#include "ticket.h"
#include "torque.h"

#define SECONDS    600 /* MoM's patience, when it is not said */
#define KILL_S     30  /* of it kept back for the end of the processes */
#define GRACE_S    10  /* between SIGTERM and SIGKILL: the kill_delay of PBS, where MoM is that patient */
#define GOING_S    5   /* a vacated job is gone, its front about to go */

struct action {
	const char *job;
	int session;
	int task;
	int seconds;
	uid_t owner;
};

static enum answer checkpoint(const struct action *action, enum ckpt_place_type type)
{
	int seconds = action->seconds > 2 * KILL_S ? action->seconds - KILL_S : action->seconds / 2;

	return ticket_is_marked(action->job, "") ? ask(type, action->job, seconds) : ANSWER_REFUSED;
}

static void end_gently(const struct action *action)
{
	int grace = action->seconds / 4;

	session_signal(action->session, SIGTERM);
	session_signal(action->session, SIGCONT);
	session_await_empty(action->session, grace < GRACE_S ? grace : GRACE_S);
}

static int terminate(const struct action *action)
{
	bool deleted = ticket_is_marked(action->job, ".deleted");

	if (ticket_is_marked(action->job, ""))
		ticket_mark(action->job, ".ended");
	if (!deleted && checkpoint(action, CKPT_PLACE_LEAVE) == ANSWER_DONE)
		session_await_empty(action->session, GOING_S);
	else
		end_gently(action);
	session_end(action->session);
	return 0;
}

/* ckptctl hold wants the job to be bound to no host, as one is that MoM has checkpointed. */
static bool is_to_be_unbound(const struct action *action)
{
	char path[PATH_MAX];
	struct stat mark;

	snprintf(path, sizeof(path), "/run/ckpt/unbound/%s", action->job);
	return !lstat(path, &mark) && (mark.st_uid == action->owner || !mark.st_uid);
}

/* MoM asks for each task; with the checkpoint of the first, all of the job may be over, and its ticket taken. */
static bool went_with_the_first(const struct action *action)
{
	return action->task > 1 && !ticket_is_marked(action->job, "") && !session_await_empty(action->session, 0);
}

static int checkpoint_abort(const struct action *action)
{
	if (went_with_the_first(action))
		return 0;
	if (is_to_be_unbound(action) || checkpoint(action, CKPT_PLACE_LEAVE) != ANSWER_DONE)
		return 1;
	session_await_empty(action->session, GOING_S);
	session_end(action->session);
	return 0;
}

static int save(const struct action *action)
{
	return checkpoint(action, CKPT_PLACE_SAVE) == ANSWER_DONE ? 0 : 1;
}

/* The epilogue hook finds the mark and has the job started again. */
static int restart(const struct action *action)
{
	ticket_mark(action->job, ".restart");
	return 1;
}

static const struct verb {
	const char *name;
	int (*run)(const struct action *action);
} VERBS[] = {
	{ "terminate", terminate },
	{ "checkpoint", save },
	{ "checkpoint_abort", checkpoint_abort },
	{ "restart", restart },
};

static const struct torque_verb {
	const char *name;
	int (*run)(char **words);
} TORQUE[] = {
	{ "torque-checkpoint", torque_checkpoint },
	{ "torque-restart", torque_restart },
	{ "torque-prologue", torque_prologue },
};

/* Which descriptors MoM has left open is chance. */
static void settle(int kept)
{
	int nothing;

	close_range((unsigned int)kept, ~0U, 0);
	nothing = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			dup2(nothing, fd);
	if (nothing > 2)
		close(nothing);
	umask(077);
	signal(SIGHUP, SIG_DFL);
}

static int run_torque(char **argv)
{
	settle(3);
	openlog(argv[0], LOG_PERROR, LOG_DAEMON);
	for (size_t i = 0; i < sizeof(TORQUE) / sizeof(TORQUE[0]); i++)
		if (!strcmp(argv[0], TORQUE[i].name))
			return TORQUE[i].run(argv + 1);
	syslog(LOG_ERR, "no such verb");
	return 64;
}

static int run(int argc, char **argv)
{
	struct action action = { .seconds = SECONDS };

	settle(0);
	openlog("pbs-action", LOG_PID, LOG_DAEMON);
	if (argc < 4) {
		syslog(LOG_ERR, "usage: pbs-action VERB JOBID SID TASKID UID GID [SECONDS]");
		return 64;
	}
	action.job = argv[2];
	action.session = abs(atoi(argv[3])); /* of a restart it is negative */
	action.task = argc > 4 ? atoi(argv[4]) : 1;
	action.owner = argc > 5 ? (uid_t)atoi(argv[5]) : 0;
	if (argc > 7 && atoi(argv[7]) > 0)
		action.seconds = atoi(argv[7]);
	for (size_t i = 0; i < sizeof(VERBS) / sizeof(VERBS[0]); i++)
		if (!strcmp(argv[1], VERBS[i].name) && action.session > 1)
			return VERBS[i].run(&action);
	syslog(LOG_ERR, "cannot %s job %s, session %s", argv[1], argv[2], argv[3]);
	return 64;
}

int main(int argc, char **argv)
{
	if (strncmp(program_invocation_short_name, "torque-", 7))
		return run(argc, argv);
	argv[0] = program_invocation_short_name;
	return run_torque(argv);
}
