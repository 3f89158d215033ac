/* Files of huge pages that have names, as in /dev/hugepages: open, only mapped, copied privately, deleted. */
#include "victim.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HUGE (2UL << 20)

static char directory[PATH_MAX];
static char *shared;

static int find_mount(void)
{
	char line[4096], type[64], options[1024];
	FILE *mounts = fopen("/proc/self/mounts", "re");
	int found = 0;

	CHECK(mounts);
	while (!found && fgets(line, sizeof(line), mounts))
		found = sscanf(line, "%*s %4095s %63s %1023s", directory, type, options) == 3 &&
			!strcmp(type, "hugetlbfs") && strstr(options, "pagesize=2M");
	fclose(mounts);
	return found;
}

static const char *path(const char *name)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/victim-%d-%s", directory, getpid(), name);
	return path;
}

static int make(const char *name)
{
	int fd = open(path(name), O_RDWR | O_CREAT | O_EXCL, 0640);

	if (fd < 0)
		victim_skip("may make no file of huge pages");
	MUST(ftruncate(fd, 2 * (off_t)HUGE));
	return fd;
}

static char *map(int fd, int flags)
{
	char *memory = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED)
		victim_skip("the node has no huge pages to spare");
	return memory;
}

static void other(void)
{
	victim_say("other");
	victim_await_go();
	victim_check_fill("shared with the parent", shared, HUGE, 1);
	victim_fill(shared + HUGE, HUGE, 5);
	victim_say("written");
}

static void check_by_name(const char *name, uint64_t seed)
{
	int fd = MUST(open(path(name), O_RDWR));
	struct stat status;

	MUST(fstat(fd, &status));
	CHECK_EQUAL(status.st_mode & 0777, 0640);
	CHECK_EQUAL(status.st_size, 2 * HUGE);
	CHECK_EQUAL(status.st_blksize, HUGE);
	victim_check_fill("by its name", map(fd, MAP_SHARED), HUGE, seed);
	MUST(unlink(path(name)));
}

int main(int argc, char **argv)
{
	int open_file, mapped_file, copied_file, deleted_file;
	char *mapped, *copy;
	pid_t child;

	victim_begin(argc, argv);
	if (!find_mount())
		victim_skip("no hugetlbfs is mounted");
	open_file = make("open");
	shared = map(open_file, MAP_SHARED);
	victim_fill(shared, HUGE, 1);
	child = victim_fork(other);
	victim_hear("other");
	mapped_file = make("mapped");
	mapped = map(mapped_file, MAP_SHARED);
	victim_fill(mapped, HUGE, 2);
	MUST(close(mapped_file));
	copied_file = make("copied");
	copy = map(copied_file, MAP_SHARED);
	victim_fill(copy, HUGE, 3);
	MUST(munmap(copy, 2 * HUGE));
	copy = map(copied_file, MAP_PRIVATE);
	victim_fill(copy + HUGE, HUGE, 4);
	MUST(close(copied_file));
	deleted_file = make("deleted");
	MUST(unlink(path("deleted")));
	victim_fill(map(deleted_file, MAP_SHARED), HUGE, 6);
	MUST(lseek(deleted_file, 5, SEEK_SET));
	victim_wait();
	victim_hear("written");
	victim_join(child);
	victim_check_fill("open file", shared, HUGE, 1);
	victim_check_fill("open file, from the child", shared + HUGE, HUGE, 5);
	CHECK_EQUAL(victim_vma_number(shared, "KernelPageSize"), HUGE / 1024);
	victim_check_fill("mapped file", mapped, HUGE, 2);
	victim_fill(mapped, HUGE, 7);
	victim_check_fill("copied file", copy, HUGE, 3);
	victim_check_fill("private page of the copied file", copy + HUGE, HUGE, 4);
	CHECK_EQUAL(victim_vma_number(copy, "KernelPageSize"), HUGE / 1024);
	CHECK_EQUAL(lseek(deleted_file, 0, SEEK_CUR), 5);
	victim_check_fill("deleted file", map(deleted_file, MAP_SHARED), HUGE, 6);
	check_by_name("open", 1);
	check_by_name("mapped", 7);
	check_by_name("copied", 3);
	victim_pass();
}
