/* Locks on files: of flock(2), of a process and of an open file description. A child asks whether they hold. */
#include "victim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static void check_held(const char *name, int type, off_t start, off_t length)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	MUST(fcntl(MUST(open(victim_path(name), O_RDWR)), F_OFD_GETLK, &range));
	CHECK_EQUAL(range.l_type, type);
	CHECK_EQUAL(range.l_start, start);
	CHECK_EQUAL(range.l_len, length);
}

static void other(void)
{
	victim_say("other");
	victim_await_go();
	CHECK_EQUAL(flock(MUST(open(victim_path("flock"), O_RDWR)), LOCK_SH | LOCK_NB), -1);
	CHECK_EQUAL(errno, EWOULDBLOCK);
	check_held("process", F_WRLCK, 3, 10);
	check_held("description", F_RDLCK, 5, 0);
}

int main(int argc, char **argv)
{
	struct flock process = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 3, .l_len = 10 };
	struct flock description = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 5 };
	pid_t child;

	victim_begin(argc, argv);
	MUST(flock(victim_file("flock", 10, 1, 0), LOCK_EX));
	MUST(fcntl(victim_file("process", 10, 1, 0), F_SETLK, &process));
	MUST(fcntl(victim_file("description", 10, 1, 0), F_OFD_SETLK, &description));
	child = victim_fork(other);
	victim_hear("other");
	victim_wait();
	victim_join(child);
	victim_pass();
}
