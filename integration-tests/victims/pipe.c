/* Pipes: queued bytes, capacity, flags of either end, ends that are closed, ends in another process. */
#include "victim.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define QUEUED 150000

static int to_child[2], from_child[2];

static void echo(void)
{
	char byte;

	MUST(close(to_child[1]));
	MUST(close(from_child[0]));
	victim_say("echo");
	while (MUST(read(to_child[0], &byte, 1)) == 1)
		CHECK_EQUAL(write(from_child[1], &byte, 1), 1);
}

static void check_queued(int fd)
{
	static char bytes[QUEUED];
	ssize_t total = 0;
	int queued;

	MUST(ioctl(fd, FIONREAD, &queued));
	CHECK_EQUAL(queued, QUEUED);
	while (total < QUEUED)
		total += MUST(read(fd, bytes + total, (size_t)(QUEUED - total)));
	victim_check_fill("queued bytes", bytes, QUEUED, 1);
}

int main(int argc, char **argv)
{
	static char bytes[QUEUED];
	int full[2], no_reader[2], no_writer[2], packets[2];
	pid_t child;
	char byte;

	victim_begin(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	MUST(pipe(to_child));
	MUST(pipe(from_child));
	child = victim_fork(echo);
	victim_hear("echo");
	MUST(close(to_child[0]));
	MUST(close(from_child[1]));
	MUST(pipe(full));
	MUST(fcntl(full[1], F_SETPIPE_SZ, 1 << 18));
	MUST(fcntl(full[0], F_SETFL, O_NONBLOCK));
	victim_fill(bytes, QUEUED, 1);
	CHECK_EQUAL(write(full[1], bytes, QUEUED), QUEUED);
	MUST(pipe(no_reader));
	MUST(close(no_reader[0]));
	MUST(pipe(no_writer));
	CHECK_EQUAL(write(no_writer[1], "z", 1), 1);
	MUST(close(no_writer[1]));
	MUST(pipe2(packets, O_DIRECT));
	victim_wait();
	CHECK_EQUAL(fcntl(full[0], F_GETPIPE_SZ), 1 << 18);
	CHECK_EQUAL(fcntl(full[0], F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDONLY | O_NONBLOCK);
	CHECK_EQUAL(fcntl(full[1], F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_WRONLY);
	check_queued(full[0]);
	CHECK_EQUAL(read(full[0], &byte, 1), -1);
	CHECK_EQUAL(errno, EAGAIN);
	CHECK_EQUAL(write(no_reader[1], "x", 1), -1);
	CHECK_EQUAL(errno, EPIPE);
	CHECK_EQUAL(read(no_writer[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'z');
	CHECK_EQUAL(read(no_writer[0], &byte, 1), 0);
	CHECK_EQUAL(write(packets[1], "one", 3), 3);
	CHECK_EQUAL(write(packets[1], "three", 5), 5);
	CHECK_EQUAL(read(packets[0], bytes, 100), 3);
	CHECK_EQUAL(read(packets[0], bytes, 100), 5);
	CHECK_EQUAL(write(to_child[1], "q", 1), 1);
	CHECK_EQUAL(read(from_child[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'q');
	MUST(close(to_child[1]));
	victim_join(child);
	victim_pass();
}
