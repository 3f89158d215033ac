/* One system call in another task, which does not notice. */
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"
#include "registers.h"
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
static int call_and_restore(int32_t tid, const struct registers *before, struct registers *call)
{
	uint64_t mask;
	bool stop_again = false;
	int error = ckpt_get_signal_mask(tid, &mask);
	int failed;

	if (error < 0)
		return error;
	error = ckpt_set_signal_mask(tid, ~UINT64_C(0));
	if (error == 0)
		error = enter_and_leave(tid, call, &stop_again);
	failed = set_registers(tid, before);
	if (failed == 0)
		failed = ckpt_set_signal_mask(tid, mask);
	if (stop_again)
		syscall(SYS_tkill, tid, SIGSTOP);
	return error < 0 ? error : failed;
}

EXPORT int ckpt_remote_call(int32_t tid, int64_t instruction, int64_t number, const int64_t arguments[6],
			    int64_t *result)
{
	struct registers before, call;
	int error = ckpt_get_regset(tid, NT_PRSTATUS, &before, sizeof(before));

	if (error < 0)
		return error;
	if (!registers_are_native(&before))
		return -EOPNOTSUPP;
	call = before;
	registers_prepare_call(&call, instruction, number, arguments);
	error = call_and_restore(tid, &before, &call);
	if (error == 0)
		*result = registers_result(&call);
	return error;
}

static int64_t find_in(const uint8_t *code, int64_t length)
{
	for (int64_t i = 0; i + SYSTEM_CALL_LENGTH <= length; i++)
		if (is_system_call(code + i))
			return i;
	return -ENOENT;
}

EXPORT int64_t ckpt_find_instruction(int32_t pid, int64_t start, int64_t end)
{
	uint8_t code[4096];

	while (end - start >= SYSTEM_CALL_LENGTH) {
		int64_t wanted = end - start < (int64_t)sizeof(code) ? end - start : (int64_t)sizeof(code);
		int64_t got = ckpt_read_memory(pid, start, code, wanted);
		int64_t found = got < 0 ? got : find_in(code, got);

		if (found >= 0)
			return start + found;
		if (got < wanted)
			return got < 0 ? got : -ENOENT;
		start += got - SYSTEM_CALL_LENGTH + 1;
	}
	return -ENOENT;
}
