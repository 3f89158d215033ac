/* System calls in other tasks, which do not notice. */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "call_list.h"
#include "export.h"
#include "registers.h"
#include "signal_frame.h"
#include "trace.h"

#define NT_PRSTATUS      1
#define SYSTEM_CALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */

static int set_registers(int32_t tid, const struct registers *registers)
{
	return ckpt_set_regset(tid, NT_PRSTATUS, registers, sizeof(*registers));
}

/* The interface's values, as they lie in its arrays. */
struct task {
	int64_t tid, instruction, way_back, room, room_length, calls, error;
};

/* A task between its first call and its last. */
struct visit {
	struct task *task;
	struct call *call;
	int64_t left;
	uint8_t *room;   /* what the calls left there */
	uint8_t *former; /* what was there before */
	struct registers before;
	uint64_t mask;
	int64_t stack;      /* where the calls have their stack pointer; 0: where it was */
	int64_t way_length; /* of what leads back from there */
	uint8_t *way_former;
	bool inside; /* the task has entered its call */
	bool stop_again;
};

static int resume(const struct visit *visit)
{
	return trace(PTRACE_SYSCALL, (int32_t)visit->task->tid, 0, 0);
}

static int prepare_call(const struct visit *visit)
{
	struct registers call = visit->before;

	registers_prepare_call(&call, visit->task->instruction, visit->call->number, visit->call->arguments);
	if (visit->stack != 0)
		registers_set_stack(&call, visit->stack);
	return set_registers((int32_t)visit->task->tid, &call);
}

static int whole(int64_t copied, int64_t length)
{
	if (copied == length)
		return 0;
	return copied < 0 ? (int)copied : -EFAULT;
}

/* Nothing has been altered yet when this fails. */
static int look(struct visit *visit)
{
	int32_t tid = (int32_t)visit->task->tid;
	int64_t length = visit->task->room_length;
	int error = ckpt_get_regset(tid, NT_PRSTATUS, &visit->before, sizeof(visit->before));

	if (error < 0)
		return error;
	if (!registers_are_native(&visit->before))
		return -EOPNOTSUPP;
	if (length > 0)
		error = whole(ckpt_read_memory(tid, visit->task->room, visit->former, length), length);
	return error < 0 ? error : ckpt_get_signal_mask(tid, &visit->mask);
}

/* Writes a frame and keeps what was there. Other than ckpt_write_memory, only where the task could write itself. */
static int exchange(int32_t tid, struct signal_frame *frame, uint8_t *former)
{
	struct iovec new = {frame->bytes, (size_t)frame->length};
	struct iovec old = {former, (size_t)frame->length};
	struct iovec there = {(void *)frame->address, (size_t)frame->length};
	ssize_t written;

	if (process_vm_readv(tid, &old, 1, &there, 1, 0) != frame->length)
		return -EFAULT;
	written = process_vm_writev(tid, &new, 1, &there, 1, 0);
	if (written == frame->length)
		return 0;
	if (written > 0)
		ckpt_write_memory(tid, frame->address, former, written);
	return -EFAULT;
}

/* A stack that leads back to `before` even if nobody is left to put it back; where it cannot be, none. */
static void lay_way_back(struct visit *visit)
{
	int32_t tid = (int32_t)visit->task->tid;
	struct signal_frame frame;

	if (visit->task->way_back == 0 ||
	    signal_frame_of(tid, &visit->before, visit->mask, visit->task->way_back, &frame) < 0)
		return;
	signal_frame_below_stack(&frame, &visit->before);
	visit->way_former = malloc((size_t)frame.length);
	if (visit->way_former == NULL || exchange(tid, &frame, visit->way_former) < 0)
		return;
	visit->stack = frame.address;
	visit->way_length = frame.length;
}

static void clear_way_back(struct visit *visit)
{
	if (visit->way_length > 0)
		ckpt_write_memory((int32_t)visit->task->tid, visit->stack, visit->way_former, visit->way_length);
	free(visit->way_former);
	visit->way_former = NULL;
}

/* Registers before the mask, and back the other way round: the way back leads to both. */
static int begin(struct visit *visit)
{
	int error;

	lay_way_back(visit);
	error = prepare_call(visit);
	if (error == 0)
		error = ckpt_set_signal_mask((int32_t)visit->task->tid, ~UINT64_C(0));
	return error < 0 ? error : resume(visit);
}

