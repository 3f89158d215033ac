/* The command line of ckpt-run. */
#ifndef CKPT_RUN_OPTIONS_H
#define CKPT_RUN_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum role {
	ROLE_RUN,   /* start a command in a place of its own           */
	ROLE_PLACE, /* wait on a descriptor for an engine that restores */
	ROLE_INIT,  /* pid 1 of a place, started by a scheduler's plugin */
	ROLE_FRONT, /* the process the scheduler sees, with such an init */
	ROLE_SERVE, /* start an init for a front that has described its command */
	ROLE_HELP,
};

struct options {
	enum role role;
	const char *job;
	const char *store;
	const char *socket; /* where the engine listens; NULL: never call, wait on place_fd */
	uint32_t generation;
	uint32_t interval_s;
	uint32_t keep;
	long wait_s; /* for an engine; -1: as long as is usual */
	uid_t uid;
	gid_t gid;
	bool required;
	bool private_pids;
	int notice;   /* signal that only announces; never reaches the job */
	sigset_t ask; /* signals about which the engine is asked before the job gets them */
	int place_fd;
	int link_fd;
	int cgroup_fd; /* the front's /proc/PID/cgroup, -1: already in its cgroups */
	char **command;
};

/* Fills o; returns 0, or -1 after saying on stderr what is wrong. Pointers stay owned by argv. */
int options_read(struct options *o, int argc, char **argv);

void options_help(void);

#endif
