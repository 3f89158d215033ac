/* Code that makes a list of system calls: position-independent, and with no need of a stack. */
#include "call_list.h"

#include <string.h>

#include "xstate.h"

#define HEADER_OFFSET      512 /* of the header of the extended state, its features in use first */
#define KEY_OF_LISTS       3   /* access and write disabled, of protection key 0 */
#define FLAGS_OF_DEBUGGERS 0x100

/*
 * rbx: the first call; rbp: how many; r12: struct list_end; rsp: behind the return address of a signal
 * frame. Then done, ppoll(2) until the time is over, rt_sigreturn(2).
 */
__asm__(".pushsection .rodata\n"
	"call_list_code:\n"
	"1:	mov (%rbx), %rax\n"
	"	mov 8(%rbx), %rdi\n"
	"	mov 16(%rbx), %rsi\n"
	"	mov 24(%rbx), %rdx\n"
	"	mov 32(%rbx), %r10\n"
	"	mov 40(%rbx), %r8\n"
	"	mov 48(%rbx), %r9\n"
	"	syscall\n"
	"	mov %rax, 56(%rbx)\n"
	"	add $64, %rbx\n"
	"	dec %rbp\n"
	"	jnz 1b\n"
	"	movq $1, (%r12)\n"
	"	mov $271, %eax\n"
	"	xor %edi, %edi\n"
	"	xor %esi, %esi\n"
	"	lea 8(%r12), %rdx\n"
	"	xor %r10d, %r10d\n"
	"	mov $8, %r8d\n"
	"	syscall\n"
	"	mov $15, %eax\n"
	"	syscall\n"
	".org call_list_code + 128\n" /* CALL_LIST_CODE; an error where the code does not fit */
	".popsection\n");

extern const uint8_t call_list_code[CALL_LIST_CODE] __attribute__((visibility("hidden")));

void call_list_write_code(uint8_t place[CALL_LIST_CODE])
{
	memcpy(place, call_list_code, CALL_LIST_CODE);
}

void call_list_prepare(struct registers *r, int64_t code, int64_t calls, int64_t count, int64_t end, int64_t frame)
{
	r->rip = (unsigned long long)code;
	r->orig_rax = (unsigned long long)-1;
	r->rbx = (unsigned long long)calls;
	r->rbp = (unsigned long long)count;
	r->r12 = (unsigned long long)end;
	r->rsp = (unsigned long long)frame + sizeof(uint64_t);
	r->eflags &= ~(unsigned long long)FLAGS_OF_DEBUGGERS;
}

bool call_list_may_use_memory(const uint8_t *state)
{
	uint64_t features;
	uint32_t keys;

	memcpy(&features, state + HEADER_OFFSET, sizeof(features));
	if (!(features >> XSTATE_KEYS & 1))
		return true;
	memcpy(&keys, state + xstate_layout()->features[XSTATE_KEYS].offset, sizeof(keys));
	return (keys & KEY_OF_LISTS) == 0;
}
