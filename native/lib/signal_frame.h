/* What a task needs on its stack to become what it was by rt_sigreturn(2), whoever is gone by then. */
#ifndef CKPT_SIGNAL_FRAME_H
#define CKPT_SIGNAL_FRAME_H

#include <stdint.h>

#include "registers.h"

#define SIGNAL_FRAME_MOST 16384

struct signal_frame {
	int64_t address; /* where bytes belong; the stack pointer whose return leads to `way_back` */
	int64_t length;
	_Alignas(64) uint8_t bytes[SIGNAL_FRAME_MOST];
};

/*
 * The frame of a stopped task with these registers and this signal mask, to be placed; `way_back` is
 * the address of code that calls rt_sigreturn(2). A call that the stop interrupted is made again.
 * Returns 0, -E2BIG for registers that do not fit, or another -errno. tracer.
 */
int signal_frame_of(int32_t tid, const struct registers *before, uint64_t mask, int64_t way_back,
		    struct signal_frame *frame);

/* Its place on the task's stack, below what the engine itself uses there. */
void signal_frame_below_stack(struct signal_frame *frame, const struct registers *before);

/* Its place at an address or right above it, where aligning wants it. */
void signal_frame_from(struct signal_frame *frame, int64_t address);

/* The extended state in it. */
const uint8_t *signal_frame_state(const struct signal_frame *frame);

/* Bytes that a frame takes at most on this machine, aligned wherever. */
int64_t signal_frame_room(void);

#endif
