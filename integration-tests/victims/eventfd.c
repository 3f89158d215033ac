/* Event counters: value, semaphore mode and flags, one of them shared with a child. */
#include "victim.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int shared;

static void child(void)
{
	victim_say("child");
	victim_await_go();
	MUST(eventfd_write(shared, 5));
}

int main(int argc, char **argv)
{
	int counter, semaphore;
	eventfd_t value;
	pid_t pid;

	victim_begin(argc, argv);
	counter = MUST(eventfd(7, EFD_NONBLOCK | EFD_CLOEXEC));
	MUST(eventfd_write(counter, 0x100000000));
	semaphore = MUST(eventfd(3, EFD_SEMAPHORE));
	shared = MUST(eventfd(0, 0));
	pid = victim_fork(child);
	victim_hear("child");
	victim_wait();
	MUST(eventfd_read(counter, &value));
	CHECK_EQUAL(value, 0x100000007);
	CHECK_EQUAL(eventfd_read(counter, &value), -1);
	CHECK_EQUAL(errno, EAGAIN);
	CHECK_EQUAL(fcntl(counter, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	for (int i = 0; i < 3; i++) {
		MUST(eventfd_read(semaphore, &value));
		CHECK_EQUAL(value, 1);
	}
	MUST(fcntl(semaphore, F_SETFL, O_NONBLOCK));
	CHECK_EQUAL(eventfd_read(semaphore, &value), -1);
	MUST(eventfd_read(shared, &value));
	CHECK_EQUAL(value, 5);
	victim_join(pid);
	victim_pass();
}
