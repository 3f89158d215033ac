/* struct rt_sigframe of the kernel, arch/x86/include/asm/sigframe.h, as restore_sigcontext() reads it. */
#include "signal_frame.h"

#include <asm/sigcontext.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "ckpt.h"
#include "xstate.h"

#define NT_X86_XSTATE  0x202
#define RED_ZONE       128
#define LENT         (4096 + 16) /* below it, the engine's own use, and what aligning that takes */
#define XSTATE_ALIGN   64
#define LEGACY_SIZE    (sizeof(struct _fpstate_64) + sizeof(struct _header))
#define ALL_RESTORED   7    /* UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS */
#define NO_SUCH_MODE   0x10 /* of an alternate stack: the kernel leaves it alone */
#define RESTART_FIRST  512  /* ERESTARTSYS */
#define RESTART_LAST   516  /* ERESTART_RESTARTBLOCK */

struct frame {
	uint64_t return_address;
	uint64_t flags, link;
	uint64_t alternate_stack[3];
	struct sigcontext_64 context;
	uint64_t mask;
};

_Static_assert(sizeof(struct sigcontext_64) == 256, "the kernel's layout");

static int is_interrupted(const struct registers *r)
{
	return (int64_t)r->orig_rax >= 0 && (int64_t)r->rax >= -RESTART_LAST && (int64_t)r->rax <= -RESTART_FIRST &&
	       (int64_t)r->rax != -515; /* ENOIOCTLCMD */
}

static void fill(struct sigcontext_64 *context, const struct registers *r)
{
	int again = is_interrupted(r);

	*context = (struct sigcontext_64){
		.r8 = r->r8, .r9 = r->r9, .r10 = r->r10, .r11 = r->r11,
		.r12 = r->r12, .r13 = r->r13, .r14 = r->r14, .r15 = r->r15,
		.di = r->rdi, .si = r->rsi, .bp = r->rbp, .bx = r->rbx,
		.dx = r->rdx, .cx = r->rcx, .sp = r->rsp, .flags = r->eflags,
		.ax = again ? r->orig_rax : r->rax,
		.ip = again ? r->rip - SYSTEM_CALL_LENGTH : r->rip,
		.cs = (uint16_t)r->cs, .ss = (uint16_t)r->ss,
	};
}

/* The size of the standard layout up to the last component that is in use. */
static uint32_t size_of(uint64_t features)
{
	uint32_t size = LEGACY_SIZE;

	for (int i = 2; i < XSTATE_FEATURES; i++)
		if (features >> i & 1 && xstate_layout()->features[i].end > size)
			size = xstate_layout()->features[i].end;
	return size;
}

/* Marks extended state as the kernel marks it in a frame of its own; the size with the closing mark. */
static int seal(uint8_t *state)
{
	struct _fpx_sw_bytes *mark = (void *)(state + offsetof(struct _fpstate_64, sw_reserved));
	uint32_t end = FP_XSTATE_MAGIC2;
	uint64_t features;

	memcpy(&features, state + sizeof(struct _fpstate_64), sizeof(features));
	*mark = (struct _fpx_sw_bytes){.magic1 = FP_XSTATE_MAGIC1, .xfeatures = features};
	mark->xstate_size = size_of(features);
	mark->extended_size = mark->xstate_size + FP_XSTATE_MAGIC2_SIZE;
	if (mark->extended_size > SIGNAL_FRAME_MOST - sizeof(struct frame) - XSTATE_ALIGN)
		return -E2BIG;
	memcpy(state + mark->xstate_size, &end, sizeof(end));
	return (int)mark->extended_size;
}

static void place_at(struct signal_frame *frame, int64_t state)
{
	struct frame *head = (struct frame *)frame->bytes;

	head->context.fpstate = (uint64_t)state;
	frame->address = state - (int64_t)sizeof(*head);
}

void signal_frame_below_stack(struct signal_frame *frame, const struct registers *before)
{
	int64_t size = frame->length - (int64_t)sizeof(struct frame);

	place_at(frame, ((int64_t)before->rsp - RED_ZONE - LENT - size) & -XSTATE_ALIGN);
}

void signal_frame_from(struct signal_frame *frame, int64_t address)
{
	place_at(frame, (address + (int64_t)sizeof(struct frame) + XSTATE_ALIGN - 1) & -XSTATE_ALIGN);
}

const uint8_t *signal_frame_state(const struct signal_frame *frame)
{
	return frame->bytes + sizeof(struct frame);
}

int64_t signal_frame_room(void)
{
	return (int64_t)sizeof(struct frame) + 2 * XSTATE_ALIGN + xstate_layout()->most + FP_XSTATE_MAGIC2_SIZE;
}

int signal_frame_of(int32_t tid, const struct registers *before, uint64_t mask, int64_t way_back,
		    struct signal_frame *frame)
{
	struct frame *head = (struct frame *)frame->bytes;
	int size = ckpt_get_regset(tid, NT_X86_XSTATE, head + 1, SIGNAL_FRAME_MOST - (int32_t)sizeof(*head));

	if (size < (int)LEGACY_SIZE)
		return size < 0 ? size : -E2BIG;
	size = seal((uint8_t *)(head + 1));
	if (size < 0)
		return size;
	*head = (struct frame){
		.return_address = (uint64_t)way_back,
		.flags = ALL_RESTORED,
		.alternate_stack = {0, NO_SUCH_MODE, 0},
		.mask = mask,
	};
	fill(&head->context, before);
	frame->length = (int64_t)sizeof(*head) + size;
	return 0;
}
