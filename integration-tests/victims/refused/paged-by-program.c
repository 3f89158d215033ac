/* Memory whose pages a program outside the job brings: the job itself has no descriptor that tells. */
#include "victim.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

static int faults, said[2];

/* Nothing but the descriptors ties it to the job. */
static void bring(void)
{
	pid_t job = getppid();

	if (fork() != 0)
		_exit(0);
	setsid();
	dup2(faults, 0);
	close_range(1, ~0U, 0);
	while (kill(job, 0) == 0)
		usleep(10000);
}

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *memory, byte;

	victim_begin(argc, argv);
	faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (faults < 0)
		victim_skip("no userfaultfd");
	memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (uintptr_t)memory;
	range.range.len = PAGE;
	MUST(ioctl(faults, UFFDIO_API, &api));
	MUST(ioctl(faults, UFFDIO_REGISTER, &range));
	MUST(pipe2(said, O_CLOEXEC));
	victim_join(victim_fork(bring));
	MUST(close(faults));
	MUST(close(said[1]));
	CHECK_EQUAL(read(said[0], &byte, 1), 0);
	MUST(close(said[0]));
	CHECK(victim_vma_flag(memory, "um"));
	victim_expect_refusal("a program brings its pages");
	victim_wait();
	CHECK(victim_vma_flag(memory, "um"));
	victim_pass();
}
