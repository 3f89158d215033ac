/* The kernel's page of quick clock calls is where it was, and tells the time. */
#include "victim.h"

#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long mapped_at(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start = 0, found = 0;
	char line[512];

	CHECK(maps != NULL);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, name) && sscanf(line, "%lx-", &start) == 1)
			found = start;
	fclose(maps);
	return found;
}

static void check_clock(clockid_t clock)
{
	struct timespec before, quick, after;

	MUST(syscall(SYS_clock_gettime, clock, &before));
	MUST(clock_gettime(clock, &quick));
	MUST(syscall(SYS_clock_gettime, clock, &after));
	CHECK(before.tv_sec < quick.tv_sec || (before.tv_sec == quick.tv_sec && before.tv_nsec <= quick.tv_nsec));
	CHECK(quick.tv_sec < after.tv_sec || (quick.tv_sec == after.tv_sec && quick.tv_nsec <= after.tv_nsec));
}

int main(int argc, char **argv)
{
	unsigned long vdso, vvar;

	victim_begin(argc, argv);
	vdso = mapped_at("[vdso]");
	vvar = mapped_at("[vvar]");
	CHECK_EQUAL(vdso, getauxval(AT_SYSINFO_EHDR));
	victim_wait();
	CHECK_EQUAL(mapped_at("[vdso]"), vdso);
	CHECK_EQUAL(mapped_at("[vvar]"), vvar);
	check_clock(CLOCK_REALTIME);
	check_clock(CLOCK_MONOTONIC);
	check_clock(CLOCK_BOOTTIME);
	victim_pass();
}
