#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ckpt_place.h"

#define DEFAULT_SOCKET "/run/ckpt/notify.sock"

/* A plugin that can replace only argv[0] names the link and the real program here: "FD:PROGRAM". */
#define FRONT_VARIABLE "CKPT_RUN_FRONT"

enum { JOB = 256, GENERATION, INTERVAL, KEEP, STORE, SOCKET, REQUIRED, USER, GROUP, NOTICE, ASK, WAIT, PLACE, PRIVATE, INIT,
       FRONT, CGROUP, SERVE };

static const struct option LONG[] = {
	{ "job", required_argument, NULL, JOB },
	{ "generation", required_argument, NULL, GENERATION },
	{ "interval", required_argument, NULL, INTERVAL },
	{ "keep", required_argument, NULL, KEEP },
	{ "store", required_argument, NULL, STORE },
	{ "socket", required_argument, NULL, SOCKET },
	{ "required", no_argument, NULL, REQUIRED },
	{ "uid", required_argument, NULL, USER },
	{ "gid", required_argument, NULL, GROUP },
	{ "notice", required_argument, NULL, NOTICE },
	{ "ask", required_argument, NULL, ASK },
	{ "wait", required_argument, NULL, WAIT },
	{ "place", required_argument, NULL, PLACE },
	{ "private-pids", no_argument, NULL, PRIVATE },
	{ "init", required_argument, NULL, INIT },
	{ "front", required_argument, NULL, FRONT },
	{ "cgroup", required_argument, NULL, CGROUP },
	{ "serve", required_argument, NULL, SERVE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

void options_help(void)
{
	puts("Usage: ckpt-run [OPTION]... -- COMMAND [ARGUMENT]...\n"
	     "       ckpt-run --place FD [--private-pids] [OPTION]...\n"
	     "\n"
	     "Starts COMMAND in a place from which it can be checkpointed and in which it can be\n"
	     "restarted: a pid namespace with its own /proc. Passes signals on and exits as COMMAND does.\n"
	     "\n"
	     "  --job NAME         the job's name at the engine (default: pid-PID)\n"
	     "  --generation N     how often the scheduler restarted the job (default 0)\n"
	     "  --interval S       seconds between checkpoints, or auto (default: the site's)\n"
	     "  --keep N           checkpoints to keep (default: the site's)\n"
	     "  --store DIR        where the images go (default: the site's)\n"
	     "  --socket PATH      where the engine listens (default " DEFAULT_SOCKET ")\n"
	     "  --required         do not start an unprotected job: exit 75 instead\n"
	     "  --uid N --gid N    the job's owner, when root starts it for somebody\n"
	     "  --notice SIGNAL    means only: a preemption is near; the job never gets it (default USR2)\n"
	     "  --ask SIGNAL       ask the engine before the job gets SIGNAL; may be repeated\n"
	     "  --wait S           how long to wait for an engine (default 10, restarted jobs 60)\n"
	     "  --place FD         restore what the engine at socket FD says\n"
	     "  --private-pids     with --place: in a pid namespace of its own\n"
	     "  --help             this text\n"
	     "\n"
	     "For scheduler plugins: --init FD --cgroup FD starts pid 1 of a place, --front FD the process\n"
	     "that the scheduler sees; the two FDs are the ends of one SOCK_SEQPACKET pair. --serve FD starts\n"
	     "pid 1 for a launcher that is somebody else's, connected at FD, and leaves it alone.\n"
	     "\n"
	     "Exit status: COMMAND's, or 64 usage, 69 the engine went away, 70 the place failed,\n"
	     "75 no engine and --required, 85 checkpointed and left, or no engine and the job ran before,\n"
	     "126/127 COMMAND did not start.");
}

static int number(const char *name, const char *text, long max, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 10);
	if (errno || *end || end == text || *value < 0 || *value > max) {
		fprintf(stderr, "ckpt-run: --%s: '%s' is not a number from 0 to %ld\n", name, text, max);
		return -1;
	}
	return 0;
}

static int signal_number(const char *text)
{
	for (int n = 1; n < NSIG; n++) {
		const char *name = sigabbrev_np(n);

		if (name && !strcmp(name, strncmp(text, "SIG", 3) ? text : text + 3))
			return n;
	}
	fprintf(stderr, "ckpt-run: '%s' is not the name of a signal\n", text);
	return -1;
}

static int read_number(struct options *o, int option, const char *name)
{
	bool descriptor = option == PLACE || option == INIT || option == FRONT || option == CGROUP ||
			  option == SERVE;
	long value;

	if (option == INTERVAL && !strcmp(optarg, "auto")) {
		o->interval_s = CKPT_PLACE_INTERVAL_AUTO;
		return 0;
	}
	if (number(name, optarg, descriptor ? INT_MAX : UINT32_MAX, &value))
		return -1;
	switch (option) {
	case GENERATION: o->generation = (uint32_t)value; break;
	case INTERVAL:   o->interval_s = (uint32_t)value; break;
	case KEEP:       o->keep = (uint32_t)value; break;
	case WAIT:       o->wait_s = value; break;
	case USER:       o->uid = (uid_t)value; break;
	case GROUP:      o->gid = (gid_t)value; break;
	case PLACE:      o->place_fd = (int)value; o->role = ROLE_PLACE; break;
	case INIT:       o->link_fd = (int)value; o->role = ROLE_INIT; break;
	case FRONT:      o->link_fd = (int)value; o->role = ROLE_FRONT; break;
	case CGROUP:     o->cgroup_fd = (int)value; break;
	case SERVE:      o->link_fd = (int)value; o->role = ROLE_SERVE; o->notice = 0; break;
	}
	return 0;
}

static int read_option(struct options *o, int option, const char *name)
{
	int signal = 0;

	switch (option) {
	case JOB:      o->job = optarg; return 0;
	case STORE:    o->store = optarg; return 0;
	case SOCKET:   o->socket = optarg; return 0;
	case REQUIRED: o->required = true; return 0;
	case PRIVATE:  o->private_pids = true; return 0;
	case 'h':      o->role = ROLE_HELP; return 0;
	case '?':      return -1;
	case NOTICE:
		o->notice = signal_number(optarg);
		return o->notice;
	case ASK:
		signal = signal_number(optarg);
		return signal < 0 ? signal : sigaddset(&o->ask, signal);
	default:
		return read_number(o, option, name);
	}
}

static void set_defaults(struct options *o)
{
	static char name[32];

	snprintf(name, sizeof(name), "pid-%d", getpid());
	*o = (struct options){
		.role = ROLE_RUN,
		.job = name,
		.store = "",
		.uid = getuid(),
		.gid = getgid(),
		.notice = SIGUSR2,
		.wait_s = -1,
		.place_fd = -1,
		.link_fd = -1,
		.cgroup_fd = -1,
	};
	sigemptyset(&o->ask);
}

static int front_from_environment(struct options *o, char **argv)
{
	char *value = getenv(FRONT_VARIABLE);
	char *end;
	long fd = strtol(value, &end, 10);

	if (end == value || *end != ':' || fd < 0 || fd > INT_MAX) {
		fprintf(stderr, "ckpt-run: %s: '%s' is not FD:PROGRAM\n", FRONT_VARIABLE, value);
		return -1;
	}
	o->role = ROLE_FRONT;
	o->link_fd = (int)fd;
	o->command = argv;
	argv[0] = strdup(end + 1);
	unsetenv(FRONT_VARIABLE);
	return argv[0] ? 0 : -1;
}

static int check(struct options *o)
{
	const char *wrong = NULL;

	if (o->role == ROLE_HELP)
		return 0;
	if (strlen(o->job) >= sizeof(((struct ckpt_place_message *)NULL)->job))
		wrong = "--job: the name is too long";
	else if (strlen(o->store) >= sizeof(((struct ckpt_place_message *)NULL)->directory))
		wrong = "--store: the path is too long";
	else if ((o->role == ROLE_RUN || o->role == ROLE_FRONT) && !o->command[0])
		wrong = "a command is missing, see --help";
	else if (o->role != ROLE_RUN && o->role != ROLE_FRONT && o->command[0])
		wrong = "a command does not go with --place, --init or --serve";
	if (wrong)
		fprintf(stderr, "ckpt-run: %s\n", wrong);
	return wrong ? -1 : 0;
}

int options_read(struct options *o, int argc, char **argv)
{
	int option, index = 0;

	set_defaults(o);
	if (getenv(FRONT_VARIABLE))
		return front_from_environment(o, argv);
	while ((option = getopt_long(argc, argv, "+h", LONG, &index)) != -1)
		if (read_option(o, option, LONG[index].name) < 0)
			return -1;
	if (!o->socket && o->role != ROLE_PLACE)
		o->socket = DEFAULT_SOCKET;
	o->command = argv + optind;
	return check(o);
}
