/*
 * The directory in which hooks, actions and ckptd leave each other word of the jobs of this host: JOB is
 * a ticket, JOB.MARK what became of it. Root's alone.
 */
#ifndef PBS_ACTION_TICKET_H
#define PBS_ACTION_TICKET_H

#include <stdbool.h>
#include <sys/types.h>

struct ticket {
	const char *job;
	int generation;
	pid_t session;
	uid_t uid;
	const char *carried; /* a directory that goes with the job, or NULL */
};

/* Whether a mark (".deleted") is there, or with "" a ticket. */
bool ticket_is_marked(const char *job, const char *mark);

/* Returns 0 or -1. */
int ticket_mark(const char *job, const char *mark);

/* Puts a ticket in the place of one that may be there. Returns 0 or -1. */
int ticket_write(const struct ticket *ticket);

/* Generation in the ticket of a job; 0 when it cannot be read. */
int ticket_generation(const char *job);

#endif
