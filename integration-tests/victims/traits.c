/* What prctl(2), membarrier(2) and /proc have switched for a process, and prctl(2) and arch_prctl(2) for one thread. */
#include "victim.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/prctl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#define PR_GET_MEMORY_MERGE 68
#endif
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_GET_MDWE 66
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif
#define EXCEPT_ADVISED 2 /* PR_THP_DISABLE_EXCEPT_ADVISED */
#define GET_REGISTRATIONS 512 /* MEMBARRIER_CMD_GET_REGISTRATIONS */
#define REGISTERED (MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED | MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED)
#define CORE_FILTER 0x17
#define SCORE 321

static int thp, merge, deny, branches;

static void put(const char *path, const char *format, int value)
{
	FILE *file = fopen(path, "w");

	CHECK(file && fprintf(file, format, value) > 0 && !fclose(file));
}

static int get(const char *path, const char *format)
{
	FILE *file = fopen(path, "r");
	int value = -1;

	CHECK(file && fscanf(file, format, &value) == 1);
	fclose(file);
	return value;
}

static void *elsewhere(void *none)
{
	int counter = 0;

	MUST(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0));
	MUST(prctl(PR_SET_TIMERSLACK, 77777));
	branches = prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_DISABLE, 0, 0) == 0;
	MUST(prctl(PR_SET_TSC, PR_TSC_SIGSEGV));
	victim_say("switched");
	victim_await_go();
	MUST(prctl(PR_GET_TSC, &counter));
	CHECK_EQUAL(counter, PR_TSC_SIGSEGV);
	MUST(prctl(PR_SET_TSC, PR_TSC_ENABLE));
	CHECK_EQUAL(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0), PR_MCE_KILL_EARLY);
	CHECK_EQUAL(prctl(PR_GET_TIMERSLACK), 77777);
	if (branches)
		CHECK_EQUAL(prctl(PR_GET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, 0, 0, 0),
			    PR_SPEC_PRCTL | PR_SPEC_DISABLE);
	return none;
}

static void become(void)
{
	put("/proc/self/coredump_filter", "0x%x", CORE_FILTER);
	put("/proc/self/oom_score_adj", "%d", SCORE);
	thp = prctl(PR_SET_THP_DISABLE, 1, EXCEPT_ADVISED, 0, 0) == 0;
	merge = prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0) == 0;
	MUST(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
	MUST(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0));
	deny = prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0;
}

static void check(void)
{
	CHECK_EQUAL(get("/proc/self/coredump_filter", "%x"), CORE_FILTER);
	CHECK_EQUAL(get("/proc/self/oom_score_adj", "%d"), SCORE);
	CHECK(!thp || prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == (1 | EXCEPT_ADVISED));
	CHECK(!merge || prctl(PR_GET_MEMORY_MERGE, 0, 0, 0, 0) == 1);
	CHECK_EQUAL(syscall(SYS_membarrier, GET_REGISTRATIONS, 0, 0), REGISTERED);
	MUST(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
	CHECK(!deny || prctl(PR_GET_MDWE, 0, 0, 0, 0) == PR_MDWE_REFUSE_EXEC_GAIN);
	CHECK_EQUAL(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0), PR_MCE_KILL_DEFAULT);
	CHECK_EQUAL(prctl(PR_GET_TIMERSLACK), 50000);
}

static void denied(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(!deny || mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	victim_begin(argc, argv);
	become();
	CHECK_EQUAL(pthread_create(&thread, NULL, elsewhere, NULL), 0);
	victim_hear("switched");
	victim_wait();
	check();
	denied();
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
