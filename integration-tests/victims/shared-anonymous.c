/* Anonymous memory shared between parent and child is kept, and is still shared. */
#include "victim.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <fcntl.h>

#define SIZE (2 << 20)

static char *shared, *zero;
static char own[4096];

static void child(void)
{
	victim_fill(own, sizeof(own), 3);
	victim_fill(shared + SIZE / 2, SIZE / 2, 2);
	victim_say("filled");
	victim_await_go();
	victim_check_fill("first half in the child", shared, SIZE / 2, 1);
	victim_check_fill("the child's own", own, sizeof(own), 3);
	victim_fill(shared, 4096, 4);
	victim_fill(zero, 4096, 6);
	victim_say("written");
	victim_hear("answered");
	victim_check_fill("the parent's answer", shared + 4096, 4096, 5);
}

int main(int argc, char **argv)
{
	pid_t pid;

	victim_begin(argc, argv);
	shared = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	zero = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, MUST(open("/dev/zero", O_RDWR | O_CLOEXEC)), 0);
	CHECK(shared != MAP_FAILED && zero != MAP_FAILED);
	victim_fill(shared, SIZE / 2, 1);
	pid = victim_fork(child);
	victim_hear("filled");
	victim_wait();
	victim_check_fill("second half in the parent", shared + SIZE / 2, SIZE / 2, 2);
	victim_hear("written");
	victim_check_fill("the child's write", shared, 4096, 4);
	victim_check_fill("the child's write through /dev/zero", zero, 4096, 6);
	victim_fill(shared + 4096, 4096, 5);
	victim_say("answered");
	victim_join(pid);
	victim_pass();
}
