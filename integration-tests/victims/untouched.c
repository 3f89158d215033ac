/* Huge regions that were never touched, or only read, cost nothing after a restart either. */
#include "victim.h"

#include <sys/mman.h>

#define SIZE (64UL << 30)

int main(int argc, char **argv)
{
	char *region, *readable;

	victim_begin(argc, argv);
	region = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	readable = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(region != MAP_FAILED && readable != MAP_FAILED);
	region[SIZE / 2] = 1;
	for (size_t page = 0; page < 1024; page++)
		CHECK_EQUAL(((volatile char *)region)[page * 4096], 0);
	victim_wait();
	CHECK_EQUAL(region[SIZE / 2], 1);
	CHECK_EQUAL(region[SIZE / 2 + 4096], 0);
	CHECK(victim_proc_number("/proc/self/status", "VmRSS") < 32 * 1024);
	CHECK(victim_proc_number("/proc/self/status", "VmSize") > (long)(2 * SIZE / 1024));
	victim_pass();
}
