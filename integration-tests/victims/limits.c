/* Resource limits, file creation mask and nice value. */
#include "victim.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	__rlimit_resource_t resource;
	struct rlimit limit;
} limits[] = {
	{ RLIMIT_NOFILE, { 123, 456 } },
	{ RLIMIT_CORE, { 0, 4096 } },
	{ RLIMIT_STACK, { 3 << 20, 64 << 20 } },
	{ RLIMIT_CPU, { 7200, RLIM_INFINITY } },
	{ RLIMIT_MEMLOCK, { 65536, 131072 } },
	{ RLIMIT_NPROC, { 1000, 1001 } },
};

int main(int argc, char **argv)
{
	struct rlimit limit;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(limits); i++)
		MUST(setrlimit(limits[i].resource, &limits[i].limit));
	umask(0137);
	MUST(setpriority(PRIO_PROCESS, 0, 7));
	victim_wait();
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		MUST(getrlimit(limits[i].resource, &limit));
		CHECK_EQUAL(limit.rlim_cur, limits[i].limit.rlim_cur);
		CHECK_EQUAL(limit.rlim_max, limits[i].limit.rlim_max);
	}
	CHECK_EQUAL(umask(0), 0137);
	errno = 0;
	CHECK_EQUAL(getpriority(PRIO_PROCESS, 0), 7);
	victim_pass();
}
