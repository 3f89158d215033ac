/*
 * ckpt-run: the place where a job lives. Started by a user, by a scheduler in the job's stead, or by
 * the engine for a restart.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "front.h"
#include "link.h"
#include "namespace.h"
#include "options.h"
#include "place.h"
#include "serve.h"
#include "status.h"

/* Waits until init has made the namespace usable. Returns 0 or -errno. */
static int await_up(int link)
{
	struct link_message message;
	int fds[LINK_FDS];
	int got = link_receive(link, &message, fds);

	return got < 0 ? got : message.value;
}

/* Returns only when this caller cannot have a namespace: -errno. */
static int run_in_namespace(const struct options *options)
{
	struct namespace_before before;
	int link[2], err;
	pid_t init;

	err = link_pair(link);
	if (!err)
		err = namespace_enter(&before);
	if (err)
		return err;
	init = fork();
	if (init == 0)
		place_init(options, link[1]);
	err = init < 0 ? -errno : 0;
	close(link[1]);
	if (!err)
		err = await_up(link[0]);
	if (err) {
		namespace_leave(&before);
		return err;
	}
	namespace_keep(&before);
	if (options->place_fd >= 0)
		close(options->place_fd);
	front_run(link[0], options->command, NULL);
}

static void run(const struct options *options)
{
	int err = run_in_namespace(options);

	fprintf(stderr, "ckpt-run: no pid namespace for job %s (%s): it runs, but cannot be moved between nodes\n",
		options->job, strerror(-err));
	place_alone(options);
}

static void restore(const struct options *options)
{
	int err;

	if (!options->private_pids)
		place_alone(options);
	err = run_in_namespace(options);
	fprintf(stderr, "ckpt-run: no pid namespace for job %s: %s\n", options->job, strerror(-err));
}

int main(int argc, char **argv)
{
	struct options options;

	if (options_read(&options, argc, argv))
		return STATUS_USAGE;
	if (options.place_fd >= 0)
		fcntl(options.place_fd, F_SETFD, FD_CLOEXEC);
	switch (options.role) {
	case ROLE_HELP:
		options_help();
		return 0;
	case ROLE_FRONT:
		front_run(options.link_fd, options.command, NULL);
	case ROLE_INIT:
		place_init(&options, options.link_fd);
	case ROLE_SERVE:
		return serve(&options);
	case ROLE_PLACE:
		restore(&options);
		break;
	case ROLE_RUN:
		run(&options);
	}
	return STATUS_FAILED;
}
