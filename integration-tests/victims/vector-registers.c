/* Every vector, mask and general register and both control words, held across the wait by spinning threads. */
#include "victim.h"

#include <cpuid.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define THREADS 3

struct registers {
	uint64_t zmm[32][8];
	uint64_t mask[8];
	uint64_t general[6];
	uint32_t mxcsr;
	uint16_t control, unused;
} __attribute__((aligned(64)));

static atomic_int stop, spinning;

#define LOAD_ZMM(n)  "vmovdqu64 " #n "*64(%[in]), %%zmm" #n "\n\t"
#define STORE_ZMM(n) "vmovdqu64 %%zmm" #n ", " #n "*64(%[out])\n\t"
#define LOAD_K(n)    "kmovq 2048+" #n "*8(%[in]), %%k" #n "\n\t"
#define STORE_K(n)   "kmovq %%k" #n ", 2048+" #n "*8(%[out])\n\t"
#define EACH8(word, a, b, c, d, e, f, g, h) word(a) word(b) word(c) word(d) word(e) word(f) word(g) word(h)
#define EACH32(word) \
	EACH8(word, 0, 1, 2, 3, 4, 5, 6, 7) EACH8(word, 8, 9, 10, 11, 12, 13, 14, 15) \
	EACH8(word, 16, 17, 18, 19, 20, 21, 22, 23) EACH8(word, 24, 25, 26, 27, 28, 29, 30, 31)

#define ALL_VECTORS \
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", \
	"xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", \
	"xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", \
	"k1", "k2", "k3", "k4", "k5", "k6", "k7"

/* Loads everything, spins until told to stop, stores everything: no compiler in between. */
__attribute__((target("avx512f,avx512bw"), noinline))
static void hold(const struct registers *in, struct registers *out, atomic_int *until)
{
	asm volatile(
		EACH32(LOAD_ZMM) EACH8(LOAD_K, 0, 1, 2, 3, 4, 5, 6, 7)
		"mov 2112(%[in]), %%r8\n\t" "mov 2120(%[in]), %%r9\n\t" "mov 2128(%[in]), %%r10\n\t"
		"mov 2136(%[in]), %%r12\n\t" "mov 2144(%[in]), %%r13\n\t" "mov 2152(%[in]), %%r14\n\t"
		"ldmxcsr 2160(%[in])\n\t" "fldcw 2164(%[in])\n\t"
		"1: pause\n\t" "cmpl $0, (%[until])\n\t" "je 1b\n\t"
		EACH32(STORE_ZMM) EACH8(STORE_K, 0, 1, 2, 3, 4, 5, 6, 7)
		"mov %%r8, 2112(%[out])\n\t" "mov %%r9, 2120(%[out])\n\t" "mov %%r10, 2128(%[out])\n\t"
		"mov %%r12, 2136(%[out])\n\t" "mov %%r13, 2144(%[out])\n\t" "mov %%r14, 2152(%[out])\n\t"
		"stmxcsr 2160(%[out])\n\t" "fstcw 2164(%[out])\n\t" "fninit\n\t"
		: : [in] "r" (in), [out] "r" (out), [until] "r" (until)
		: "memory", "cc", "r8", "r9", "r10", "r12", "r13", "r14", ALL_VECTORS);
}

static void *spin(void *argument)
{
	struct registers in = { 0 }, out = { 0 };

	victim_fill(&in, offsetof(struct registers, mxcsr), (uint64_t)(intptr_t)argument);
	in.mxcsr = 0x7f80;  /* round towards zero, everything masked */
	in.control = 0x0f7f; /* the same for x87 */
	atomic_fetch_add(&spinning, 1);
	hold(&in, &out, &stop);
	CHECK_EQUAL(out.mxcsr, in.mxcsr);
	CHECK_EQUAL(out.control, in.control);
	CHECK(!memcmp(in.general, out.general, sizeof(in.general)));
	CHECK(!memcmp(in.mask, out.mask, sizeof(in.mask)));
	for (int i = 0; i < 32; i++)
		if (memcmp(in.zmm[i], out.zmm[i], sizeof(in.zmm[i])))
			victim_fail(__FILE__, __LINE__, "zmm%d lost its value", i);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];

	victim_begin(argc, argv);
	if (!__builtin_cpu_supports("avx512bw"))
		victim_skip("this CPU has no AVX-512");
	_Static_assert(offsetof(struct registers, general) == 2112 && offsetof(struct registers, mxcsr) == 2160, "asm");
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, spin, (void *)(intptr_t)(i + 1)), 0);
	while (atomic_load(&spinning) < THREADS)
		victim_sleep_ms(1);
	victim_wait();
	atomic_store(&stop, 1);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
