/*
 * ABI 2: the plan of a restart, as io.ckpt.plan.PlanEncoder writes it and ckpt-restorer executes it.
 *
 * A plan is one memory file. Every task of the restart and the engine map it shared, so that slots,
 * data, barriers and the failure report are the same for all of them. Offsets count from the start
 * of the plan; everything is native-endian and aligned to 8 bytes.
 *
 * The hole is an address range that is free in every process of the job. The restorer lives there
 * from MOVE on:
 *
 *   hole_start                       CKPT_PLAN_TEXT_ROOM bytes for the restorer's text
 *   + CKPT_PLAN_TEXT_ROOM            the plan, `size` bytes, shared
 *   + size                           one stack of CKPT_PLAN_STACK_SIZE bytes for each program
 *
 * The restorer is started with the plan as descriptor CKPT_PLAN_DESCRIPTOR and closes nothing.
 */
#ifndef CKPT_PLAN_H
#define CKPT_PLAN_H

#include <stdint.h>

#define CKPT_PLAN_MAGIC      0x4e414c5054504b43ull /* "CKPTPLAN" */
#define CKPT_PLAN_VERSION    1
#define CKPT_PLAN_DESCRIPTOR 3
#define CKPT_PLAN_TEXT_ROOM  0x8000
#define CKPT_PLAN_STACK_SIZE 0x2000
#define CKPT_PLAN_NONE       0xffffffffu /* no slot, no program, no step */
#define CKPT_PLAN_ARGUMENTS  6
#define CKPT_PLAN_FAILED     127 /* exit status of every task of a failed plan */

/* `detail` and the operands 0.. of each word. Every word but SYSCALL and LOAD ignores the rest. */
enum ckpt_word {
	CKPT_SYSCALL = 1, /* detail: system-call number; operands: its six arguments             */
	CKPT_LOAD,        /* detail: width; 0: where, an address of data                         */
	CKPT_STORE,       /* detail: width; 0: where, an address of data; 1: the value           */
	CKPT_FORK,        /* detail: program of the child; 0...: its pids, from the innermost    */
	CKPT_THREAD,      /* detail: program of the thread; 0...: its tids;  namespace out, 0 ends them */
	CKPT_MOVE,        /* only as step 0 of the entry program                                 */
	CKPT_BARRIER,     /* detail: index of the barrier                                        */
	CKPT_PARK,        /* last step of a task that the engine takes over                      */
	CKPT_AWAIT,       /* 0: pid of a child; the result is its wait status                    */
};

enum ckpt_form {
	CKPT_IMMEDIATE = 0, /* the value itself                     */
	CKPT_SLOT,          /* the content of the slot of this index */
	CKPT_ADDRESS,       /* the address of the data at this offset */
};

enum ckpt_expect {
	CKPT_NOT_NEGATIVE = 0,
	CKPT_EQUALS, /* exactly `expected` */
	CKPT_ANYTHING,
};

struct ckpt_step {
	uint32_t word;
	uint32_t detail;
	uint32_t result; /* slot that takes the result, or CKPT_PLAN_NONE */
	uint32_t expect;
	int64_t  expected;
	uint8_t  form[8]; /* of each operand; the last two are zero */
	uint64_t value[CKPT_PLAN_ARGUMENTS];
};

struct ckpt_program {
	uint32_t first_step;
	uint32_t step_count;
};

enum ckpt_barrier_state {
	CKPT_CLOSED = 0,
	CKPT_OPEN,
	CKPT_BROKEN, /* the plan has failed */
};

struct ckpt_barrier {
	uint32_t tasks;   /* how many tasks arrive                                         */
	uint32_t engine;  /* 1: the last task opens nothing, the engine does               */
	uint32_t arrived; /* grows to `tasks`                                              */
	uint32_t state;   /* enum ckpt_barrier_state; a futex that waiting tasks sleep on  */
};

enum ckpt_report_state {
	CKPT_NO_FAILURE = 0,
	CKPT_FAILURE_WRITING, /* some task won the right to write the report */
	CKPT_FAILURE,         /* the report is complete                      */
};

/* The first failure of the plan. A futex that parked tasks sleep on is `state`. */
struct ckpt_report {
	uint32_t state;
	uint32_t program; /* CKPT_PLAN_NONE: the plan itself is malformed */
	uint32_t step;    /* within the program */
	int32_t  tid;     /* as the failing task sees itself */
	int64_t  result;  /* of the call: -errno, or a value that was not expected */
};

struct ckpt_plan {
	uint64_t magic;
	uint32_t version;
	uint32_t header_size; /* sizeof(struct ckpt_plan) */
	uint32_t step_size;   /* sizeof(struct ckpt_step) */
	uint32_t entry;       /* program the restorer begins with */
	uint64_t size;        /* of the whole plan, a multiple of the page size */
	uint64_t hole_start;
	uint64_t hole_length;
	uint32_t program_count;
	uint32_t step_count;
	uint32_t slot_count;
	uint32_t barrier_count;
	uint64_t programs; /* offset of struct ckpt_program[program_count] */
	uint64_t steps;    /* offset of struct ckpt_step[step_count]       */
	uint64_t slots;    /* offset of int64_t[slot_count]                */
	uint64_t barriers; /* offset of struct ckpt_barrier[barrier_count] */
	uint64_t data;     /* offset of data_size bytes                    */
	uint64_t data_size;
	uint32_t events; /* futex for the engine: grows when a barrier is full, a task parks, the plan fails */
	uint32_t parked; /* tasks that have parked */
	struct ckpt_report report;
};

_Static_assert(sizeof(struct ckpt_step) == 80, "PlanEncoder writes 80 bytes");
_Static_assert(sizeof(struct ckpt_program) == 8, "PlanEncoder writes 8 bytes");
_Static_assert(sizeof(struct ckpt_barrier) == 16, "PlanEncoder writes 16 bytes");
_Static_assert(sizeof(struct ckpt_plan) == 144, "PlanEncoder writes 144 bytes");

#endif
