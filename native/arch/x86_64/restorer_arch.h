/* What the restorer needs of 64-bit x86: raw system calls and the layout of the address space. */
#ifndef CKPT_RESTORER_ARCH_H
#define CKPT_RESTORER_ARCH_H

#include <stdint.h>

#define ARCH_PAGE_SIZE    0x1000ul
#define ARCH_ADDRESS_END  0x7ffffffff000ul /* first address a process cannot map */

static inline long arch_syscall(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

#endif
