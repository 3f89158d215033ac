#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ckpt_place.h"
#include "contexts.h"
#include "link.h"
#include "namespace.h"
#include "options.h"
#include "status.h"

#define INSTALLED_RUN "/usr/libexec/ckpt/ckpt-run"
#define ARGUMENTS     32

#ifndef SLURM_BATCH_SCRIPT
#define SLURM_BATCH_SCRIPT 0xfffffffbu
#endif

struct init {
	const char *run;
	const char *socket;
	struct ckpt_options options;
	uint32_t job, generation;
	uid_t uid;
	gid_t gid;
	int link;   /* init's end */
	int cgroup; /* the task's membership, read when it has arrived in its step's cgroups */
};

static char run_path[PATH_MAX]; /* of ckpt-run; set where there is a place to become the front of */
static int front_link = -1;
static bool required;
static bool placeless; /* it is this node that cannot protect the job */
static char trouble[PATH_MAX + 128]; /* why the job is not protected; "": it is, or need not be */

static const char *configured(const char *key, int count, char **configuration)
{
	size_t length = strlen(key);

	for (int i = 0; i < count; i++)
		if (!strncmp(configuration[i], key, length) && configuration[i][length] == '=')
			return configuration[i] + length + 1;
	return NULL;
}

/* PREFIX/lib/slurm/spank_ckpt.so belongs to PREFIX/libexec/ckpt/ckpt-run. */
static void find_run(int count, char **configuration)
{
	const char *run = configured("run", count, configuration);
	char *slash;
	Dl_info here;

	if (!run && dladdr(&front_link, &here) && here.dli_fname) {
		snprintf(run_path, sizeof(run_path), "%s", here.dli_fname);
		slash = strrchr(run_path, '/');
		if (slash)
			snprintf(slash, sizeof(run_path) - (size_t)(slash - run_path), "/../../libexec/ckpt/ckpt-run");
		if (!access(run_path, X_OK))
			return;
	}
	snprintf(run_path, sizeof(run_path), "%s", run ? run : INSTALLED_RUN);
}

/* The command line of init; its numbers are kept as text here. */
struct arguments {
	char *word[ARGUMENTS + 1];
	char number[ARGUMENTS][16];
	int count;
};

static void add(struct arguments *arguments, const char *word)
{
	if (arguments->count < ARGUMENTS)
		arguments->word[arguments->count++] = (char *)word;
}

static void add_number(struct arguments *arguments, const char *option, uint32_t value)
{
	add(arguments, option);
	snprintf(arguments->number[arguments->count], sizeof(arguments->number[0]), "%u", value);
	add(arguments, arguments->number[arguments->count]);
}

static void add_interval(struct arguments *arguments, uint32_t seconds)
{
	if (seconds != CKPT_PLACE_INTERVAL_AUTO) {
		add_number(arguments, "--interval", seconds);
		return;
	}
	add(arguments, "--interval");
	add(arguments, "auto");
}

static void describe(struct arguments *arguments, const struct init *init)
{
	add(arguments, init->run);
	add_number(arguments, "--init", (uint32_t)init->link);
	add_number(arguments, "--cgroup", (uint32_t)init->cgroup);
	add_number(arguments, "--uid", init->uid);
	add_number(arguments, "--gid", init->gid);
	add_number(arguments, "--job", init->job);
	add_number(arguments, "--generation", init->generation);
	add_interval(arguments, init->options.interval_s);
	add_number(arguments, "--keep", init->options.keep);
	add(arguments, "--store");
	add(arguments, init->options.store);
	add(arguments, "--ask");
	add(arguments, "TERM");
	if (init->socket) {
		add(arguments, "--socket");
		add(arguments, init->socket);
	}
	if (init->options.protection == PROTECTION_REQUIRED)
		add(arguments, "--required");
}

static _Noreturn void become_init(const struct init *init)
{
	struct arguments arguments = { .count = 0 };
	char *environment[] = { NULL };

	describe(&arguments, init);
	fcntl(init->link, F_SETFD, 0);
	fcntl(init->cgroup, F_SETFD, 0);
	execve(init->run, arguments.word, environment);
	_exit(127);
}

