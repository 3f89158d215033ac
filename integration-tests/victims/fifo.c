/* Named pipes with queued bytes, open at both ends in one description and in two processes. */
#include "victim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void reader(void)
{
	int fd = MUST(open(victim_path("between"), O_RDONLY));
	char bytes[16];

	victim_say("reader");
	victim_await_go();
	CHECK_EQUAL(read(fd, bytes, sizeof(bytes)), 6);
	CHECK_EQUAL(bytes[5], 'd');
	victim_say("read");
	CHECK_EQUAL(read(fd, bytes, sizeof(bytes)), 0);
}

int main(int argc, char **argv)
{
	int both, writer;
	struct stat status;
	char bytes[16];
	pid_t child;

	victim_begin(argc, argv);
	MUST(mkfifo(victim_path("both"), 0644));
	MUST(mkfifo(victim_path("between"), 0644));
	both = MUST(open(victim_path("both"), O_RDWR | O_NONBLOCK));
	CHECK_EQUAL(write(both, "left", 4), 4);
	child = victim_fork(reader);
	writer = MUST(open(victim_path("between"), O_WRONLY));
	victim_hear("reader");
	CHECK_EQUAL(write(writer, "queued", 6), 6);
	victim_wait();
	victim_hear("read");
	MUST(close(writer));
	victim_join(child);
	CHECK_EQUAL(read(both, bytes, sizeof(bytes)), 4);
	CHECK_EQUAL(bytes[0], 'l');
	CHECK_EQUAL(read(both, bytes, sizeof(bytes)), -1);
	CHECK_EQUAL(errno, EAGAIN);
	MUST(stat(victim_path("both"), &status));
	CHECK(S_ISFIFO(status.st_mode));
	writer = MUST(open(victim_path("both"), O_WRONLY));
	CHECK_EQUAL(write(writer, "new", 3), 3);
	CHECK_EQUAL(read(both, bytes, sizeof(bytes)), 3);
	victim_pass();
}
