/* One thread waits for each sort of lock, for one of several futexes, for a semaphore and for a child: none sees EINTR. */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#define FUTEX_32_BITS 2

struct waiter {
	uint64_t value, address;
	uint32_t flags, reserved;
};

static const char *const files[] = { "flock", "ofd" };
static struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
static int held[COUNT_OF(files)], waiting[COUNT_OF(files)];
static uint32_t words[2];
static sem_t semaphore;
static pid_t child;

static void in_flock(void)
{
	MUST(flock(waiting[0], LOCK_EX));
}

static void in_ofd_lock(void)
{
	MUST(fcntl(waiting[1], F_OFD_SETLKW, &whole));
}

static void in_futex_waitv(void)
{
	struct waiter waiters[COUNT_OF(words)] = {
		{ .address = (uintptr_t)&words[0], .flags = FUTEX_32_BITS },
		{ .address = (uintptr_t)&words[1], .flags = FUTEX_32_BITS },
	};

	CHECK_EQUAL(syscall(SYS_futex_waitv, waiters, COUNT_OF(words), 0, NULL, 0), 1);
}

static void in_sem_wait(void)
{
	MUST(sem_wait(&semaphore));
}

static void in_waitid(void)
{
	siginfo_t info;

	MUST(waitid(P_PID, (id_t)child, &info, WEXITED));
	CHECK_EQUAL(info.si_status, 0);
}

static void (*const calls[])(void) = { in_flock, in_ofd_lock, in_futex_waitv, in_sem_wait, in_waitid };

static void *run(void *argument)
{
	(*(void (*const *)(void))argument)();
	return NULL;
}

static void build(void)
{
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		held[i] = MUST(open(files[i], O_RDWR | O_CREAT | O_CLOEXEC, 0600));
		waiting[i] = MUST(open(files[i], O_RDWR | O_CLOEXEC));
	}
	MUST(flock(held[0], LOCK_EX));
	MUST(fcntl(held[1], F_OFD_SETLK, &whole));
	MUST(sem_init(&semaphore, 0, 0));
	child = victim_fork(victim_await_go);
}

static void wake_all(void)
{
	whole.l_type = F_UNLCK;
	MUST(flock(held[0], LOCK_UN));
	MUST(fcntl(held[1], F_OFD_SETLK, &whole));
	CHECK_EQUAL(syscall(SYS_futex, &words[1], 1 /* FUTEX_WAKE */, 1, NULL, NULL, 0), 1);
	MUST(sem_post(&semaphore));
}

int main(int argc, char **argv)
{
	pthread_t threads[COUNT_OF(calls)];

	victim_begin(argc, argv);
	build();
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, run, (void *)&calls[i]), 0);
	victim_sleep_ms(50);
	victim_wait();
	victim_sleep_ms(50); /* whoever returns early, does it now */
	wake_all();
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
