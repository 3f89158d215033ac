/* POSIX shared memory, one object with its name and one without, shared with a child. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (1 << 20)

static char *named, *unnamed;

static void *map(const char *name)
{
	int fd = MUST(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	void *memory;

	MUST(ftruncate(fd, SIZE));
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(memory != MAP_FAILED);
	close(fd);
	return memory;
}

static void child(void)
{
	victim_say("child");
	victim_await_go();
	victim_check_fill("named, in the child", named, SIZE, 1);
	victim_check_fill("unnamed, in the child", unnamed, SIZE, 2);
	victim_fill(unnamed, 4096, 3);
}

int main(int argc, char **argv)
{
	char first[64], second[64];
	void *again;
	pid_t pid;
	int fd;

	victim_begin(argc, argv);
	snprintf(first, sizeof(first), "/victim-a-%d-%ld", getpid(), time(NULL));
	snprintf(second, sizeof(second), "/victim-b-%d-%ld", getpid(), time(NULL));
	named = map(first);
	unnamed = map(second);
	MUST(shm_unlink(second));
	victim_fill(named, SIZE, 1);
	victim_fill(unnamed, SIZE, 2);
	pid = victim_fork(child);
	victim_hear("child");
	victim_wait();
	victim_join(pid);
	fd = MUST(shm_open(first, O_RDWR, 0));
	MUST(shm_unlink(first));
	victim_check_fill("named", named, SIZE, 1);
	again = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(again != MAP_FAILED);
	victim_fill(named, 4096, 9);
	victim_check_fill("named, by its name", again, 4096, 9);
	victim_check_fill("unnamed, written by the child", unnamed, 4096, 3);
	victim_pass();
}
