/* Live copies as the engine sees them: what is to be watched, and the slots that come filled and go back empty. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"
#include "live.h"

enum { ROUND_US = 50, MOST_ROUNDS = 200000 };

static struct live *opened(int64_t handle)
{
	return (struct live *)handle;
}

EXPORT int64_t ckpt_userfault_features(void)
{
	struct uffdio_api api = {.api = UFFD_API};
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	int64_t answer;

	if (uffd < 0)
		return -errno;
	answer = ioctl(uffd, UFFDIO_API, &api) < 0 ? -errno : (int64_t)api.features;
	close(uffd);
	return answer;
}

static size_t mapping_bytes(const struct live *live)
{
	return ((size_t)live->slots + 1) * WINDOW_BYTES;
}

/* Of huge pages, each got when its slot is filled for the first time. */
static bool map_ring(struct live *live)
{
	void *mapping = mmap(NULL, mapping_bytes(live), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mapping == MAP_FAILED)
		return false;
	live->mapping = mapping;
	live->ring = (uint8_t *)(((uintptr_t)mapping + WINDOW_BYTES - 1) & ~(uintptr_t)(WINDOW_BYTES - 1));
	madvise(live->ring, (size_t)live->slots * WINDOW_BYTES, MADV_HUGEPAGE);
	return true;
}

static bool allocate(struct live *live)
{
	live->free_slots = calloc((size_t)live->slots, sizeof(*live->free_slots));
	live->queue = calloc((size_t)live->slots, sizeof(*live->queue));
	return live->free_slots && live->queue && map_ring(live);
}

static void forget(struct request *request)
{
	while (request) {
		struct request *next = request->next;

		free(request);
		request = next;
	}
}

static void discard(struct live *live)
{
	forget(live->asked);
	forget(live->answered);
	for (int32_t i = 0; i < live->space_count; i++) {
		if (live->spaces[i].uffd >= 0)
			close(live->spaces[i].uffd);
		close(live->spaces[i].pagemap);
		free(live->spaces[i].windows);
	}
	if (live->mapping)
		munmap(live->mapping, mapping_bytes(live));
	if (live->wake >= 0)
		close(live->wake);
	free(live->spaces);
	free(live->free_slots);
	free(live->queue);
	free(live);
}

EXPORT int64_t ckpt_live_open(int32_t slots)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return -ENOMEM;
	live->slots = slots;
	live->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&live->lock, NULL);
	pthread_cond_init(&live->changed, NULL);
	if (!allocate(live) || live->wake < 0) {
		discard(live);
		return -ENOMEM;
	}
	while (live->free_count < slots) {
		live->free_slots[live->free_count] = live->free_count;
		live->free_count++;
	}
	return (int64_t)live;
}

static int open_pagemap(int32_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return outcome(open(path, O_RDONLY | O_CLOEXEC));
}

EXPORT int ckpt_live_watch(int64_t handle, int32_t pid, int32_t uffd)
{
	struct live *live = opened(handle);
	struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP};
	struct space *spaces = reallocarray(live->spaces, (size_t)live->space_count + 1, sizeof(*spaces));
	int pagemap = spaces ? open_pagemap(pid) : -ENOMEM;

	if (spaces)
		live->spaces = spaces;
	if (pagemap >= 0 && ioctl(uffd, UFFDIO_API, &api) < 0) {
		close(pagemap);
		pagemap = -errno;
	}
	if (pagemap < 0) {
		close(uffd);
		return pagemap;
	}
	spaces[live->space_count] = (struct space){.pid = pid, .uffd = uffd, .pagemap = pagemap};
	return live->space_count++;
}

EXPORT int ckpt_live_watch_again(int64_t handle, int32_t index, int32_t pid)
{
	struct space *space = &opened(handle)->spaces[index];
	int pagemap = open_pagemap(pid);

	if (pagemap < 0)
		return pagemap;
	close(space->pagemap);
	space->pagemap = pagemap;
	space->pid = pid;
	return 0;
}

