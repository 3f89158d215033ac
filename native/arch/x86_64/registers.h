/* General registers of x86-64, and how a system call uses them. */
#ifndef CKPT_REGISTERS_H
#define CKPT_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

#define registers user_regs_struct

#define SYSTEM_CALL_LENGTH 2
#define USER_CODE_SEGMENT  0x33 /* 0x23 is a 32-bit program */

static inline bool registers_are_native(const struct registers *r)
{
	return r->cs == USER_CODE_SEGMENT;
}

/* orig_rax -1: whatever call the task was stopped in, the kernel shall not restart it now. */
static inline void registers_prepare_call(struct registers *r, int64_t instruction, int64_t number,
					  const int64_t arguments[6])
{
	r->rip = (unsigned long long)instruction;
	r->orig_rax = (unsigned long long)-1;
	r->rax = (unsigned long long)number;
	r->rdi = (unsigned long long)arguments[0];
	r->rsi = (unsigned long long)arguments[1];
	r->rdx = (unsigned long long)arguments[2];
	r->r10 = (unsigned long long)arguments[3];
	r->r8 = (unsigned long long)arguments[4];
	r->r9 = (unsigned long long)arguments[5];
}

static inline void registers_set_stack(struct registers *r, int64_t address)
{
	r->rsp = (unsigned long long)address;
}

static inline int64_t registers_result(const struct registers *r)
{
	return (int64_t)r->rax;
}

#endif
