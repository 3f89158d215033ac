/* NUMA policies: of two threads, and of a range of memory with pages in it. */
#include "victim.h"

#include <linux/mempolicy.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE  4096UL
#define PAGES 16
#define NODES 1024UL /* what the kernel writes at most, in bits */

static unsigned long first_node[NODES / 64] = { 1 };

static void check(const char *what, void *address, int flags, int mode, unsigned long nodes)
{
	unsigned long mask[NODES / 64] = { 0 };
	int found = -1;

	MUST(syscall(SYS_get_mempolicy, &found, mask, NODES, address, flags));
	victim_equal(__FILE__, __LINE__, what, found, mode);
	CHECK_EQUAL(mask[0], nodes);
}

static void *elsewhere(void *none)
{
	MUST(syscall(SYS_set_mempolicy, MPOL_INTERLEAVE | MPOL_F_STATIC_NODES, first_node, NODES));
	victim_say("chosen");
	victim_await_go();
	check("mode of the thread", NULL, 0, MPOL_INTERLEAVE | MPOL_F_STATIC_NODES, 1);
	return none;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char *memory;

	victim_begin(argc, argv);
	if (syscall(SYS_set_mempolicy, MPOL_PREFERRED, first_node, NODES) < 0)
		victim_skip("no NUMA policies here");
	memory = mmap(NULL, 3 * PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
	victim_fill(memory, 3 * PAGES * PAGE, 3);
	MUST(syscall(SYS_mbind, memory + PAGES * PAGE, PAGES * PAGE, MPOL_BIND, first_node, NODES, 0));
	CHECK_EQUAL(pthread_create(&thread, NULL, elsewhere, NULL), 0);
	victim_hear("chosen");
	victim_wait();
	check("mode of the first thread", NULL, 0, MPOL_PREFERRED, 1);
	check("mode of the range", memory + PAGES * PAGE, MPOL_F_ADDR, MPOL_BIND, 1);
	check("mode before the range", memory, MPOL_F_ADDR, MPOL_DEFAULT, 0);
	check("mode behind the range", memory + 2 * PAGES * PAGE, MPOL_F_ADDR, MPOL_DEFAULT, 0);
	victim_check_fill("memory", memory, 3 * PAGES * PAGE, 3);
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
