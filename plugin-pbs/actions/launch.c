/*
 * pbs-launch: what the execjob_launch hook puts in the place of a job's program. It runs as the job's
 * user and child of MoM, has ckptd make a place for the job, and ends as the job ends.
 *
 *   pbs-launch --job ID [OPTION]... -- PROGRAM ARGV0 [ARGUMENT]...
 *   torque-launch SHELL [ARGUMENT]...      TORQUE's $checkpoint_run_exe; the job asked by -v CKPT=1
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "front.h"
#include "link.h"
#include "status.h"

#define SOCKET       "/run/ckpt/launch.sock"
#define WAIT_FRESH_S 10 /* for ckptd; then a job that has nothing to lose starts unprotected */
#define WAIT_AGAIN_S 60 /* then a job that ran before is given back to PBS */
#define ATTACH_S     5
#define LOOK_NS      200000000

enum { JOB = 256, AGAIN, REQUIRED, SOCKET_PATH, ATTACH, WAIT };

static const struct option LONG[] = {
	{ "job", required_argument, NULL, JOB },
	{ "again", no_argument, NULL, AGAIN },
	{ "required", no_argument, NULL, REQUIRED },
	{ "socket", required_argument, NULL, SOCKET_PATH },
	{ "attach", required_argument, NULL, ATTACH },
	{ "wait", required_argument, NULL, WAIT },
	{ NULL, 0, NULL, 0 },
};

struct launch {
	const char *job;
	const char *socket;
	bool again;    /* the job ran before: it must not begin anew without a word */
	bool required; /* the job shall not run unprotected */
	long wait_s;
	char *program;
	char **arguments;
};

static const char *attach_program;
static const char *attach_job;

static int read_options(struct launch *launch, int argc, char **argv)
{
	int option;

	*launch = (struct launch){ .socket = SOCKET, .wait_s = -1 };
	while ((option = getopt_long(argc, argv, "+", LONG, NULL)) != -1)
		switch (option) {
		case JOB:         launch->job = optarg; break;
		case AGAIN:       launch->again = true; break;
		case REQUIRED:    launch->required = true; break;
		case SOCKET_PATH: launch->socket = optarg; break;
		case ATTACH:      attach_program = optarg; break;
		case WAIT:        launch->wait_s = strtol(optarg, NULL, 10); break;
		default:          return -1;
		}
	if (!launch->job || argc - optind < 2)
		return -1;
	if (launch->wait_s < 0)
		launch->wait_s = launch->again ? WAIT_AGAIN_S : WAIT_FRESH_S;
	launch->program = argv[optind];
	launch->arguments = argv + optind + 1;
	attach_job = launch->job;
	return 0;
}

static bool is_yes(const char *value)
{
	static const char *const NO[] = { "", "0", "n", "no", "false" };

	for (size_t i = 0; i < sizeof(NO) / sizeof(NO[0]); i++)
		if (!value || !strcasecmp(value, NO[i]))
			return false;
	return true;
}

/* TORQUE does not tell a job that begins from one that begins once more: so it is said each time. */
static void read_torque(struct launch *launch, char **argv)
{
	const char *wish = getenv("CKPT");

	*launch = (struct launch){ .socket = SOCKET, .job = getenv("PBS_JOBID"), .wait_s = WAIT_FRESH_S };
	launch->program = argv[1];
	launch->arguments = argv + 1;
	launch->required = wish && !strcasecmp(wish, "required");
	if (!launch->job || !is_yes(wish)) {
		execvp(launch->program, launch->arguments);
		exit(127);
	}
	fprintf(stderr, "ckpt: job %s begins from the beginning\n", launch->job);
}

/* Only root may serve jobs. Returns a descriptor (close-on-exec) or -errno. */
static int call(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd, err = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		err = -errno;
	else if (peer.uid)
		err = -EPERM;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int describe(int link, const struct launch *launch)
{
	mode_t mask = umask(077);
	int fds[2] = { command_pack(launch->program, launch->arguments, environ), open(".", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	int err = fds[0] < 0 ? fds[0] : fds[1] < 0 ? -errno : link_send_fds(link, LINK_COMMAND, (int32_t)mask, fds, 2);

	umask(mask);
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return err;
}

/* One attempt. Returns the link to an init, or -errno; answer says what ckptd said, "" when nothing. */
static int open_place(const struct launch *launch, struct link_message *answer)
{
	int fds[LINK_FDS], link = call(launch->socket), got;

	answer->text[0] = '\0';
	if (link < 0)
		return link;
	got = describe(link, launch);
	if (!got)
		got = link_receive(link, answer, fds);
	if (got == 0 && answer->value == 0)
		return link;
	close(link);
	return got < 0 ? got : answer->value < 0 ? answer->value : -EBADMSG;
}

/* ckptd may be just starting; what it refuses it refuses for good. */
static int await_place(const struct launch *launch, struct link_message *answer)
{
	struct timespec pause = { .tv_nsec = LOOK_NS }, now, end;
	int link;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += launch->wait_s;
	for (;;) {
		link = open_place(launch, answer);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (link >= 0 || answer->text[0] || now.tv_sec >= end.tv_sec)
			return link;
		nanosleep(&pause, NULL);
	}
}

/* The job waits for nothing of this, and must not for a MoM that does not answer: the alarm ends it. */
static _Noreturn void become_attach(pid_t process)
{
	int nothing = open("/dev/null", O_RDWR);
	char pid[16];
	sigset_t none;

	snprintf(pid, sizeof(pid), "%d", process);
	for (int fd = 0; fd < 3; fd++)
		dup2(nothing, fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(ATTACH_S);
	execl(attach_program, attach_program, "-j", attach_job, "-p", pid, (char *)NULL);
	_exit(127);
}

/* Makes a session of the job a task of the job in PBS: accounted for, signalled and ended with it. */
static bool attach(pid_t process)
{
	int status = 0;
	pid_t child = attach_program ? fork() : -1;

	if (child == 0)
		become_attach(process);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int run_without(const struct launch *launch, const char *why)
{
	if (launch->again || launch->required) {
		fprintf(stderr, "ckpt: job %s is given back to PBS: %s\n", launch->job, why);
		return STATUS_TRY_AGAIN;
	}
	fprintf(stderr, "ckpt: job %s runs unprotected: %s\n", launch->job, why);
	execvp(launch->program, launch->arguments);
	fprintf(stderr, "ckpt: %s: %s\n", launch->program, strerror(errno));
	return 127;
}

int main(int argc, char **argv)
{
	struct launch launch;
	struct link_message answer;
	int link;

	/* MoM leaves its own pipes open in every job; they would tie the job to it */
	close_range(3, ~0U, 0);
	if (argc > 1 && !strcmp(program_invocation_short_name, "torque-launch")) {
		read_torque(&launch, argv);
	} else if (read_options(&launch, argc, argv)) {
		fprintf(stderr, "pbs-launch: usage: pbs-launch --job ID [--again] [--required] [--socket PATH] [--attach PROGRAM] "
				"[--wait S] -- PROGRAM ARGV0 [ARGUMENT]...\n");
		return STATUS_USAGE;
	}
	link = await_place(&launch, &answer);
	if (link < 0)
		return run_without(&launch, answer.text[0] ? answer.text : strerror(-link));
	front_run(link, launch.arguments, attach);
}
