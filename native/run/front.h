/* The front of a place: what the scheduler started, signals, waits for and measures. */
#ifndef CKPT_RUN_FRONT_H
#define CKPT_RUN_FRONT_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Called with a process of each session of the job that runs under init. Returns true when the
 * scheduler signals that session itself from now on: then only signals sent by sigqueue(3) are passed on.
 */
typedef bool front_session(pid_t process);

/*
 * Serves until init ends, then ends the process as the job ended. The caller has gone through
 * namespace_enter and init has said LINK_UP; command is started on LINK_BEGIN, NULL: never.
 * session may be NULL.
 */
_Noreturn void front_run(int link, char **command, front_session *session);

#endif
