/* The sessions of a job, for schedulers that know a job by them. */
#ifndef CKPT_RUN_SESSION_H
#define CKPT_RUN_SESSION_H

/* In pid 1 of a place: sends over link a pidfd of one process of each session but the caller's. */
void session_announce(int link);

#endif
