/* Locks that two processes have: through one description, each its own, and on a file without a name. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static int whole, both, description, nameless;

static struct flock range(short type, off_t start, off_t length)
{
	return (struct flock) { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };
}

/* Left open: to close it would unlock what this process has locked. */
static int is_free(const char *name, off_t start)
{
	struct flock asked = range(F_WRLCK, start, 1);

	MUST(fcntl(MUST(open(victim_path(name), O_RDWR)), F_OFD_GETLK, &asked));
	return asked.l_type == F_UNLCK;
}

static int may_lock(int fd, off_t start)
{
	struct flock asked = range(F_WRLCK, start, 1);
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	MUST(fcntl(MUST(open(path, O_RDWR)), F_OFD_GETLK, &asked));
	return asked.l_type == F_UNLCK;
}

static void other(void)
{
	struct flock mine = range(F_RDLCK, 0, 20), far = range(F_WRLCK, 1000, 10);

	MUST(fcntl(both, F_SETLK, &mine));
	MUST(fcntl(both, F_SETLK, &far));
	victim_say("locked");
	victim_await_go();
	victim_hear("parent unlocked");
	CHECK(!is_free("both", 5));
	CHECK(is_free("both", 500));
	MUST(close(whole));
	MUST(close(description));
	victim_say("closed");
	victim_hear("seen");
}

int main(int argc, char **argv)
{
	struct flock near = range(F_RDLCK, 0, 10), middle = range(F_WRLCK, 500, 10), part = range(F_WRLCK, 7, 0);
	struct flock unlock = range(F_UNLCK, 0, 0);
	pid_t child;

	victim_begin(argc, argv);
	whole = victim_file("whole", 10, 1, 0);
	both = victim_file("both", 10, 1, 0);
	description = victim_file("description", 10, 1, 0);
	nameless = victim_file("nameless", 10, 1, 0);
	MUST(unlink(victim_path("nameless")));
	MUST(flock(whole, LOCK_EX));
	MUST(fcntl(both, F_SETLK, &near));
	MUST(fcntl(both, F_SETLK, &middle));
	MUST(fcntl(description, F_OFD_SETLK, &part));
	MUST(fcntl(nameless, F_SETLK, &part));
	child = victim_fork(other);
	victim_hear("locked");
	victim_wait();
	CHECK(!is_free("both", 500));
	MUST(fcntl(both, F_SETLK, &unlock));
	victim_say("parent unlocked");
	victim_hear("closed");
	CHECK(!is_free("both", 1005));
	CHECK(!is_free("description", 100));
	CHECK(is_free("description", 6));
	CHECK_EQUAL(flock(MUST(open(victim_path("whole"), O_RDWR)), LOCK_SH | LOCK_NB), -1);
	victim_say("seen");
	victim_join(child);
	CHECK(is_free("both", 1005));
	CHECK(!may_lock(nameless, 100));
	CHECK(may_lock(nameless, 6));
	MUST(close(description));
	CHECK(is_free("description", 100));
	victim_pass();
}
