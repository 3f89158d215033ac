/* One system call in another task, which does not notice. */
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

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

/*
 * Resumes a task up to its next system-call stop. With all signals blocked only SIGSTOP and
 * job-control traps can come between; *stop_again remembers a SIGSTOP, to be sent once more.
 */
static int to_system_call_stop(int32_t tid, bool *stop_again)
{
	for (;;) {
		int error = trace(PTRACE_SYSCALL, tid, 0, 0);
		int stop = error < 0 ? error : next_stop(tid, 0);

		if (stop < 0 || stop == SYSTEM_CALL_STOP)
			return stop < 0 ? stop : 0;
		if (stop == SIGSTOP)
			*stop_again = true;
	}
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

static int enter_and_leave(int32_t tid, struct registers *registers, bool *stop_again)
{
	int error = set_registers(tid, registers);

	if (error == 0)
		error = to_system_call_stop(tid, stop_again);
	if (error == 0)
		error = to_system_call_stop(tid, stop_again);
	if (error == 0)
		error = ckpt_get_regset(tid, NT_PRSTATUS, registers, sizeof(*registers));
	return error < 0 ? error : 0;
}

/* The call and the way back: whatever fails, what can be put back is put back. */
static int call_and_restore(int32_t tid, const struct registers *before, uint64_t mask, struct registers *call)
{
	bool stop_again = false;
	int failed, error = ckpt_set_signal_mask(tid, ~UINT64_C(0));

	if (error == 0)
		error = enter_and_leave(tid, call, &stop_again);
	failed = set_registers(tid, before);
	if (failed == 0)
		failed = ckpt_set_signal_mask(tid, mask);
	if (stop_again)
		syscall(SYS_tkill, tid, SIGSTOP);
	return error < 0 ? error : failed;
}

/* The same on a stack that leads back to `before` even if nobody is left to put it back. */
static int call_with_way_back(int32_t tid, const struct registers *before, uint64_t mask, int64_t way_back,
			      struct registers *call)
{
	struct signal_frame frame;
	uint8_t former[SIGNAL_FRAME_MOST];
	int error = signal_frame_of(tid, before, mask, way_back, &frame);

	if (error == 0 && exchange(tid, &frame, former) == 0)
		registers_set_stack(call, frame.address);
	else
		frame.length = 0;
	error = call_and_restore(tid, before, mask, call);
	if (frame.length > 0)
		ckpt_write_memory(tid, frame.address, former, frame.length);
	return error;
}

EXPORT int ckpt_remote_call(int32_t tid, int64_t instruction, int64_t way_back, int64_t number,
			    const int64_t arguments[6], int64_t *result)
{
	struct registers before, call;
	uint64_t mask;
	int error = ckpt_get_regset(tid, NT_PRSTATUS, &before, sizeof(before));

	if (error >= 0 && !registers_are_native(&before))
		return -EOPNOTSUPP;
	if (error >= 0)
		error = ckpt_get_signal_mask(tid, &mask);
	if (error < 0)
		return error;
	call = before;
	registers_prepare_call(&call, instruction, number, arguments);
	error = way_back > 0 ? call_with_way_back(tid, &before, mask, way_back, &call)
			     : call_and_restore(tid, &before, mask, &call);
	if (error == 0)
		*result = registers_result(&call);
	return error;
}
