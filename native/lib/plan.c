/* The engine's side of a running plan. Tasks share the memory file: nothing they can write is believed as layout. */
#include "ckpt_plan.h"
#include "export.h"
#include "memory_file.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct running_plan {
	struct ckpt_plan *shared; /* what the tasks see and change    */
	int file;                 /* descriptor of the same           */
	struct ckpt_plan layout;  /* the header as the engine made it */
	uint32_t tasks[];         /* of each barrier, likewise        */
};

static struct running_plan *running(int64_t handle)
{
	return (struct running_plan *)handle;
}

static void *at(const struct running_plan *plan, uint64_t offset)
{
	return (char *)plan->shared + offset;
}

static struct ckpt_barrier *barrier_at(const struct running_plan *plan, int32_t index)
{
	if (index < 0 || (uint32_t)index >= plan->layout.barrier_count)
		return NULL;
	return (struct ckpt_barrier *)at(plan, plan->layout.barriers) + index;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0)
			return -errno;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

static int make_file(const void *bytes, size_t size)
{
	int fd = memory_file("ckpt-plan", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int failed;

	if (fd < 0)
		return -errno;
	failed = write_all(fd, bytes, size);
	if (failed == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		failed = -errno;
	if (failed < 0)
		close(fd);
	return failed < 0 ? failed : fd;
}

static struct running_plan *remember(const struct ckpt_plan *made)
{
	const struct ckpt_barrier *barriers = (const void *)((const char *)made + made->barriers);
	struct running_plan *plan = malloc(sizeof(*plan) + made->barrier_count * sizeof(plan->tasks[0]));

	if (!plan)
		return NULL;
	plan->layout = *made;
	for (uint32_t i = 0; i < made->barrier_count; i++)
		plan->tasks[i] = barriers[i].tasks;
	return plan;
}

EXPORT int64_t ckpt_plan_open(const void *bytes, int64_t size)
{
	struct running_plan *plan = remember(bytes);
	int file = plan ? make_file(bytes, (size_t)size) : -ENOMEM;
	void *shared = MAP_FAILED;

	if (file >= 0)
		shared = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (shared == MAP_FAILED) {
		int failed = file < 0 ? file : -errno;

		if (file >= 0)
			close(file);
		free(plan);
		return failed;
	}
	plan->shared = shared;
	plan->file = file;
	return (int64_t)plan;
}

EXPORT int ckpt_plan_descriptor(int64_t handle)
{
	return running(handle)->file;
}

EXPORT int ckpt_plan_close(int64_t handle)
{
	struct running_plan *plan = running(handle);

	close(plan->file);
	munmap(plan->shared, plan->layout.size);
	free(plan);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_while(uint32_t *futex, uint32_t value, int64_t ms)
{
	struct timespec timeout = {ms / 1000, ms % 1000 * 1000000};

	syscall(SYS_futex, futex, FUTEX_WAIT, value, &timeout, NULL, 0);
}

/* Every change the engine can wait for is followed by a step of `events`, which is read first. */
static int await(struct running_plan *plan, const uint32_t *counter, uint32_t target, int32_t timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	for (;;) {
		uint32_t events = __atomic_load_n(&plan->shared->events, __ATOMIC_ACQUIRE);
		int64_t left = deadline - now_ms();

		if (__atomic_load_n(&plan->shared->report.state, __ATOMIC_ACQUIRE) == CKPT_FAILURE)
			return -ECANCELED;
		if (__atomic_load_n(counter, __ATOMIC_ACQUIRE) >= target)
			return 0;
		if (left <= 0)
			return -ETIMEDOUT;
		sleep_while(&plan->shared->events, events, left);
	}
}

EXPORT int ckpt_plan_await_tasks(int64_t handle, int32_t barrier, int32_t timeout_ms)
{
	struct ckpt_barrier *waited = barrier_at(running(handle), barrier);

	if (!waited)
		return -EINVAL;
	return await(running(handle), &waited->arrived, running(handle)->tasks[barrier], timeout_ms);
}

EXPORT int ckpt_plan_await_parked(int64_t handle, int32_t count, int32_t timeout_ms)
{
	return await(running(handle), &running(handle)->shared->parked, (uint32_t)count, timeout_ms);
}

EXPORT int ckpt_plan_release(int64_t handle, int32_t barrier)
{
	struct ckpt_barrier *opened = barrier_at(running(handle), barrier);
	uint32_t closed = CKPT_CLOSED;

	if (!opened)
		return -EINVAL;
	__atomic_compare_exchange_n(&opened->state, &closed, CKPT_OPEN, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	syscall(SYS_futex, &opened->state, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
	return 0;
}

EXPORT int ckpt_plan_slot(int64_t handle, int32_t index, int64_t *value)
{
	struct running_plan *plan = running(handle);

	if (index < 0 || (uint32_t)index >= plan->layout.slot_count)
		return -EINVAL;
	*value = ((int64_t *)at(plan, plan->layout.slots))[index];
	return 0;
}

EXPORT int ckpt_plan_failure(int64_t handle, int64_t values[4])
{
	const struct ckpt_report *report = &running(handle)->shared->report;

	if (__atomic_load_n(&report->state, __ATOMIC_ACQUIRE) != CKPT_FAILURE)
		return 0;
	values[0] = (int32_t)report->program;
	values[1] = (int32_t)report->step;
	values[2] = report->tid;
	values[3] = report->result;
	return 1;
}
