/* Pages of a running process: what is copied is what was there when it was stopped, whatever it does meanwhile. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "check.h"

enum { PAGE = 4096, WINDOW = 2 << 20, SIZE = 24 << 20, ROUNDS = 40, SLOTS = 4, EPOCHS = 8, PIECE = 384 << 10 };

static uint8_t *area, *huge;
static _Alignas(PAGE) uint8_t spares[2][PIECE]; /* where nobody else maps anything */
static uint8_t frozen[SIZE], copied[SIZE];

/* A page that says of itself which round wrote it. */
static void write_page(uint8_t *page, uint64_t epoch)
{
	uint64_t *words = (uint64_t *)(void *)page;

	for (int i = 0; i < EPOCHS; i++)
		words[i * 64] = epoch + (uint64_t)i;
}

static void *keep_writing(void *of)
{
	uint8_t *pages = of;

	for (uint64_t epoch = 1;; epoch++)
		for (int page = 0; page < SIZE / PAGE; page++)
			if (page % 7 != 3 && page % 512 != 100) /* gaps, and a page nobody may touch */
				write_page(pages + (size_t)page * PAGE, epoch);
	return NULL;
}

/* Kernel writes, forks and children that write are a part of it. */
static void *keep_forking(void *unused)
{
	int zero = open("/dev/zero", O_RDONLY);

	for (;;) {
		pid_t pid = fork();

		if (read(zero, area + 5 * PAGE, PAGE) != PAGE)
			_exit(1);
		if (pid == 0) {
			memset(area + 40 * PAGE, 0xee, 16 * PAGE);
			_exit(0);
		}
		if (waitpid(pid, NULL, 0) != pid)
			_exit(2);
	}
	return unused;
}

static int write_for_ever(void)
{
	pthread_t thread;

	area[100 * PAGE] = 'n';
	CHECK(mprotect(area + 100 * PAGE, PAGE, PROT_NONE) == 0);
	CHECK(pthread_create(&thread, NULL, keep_writing, huge) == 0);
	CHECK(pthread_create(&thread, NULL, keep_forking, NULL) == 0);
	keep_writing(area);
	return 1;
}

static void stop_all(pid_t pid, pid_t *tids, int count)
{
	for (int i = 0; i < count; i++)
		EQUALS(ckpt_seize(tids[i]), 0);
	for (int i = 0; i < count; i++)
		EQUALS(ckpt_wait_stop(tids[i], 5000), CKPT_STOPPED);
	CHECK(tids[0] == pid);
}

static int threads_of(pid_t pid, pid_t *tids)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	return ckpt_list_numbers(path, tids, 8);
}

/* What ckpt_scan_pages finds, cut into windows, and as it is now. */
static int64_t look(pid_t pid, int64_t live, int32_t space, int64_t start)
{
	int64_t found = 0;

	memset(frozen, 0, sizeof(frozen));
	for (int64_t at = start; at < start + SIZE;) {
		int64_t end = (at | (WINDOW - 1)) + 1, ranges[512], next = at, pages = 0;

		end = end < start + SIZE ? end : start + SIZE;
		while (next < end) {
			int count = ckpt_scan_pages(pid, next, end, 1, ranges, 256, &next);

			CHECK(count >= 0);
			for (int i = 0; i < count; i++) {
				int64_t length = ranges[2 * i + 1] - ranges[2 * i];

				EQUALS(ckpt_read_memory(pid, ranges[2 * i], frozen + (ranges[2 * i] - start), length), length);
				pages += length / PAGE;
			}
		}
		if (pages > 0)
			EQUALS(ckpt_live_add(live, space, (int64_t[]){at, end, pages}, 1), 0);
		found += pages > 0;
		at = end;
	}
	return found;
}

static void copy_windows(int64_t live, int64_t count, int64_t start)
{
	memset(copied, 0, sizeof(copied));
	while (count-- > 0) {
		int64_t values[3];
		int slot = ckpt_live_next(live, values);

		CHECK(slot >= 0);
		CHECK(values[1] >= start && values[2] <= start + SIZE);
		memcpy(copied + (values[1] - start), (void *)ckpt_live_slot(live, slot), (size_t)(values[2] - values[1]));
		EQUALS(ckpt_live_give_back(live, slot), 0);
	}
}

static int64_t watch(pid_t pid, int64_t start)
{
	int64_t live = ckpt_live_open(SLOTS);
	int64_t theirs = call(pid, SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK, 0, 0);
	int pidfd = ckpt_pidfd_open(pid);

	if (theirs == -EPERM || theirs == -ENOSYS)
		exit(77);
	CHECK(live > 0 && theirs >= 0);
	EQUALS(ckpt_live_watch(live, pid, ckpt_pidfd_getfd(pidfd, (int)theirs)), 0);
	EQUALS(call(pid, SYS_close, theirs, 0, 0), 0);
	close(pidfd);
	EQUALS(ckpt_live_register(live, 0, start, start + SIZE), 0);
	return live;
}