/* Whatever failed before, what can be put back is put back. */
static int end(struct visit *visit)
{
	int32_t tid = (int32_t)visit->task->tid;
	int64_t room = visit->task->room, length = visit->task->room_length;
	int error = 0, failed;

	if (length > 0) {
		error = whole(ckpt_read_memory(tid, room, visit->room, length), length);
		failed = whole(ckpt_write_memory(tid, room, visit->former, length), length);
		error = error < 0 ? error : failed;
	}
	failed = ckpt_set_signal_mask(tid, visit->mask);
	error = error < 0 ? error : failed;
	failed = set_registers(tid, &visit->before);
	clear_way_back(visit);
	if (visit->stop_again)
		syscall(SYS_tkill, tid, SIGSTOP);
	return error < 0 ? error : failed;
}

static int take_result(struct visit *visit)
{
	struct registers after;
	int error = ckpt_get_regset((int32_t)visit->task->tid, NT_PRSTATUS, &after, sizeof(after));

	if (error < 0)
		return error;
	visit->call->result = registers_result(&after);
	visit->call++;
	return --visit->left > 0 ? prepare_call(visit) : 0;
}

/*
 * From one stop of a task to the next. With all signals blocked only SIGSTOP and job-control traps
 * can come between system-call stops; a SIGSTOP is remembered, to be sent once more.
 */
static int step(struct visit *visit)
{
	int stop = next_stop((int32_t)visit->task->tid, 0);
	int error = stop < 0 ? stop : 0;

	if (stop == SIGSTOP)
		visit->stop_again = true;
	if (stop == SYSTEM_CALL_STOP) {
		error = visit->inside ? take_result(visit) : 0;
		visit->inside = !visit->inside;
	}
	return error < 0 || visit->left == 0 ? error : resume(visit);
}

static void start(struct visit *visit)
{
	int error = visit->left > 0 ? look(visit) : 0;

	if (error == 0 && visit->left > 0) {
		error = begin(visit);
		if (error < 0)
			end(visit);
	}
	visit->task->error = error;
	visit->left = error < 0 ? 0 : visit->left;
}

/* True while the task has more to do. */
static bool go_on(struct visit *visit)
{
	int error, failed;

	if (visit->left == 0)
		return false;
	error = step(visit);
	if (error == 0 && visit->left > 0)
		return true;
	failed = end(visit);
	visit->task->error = error < 0 ? error : failed;
	visit->left = 0;
	return false;
}

/* While one task is waited for the others are on their way: waking one takes longer than its call. */
static void make_all(struct visit *visits, int32_t count)
{
	bool busy = true;

	for (int32_t i = 0; i < count; i++)
		start(&visits[i]);
	while (busy) {
		busy = false;
		for (int32_t i = 0; i < count; i++)
			busy |= go_on(&visits[i]);
	}
}

static int64_t room_lengths(const struct task *tasks, int32_t count)
{
	int64_t sum = 0;

	for (int32_t i = 0; i < count; i++)
		sum += tasks[i].room_length;
	return sum;
}

static void lay_out(struct visit *visits, struct task *tasks, int32_t count, struct call *calls, uint8_t *rooms,
		    uint8_t *former)
{
	for (int32_t i = 0; i < count; i++) {
		visits[i] = (struct visit){
			.task = &tasks[i], .call = calls, .left = tasks[i].calls, .room = rooms, .former = former};
		calls += tasks[i].calls;
		rooms += tasks[i].room_length;
		former += tasks[i].room_length;
	}
}

EXPORT int ckpt_remote_calls(int64_t *task_values, int32_t count, int64_t *call_values, void *rooms)
{
	struct task *tasks = (struct task *)task_values;
	struct visit *visits = calloc((size_t)count + 1, sizeof(*visits));
	uint8_t *former = malloc((size_t)room_lengths(tasks, count) + 1);
	int error = visits == NULL || former == NULL ? -ENOMEM : 0;

	if (error == 0) {
		lay_out(visits, tasks, count, (struct call *)call_values, rooms, former);
		make_all(visits, count);
	}
	free(former);
	free(visits);
	return error;
}

EXPORT int ckpt_remote_call(int32_t tid, int64_t instruction, int64_t way_back, int64_t number,
			    const int64_t arguments[6], int64_t *result)
{
	struct task task = {.tid = tid, .instruction = instruction, .way_back = way_back, .calls = 1};
	struct call call = {.number = number};
	struct visit visit = {.task = &task, .call = &call, .left = 1};

	memcpy(call.arguments, arguments, sizeof(call.arguments));
	make_all(&visit, 1);
	*result = call.result;
	return (int)task.error;
}
