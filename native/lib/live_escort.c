/*
 * Stays with the threads of a live copy, so that no memory goes before it has been copied: a thread that is about to give
 * some back waits at the door of the kernel until the server has it. All other system calls pass at once.
 *
 * waitpid(2) cannot be told from elsewhere that a copy is done, so a timer interrupts it every millisecond.
 */
#include <linux/audit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "export.h"
#include "live.h"
#include "trace.h"

#define SYSTEM_CALL_STOP (SIGTRAP | 0x80)

enum { OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE, TICK_NS = 1000000 };

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

struct task {
	int32_t tid, space;
};

/* The threads that are accompanied. */
struct escort {
	struct live *live;
	struct task *tasks;
	size_t count;
};

static void wake_up(int signal)
{
	(void)signal; /* it has done so by arriving */
}

static int start_ticking(timer_t *timer)
{
	struct sigaction action = {.sa_handler = wake_up};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = TICK_SIGNAL};
	struct itimerspec tick = {.it_interval = {.tv_nsec = TICK_NS}, .it_value = {.tv_nsec = TICK_NS}};
	sigset_t set;

	sigaction(TICK_SIGNAL, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, TICK_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	event._sigev_un._tid = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, timer) < 0)
		return -errno;
	return outcome(timer_settime(*timer, 0, &tick, NULL));
}

static bool discards(uint64_t advice)
{
	return advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE ||
	       advice == MADV_DONTNEED_LOCKED || advice == MADV_GUARD_INSTALL;
}

/* Where the heap ends that begins to go at `start`, as far as it was there at the freeze. */
static struct range heap_from(const struct space *space, uint64_t start)
{
	struct range heap = {start, start};
	const struct window *end = space->windows + space->count;

	for (const struct window *window = window_from(space, start); window < end; window++) {
		if (window->start > heap.end + WINDOW_BYTES)
			break;
		heap.end = window->end;
	}
	return heap;
}

static struct range length_from(uint64_t start, uint64_t length)
{
	return (struct range){start, start + length < start ? UINT64_MAX : start + length};
}

/* What a system call takes away from the process; two ranges, for mremap(2) may take from two places. */
static void taken_by(const struct space *space, const struct __ptrace_syscall_info *call, struct range ranges[2])
{
	const uint64_t *arguments = call->entry.args;

	ranges[0] = ranges[1] = (struct range){0, 0};
	switch (call->entry.nr) {
	case SYS_munmap:
		ranges[0] = length_from(arguments[0], arguments[1]);
		break;
	case SYS_mremap:
		ranges[0] = length_from(arguments[0], arguments[1]);
		if (arguments[3] & MREMAP_FIXED)
			ranges[1] = length_from(arguments[4], arguments[2]);
		break;
	case SYS_madvise:
		if (discards(arguments[2]))
			ranges[0] = length_from(arguments[0], arguments[1]);
		break;
	case SYS_mmap:
		if (arguments[3] & MAP_FIXED)
			ranges[0] = length_from(arguments[0], arguments[1]);
		break;
	case SYS_brk:
		ranges[0] = heap_from(space, arguments[0]);
		break;
	case SYS_execve:
	case SYS_execveat:
	case SYS_exit_group:
		ranges[0] = (struct range){0, UINT64_MAX};
		break;
	default:
		break;
	}
}

static int32_t space_of(const struct live *live, int32_t tid)
{
	char path[64];

	for (int32_t i = 0; i < live->space_count; i++) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d", live->spaces[i].pid, tid);
		if (access(path, F_OK) == 0)
			return i;
	}
	return -1;
}

static void go_on(int32_t tid, int signal)
{
	trace(PTRACE_SYSCALL, tid, 0, (uintptr_t)signal);
}

/* Passes a system call on, or has its thread wait for the server. */
static void let_in(struct live *live, int32_t tid, int32_t index)
{
	struct __ptrace_syscall_info call;
	struct request request = {.tid = tid, .space = index};

	if (index >= 0 && trace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(call), (uintptr_t)&call) > 0 &&
	    call.op == PTRACE_SYSCALL_INFO_ENTRY)
		taken_by(&live->spaces[index], &call, request.ranges);
	if (index < 0 || !live_ask(live, &request))
		go_on(tid, 0);
}

