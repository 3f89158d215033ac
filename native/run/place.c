#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "engine.h"
#include "family.h"
#include "link.h"
#include "namespace.h"
#include "restorer.h"
#include "status.h"

#define RETRY_MS   200   /* between calls while the job waits for the engine      */
#define RECALL_MS  2000 /* between calls while the job runs without one          */
#define WAIT_FRESH_S 10 /* for an engine; then a job that never ran starts unprotected */
#define WAIT_AGAIN_S 60 /* then a job that ran before is given up, or begins afresh */
#define VERDICT_MS 5000 /* how long a SIGKILLed job may turn out to be vacated   */

enum state {
	OPENING,   /* waiting for the front */
	CALLING,   /* no engine yet */
	ASKED,     /* HELLO said */
	STARTING,  /* the front forks the command */
	RESTORING, /* the restorer runs, or is awaited on a given socket */
	RUNNING,
	VERDICT, /* the first process died in the middle of a question to the engine */
	ENDED,
};

struct place {
	struct options options;
	int link;
	int engine;
	int signals;
	int stdio[LINK_FDS];
	struct inherited inherited;
	enum state state;
	pid_t first;    /* the job's first process */
	pid_t restorer;
	sigset_t asked; /* signals noticed to the engine and not answered */
	int status;     /* the job's wait status, from VERDICT on */
	int64_t deadline_ms;
	int64_t next_call_ms;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static __attribute__((format(printf, 2, 3))) void say(const struct place *place, const char *format, ...)
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

static void end(struct place *place, int wait_status)
{
	place->status = wait_status;
	place->state = ENDED;
}

static uint32_t own_flags(const struct place *place)
{
	return place->link < 0 ? 0 : CKPT_PLACE_PRIVATE_PIDS;
}

static int tell(const struct place *place, enum ckpt_place_type type, int64_t value)
{
	return engine_tell(place->engine, &place->options, type, value, own_flags(place));
}

static bool questioned(const struct place *place)
{
	return !sigisemptyset(&place->asked);
}

/* ---- the job's beginning ---- */

static void close_stdio(struct place *place)
{
	if (place->options.role == ROLE_PLACE && place->link < 0)
		child_leave_stdio();
	for (int fd = 0; place->link >= 0 && fd < LINK_FDS; fd++) {
		close(place->stdio[fd]);
		place->stdio[fd] = -1;
	}
}

static void run(struct place *place, pid_t first)
{
	place->first = first;
	place->restorer = 0;
	place->state = RUNNING;
	close_stdio(place);
}

static void started(struct place *place, int32_t pid)
{
	if (pid <= 0) {
		say(place, "the command could not be started: %s", strerror(-pid));
		end(place, status_of_exit(STATUS_FAILED));
		return;
	}
	run(place, pid);
	if (place->engine >= 0)
		tell(place, CKPT_PLACE_SPAWNED, pid);
}

static void begin(struct place *place)
{
	pid_t job;

	place->state = STARTING;
	if (place->link >= 0) {
		link_send(place->link, LINK_BEGIN, 0, NULL);
		return;
	}
	job = fork();
	if (job == 0)
		child_become(&place->inherited, place->options.command);
	started(place, job < 0 ? -errno : job);
}

static void begin_unprotected(struct place *place, const char *why)
{
	const struct options *options = &place->options;

	if (options->required) {
		say(place, "job %s is not started: no engine at %s (%s) and a checkpointed job is required", options->job,
		    options->socket, why);
		end(place, status_of_exit(STATUS_TRY_AGAIN));
		return;
	}
	if (options->generation)
		say(place, "WARNING: job %s BEGINS AFRESH, what it had done before restart %u is not continued: no engine "
		    "at %s (%s)", options->job, options->generation, options->socket, why);
	else
		say(place, "job %s runs unprotected: no engine at %s (%s)", options->job, options->socket, why);
	begin(place);
}

static long patience_s(const struct options *options)
{
	if (options->wait_s >= 0)
		return options->wait_s;
	return options->generation ? WAIT_AGAIN_S : WAIT_FRESH_S;
}

static void call_from_now(struct place *place)
{
	place->state = CALLING;
	place->next_call_ms = now_ms();
	place->deadline_ms = now_ms() + patience_s(&place->options) * 1000;
}

/* ---- the engine ---- */

static void hang_up(struct place *place)
{
	close(place->engine);
	place->engine = -1;
	place->next_call_ms = now_ms();
}

static void call(struct place *place)
{
	bool waiting = place->state == CALLING;
	int engine = engine_call(place->options.socket);

	if (engine >= 0) {
		place->engine = engine;
		engine_tell(engine, &place->options, CKPT_PLACE_HELLO, place->first,
			    own_flags(place) | (waiting ? 0 : CKPT_PLACE_RUNNING));
		if (waiting)
			place->state = ASKED;
		return;
	}
	place->next_call_ms = now_ms() + (waiting ? RETRY_MS : RECALL_MS);
	if (waiting && now_ms() >= place->deadline_ms)
		begin_unprotected(place, strerror(-engine));
}

/* Signals the engine was asked about and will not answer for; the mere notice never reaches the job. */
static void pass_asked(struct place *place)
{
	if (place->state == VERDICT)
		place->state = ENDED;
	for (int n = 1; n < NSIG; n++)
		if (place->state == RUNNING && sigismember(&place->asked, n) == 1 && n != place->options.notice)
			kill(place->first, n);
	sigemptyset(&place->asked);
}

static void engine_lost(struct place *place)
{
	hang_up(place);
	switch (place->state) {
	case ASKED:
		call_from_now(place);
		break;
	case RESTORING:
		family_end();
		place->restorer = 0;
		if (place->options.socket) {
			say(place, "the engine ended while it restored job %s: trying again", place->options.job);
			call_from_now(place);
			break;
		}
		say(place, "the engine ended before job %s was restored", place->options.job);
		end(place, status_of_exit(STATUS_ENGINE_GONE));
		break;
	default:
		pass_asked(place);
	}
}

static void spawn(struct place *place, const struct ckpt_place_message *order, const int fds[2], int count)
{
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
	tell(place, CKPT_PLACE_SPAWNED, pid);
}

static void refuse(struct place *place, const struct ckpt_place_message *order)
{
	say(place, "%s", order->text);
	end(place, status_of_exit((int)order->value));
}

static void obey(struct place *place, const struct ckpt_place_message *order, const int fds[2], int count)
{
	bool waiting = place->state == ASKED || place->state == RESTORING;

	switch (order->type) {
	case CKPT_PLACE_START:
		if (place->state == ASKED)
			begin(place);
		break;
	case CKPT_PLACE_SPAWN:
		if (waiting && !place->restorer)
			spawn(place, order, fds, count);
		break;
	case CKPT_PLACE_RUN:
		if (place->state == RESTORING)
			run(place, (pid_t)order->value);
		break;
	case CKPT_PLACE_REFUSE:
		if (waiting)
			refuse(place, order);
		break;
	case CKPT_PLACE_PASS:
		pass_asked(place);
		break;
	case CKPT_PLACE_VACATED:
		end(place, status_of_exit(CKPT_EXIT_VACATED));
		break;
	case CKPT_PLACE_END:
		end(place, status_of_exit((int)order->value));
		break;
	default:
		break;
	}
}

static void hear_engine(struct place *place)
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

/* ---- signals ---- */

/* Nothing of the job is lost by leaving before it runs: its images, if any, are untouched. */
static void signal_before_start(struct place *place, int n)
{
	if (n == place->options.notice && place->options.socket)
		end(place, status_of_exit(CKPT_EXIT_VACATED));
	else if (n == SIGTERM || n == SIGINT || n == SIGHUP || n == SIGQUIT)
		end(place, n);
}

static void ask_engine(struct place *place, int n)
{
	sigaddset(&place->asked, n);
	if (place->engine < 0)
		call(place);
	if (place->engine < 0 || tell(place, CKPT_PLACE_NOTICE, n))
		pass_asked(place);
}

static void take_signal(struct place *place, int n)
{
	const struct options *options = &place->options;

	if (place->state < RUNNING)
		signal_before_start(place, n);
	else if (place->state != RUNNING)
		return;
	else if (options->socket && (n == options->notice || sigismember(&options->ask, n) == 1))
		ask_engine(place, n);
	else
		kill(place->first, n);
}

static void first_ended(struct place *place, int wait_status)
{
	bool vanished = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;

	place->status = wait_status;
	if (place->engine < 0 && place->options.socket)
		call(place);
	if (place->engine >= 0)
		tell(place, CKPT_PLACE_EXITED, wait_status);
	place->state = ENDED;
	if (place->engine < 0 || !(vanished || questioned(place)))
		return;
	place->state = VERDICT;
	place->deadline_ms = questioned(place) ? INT64_MAX : now_ms() + VERDICT_MS;
}

static void restorer_ended(struct place *place, int wait_status)
{
	place->restorer = 0;
	if (wait_status && place->engine >= 0)
		tell(place, CKPT_PLACE_EXITED, wait_status);
}

/* Who is the job's first process is known from RUNNING on; until then its death must not be missed. */
static void reap(struct place *place)
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
static void hear_signals(struct place *place)
{
	struct signalfd_siginfo info;

	while (read(place->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (place->link < 0 && info.ssi_signo != SIGCHLD && info.ssi_code <= 0)
			take_signal(place, (int)info.ssi_signo);
}

/* ---- the front ---- */

static void opened(struct place *place, const int fds[LINK_FDS])
{
	int err = 0;

	if (place->options.cgroup_fd >= 0)
		err = cgroup_join(place->options.cgroup_fd);
	if (err)
		say(place, "the place could not join the cgroups of its job: %s", strerror(-err));
	memcpy(place->stdio, fds, sizeof(place->stdio));
	if (place->engine >= 0)
		place->state = RESTORING;
	else
		call_from_now(place);
}

static void hear_front(struct place *place)
{
	struct link_message message;
	int fds[LINK_FDS];
	int count = link_receive(place->link, &message, fds);

	if (count < 0) {
		end(place, SIGKILL);
	} else if (message.type == LINK_READY && count == LINK_FDS && place->state == OPENING) {
		opened(place, fds);
		return;
	} else if (message.type == LINK_AGAIN && place->state == OPENING) {
		place->options.generation = (uint32_t)message.value;
	} else if (message.type == LINK_STARTED && place->state == STARTING) {
		started(place, message.value);
	} else if (message.type == LINK_SIGNAL && message.value > 0 && message.value < NSIG) {
		take_signal(place, message.value);
	}
	while (count > 0)
		close(fds[--count]);
}

/* ---- the loop ---- */

static bool calls(const struct place *place)
{
	return place->engine < 0 && place->options.socket && (place->state == CALLING || place->state == RUNNING);
}

static int timeout_ms(const struct place *place)
{
	int64_t until = INT64_MAX, left;

	if (calls(place))
		until = place->next_call_ms;
	if (place->state == VERDICT)
		until = place->deadline_ms;
	left = until - now_ms();
	return until == INT64_MAX ? -1 : left < 0 ? 0 : (int)left;
}

static void watch_clock(struct place *place)
{
	if (calls(place) && now_ms() >= place->next_call_ms)
		call(place);
	if (place->state == VERDICT && now_ms() >= place->deadline_ms)
		place->state = ENDED;
}

static void serve(struct place *place)
{
	while (place->state != ENDED) {
		struct pollfd polled[] = {
			{ .fd = place->signals, .events = POLLIN },
			{ .fd = place->link, .events = POLLIN },
			{ .fd = place->state == OPENING ? -1 : place->engine, .events = POLLIN },
		};

		if (poll(polled, 3, timeout_ms(place)) < 0)
			continue;
		if (polled[0].revents)
			hear_signals(place);
		if (polled[1].revents)
			hear_front(place);
		if (polled[2].revents && place->state != ENDED)
			hear_engine(place);
		if (place->state != ENDED)
			watch_clock(place);
		if (place->state != ENDED)
			reap(place);
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
	struct place place = { .options = *options, .link = link, .engine = options->place_fd, .stdio = { -1, -1, -1 } };
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
	link_send(link, LINK_END, place.status, NULL);
	_exit(0);
}

void place_alone(const struct options *options)
{
	struct place place = { .options = *options, .link = -1, .engine = options->place_fd, .stdio = { 0, 1, 2 } };

	family_adopt();
	place.signals = child_signals(&place.inherited);
	if (place.engine >= 0)
		place.state = RESTORING;
	else
		call_from_now(&place);
	serve(&place);
	family_end();
	status_exit(place.status);
}
