/* How a place ends: as its job did. Wait statuses as in wait(2). */
#ifndef CKPT_RUN_STATUS_H
#define CKPT_RUN_STATUS_H

/* Exit statuses of ckpt-run's own, after sysexits(3); 85 is CKPT_EXIT_VACATED. */
enum {
	STATUS_USAGE = 64,
	STATUS_ENGINE_GONE = 69,
	STATUS_FAILED = 70,
	STATUS_TRY_AGAIN = 75,
};

/* The wait status of a process that exited with code. */
int status_of_exit(int code);

/* Ends the calling process so that its parent sees this wait status; no core file. */
_Noreturn void status_exit(int wait_status);

#endif
