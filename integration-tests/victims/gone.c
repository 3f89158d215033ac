/* Things whose directory is gone: the working directory, an open directory, a file, a FIFO with bytes in it. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void leave(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "gone/inner/%s", name);
	MUST(unlink(path));
}

static void inside(void)
{
	char path[4096];

	MUST(chdir("gone/inner"));
	victim_say("inside");
	victim_await_go();
	CHECK(getcwd(path, sizeof(path)) == NULL);
	CHECK_EQUAL(errno, ENOENT);
	CHECK_EQUAL(open("new", O_CREAT | O_WRONLY, 0644), -1);
	CHECK_EQUAL(errno, ENOENT);
}

int main(int argc, char **argv)
{
	int directory, file, fifo, writer;
	struct stat status;
	char bytes[16];
	pid_t child;

	victim_begin(argc, argv);
	MUST(mkdir("gone", 0755));
	MUST(mkdir("gone/inner", 0755));
	MUST(mkfifo("gone/inner/fifo", 0644));
	file = victim_file("gone/inner/file", 4096, 1, 0);
	fifo = MUST(open("gone/inner/fifo", O_RDONLY | O_NONBLOCK));
	writer = MUST(open("gone/inner/fifo", O_WRONLY));
	directory = MUST(open("gone/inner", O_RDONLY | O_DIRECTORY));
	CHECK_EQUAL(write(writer, "queued", 6), 6);
	child = victim_fork(inside);
	victim_hear("inside");
	leave("file");
	leave("fifo");
	MUST(rmdir("gone/inner"));
	MUST(rmdir("gone"));
	victim_wait();
	CHECK_EQUAL(read(fifo, bytes, sizeof(bytes)), 6);
	CHECK_EQUAL(read(fifo, bytes, sizeof(bytes)), -1);
	CHECK_EQUAL(errno, EAGAIN);
	victim_join(child);
	MUST(close(writer));
	CHECK_EQUAL(read(fifo, bytes, sizeof(bytes)), 0);
	MUST(fstat(file, &status));
	CHECK_EQUAL(status.st_nlink, 0);
	CHECK_EQUAL(status.st_size, 4096);
	CHECK_EQUAL(openat(directory, "new", O_CREAT | O_WRONLY, 0644), -1);
	CHECK_EQUAL(errno, ENOENT);
	MUST(fstat(fifo, &status));
	CHECK_EQUAL(status.st_nlink, 0);
	CHECK(S_ISFIFO(status.st_mode));
	victim_pass();
}