static void let_go(const pid_t *tids, int count)
{
	for (int i = 0; i < count; i++)
		EQUALS(ckpt_detach(tids[i]), 0);
}

/* Protected while it still runs: who writes goes on, and nothing of that is copied. */
static void protect_ahead(pid_t pid, pid_t *tids, int count, int64_t live, int64_t start)
{
	EQUALS(ckpt_live_admit(live), 0);
	let_go(tids, count);
	for (int i = 0; i < 8; i++)
		EQUALS(ckpt_live_protect(live, 0, start, start + SIZE), 0);
	stop_all(pid, tids, count);
	EQUALS(ckpt_live_admit_end(live), 0);
	EQUALS(ckpt_live_watch_again(live, 0, pid), 0);
	EQUALS(ckpt_live_register(live, 0, start, start + SIZE), 0);
}

static void copies_what_was_there(pid_t pid, pid_t *tids, int count, int64_t start, bool ahead)
{
	int64_t live, windows;

	stop_all(pid, tids, count);
	live = watch(pid, start);
	if (ahead)
		protect_ahead(pid, tids, count, live, start);
	windows = look(pid, live, 0, start);
	EQUALS(ckpt_live_protect(live, 0, start, start + SIZE), 0);
	EQUALS(ckpt_live_start(live), 0);
	let_go(tids, count);
	usleep(2000); /* the slots are full now, and writers wait */
	copy_windows(live, windows, start);
	CHECK(memcmp(frozen, copied, SIZE) == 0);
	EQUALS(ckpt_live_close(live), 0);
}

/* Memory that goes before it is copied is told, and the process goes on. */
static void tells_what_went(pid_t pid, int64_t start)
{
	int64_t values[3], live;

	seize(pid);
	live = watch(pid, start);
	CHECK(look(pid, live, 0, start) > 0);
	EQUALS(ckpt_live_protect(live, 0, start, start + SIZE), 0);
	EQUALS(call(pid, SYS_madvise, start + WINDOW, PAGE, MADV_DONTNEED), 0);
	EQUALS(ckpt_live_start(live), 0);
	EQUALS(ckpt_detach(pid), 0);
	while (ckpt_live_next(live, values) >= 0)
		;
	EQUALS(ckpt_live_failure(live, values), -ENODATA);
	CHECK(values[0] == 0 && values[1] >= start && values[1] <= start + WINDOW);
	EQUALS(ckpt_live_close(live), 0);
}

/* Copies given up in the middle leave nothing behind that holds a writer. */
static void ends_at_any_moment(pid_t pid, pid_t *tids, int count, int64_t start)
{
	uint64_t before, after;
	int64_t live;

	stop_all(pid, tids, count);
	live = watch(pid, start);
	CHECK(look(pid, live, 0, start) > 0);
	EQUALS(ckpt_live_protect(live, 0, start, start + SIZE), 0);
	EQUALS(ckpt_live_start(live), 0);
	let_go(tids, count);
	EQUALS(ckpt_live_close(live), 0);
	EQUALS(ckpt_read_memory(pid, start, &before, 8), 8);
	do
		EQUALS(ckpt_read_memory(pid, start, &after, 8), 8);
	while (after == before);
}

/* Gives memory back in every way there is, and puts other memory in its place. */
static void churn(uint8_t *piece, uint8_t *spare, size_t size, uint64_t epoch)
{
	const int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

	switch (epoch % 4) {
	case 0:
		CHECK(munmap(piece, size) == 0);
		CHECK(mmap(piece, size, protection, flags, -1, 0) == piece);
		break;
	case 1:
		CHECK(madvise(piece, size, MADV_DONTNEED) == 0);
		break;
	case 2:
		CHECK(mremap(piece, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, spare) == spare);
		CHECK(mremap(spare, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, piece) == piece);
		break;
	default:
		CHECK(mmap(piece, size, protection, flags, -1, 0) == piece);
	}
	for (size_t at = 0; at < size; at += PAGE)
		write_page(piece + at, epoch);
}

static void *churn_half(void *of)
{
	uint8_t *half = of;

	for (uint64_t epoch = 0;; epoch++)
		for (size_t at = 0; at + PIECE <= SIZE / 2; at += PIECE)
			churn(half + at, spares[half != area], PIECE, epoch + at / PIECE);
	return NULL;
}

static void *wait_and_go(void *unused)
{
	usleep(200);
	return unused;
}

