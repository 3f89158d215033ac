/*
 * A command that another process describes, because it cannot start it itself: an unprivileged
 * launcher cannot fork into the pid namespace of a place.
 */
#ifndef CKPT_RUN_COMMAND_H
#define CKPT_RUN_COMMAND_H

#include <sys/types.h>

struct command {
	char *program;      /* looked for in PATH of the environment when it has no slash */
	char **arguments;
	char **environment;
	int directory;
	mode_t mask;
	uid_t uid;
	gid_t gid;
};

/* Writes a program, its arguments and environment into an anonymous file. Returns it, or -errno. */
int command_pack(const char *program, char **arguments, char **environment);

/* Reads what command_pack wrote; the writer is believed nothing. Returns 0, or -errno. */
int command_unpack(int file, struct command *command);

/*
 * Starts it as its owner in a session of its own; supplementary groups and limits are the caller's.
 * The descriptors stay the caller's. Returns its pid once it executes, or -errno.
 */
pid_t command_start(const struct command *command, const int stdio[3]);

#endif
