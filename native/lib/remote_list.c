/* Lists of system calls in other tasks: each runs once, and stops once. */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "call_list.h"
#include "export.h"
#include "signal_frame.h"
#include "trace.h"

#define NT_PRSTATUS 1
#define HOLD_SECONDS 2
#define SHORT_WAITS 50 /* most tasks are done when they are looked for, or soon after */

/* The interface's values, as they lie in its arrays. */
struct listed {
	int64_t tid, place, place_length, room, room_length, calls, error;
};

/* What lies at the beginning of a task's place. The room is behind the calls, the signal frame behind the room. */
struct place {
	uint8_t code[CALL_LIST_CODE];
	struct list_end end;
	struct call calls[];
};

/* A task between its start and its last stop. */
struct errand {
	struct listed *task;
	struct call *calls;
	uint8_t *room;
	struct registers before;
	uint64_t mask;
	int64_t frame;
	bool on_its_way;
	bool stop_again;
};

static int64_t end_of(const struct listed *task)
{
	return task->place + (int64_t)offsetof(struct place, end);
}

static int64_t calls_of(const struct listed *task)
{
	return task->place + (int64_t)offsetof(struct place, calls);
}

static int64_t calls_length(const struct listed *task)
{
	return task->calls * (int64_t)sizeof(struct call);
}

static int transfer(ssize_t copied, int64_t length)
{
	if (copied == length)
		return 0;
	return copied < 0 ? -errno : -EFAULT;
}

/* Other than ckpt_write_memory, only where the task could write itself. */
static int write_place(const struct listed *task, void *bytes, int64_t length)
{
	struct iovec here = {bytes, (size_t)length}, there = {(void *)task->place, (size_t)length};

	return transfer(process_vm_writev((pid_t)task->tid, &here, 1, &there, 1, 0), length);
}

static int read_place(const struct listed *task, int64_t address, void *bytes, int64_t length)
{
	struct iovec here = {bytes, (size_t)length}, there = {(void *)address, (size_t)length};

	return transfer(process_vm_readv((pid_t)task->tid, &here, 1, &there, 1, 0), length);
}

static int fill_place(struct errand *errand, struct place *place, const struct signal_frame *frame)
{
	const struct listed *task = errand->task;
	int64_t end = frame->address + frame->length - task->place;

	if (end > task->place_length)
		return -E2BIG;
	call_list_write_code(place->code);
	place->end = (struct list_end){.hold = {HOLD_SECONDS}};
	memcpy(place->calls, errand->calls, (size_t)calls_length(task));
	memcpy((uint8_t *)place + (frame->address - task->place), frame->bytes, (size_t)frame->length);
	errand->frame = frame->address;
	return write_place(task, place, end);
}

/* Nothing has been altered yet when this fails. */
static int look(struct errand *errand)
{
	const struct listed *task = errand->task;
	int32_t tid = (int32_t)task->tid;
	int error = ckpt_get_regset(tid, NT_PRSTATUS, &errand->before, sizeof(errand->before));

	if (error < 0)
		return error;
	if (!registers_are_native(&errand->before) || task->calls <= 0)
		return -EOPNOTSUPP;
	return ckpt_get_signal_mask(tid, &errand->mask);
}

static int lay_out(struct errand *errand)
{
	const struct listed *task = errand->task;
	struct place *place = calloc(1, (size_t)task->place_length);
	struct signal_frame frame;
	int error = place == NULL ? -ENOMEM : 0;

	if (error == 0)
		error = signal_frame_of((int32_t)task->tid, &errand->before, errand->mask, 0, &frame);
	if (error == 0 && !call_list_may_use_memory(signal_frame_state(&frame)))
		error = -EOPNOTSUPP;
	if (error == 0) {
		signal_frame_from(&frame, task->room + task->room_length);
		error = fill_place(errand, place, &frame);
	}
	free(place);
	return error;
}

static int put_back(const struct errand *errand)
{
	int32_t tid = (int32_t)errand->task->tid;
	int error = ckpt_set_signal_mask(tid, errand->mask);
	int failed = ckpt_set_regset(tid, NT_PRSTATUS, &errand->before, sizeof(errand->before));

	if (errand->stop_again)
		syscall(SYS_tkill, tid, SIGSTOP);
	return error < 0 ? error : failed;
}

