/* What a task needs on its stack to become what it was by rt_sigreturn(2), whoever is gone by then. */
#ifndef CKPT_SIGNAL_FRAME_H
#define CKPT_SIGNAL_FRAME_H

#include <stdint.h>

#include "registers.h"

#define SIGNAL_FRAME_MOST 16384

struct signal_frame {
	int64_t address; /* where bytes belong; the stack pointer whose return leads to `way_back` */
	int64_t length;
	uint8_t bytes[SIGNAL_FRAME_MOST];
};

/*
 * The frame of a stopped task with these registers and this signal mask; `way_back` is the address
 * of code that calls rt_sigreturn(2). A call that the stop interrupted is made again. Returns 0,
 * -E2BIG for registers that do not fit, or another -errno. tracer.
 */
int signal_frame_of(int32_t tid, const struct registers *before, uint64_t mask, int64_t way_back,
		    struct signal_frame *frame);

#endif