static struct task *find(struct escort *escort, int32_t tid)
{
	for (size_t i = 0; i < escort->count; i++)
		if (escort->tasks[i].tid == tid)
			return &escort->tasks[i];
	return NULL;
}

static int32_t add(struct escort *escort, int32_t tid, int32_t space)
{
	struct task *tasks = reallocarray(escort->tasks, escort->count + 1, sizeof(*tasks));

	if (!tasks)
		return -1;
	escort->tasks = tasks;
	tasks[escort->count++] = (struct task){.tid = tid, .space = space};
	return space;
}

static void forget(struct escort *escort, int32_t tid)
{
	struct task *task = find(escort, tid);

	if (task)
		*task = escort->tasks[--escort->count];
}

/* The space of a task; that of a new thread when it is met first, -1 when it has none. */
static int32_t known_space(struct escort *escort, int32_t tid)
{
	const struct task *task = find(escort, tid);

	return task ? task->space : add(escort, tid, space_of(escort->live, tid));
}

static void pass(struct escort *escort, int32_t tid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (!WIFSTOPPED(status)) {
		forget(escort, tid);
		return;
	}
	if (known_space(escort, tid) < 0)
		trace(PTRACE_DETACH, tid, 0, event ? 0 : (uintptr_t)signal);
	else if (signal == SYSTEM_CALL_STOP)
		let_in(escort->live, tid, known_space(escort, tid));
	else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)
		trace(PTRACE_LISTEN, tid, 0, 0); /* job control: it stays stopped */
	else
		go_on(tid, event ? 0 : signal);
}

static void let_waiting_go(struct live *live)
{
	struct request request;

	while (live_answered(live, &request))
		go_on(request.tid, 0);
}

/*
 * A task whose last remote call has just ended would take what stands in its registers for the answer of the call that it was
 * stopped in. One more stop lets the kernel make that call again; and until all have been let go, nobody is at the door.
 */
static void settle(int32_t tid)
{
	trace(PTRACE_INTERRUPT, tid, 0, 0);
}

static void begin(struct escort *escort, const int32_t task[3])
{
	int32_t tid = task[0];

	if (task[1] < 0 || trace(PTRACE_SETOPTIONS, tid, 0, OPTIONS) < 0 || add(escort, tid, task[1]) < 0)
		trace(PTRACE_DETACH, tid, 0, 0);
	else if (!task[2] || trace(PTRACE_LISTEN, tid, 0, 0) < 0) {
		settle(tid);
		go_on(tid, 0);
	}
}

/*
 * Whoever stands at the door when the tracer ends is woken as by a signal, and a call with a timeout ends with EINTR then.
 * So nobody stands there any more.
 */
static void leave(int32_t tid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)
		trace(PTRACE_LISTEN, tid, 0, 0);
	else
		trace(PTRACE_CONT, tid, 0, event || signal == SYSTEM_CALL_STOP ? 0 : (uintptr_t)signal);
}

static void leave_all(void)
{
	int32_t tid;
	int status;

	while ((tid = waitpid(-1, &status, __WALL | __WNOTHREAD | WNOHANG)) > 0)
		if (WIFSTOPPED(status))
			leave(tid, status);
}

EXPORT int ckpt_live_escort(int64_t handle, const int32_t *tasks, int32_t count)
{
	struct live *live = (struct live *)handle;
	struct escort escort = {.live = live};
	timer_t timer;
	int error = start_ticking(&timer);

	live_escorted_by(live, gettid());
	for (int32_t i = 0; i < count; i++)
		begin(&escort, tasks + 3 * i);
	while (error == 0 && !live_over(live)) {
		int status;
		int32_t tid = waitpid(-1, &status, __WALL | __WNOTHREAD);

		if (tid > 0)
			pass(&escort, tid, status);
		else if (errno == ECHILD)
			break;
		let_waiting_go(live);
	}
	let_waiting_go(live);
	leave_all();
	live_escorted_by(live, 0);
	if (error == 0)
		timer_delete(timer);
	free(escort.tasks);
	return error;
}
