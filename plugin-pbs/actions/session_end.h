/* The end of a session, as MoM brings it about. */
#ifndef PBS_ACTION_SESSION_END_H
#define PBS_ACTION_SESSION_END_H

/* Waits until no process is left in a session. Returns 0, or -1 when there still is after so many seconds. */
int session_await_empty(int session, int seconds);

/* Sends a signal to every process of a session; by sigqueue(3), so that a front passes it on to its job. */
void session_signal(int session, int signal);

/* Kills what is left of a session until nothing is: MoM waits for that for ever and kills nothing. */
void session_end(int session);

#endif