/* Threads that come and go, whose stacks go with them. */
static void *churn_in_passing(void *unused)
{
	for (uint64_t epoch = 0;; epoch++) {
		pthread_t thread;

		CHECK(pthread_create(&thread, NULL, wait_and_go, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	return unused;
}

static int churn_for_ever(void)
{
	pthread_t thread;

	memset(area, 1, SIZE);
	CHECK(pthread_create(&thread, NULL, churn_half, area) == 0);
	CHECK(pthread_create(&thread, NULL, churn_in_passing, NULL) == 0);
	churn_half(area + SIZE / 2);
	return 1;
}

struct journey {
	pid_t pid;
	bool ahead;
	int64_t start, live, windows;
	pthread_barrier_t ready;
};

/* Seizes until no thread is left that runs. */
static int stop_whole(pid_t pid, int32_t tasks[3 * 8])
{
	pid_t tids[8];
	int count = 0;

	for (int found = threads_of(pid, tids), i = 0; i < found; i++) {
		if (ckpt_seize(tids[i]) < 0 || ckpt_wait_stop(tids[i], 5000) < 0)
			continue; /* it has just ended */
		tasks[3 * count] = tids[i];
		tasks[3 * count + 1] = tasks[3 * count + 2] = 0;
		count++;
	}
	return count;
}

/* Memory goes and comes while it is protected already; new threads too. */
static int churn_ahead(const struct journey *journey, int32_t tasks[3 * 8], int count)
{
	EQUALS(ckpt_live_admit(journey->live), 0);
	for (int i = 0; i < count; i++)
		ckpt_detach(tasks[3 * i]);
	for (int i = 0; i < 8; i++)
		ckpt_live_protect(journey->live, 0, journey->start, journey->start + SIZE);
	count = stop_whole(journey->pid, tasks);
	EQUALS(ckpt_live_admit_end(journey->live), 0);
	EQUALS(ckpt_live_watch_again(journey->live, 0, journey->pid), 0);
	EQUALS(ckpt_live_register(journey->live, 0, journey->start, journey->start + SIZE), 0);
	return count;
}

static void *accompany(void *data)
{
	struct journey *journey = data;
	int32_t tasks[3 * 8];
	int count = stop_whole(journey->pid, tasks);

	journey->live = watch(journey->pid, journey->start);
	if (journey->ahead)
		count = churn_ahead(journey, tasks, count);
	journey->windows = look(journey->pid, journey->live, 0, journey->start);
	EQUALS(ckpt_live_protect(journey->live, 0, journey->start, journey->start + SIZE), 0);
	EQUALS(ckpt_live_start(journey->live), 0);
	pthread_barrier_wait(&journey->ready);
	EQUALS(ckpt_live_escort(journey->live, tasks, count), 0);
	return NULL;
}

static void copies_what_is_given_back(pid_t pid, int64_t start, bool ahead)
{
	struct journey journey = {.pid = pid, .start = start, .ahead = ahead};
	pthread_t escort;

	pthread_barrier_init(&journey.ready, NULL, 2);
	CHECK(pthread_create(&escort, NULL, accompany, &journey) == 0);
	pthread_barrier_wait(&journey.ready);
	usleep(1000);
	copy_windows(journey.live, journey.windows, start);
	CHECK(memcmp(frozen, copied, SIZE) == 0);
	EQUALS(ckpt_live_end(journey.live), 0);
	CHECK(pthread_join(escort, NULL) == 0);
	EQUALS(ckpt_live_close(journey.live), 0);
}

static int sleep_for_ever(void)
{
	memset(area, 1, SIZE);
	sleep(1000);
	return 1;
}

static void prepare(void)
{
	area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	huge = mmap(NULL, SIZE + WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED && huge != MAP_FAILED);
	huge = (uint8_t *)(((uintptr_t)huge + WINDOW - 1) & ~(uintptr_t)(WINDOW - 1));
	CHECK(madvise(huge, SIZE, MADV_HUGEPAGE) == 0);
}

int main(void)
{
	pid_t pid, tids[8];
	int count;

	prepare();
	pid = child(write_for_ever);
	while ((count = threads_of(pid, tids)) < 3)
		usleep(1000);
	for (int round = 0; round < ROUNDS; round++) {
		copies_what_was_there(pid, tids, count, (int64_t)(round % 2 ? area : huge), round % 4 > 1);
		if (round % 8 == 0)
			ends_at_any_moment(pid, tids, count, (int64_t)area);
	}
	EQUALS(threads_of(pid, tids), count);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);

	pid = child(churn_for_ever);
	while (threads_of(pid, tids) < 3)
		usleep(1000);
	for (int round = 0; round < ROUNDS; round++)
		copies_what_is_given_back(pid, (int64_t)area, round % 2 == 0);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);

	pid = child(sleep_for_ever);
	wait_until_in(pid, SYS_clock_nanosleep);
	tells_what_went(pid, (int64_t)area);
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
	return 0;
}
