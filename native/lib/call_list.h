/* A task that makes a whole list of system calls by itself. */
#ifndef CKPT_CALL_LIST_H
#define CKPT_CALL_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "registers.h"

#define CALL_LIST_CODE 128 /* bytes of the code, filled up */

/* The interface's values, as they lie in its arrays, and as the code finds them. */
struct call {
	int64_t number, arguments[6], result;
};

/* What a task does behind its list. */
struct list_end {
	int64_t done; /* 1 from then on */
	int64_t hold[2]; /* struct timespec: so long it waits to be fetched, before it goes its own way */
};

void call_list_write_code(uint8_t place[CALL_LIST_CODE]);

/*
 * Registers with which a task makes `count` calls and waits; all addresses are the task's. If nobody
 * comes it leaves by the signal frame.
 */
void call_list_prepare(struct registers *registers, int64_t code, int64_t calls, int64_t count, int64_t end,
		       int64_t frame);

/* False for a task whose protection keys forbid what the code does; by its extended state. */
bool call_list_may_use_memory(const uint8_t *state);

#endif
