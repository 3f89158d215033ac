#include <stdbool.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place_state.h"
#include "status.h"

#define VERDICT_MS 5000 /* how long a SIGKILLed job may turn out to be vacated */

static bool questioned(const struct place *place)
{
	return !sigisemptyset(&place->asked);
}

/* Nothing of the job is lost by leaving before it runs: its images, if any, are untouched. */
static void signal_before_start(struct place *place, int n)
{
	if (n == place->options.notice && place->options.socket)
		place_end(place, status_of_exit(CKPT_EXIT_VACATED));
	else if (n == SIGTERM || n == SIGINT || n == SIGHUP || n == SIGQUIT)
		place_end(place, n);
}

static void ask_engine(struct place *place, int n)
{
	sigaddset(&place->asked, n);
	if (place->engine >= 0)
		place_tell(place, CKPT_PLACE_NOTICE, n);
	else
		place_call(place);
	if (place->engine < 0)
		place_keep_notice(place);
}

void place_signal(const struct place *place, int n)
{
	kill(place->command.program ? -1 : place->first, n);
}

void place_take_signal(struct place *place, int n)
{
	const struct options *options = &place->options;

	if (place->state < RUNNING)
		signal_before_start(place, n);
	else if (place->state != RUNNING)
		return;
	else if (options->socket && (n == options->notice || sigismember(&options->ask, n) == 1))
		ask_engine(place, n);
	else
		place_signal(place, n);
}

static void first_ended(struct place *place, int wait_status)
{
	bool vanished = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;

	place->status = wait_status;
	if (place->engine < 0 && place->options.socket)
		place_call(place);
	if (place->engine >= 0)
		place_tell(place, CKPT_PLACE_EXITED, wait_status);
	place->state = ENDED;
	if (place->engine < 0 || !vanished)
		return;
	place->state = VERDICT;
	place->deadline_ms = questioned(place) ? INT64_MAX : place_now_ms() + VERDICT_MS;
}

static void restorer_ended(struct place *place, int wait_status)
{
	place->restorer = 0;
	if (wait_status && place->engine >= 0)
		place_tell(place, CKPT_PLACE_EXITED, wait_status);
}

/* Who is the job's first process is known from RUNNING on; until then its death must not be missed. */
void place_reap(struct place *place)
{
	pid_t pid;
	int status;

	if (place->state == RESTORING && place->restorer && waitpid(place->restorer, &status, WNOHANG) > 0)
		restorer_ended(place, status);
	if (place->state < RUNNING)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
		if (pid == place->first && place->state == RUNNING)
			first_ended(place, status);
}

/* With a link, signals for the job come from the front. What the terminal sends, it sends to the job too. */
void place_hear_signals(struct place *place)
{
	struct signalfd_siginfo info;

	while (read(place->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (place->link < 0 && info.ssi_signo != SIGCHLD && info.ssi_code <= 0)
			place_take_signal(place, (int)info.ssi_signo);
}
