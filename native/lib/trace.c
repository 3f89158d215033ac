/* Seizing, stopping, reading and releasing one task. */
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "export.h"
#include "trace.h"

#define OPTION_SUSPEND_SECCOMP (1 << 21) /* PTRACE_O_SUSPEND_SECCOMP, hidden by <sys/ptrace.h> */
#define GET_DISPATCH           0x4211    /* PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, of Linux 6.4 */
#define SIGINFO_SIZE           128

int trace(int request, int32_t tid, uintptr_t address, uintptr_t data)
{
	return outcome((int)ptrace((enum __ptrace_request)request, tid, (void *)address, (void *)data));
}

int next_stop(int32_t tid, int flags)
{
	siginfo_t info = {0};

	for (;;) {
		/* Without WEXITED a dead tracee is ECHILD, and nothing of it is reaped. */
		if (waitid(P_PID, (id_t)tid, &info, WSTOPPED | __WALL | flags) == 0)
			return info.si_pid == 0 ? 0 : info.si_status;
		if (errno != EINTR)
			return errno == ECHILD ? -ESRCH : -errno;
	}
}

/* While a thread takes its leader's place by execve(2) nobody may seize it; that is over in a moment. */
static int seize_soon(int32_t tid)
{
	struct timespec pause = {.tv_nsec = 50000};
	int error = trace(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACESYSGOOD);

	for (int i = 0; i < 20 && error == -EPERM; i++) {
		nanosleep(&pause, NULL);
		error = trace(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACESYSGOOD);
	}
	return error;
}

EXPORT int ckpt_seize(int32_t tid)
{
	int error = seize_soon(tid);

	return error < 0 ? error : trace(PTRACE_INTERRUPT, tid, 0, 0);
}

EXPORT int ckpt_suspend_seccomp(int32_t tid)
{
	return trace(PTRACE_SETOPTIONS, tid, 0, PTRACE_O_TRACESYSGOOD | OPTION_SUSPEND_SECCOMP);
}

EXPORT int ckpt_redirects_calls(int32_t tid)
{
	uint64_t dispatch[4] = {0}; /* mode, selector, start and length of what is spared */
	int error = trace(GET_DISPATCH, tid, sizeof(dispatch), (uintptr_t)dispatch);

	return error == -EIO ? 0 : error < 0 ? error : dispatch[0] != 0;
}

EXPORT int ckpt_get_seccomp_filter(int32_t tid, int32_t number, void *program, int64_t *flags)
{
	struct __ptrace_seccomp_metadata metadata = {.filter_off = (uint64_t)number};
	int length = trace(PTRACE_SECCOMP_GET_FILTER, tid, (uintptr_t)number, (uintptr_t)program);
	int error = trace(PTRACE_SECCOMP_GET_METADATA, tid, sizeof(metadata), (uintptr_t)&metadata);

	*flags = (int64_t)metadata.flags;
	return length < 0 || error >= 0 ? length : error;
}

