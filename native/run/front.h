/* The front of a place: what the scheduler started, signals, waits for and measures. */
#ifndef CKPT_RUN_FRONT_H
#define CKPT_RUN_FRONT_H

/*
 * Serves until init ends, then ends the process as the job ended. The caller has gone through
 * namespace_enter and init has said LINK_UP; command is started on LINK_BEGIN, NULL: never.
 */
_Noreturn void front_run(int link, char **command);

#endif
