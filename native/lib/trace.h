/* ptrace(2) requests and stops, shared by trace.c and remote_call.c. */
#ifndef CKPT_TRACE_H
#define CKPT_TRACE_H

#include <stdint.h>

/* ptrace(2) with its result as value or -errno. */
int trace(int request, int32_t tid, uintptr_t address, uintptr_t data);

/*
 * The next stop of a tracee: signal | event << 8 (| 0x80 for a system-call stop). `flags` may hold
 * WNOHANG: then 0 when there is none. -ESRCH when it has died; the zombie is left to its parent.
 */
int next_stop(int32_t tid, int flags);

static inline int stop_signal(int stop)
{
	return stop & 0xff;
}

static inline int stop_event(int stop)
{
	return stop >> 8;
}

#endif