/* Returns 0 once init is up and front_link leads to it, or -errno with nothing changed. */
static int start_init(struct init *init)
{
	struct namespace_before before;
	struct link_message message;
	int link[2], fds[LINK_FDS], err;
	pid_t pid;

	err = link_pair(link);
	if (!err)
		err = namespace_enter(&before);
	if (err)
		return err;
	init->link = link[1];
	pid = fork();
	if (pid == 0)
		become_init(init);
	close(link[1]);
	err = pid < 0 ? -errno : link_receive(link[0], &message, fds);
	if (!err)
		err = message.value;
	if (!err) {
		namespace_keep(&before);
		front_link = link[0];
		return 0;
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	namespace_leave(&before);
	close(link[0]);
	return err;
}

static int open_place(spank_t spank, struct init *init, int count, char **configuration)
{
	int err;

	find_run(count, configuration);
	init->run = run_path;
	init->socket = configured("socket", count, configuration);
	spank_get_item(spank, S_JOB_ID, &init->job);
	spank_get_item(spank, S_JOB_UID, &init->uid);
	spank_get_item(spank, S_JOB_GID, &init->gid);
	spank_get_item(spank, S_SLURM_RESTART_COUNT, &init->generation);
	if (access(run_path, X_OK))
		return -errno;
	init->cgroup = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	if (init->cgroup < 0)
		return -errno;
	err = start_init(init);
	close(init->cgroup);
	return err;
}

/* The first word of a batch step is its script, where slurmd has put it. */
static int read_script(spank_t spank, struct ckpt_options *options)
{
	char **arguments;
	int count;

	if (spank_get_item(spank, S_JOB_ARGV, &count, &arguments) != ESPANK_SUCCESS || count < 1)
		return 0;
	return options_complete(options, arguments[0]);
}

void step_open_place(spank_t spank, int count, char **configuration)
{
	struct init init = { 0 };
	uint32_t step = 0;
	int err;

	if (spank_get_item(spank, S_JOB_STEPID, &step) != ESPANK_SUCCESS || step != SLURM_BATCH_SCRIPT)
		return;
	if (options_read(spank, &init.options))
		return;
	if (read_script(spank, &init.options)) {
		snprintf(trouble, sizeof(trouble), "its #CKPT lines are not understood");
		return;
	}
	if (!options_protect(&init.options))
		return;
	required = init.options.protection == PROTECTION_REQUIRED;
	err = open_place(spank, &init, count, configuration);
	placeless = err != 0;
	if (err)
		snprintf(trouble, sizeof(trouble), "%s: %s", run_path, strerror(-err));
}

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)

static int put_in_front(spank_t spank)
{
	char fd[16];
	const char *arguments[] = { run_path, "--front", fd, "--" };

	snprintf(fd, sizeof(fd), "%d", front_link);
	return spank_prepend_task_argv(spank, 4, arguments) == ESPANK_SUCCESS ? 0 : -1;
}

#else

/* Here only argv[0] can be replaced; the rest ckpt-run finds in its environment. */
static int put_in_front(spank_t spank)
{
	char **arguments, value[PATH_MAX + 16];
	int count;

	if (spank_get_item(spank, S_JOB_ARGV, &count, &arguments) != ESPANK_SUCCESS || count < 1)
		return -1;
	snprintf(value, sizeof(value), "%d:%s", front_link, arguments[0]);
	if (spank_setenv(spank, "CKPT_RUN_FRONT", value, 1) != ESPANK_SUCCESS)
		return -1;
	arguments[0] = run_path;
	return 0;
}

#endif

/* In 22.05 S_SLURM_RESTART_COUNT is always 0 in a batch step; the task's environment, complete only now, tells. */
static uint32_t restart_count(spank_t spank)
{
	char text[16];

	return spank_getenv(spank, "SLURM_RESTART_COUNT", text, sizeof(text)) == ESPANK_SUCCESS ?
		       (uint32_t)strtoul(text, NULL, 10) : 0;
}

/* Only here does the job's own standard error exist. What the job had done before is not to be done again. */
static void tell_trouble(bool again)
{
	fprintf(stderr, "ckpt: this job cannot be protected: %s\n", trouble);
	if (again && placeless) {
		fprintf(stderr, "ckpt: it ran before, and is given back\n");
		_exit(CKPT_EXIT_VACATED);
	}
	if (required)
		_exit(STATUS_TRY_AGAIN);
}

void step_become_front(spank_t spank)
{
	uint32_t again = restart_count(spank);

	if (front_link >= 0 && again)
		link_send(front_link, LINK_AGAIN, (int32_t)again, NULL);
	if (front_link >= 0 && put_in_front(spank)) {
		placeless = true;
		snprintf(trouble, sizeof(trouble), "the task could not be put under ckpt-run");
	}
	if (front_link >= 0)
		fcntl(front_link, F_SETFD, 0);
	if (trouble[0])
		tell_trouble(again != 0);
}
