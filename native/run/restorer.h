/* Starts the restorer, the program that becomes the job. */
#ifndef CKPT_RUN_RESTORER_H
#define CKPT_RUN_RESTORER_H

#include <stdint.h>
#include <sys/types.h>

struct restorer {
	int binary;
	int plan;             /* becomes descriptor 3 */
	const int *stdio;     /* three descriptors: become 0, 1, 2 */
	pid_t pid;            /* the pid it shall have, 0 = any */
	int64_t monotonic_ns; /* offsets of a time namespace for the job; both 0: none */
	int64_t boottime_ns;
};

/* Returns the restorer's pid once it runs, or -errno. All descriptors stay the caller's. */
pid_t restorer_spawn(const struct restorer *restorer);

#endif
