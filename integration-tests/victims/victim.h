/*
 * What every victim shares: a victim builds state, says that it is ready, waits while it is
 * checkpointed, killed and restarted, verifies everything, and exits.
 *
 *	victim_begin(argc, argv);        argv[1]: a directory for this run alone
 *	... build state ...
 *	victim_wait();                   creates DIR/ready, waits for DIR/go
 *	... CHECK() ...
 *	victim_pass();                   writes "ok" to DIR/verdict, exits 0
 *
 * A failed CHECK writes what is wrong to DIR/verdict and exits 1; the first verdict stands.
 * victim_skip() exits 77. Events are files in DIR, so that they outlive every process.
 */
#ifndef VICTIM_H
#define VICTIM_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define CHECK(condition) \
	((condition) ? (void)0 : victim_fail(__FILE__, __LINE__, "%s is false, errno %d", #condition, errno))

#define CHECK_EQUAL(actual, expected) \
	victim_equal(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))

/* The value of a call that must not fail. */
#define MUST(call) \
	({ \
		__auto_type must_value = (call); \
		if (must_value < 0) \
			victim_fail(__FILE__, __LINE__, "%s failed, errno %d", #call, errno); \
		must_value; \
	})

void victim_begin(int argc, char **argv);

/* Says ready, waits for go, and checks that the caller is still who it was. */
void victim_wait(void);

/* For other processes and threads of the victim: the second half of victim_wait(). */
void victim_await_go(void);

/* The same without a system call that could sleep. */
void victim_spin_until_go(void);

/* Before victim_wait(): a checkpoint must be refused with a message that contains the word. */
void victim_expect_refusal(const char *word);

/* Events between the processes of a victim; the format makes the name. */
void victim_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void victim_hear(const char *format, ...) __attribute__((format(printf, 1, 2)));
int victim_heard(const char *event);

_Noreturn void victim_pass(void);
_Noreturn void victim_skip(const char *why);
_Noreturn void victim_fail(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void victim_equal(const char *file, int line, const char *what, long long actual, long long expected);

/* Path of a name in DIR; valid until the thread's fourth next call. */
const char *victim_path(const char *name);

/* Runs body in a child, which then exits 0. */
pid_t victim_fork(void (*body)(void));

/* Waits until a child ended, with exit status 0. */
void victim_join(pid_t child);

pid_t victim_tid(void);
int64_t victim_now(clockid_t clock); /* nanoseconds */
void victim_sleep_ms(long milliseconds);

/* Bytes that depend on seed and place. */
void victim_fill(void *memory, size_t length, uint64_t seed);
void victim_check_fill(const char *what, const void *memory, size_t length, uint64_t seed);

/* A fresh file in DIR filled with victim_fill(), open O_RDWR | flags at offset 0. */
int victim_file(const char *name, size_t length, uint64_t seed, int flags);

/* The number behind "NAME:" in a file of /proc, e.g. kB of VmRSS; -1 where there is none. */
long victim_proc_number(const char *path, const char *name);

/* The VMA around an address: is flag ("hg", "lo") among its VmFlags; the number behind "NAME:". */
int victim_vma_flag(const void *address, const char *flag);
long victim_vma_number(const void *address, const char *name);

#endif
