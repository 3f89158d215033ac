/*
 * ABI 3: what ckpt-run and the engine say to each other.
 *
 * ckpt-run is the place where a job lives: parent of the job's first process, holder of its pid
 * namespace, and the spot where a job is rebuilt on restart. Messages are fixed-size packets on a
 * SOCK_SEQPACKET socket; the sender is known by SO_PEERCRED, never by what it says.
 *
 *   first start   HELLO ->  <- START                      ... EXITED ->
 *   restart       HELLO ->  <- SPAWN  SPAWNED ->  <- RUN  ... EXITED ->
 *   lazy restart  the same with <- LOADING before RUN, and <- LOADED or LOST some time after it
 *   preemption    NOTICE -> <- PASS | VACATED
 *   new engine    HELLO with CKPT_PLACE_RUNNING ->    (no answer wanted)
 *   action        LEAVE | SAVE ->  <- VACATED | PASS  (a scheduler's program, on a connection of its own)
 *
 * Until RUN a closed socket means: end everything that was spawned, and ask again. After RUN, and
 * after START, it means nothing: the job runs on, and ckpt-run says HELLO to the next engine. A job
 * may be vacated without a NOTICE; the engine sends VACATED before it ends the processes, lest its own
 * end in between be taken for the job's. To a place that it could not reach it says so afterwards: a
 * first process that dies by SIGKILL is answered for by the engine (VACATED or PASS) within seconds.
 * The mere notice that no engine has answered is told to the next one after HELLO.
 *
 * Between LOADING and LOADED a closed socket means what it means before RUN: memory of the job is missing, and the kernel
 * would let it find zeros there as soon as nobody holds its userfaultfds any more.
 */
#ifndef CKPT_PLACE_H
#define CKPT_PLACE_H

#include <stdint.h>

#define CKPT_PLACE_MAGIC   0x314b4350u /* "PCK1" */
#define CKPT_EXIT_VACATED  85          /* checkpointed and left: Slurm's RequeueExit */

enum ckpt_place_type {
	CKPT_PLACE_HELLO = 1,  /* place -> engine: job, generation, options                        */
	CKPT_PLACE_START,      /* engine -> place: begin the command afresh; text, if any, is said on stderr */
	CKPT_PLACE_SPAWN,      /* engine -> place: run the restorer; fds: [0] its binary, [1] plan;
				* value = the pid it shall have in the job's pid ns, 0 = any */
	CKPT_PLACE_SPAWNED,    /* place -> engine: value = pid, in the job's pid ns, of the restorer, or
				* after START of the job's first process; or -errno */
	CKPT_PLACE_RUN,        /* engine -> place: restored; value = pid of the job's first process */
	CKPT_PLACE_REFUSE,     /* engine -> place: text says why; value = exit status              */
	CKPT_PLACE_NOTICE,     /* place -> engine: value = signal that arrived; job as in HELLO     */
	CKPT_PLACE_PASS,       /* engine -> place: not ours, pass the signal on to the job         */
	CKPT_PLACE_VACATED,    /* engine -> place: image is durable and the job is gone: exit 85   */
	CKPT_PLACE_EXITED,     /* place -> engine: value = wait status of the job's first process;
				* before RUN: of a restorer that failed */
	CKPT_PLACE_END,        /* engine -> place: kill everything and exit with value             */
	CKPT_PLACE_DETACH,     /* engine -> place: job attached late: only watch it                */
	CKPT_PLACE_LEAVE,      /* action -> engine: checkpoint the job and end it; value = seconds, 0 = no limit;
				* answers: VACATED, or PASS: it runs on, text says why */
	CKPT_PLACE_SAVE,       /* action -> engine: checkpoint the job, which goes on; same answers */
	CKPT_PLACE_WORKING,    /* engine -> place: HELLO is being answered; said every few seconds until it is */
	CKPT_PLACE_LOADING,    /* engine -> place: memory will come while the job runs; fds: [0] a socket for struct
				* ckpt_faults_order. Only to a place with CKPT_PLACE_PRIVATE_PIDS */
	CKPT_PLACE_LOADED,     /* engine -> place: all of it is there */
	CKPT_PLACE_LOST,       /* engine -> place: the rest cannot be had, text says why: end everything, and ask again,
				* or, when there is nobody to ask, exit with value */
};

enum ckpt_place_flags {
	CKPT_PLACE_PRIVATE_PIDS = 1, /* the job has a pid namespace of its own */
	CKPT_PLACE_REQUIRED     = 2, /* --ckpt=required: better no start than an unprotected one */
	CKPT_PLACE_RUNNING      = 4, /* HELLO: the job runs; value = pid of its first process */
};

/* An interval that is left to the engine to choose. */
#define CKPT_PLACE_INTERVAL_AUTO UINT32_MAX

struct ckpt_place_message {
	uint32_t magic;
	uint32_t type;
	int64_t  value;
	uint32_t flags;
	uint32_t uid, gid;        /* HELLO: the job's owner; believed only from a root peer */
	uint32_t generation;      /* HELLO: restart count of the scheduler */
	uint32_t interval_s;      /* HELLO: 0 = the site's default */
	uint32_t keep;            /* HELLO: 0 = the site's default */
	int64_t  monotonic_ns;    /* SPAWN: offset of the job's time namespace */
	int64_t  boottime_ns;
	char     job[64];         /* NUL-terminated */
	char     directory[1024]; /* HELLO: store asked for, "" = the site's */
	char     text[512];
};

/*
 * What the engine orders on the socket that came with LOADING; each order is answered before the next. A place holds the
 * userfaultfds of its job, and it alone reads them, so that one which a read brings about, by a fork(2), is held by the
 * place before its process runs. The engine fills.
 */
enum ckpt_faults_type {
	CKPT_FAULTS_HOLD = 1, /* fds: [0] a userfaultfd; answer: count = its number */
	CKPT_FAULTS_DROP,     /* userfaultfd `number` is let go: all of its memory is there, or its process is gone; answer: 0 */
	CKPT_FAULTS_READ,     /* answer: count messages of userfaultfd `number`, or -errno; fds: one for each fork, in
			       * their order, and the ufd in a message is its number */
};

#define CKPT_FAULTS_AT_ONCE 4

struct ckpt_faults_order {
	uint32_t type;
	int32_t  number;
};

struct ckpt_faults_answer {
	int32_t count;
	int32_t unused;
	uint8_t messages[CKPT_FAULTS_AT_ONCE][32]; /* struct uffd_msg */
};

#endif