EXPORT int ckpt_live_register(int64_t handle, int32_t space, int64_t start, int64_t end)
{
	struct uffdio_register request = {
		.range = {.start = (uint64_t)start, .len = (uint64_t)(end - start)},
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	return outcome(ioctl(opened(handle)->spaces[space].uffd, UFFDIO_REGISTER, &request));
}

EXPORT int ckpt_live_add(int64_t handle, int32_t index, const int64_t *windows, int32_t count)
{
	struct space *space = &opened(handle)->spaces[index];
	struct window *all = reallocarray(space->windows, space->count + (size_t)count, sizeof(*all));

	if (!all)
		return -ENOMEM;
	space->windows = all;
	for (int32_t i = 0; i < count; i++)
		all[space->count++] = (struct window){
			.start = (uint64_t)windows[3 * i],
			.end = (uint64_t)windows[3 * i + 1],
			.pages = (uint64_t)windows[3 * i + 2],
		};
	return 0;
}

EXPORT int ckpt_live_protect(int64_t handle, int32_t space, int64_t start, int64_t end)
{
	return space_protect(&opened(handle)->spaces[space], (uint64_t)start, (uint64_t)end);
}

/* A thread of the handle takes no signals. */
static int start_thread(pthread_t *thread, void *(*body)(void *), struct live *live)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(thread, NULL, body, live);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

static int wake(const struct live *live)
{
	const uint64_t one = 1;

	return write(live->wake, &one, sizeof(one)) < 0 ? -errno : 0;
}

EXPORT int ckpt_live_admit(int64_t handle)
{
	struct live *live = opened(handle);
	int error;

	live->admitting = true;
	error = start_thread(&live->server, live_admit, live);
	live->admitting = error == 0;
	return error;
}

EXPORT int ckpt_live_admit_end(int64_t handle)
{
	struct live *live = opened(handle);

	if (!live->admitting)
		return 0;
	live->admitting = false;
	wake(live);
	pthread_join(live->server, NULL);
	return 0;
}

EXPORT int ckpt_live_start(int64_t handle)
{
	struct live *live = opened(handle);
	int error = start_thread(&live->server, live_serve, live);

	live->serving = error == 0;
	return error;
}

EXPORT int ckpt_live_next(int64_t handle, int64_t values[3])
{
	struct live *live = opened(handle);
	struct filled filled;
	int failure;

	pthread_mutex_lock(&live->lock);
	while (live->queue_length == 0 && live->failure == 0)
		pthread_cond_wait(&live->changed, &live->lock);
	failure = live->failure;
	filled = live->queue[live->queue_first];
	if (failure == 0) {
		live->queue_first = (live->queue_first + 1) % live->slots;
		live->queue_length--;
	}
	pthread_mutex_unlock(&live->lock);
	values[0] = filled.space;
	values[1] = (int64_t)filled.start;
	values[2] = (int64_t)filled.end;
	return failure < 0 ? failure : filled.slot;
}

EXPORT int64_t ckpt_live_slot(int64_t handle, int32_t slot)
{
	return (int64_t)(opened(handle)->ring + (size_t)slot * WINDOW_BYTES);
}

EXPORT int ckpt_live_give_back(int64_t handle, int32_t slot)
{
	struct live *live = opened(handle);

	pthread_mutex_lock(&live->lock);
	live->free_slots[live->free_count++] = slot;
	pthread_mutex_unlock(&live->lock);
	return wake(live);
}

EXPORT int ckpt_live_failure(int64_t handle, int64_t values[2])
{
	struct live *live = opened(handle);
	int failure;

	pthread_mutex_lock(&live->lock);
	failure = live->failure;
	values[0] = live->failed_space;
	values[1] = (int64_t)live->failed_address;
	pthread_mutex_unlock(&live->lock);
	return failure;
}

EXPORT int ckpt_live_end(int64_t handle)
{
	struct live *live = opened(handle);

	ckpt_live_admit_end(handle);
	pthread_mutex_lock(&live->lock);
	live->stopping = true;
	live->over = live->over || !live->serving;
	pthread_mutex_unlock(&live->lock);
	if (live->serving) {
		wake(live);
		pthread_join(live->server, NULL);
		live->serving = false;
	}
	return 0;
}

/* Not before the thread is gone are the tasks untraced that it accompanied. */
static void await_end_of(int32_t tid)
{
	for (int round = 0; round < MOST_ROUNDS && syscall(SYS_tgkill, getpid(), tid, 0) == 0; round++)
		usleep(ROUND_US);
}

EXPORT int ckpt_live_close(int64_t handle)
{
	ckpt_live_end(handle);
	if (opened(handle)->escorted_by)
		await_end_of(opened(handle)->escorted_by);
	discard(opened(handle));
	return 0;
}
