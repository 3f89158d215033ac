/* Vector registers are kept across a system call that a checkpoint interrupts. */
#include "victim.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>

#define LOAD(n)  "vmovdqu " #n "*32(%[in]), %%ymm" #n "\n\t"
#define STORE(n) "vmovdqu %%ymm" #n ", " #n "*32(%[out])\n\t"
#define EACH(word) \
	word(0) word(1) word(2) word(3) word(4) word(5) word(6) word(7) \
	word(8) word(9) word(10) word(11) word(12) word(13) word(14) word(15)

/* nanosleep(2) with the registers loaded before and stored after it; the call's result. */
__attribute__((target("avx2"), noinline))
static long sleep_with(const uint64_t *in, uint64_t *out, const struct timespec *time)
{
	long result = SYS_nanosleep;

	asm volatile(
		EACH(LOAD) "syscall\n\t" EACH(STORE) "vzeroupper\n\t"
		: "+a" (result) : "D" (time), "S" (NULL), [in] "r" (in), [out] "r" (out)
		: "memory", "cc", "rcx", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
		  "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return result;
}

static void *sleep_again_and_again(void *argument)
{
	const struct timespec time = { 0, 200000000 };
	uint64_t in[64], out[64];

	victim_fill(in, sizeof(in), 5);
	do {
		memset(out, 0, sizeof(out));
		CHECK_EQUAL(sleep_with(in, out, &time), 0);
		CHECK(!memcmp(in, out, sizeof(in)));
	} while (!victim_heard("go"));
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	victim_begin(argc, argv);
	if (!__builtin_cpu_supports("avx2"))
		victim_skip("this CPU has no AVX2");
	CHECK_EQUAL(pthread_create(&thread, NULL, sleep_again_and_again, NULL), 0);
	victim_wait();
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
