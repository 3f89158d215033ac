/* A place for a launcher that belongs to the job's user and cannot make one itself. */
#ifndef CKPT_RUN_SERVE_H
#define CKPT_RUN_SERVE_H

#include "options.h"

/*
 * Starts init for the front at the other end of options->link_fd, in its cgroups and with its limits,
 * groups, priority and processors. Returns the exit status of this process, which init outlives.
 */
int serve(struct options *options);

#endif
