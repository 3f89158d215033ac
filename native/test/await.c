/* Memory that comes while its process runs: who touches a page waits for it; what becomes of the memory is told. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "check.h"

enum { PAGE = 4096, PAGES = 64 };

static char *area;
static struct shared {
	int uffd;
	atomic_int ready, found;
} *shared;

static int64_t at(int page)
{
	return (int64_t)(area + page * PAGE);
}

static int use_it(void)
{
	shared->uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	while (!atomic_load(&shared->ready))
		usleep(100);
	atomic_store(&shared->found, area[3 * PAGE]);
	if (madvise(area + 8 * PAGE, 2 * PAGE, MADV_DONTNEED) || area[8 * PAGE])
		return 1;
	return 7;
}

static int stolen(pid_t pid)
{
	int pidfd = ckpt_pidfd_open(pid);
	int here = ckpt_pidfd_getfd(pidfd, shared->uffd);

	ckpt_close(pidfd);
	return here;
}

static struct uffd_msg next(int alarm, int uffd)
{
	int fds[] = { alarm, uffd }, ready[2];
	struct uffd_msg message;

	EQUALS(ckpt_fill_await(fds, 2, 20000, ready), 1);
	CHECK(!ready[0] && ready[1]);
	EQUALS(read(uffd, &message, sizeof(message)), sizeof(message));
	return message;
}

static void serves_a_page_that_is_waited_for(int alarm, int uffd)
{
	static char pages[PAGES * PAGE];
	struct uffd_msg message = next(alarm, uffd);

	CHECK(message.event == UFFD_EVENT_PAGEFAULT && (int64_t)message.arg.pagefault.address == at(3));
	memset(pages, 'x', sizeof(pages));
	EQUALS(ckpt_fill_missing(uffd, at(2), pages, 4 * PAGE), 4 * PAGE);
}

static void leaves_pages_that_are_there(pid_t pid, int uffd)
{
	static char pages[8 * PAGE];
	char found;

	memset(pages, 'y', sizeof(pages));
	EQUALS(ckpt_fill_missing(uffd, at(22), pages, 2 * PAGE), 2 * PAGE);
	memset(pages, 'z', sizeof(pages));
	EQUALS(ckpt_fill_missing(uffd, at(20), pages, sizeof(pages)), sizeof(pages));
	EQUALS(ckpt_read_memory(pid, at(23), &found, 1), 1);
	CHECK(found == 'y');
	EQUALS(ckpt_read_memory(pid, at(24), &found, 1), 1);
	CHECK(found == 'z');
}

static void puts_nothing_before_a_change_was_read(int alarm, int uffd)
{
	static char page[PAGE];
	struct uffd_msg message;

	while (ckpt_fill_missing(uffd, at(40), page, PAGE) != 0) /* it has not begun */
		usleep(100);
	message = next(alarm, uffd);
	CHECK(message.event == UFFD_EVENT_REMOVE && (int64_t)message.arg.remove.start == at(8));
	message = next(alarm, uffd);
	CHECK(message.event == UFFD_EVENT_PAGEFAULT && (int64_t)message.arg.pagefault.address == at(8));
	EQUALS(ckpt_fill_zero(uffd, at(8), PAGE), 0);
}

static void tells_what_is_watched(int uffd)
{
	EQUALS(ckpt_fill_watched(uffd, at(PAGES - 1)), 1);
	EQUALS(ckpt_fill_watched(uffd, (int64_t)shared), 0);
}

static void is_woken_by_its_alarm(int alarm, int uffd)
{
	int fds[] = { alarm, uffd }, ready[2];

	EQUALS(ckpt_fill_await(fds, 2, 0, ready), 0);
	EQUALS(ckpt_fill_ring(alarm), 0);
	EQUALS(ckpt_fill_await(fds, 2, 20000, ready), 1);
	CHECK(ready[0] && !ready[1]);
	EQUALS(ckpt_fill_await(fds, 2, 0, ready), 0);
}

int main(void)
{
	static char page[PAGE];
	int uffd, alarm = ckpt_fill_alarm();
	pid_t pid;

	area = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED && shared != MAP_FAILED && alarm >= 0);
	pid = child(use_it);
	wait_until_in(pid, SYS_clock_nanosleep);
	uffd = stolen(pid);
	EQUALS(ckpt_fill_listen(uffd), 0);
	EQUALS(ckpt_fill_register(uffd, at(0), at(PAGES)), 0);
	is_woken_by_its_alarm(alarm, uffd);
	tells_what_is_watched(uffd);
	leaves_pages_that_are_there(pid, uffd);
	atomic_store(&shared->ready, 1);
	serves_a_page_that_is_waited_for(alarm, uffd);
	puts_nothing_before_a_change_was_read(alarm, uffd);
	EQUALS(exit_status(pid), 7);
	EQUALS(shared->found, 'x');
	EQUALS(ckpt_fill_missing(uffd, at(50), page, PAGE), -ESRCH);
	ckpt_close(uffd);
	ckpt_close(alarm);
	return 0;
}
