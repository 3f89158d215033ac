/*
 * A stand-in for the engine: serves one place over ckpt_place.h, so that a test can say what the
 * engine says and see what the place answers. Every failure ends the test with a line that says why.
 */
#ifndef CKPT_RUN_STAND_IN_H
#define CKPT_RUN_STAND_IN_H

#include <stdbool.h>
#include <sys/types.h>

#include "ckpt_place.h"

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

void check(bool condition, const char *text, const char *file, int line);

/* Prints why and ends the test as skipped unless it runs as root. */
void need_root(void);

/* A directory of the test's own, removed at its end; the socket lies in it. */
const char *stand_in_directory(void);
const char *stand_in_socket(void);

/* What the last ckpt-run wrote to its standard error. */
const char *stand_in_errors(void);

/* Listens at stand_in_socket(). Returns the descriptor. */
int stand_in_listen(void);

/* The next place that calls. */
int stand_in_accept(int listener);

/* Sends type and value, with descriptors if count is not 0. */
void stand_in_order(int place, enum ckpt_place_type type, int64_t value, const int *fds, int count);

/* The next message, which must be of this type. */
struct ckpt_place_message stand_in_expect(int place, enum ckpt_place_type type);

/* Starts ckpt-run with these arguments (NULL at the end), its standard output into output unless NULL. */
pid_t start_run(const char *output, ...) __attribute__((sentinel));

/* Waits for it; returns the wait status. */
int await_run(pid_t run);

/* A shell script under a ckpt-run that finds no engine and waits for none. Returns the wait status. */
int run_alone(const char *output, const char *script);

/* What a file holds, at most 4095 bytes. Valid until the next call. */
const char *contents(const char *path);

/* path inside the test's directory. Owned by the caller. */
char *inside(const char *name);

/* Waits until a file exists and is not empty. */
void await_file(const char *path);

#endif
