/* Where the restorer cannot be C: entry, a new stack, a new task. Nothing is kept on a stack across them. */

	.text

	/* entered by the kernel */
	.globl	_start
_start:
	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	restorer_start
	ud2

	/* noreturn arch_jump(void *stack_top, void *target, plan, base) */
	.globl	arch_jump
arch_jump:
	xorl	%ebp, %ebp
	movq	%rdi, %rsp
	movq	%rsi, %rax
	movq	%rdx, %rdi
	movq	%rcx, %rsi
	call	*%rax
	ud2

	/* long arch_clone(struct clone_args *, size, plan, program): the child runs its program */
	.globl	arch_clone
arch_clone:
	movq	%rdx, %r8
	movq	%rcx, %r9
	movl	$435, %eax
	syscall
	testq	%rax, %rax
	jz	1f
	ret
1:	xorl	%ebp, %ebp
	movq	%r8, %rdi
	movl	%r9d, %esi
	xorl	%edx, %edx
	call	restorer_run
	ud2

	.section .note.GNU-stack, "", @progbits
