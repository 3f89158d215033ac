/*
 * The link between the two halves of a place: the front, which the scheduler sees, and init, pid 1 of
 * the job's pid namespace. The front may belong to the job's user: init believes it nothing that
 * could harm anybody else.
 */
#ifndef CKPT_RUN_LINK_H
#define CKPT_RUN_LINK_H

#include <stdint.h>

enum link_type {
	LINK_UP = 1,  /* init -> front: value = 0, or -errno: the namespace could not be furnished */
	LINK_AGAIN,   /* plugin -> init, before READY: value = restart count, unknown when init began */
	LINK_COMMAND, /* front -> init, before READY: fds = arguments and environment (command.h), working
		       * directory; value = umask. The command is init's to start */
	LINK_READY,   /* front -> init: fds = its standard input, output and error */
	LINK_BEGIN,   /* init -> front: start the command */
	LINK_STARTED, /* front -> init: value = pid of the command in the namespace, or -errno */
	LINK_SIGNAL,  /* front -> init: value = signal that arrived */
	LINK_SESSION, /* init -> front: fds = pidfd of a process in a session of the job */
	LINK_SAY,     /* init -> front: text goes to standard error */
	LINK_END,     /* init -> front: value = wait status to exit with */
};

#define LINK_FDS 3

struct link_message {
	uint32_t type;
	int32_t value;
	char text[1024];
};

/* Two ends, close-on-exec. Returns 0 or -errno. */
int link_pair(int ends[2]);

/* Returns 0 or -errno. */
int link_send(int link, enum link_type type, int32_t value, const char *text);

/* As link_send, with count descriptors, which stay the caller's. */
int link_send_fds(int link, enum link_type type, int32_t value, const int *fds, int count);

/* Waits for a message. Returns the number of descriptors that came with it (owned by the caller,
 * close-on-exec), -EPIPE when the other end is closed, or another -errno. */
int link_receive(int link, struct link_message *message, int fds[LINK_FDS]);

#endif
