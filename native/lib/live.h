/*
 * Pages of running processes, each taken before it is written: what live.c, live_server.c and live_window.c share.
 *
 * Memory is cut into windows, which are copied and released as a whole. A window is at most a huge page and never crosses
 * the border of one, so that no huge page is ever split.
 */
#ifndef CKPT_LIVE_H
#define CKPT_LIVE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_BYTES = 4096, WINDOW_BYTES = 2 << 20 };

struct window {
	uint64_t start, end;
	uint64_t pages; /* that were there when the process was stopped, zero pages not counted */
	_Atomic bool taken;
};

/* The memory of one process. Its windows ascend. */
struct space {
	int32_t pid;
	int uffd;    /* -1 once it has been let go                                   */
	int pagemap; /* stays with the memory it was opened on, even through execve(2) */
	struct window *windows;
	size_t count;
	size_t next; /* the first window that may not have been taken */
};

struct filled {
	int32_t space, slot;
	uint64_t start, end;
};

struct range {
	uint64_t start, end;
};

/* A thread that waits until the windows of two ranges, of which one may be empty, have been taken. */
struct request {
	int32_t tid, space;
	struct range ranges[2];
	struct request *next;
};

struct live {
	void *mapping; /* around the ring */
	uint8_t *ring;
	int32_t slots;
	struct space *spaces;
	int32_t space_count;
	pthread_t server; /* or who admits */
	bool serving;
	_Atomic bool admitting;
	int wake; /* eventfd: a slot was given back, or the end was asked for */

	pthread_mutex_t lock; /* over all below */
	pthread_cond_t changed;
	int32_t *free_slots;
	int32_t free_count;
	struct filled *queue; /* of `slots` entries, a ring */
	int32_t queue_first, queue_length;
	struct request *asked, *answered;
	int32_t escort;          /* tid while it wants to be woken, or 0 */
	int32_t escorted_by;     /* tid of the same, also afterwards    */
	bool stopping, over;
	int failure; /* 0 or -errno; where: */
	int32_t failed_space;
	uint64_t failed_address;
};

/* The thread that lets processes write before they are stopped. */
void *live_admit(void *live);

/* The thread that serves faults and takes one window after the other. */
void *live_serve(void *live);

/*
 * Copies the pages of a window to `slot`, which holds zeros where there are none. -ENODATA: pages that were there have
 * gone or were replaced before they could be copied.
 */
int window_take(const struct space *space, const struct window *window, uint8_t *slot);

/* Protects windows with a page that is not protected; -errno. */
int space_protect(const struct space *space, uint64_t start, uint64_t end);

/* Lets the process write again; whoever waits for that goes on. */
void window_release(const struct space *space, uint64_t start, uint64_t end);

/* The window around an address, or NULL. */
struct window *window_at(const struct space *space, uint64_t address);

/* The first window that ends behind an address; one past the last when there is none. */
struct window *window_from(const struct space *space, uint64_t address);

/* What interrupts the escort. */
#define TICK_SIGNAL (SIGRTMIN + 9)

/* For the escort: false when nothing of what is asked is left to be taken. */
bool live_ask(struct live *live, const struct request *request);

/* For the escort: a request that has been answered, if there is one. */
bool live_answered(struct live *live, struct request *request);

/* True when nothing is protected any more. */
bool live_over(struct live *live);

void live_escorted_by(struct live *live, int32_t tid);

#endif