EXPORT int ckpt_kill_on_exit(int32_t tid, int32_t kill)
{
	uintptr_t exit_kill = kill ? PTRACE_O_EXITKILL : 0;
	int error = trace(PTRACE_SETOPTIONS, tid, 0, PTRACE_O_TRACESYSGOOD | OPTION_SUSPEND_SECCOMP | exit_kill);

	return error < 0 ? trace(PTRACE_SETOPTIONS, tid, 0, PTRACE_O_TRACESYSGOOD | exit_kill) : error;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The first waits are short: most tasks stop within microseconds. */
static void back_off(int round)
{
	struct timespec pause = {.tv_nsec = round < 100 ? 20000 : 500000};

	if (round < 20)
		sched_yield();
	else
		nanosleep(&pause, NULL);
}

static int stop_within(int32_t tid, int32_t timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	for (int round = 0;; round++) {
		int stop = next_stop(tid, WNOHANG);

		if (stop != 0)
			return stop;
		if (round > 20 && now_ms() >= deadline)
			return -ETIMEDOUT;
		back_off(round);
	}
}

/*
 * A thread that calls execve(2) takes its leader's tid: whoever answers to the tid now may never have
 * been asked to stop (it is asked here), or never have been seized (-ESRCH).
 */
static int ask_again(int32_t tid)
{
	int error = trace(PTRACE_INTERRUPT, tid, 0, 0);

	return error < 0 ? error : -ETIMEDOUT;
}

EXPORT int ckpt_wait_stop(int32_t tid, int32_t timeout_ms)
{
	for (;;) {
		int stop = stop_within(tid, timeout_ms);
		int error;

		if (stop < 0)
			return stop == -ETIMEDOUT ? ask_again(tid) : stop;
		if (stop_event(stop) == PTRACE_EVENT_STOP)
			return stop_signal(stop) == SIGTRAP ? CKPT_STOPPED : CKPT_GROUP_STOPPED;
		/* a signal came first: the task gets it, and stops next */
		error = trace(PTRACE_CONT, tid, 0, (uintptr_t)stop_signal(stop));
		if (error < 0)
			return error;
	}
}

EXPORT int ckpt_detach(int32_t tid)
{
	return trace(PTRACE_DETACH, tid, 0, 0);
}

EXPORT int ckpt_get_regset(int32_t tid, int32_t type, void *buffer, int32_t size)
{
	struct iovec vector = {buffer, (size_t)size};
	int error = trace(PTRACE_GETREGSET, tid, (uintptr_t)type, (uintptr_t)&vector);

	return error < 0 ? error : (int)vector.iov_len;
}

EXPORT int ckpt_set_regset(int32_t tid, int32_t type, const void *buffer, int32_t size)
{
	struct iovec vector = {(void *)(uintptr_t)buffer, (size_t)size};

	return trace(PTRACE_SETREGSET, tid, (uintptr_t)type, (uintptr_t)&vector);
}

EXPORT int ckpt_get_signal_mask(int32_t tid, uint64_t *mask)
{
	return trace(PTRACE_GETSIGMASK, tid, sizeof(*mask), (uintptr_t)mask);
}

EXPORT int ckpt_set_signal_mask(int32_t tid, uint64_t mask)
{
	return trace(PTRACE_SETSIGMASK, tid, sizeof(mask), (uintptr_t)&mask);
}

EXPORT int ckpt_peek_signals(int32_t tid, int32_t shared, int64_t from, int32_t count, void *buffer)
{
	struct __ptrace_peeksiginfo_args arguments = {
		.off = (uint64_t)from,
		.flags = shared ? PTRACE_PEEKSIGINFO_SHARED : 0,
		.nr = count,
	};

	_Static_assert(sizeof(siginfo_t) == SIGINFO_SIZE, "the interface says 128 bytes");
	return trace(PTRACE_PEEKSIGINFO, tid, (uintptr_t)&arguments, (uintptr_t)buffer);
}

EXPORT int ckpt_get_rseq(int32_t tid, int64_t values[4])
{
	struct __ptrace_rseq_configuration area = {0};
	int error = trace(PTRACE_GET_RSEQ_CONFIGURATION, tid, sizeof(area), (uintptr_t)&area);

	if (error < 0)
		return error;
	values[0] = (int64_t)area.rseq_abi_pointer;
	values[1] = area.rseq_abi_size;
	values[2] = area.signature;
	values[3] = area.flags;
	return 0;
}

EXPORT int ckpt_scheduling_policy(int32_t tid)
{
	return outcome(sched_getscheduler(tid));
}

EXPORT int ckpt_io_priority(int32_t tid)
{
	return outcome((int)syscall(SYS_ioprio_get, 1 /* IOPRIO_WHO_PROCESS */, tid));
}

EXPORT int ckpt_stand_back(int32_t nice, int32_t io_priority)
{
	if (setpriority(PRIO_PROCESS, (id_t)gettid(), nice) < 0)
		return -errno;
	return outcome((int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, io_priority));
}

EXPORT int ckpt_speculation(int32_t feature)
{
	return outcome(prctl(PR_GET_SPECULATION_CTRL, feature, 0, 0, 0));
}

EXPORT int ckpt_get_robust_list(int32_t tid, int64_t values[2])
{
	return outcome((int)syscall(SYS_get_robust_list, tid, &values[0], &values[1]));
}
