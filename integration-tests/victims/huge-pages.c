/* Huge pages that the node keeps for whoever asks: private, shared, in memory files and in a System V segment. */
#include "victim.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#define HUGE (2UL << 20)
#define PAGE_KIB (long)(HUGE / 1024)

static char *shared;

static char *map(size_t pages, int flags, int fd)
{
	char *memory = mmap(NULL, pages * HUGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED && (flags & MAP_HUGETLB))
		victim_skip("the node has no huge pages to spare");
	CHECK(memory != MAP_FAILED);
	return memory;
}

static void other(void)
{
	victim_say("other");
	victim_await_go();
	victim_check_fill("shared", shared, HUGE, 2);
	strcpy(shared + HUGE, "from the child");
	victim_say("written");
}

int main(int argc, char **argv)
{
	char *private, *copy, *attached;
	int open_file, copied_file, segment;
	struct shmid_ds about;
	struct stat status;
	pid_t child;

	victim_begin(argc, argv);
	shared = map(2, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1);
	victim_fill(shared, HUGE, 2);
	child = victim_fork(other);
	victim_hear("other");
	private = map(3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
	victim_fill(private + HUGE, HUGE, 1);
	open_file = MUST(memfd_create("huge", MFD_HUGETLB));
	MUST(ftruncate(open_file, 4 * (off_t)HUGE));
	copy = map(2, MAP_SHARED, open_file);
	victim_fill(copy, HUGE, 3);
	MUST(munmap(copy, 2 * HUGE));
	copied_file = MUST(memfd_create("copied", MFD_HUGETLB));
	MUST(ftruncate(copied_file, 2 * (off_t)HUGE));
	copy = map(2, MAP_PRIVATE, copied_file);
	victim_fill(copy + HUGE, HUGE, 4);
	MUST(close(copied_file));
	segment = MUST(shmget(IPC_PRIVATE, HUGE + 5, IPC_CREAT | SHM_HUGETLB | 0600));
	attached = shmat(segment, NULL, 0);
	CHECK(attached != (void *)-1);
	MUST(shmctl(segment, IPC_RMID, NULL));
	victim_fill(attached, HUGE, 5);
	victim_wait();
	victim_check_fill("private", private + HUGE, HUGE, 1);
	CHECK_EQUAL(victim_vma_number(private, "KernelPageSize"), PAGE_KIB);
	CHECK_EQUAL(victim_vma_number(private, "Private_Hugetlb"), PAGE_KIB);
	CHECK_EQUAL(private[0], 0);
	victim_hear("written");
	CHECK(!strcmp(shared + HUGE, "from the child"));
	CHECK_EQUAL(victim_vma_number(shared, "KernelPageSize"), PAGE_KIB);
	victim_join(child);
	MUST(fstat(open_file, &status));
	CHECK_EQUAL(status.st_size, 4 * HUGE);
	CHECK_EQUAL(status.st_blksize, HUGE);
	CHECK_EQUAL(status.st_blocks * 512, HUGE);
	victim_check_fill("memory file", map(1, MAP_SHARED, open_file), HUGE, 3);
	victim_check_fill("private pages of a memory file", copy + HUGE, HUGE, 4);
	CHECK_EQUAL(victim_vma_number(copy, "KernelPageSize"), PAGE_KIB);
	victim_check_fill("segment", attached, HUGE, 5);
	MUST(shmctl(segment, IPC_STAT, &about));
	CHECK_EQUAL(about.shm_segsz, HUGE + 5);
	CHECK_EQUAL(victim_vma_number(attached, "KernelPageSize"), PAGE_KIB);
	victim_pass();
}