/* Registers before the mask, and back the other way round: the frame leads to both. */
static int send_off(const struct errand *errand)
{
	const struct listed *task = errand->task;
	struct registers registers = errand->before;
	int32_t tid = (int32_t)task->tid;
	int error;

	call_list_prepare(&registers, task->place, calls_of(task), task->calls, end_of(task), errand->frame);
	error = ckpt_set_regset(tid, NT_PRSTATUS, &registers, sizeof(registers));
	if (error == 0)
		error = ckpt_set_signal_mask(tid, ~UINT64_C(0));
	if (error == 0)
		error = trace(PTRACE_CONT, tid, 0, 0);
	if (error < 0)
		put_back(errand);
	return error;
}

static void start(struct errand *errand)
{
	int error = look(errand);

	if (error == 0)
		error = lay_out(errand);
	if (error == 0)
		error = send_off(errand);
	errand->on_its_way = error == 0;
	errand->task->error = error;
}

/* With all signals blocked only SIGSTOP and job-control traps come before; a SIGSTOP is sent once more in the end. */
static int pass_stop(struct errand *errand, int stop)
{
	if (stop == SIGSTOP)
		errand->stop_again = true;
	return trace(PTRACE_CONT, (int32_t)errand->task->tid, 0, 0);
}

static void wait_a_little(int round)
{
	struct timespec pause = {.tv_nsec = 20000};

	if (round < SHORT_WAITS)
		sched_yield();
	else
		nanosleep(&pause, NULL);
}

static int await_done(struct errand *errand)
{
	int32_t tid = (int32_t)errand->task->tid;

	for (int round = 0;; round++) {
		int64_t done = 0;
		int error = read_place(errand->task, end_of(errand->task), &done, sizeof(done));
		int stop;

		if (error < 0 || done)
			return error;
		stop = next_stop(tid, WNOHANG);
		error = stop > 0 ? pass_stop(errand, stop) : stop;
		if (error < 0)
			return error;
		wait_a_little(round);
	}
}

/* One that has waited too long for us is on its own way, and no longer where it was stopped. */
static int require_held(const struct errand *errand)
{
	struct registers now;
	int error = ckpt_get_regset((int32_t)errand->task->tid, NT_PRSTATUS, &now, sizeof(now));
	int64_t instruction = (int64_t)now.rip - errand->task->place;

	if (error < 0)
		return error;
	return instruction >= 0 && instruction < CALL_LIST_CODE ? 0 : -ECANCELED;
}

static int fetch(struct errand *errand)
{
	int32_t tid = (int32_t)errand->task->tid;
	int error = trace(PTRACE_INTERRUPT, tid, 0, 0);
	int stop = error < 0 ? error : next_stop(tid, 0);

	while (stop > 0 && stop_event(stop) != PTRACE_EVENT_STOP) {
		error = pass_stop(errand, stop);
		stop = error < 0 ? error : next_stop(tid, 0);
	}
	return stop < 0 ? stop : require_held(errand);
}

static int take_results(const struct errand *errand)
{
	const struct listed *task = errand->task;
	int error = read_place(task, calls_of(task), errand->calls, calls_length(task));

	if (error == 0 && task->room_length > 0)
		error = read_place(task, task->room, errand->room, task->room_length);
	return error;
}

static void finish(struct errand *errand)
{
	int error = await_done(errand), failed;

	if (error == 0)
		error = fetch(errand);
	if (error == 0) {
		error = take_results(errand);
		failed = put_back(errand);
		error = error < 0 ? error : failed;
	}
	errand->task->error = error;
}

EXPORT int64_t ckpt_list_room(int64_t calls)
{
	return (int64_t)sizeof(struct place) + calls * (int64_t)sizeof(struct call);
}

EXPORT int64_t ckpt_list_place(int64_t calls, int64_t room)
{
	return ckpt_list_room(calls) + room + signal_frame_room();
}

EXPORT int ckpt_remote_lists(int64_t *task_values, int32_t count, int64_t *call_values, void *rooms)
{
	struct listed *tasks = (struct listed *)task_values;
	struct call *calls = (struct call *)call_values;
	struct errand *errands = calloc((size_t)count + 1, sizeof(*errands));
	uint8_t *room = rooms;

	if (errands == NULL)
		return -ENOMEM;
	for (int32_t i = 0; i < count; i++) {
		errands[i] = (struct errand){.task = &tasks[i], .calls = calls, .room = room};
		start(&errands[i]);
		calls += tasks[i].calls;
		room += tasks[i].room_length;
	}
	for (int32_t i = 0; i < count; i++)
		if (errands[i].on_its_way)
			finish(&errands[i]);
	free(errands);
	return 0;
}
