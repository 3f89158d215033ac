/*
 * SHA-256 (FIPS 180-4) of many pieces, two side by side: each round of one waits for the round before, which leaves half
 * of the units for it idle.
 */
#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#include "export.h"

#define WITH_SHA   __attribute__((target("sha,sse4.1")))
#define FOR_ALL(l) _Pragma("GCC unroll 2") for (int l = 0; l < count; l++)

enum { BLOCK = 64, HASH = 32, LENGTH_BYTES = 8, GROUPS = 16, SCHEDULED = 12 };

static const uint32_t constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct pieces {
	const uint8_t *next;
	const int32_t *length;
	int32_t left;
	uint8_t *hash;
};

/* A piece being hashed, and the words of its state as the instructions want them, the first on top. */
struct lane {
	__m128i abef, cdgh;
	const uint8_t *next;
	int64_t blocks; /* whole ones that are left */
	int64_t length;
	uint8_t *hash;
};

/* Takes `blocks` blocks in each lane. `count` is a constant wherever this is inlined. */
WITH_SHA static inline __attribute__((always_inline)) void take(struct lane *lanes, int count, int64_t blocks)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

	for (int64_t block = 0; block < blocks; block++) {
		__m128i abef[2], cdgh[2], words[2][4];

		FOR_ALL(l) {
			abef[l] = lanes[l].abef;
			cdgh[l] = lanes[l].cdgh;
			for (int i = 0; i < 4; i++) {
				const __m128i *four = (const __m128i *)(lanes[l].next + 16 * i);

				words[l][i] = _mm_shuffle_epi8(_mm_loadu_si128(four), swap);
			}
			lanes[l].next += BLOCK;
		}
#pragma GCC unroll 16
		for (int group = 0; group < GROUPS; group++) {
			const __m128i k = _mm_load_si128((const __m128i *)(constants + 4 * group));

			FOR_ALL(l) {
				__m128i *w0 = &words[l][group % 4], *w1 = &words[l][(group + 1) % 4];
				__m128i *w2 = &words[l][(group + 2) % 4], *w3 = &words[l][(group + 3) % 4];
				__m128i sum = _mm_add_epi32(*w0, k);

				cdgh[l] = _mm_sha256rnds2_epu32(cdgh[l], abef[l], sum);
				abef[l] = _mm_sha256rnds2_epu32(abef[l], cdgh[l], _mm_srli_si128(sum, 8));
				if (group < SCHEDULED)
					*w0 = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(*w0, *w1),
										 _mm_alignr_epi8(*w3, *w2, 4)),
								   *w3);
			}
		}
		FOR_ALL(l) {
			lanes[l].abef = _mm_add_epi32(lanes[l].abef, abef[l]);
			lanes[l].cdgh = _mm_add_epi32(lanes[l].cdgh, cdgh[l]);
		}
	}
	FOR_ALL(l)
		lanes[l].blocks -= blocks;
}

/* False when no piece is left. */
WITH_SHA static bool begin(struct lane *lane, struct pieces *pieces)
{
	if (pieces->left == 0)
		return false;
	*lane = (struct lane){
		.abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
		.cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
		.next = pieces->next,
		.blocks = *pieces->length / BLOCK,
		.length = *pieces->length,
		.hash = pieces->hash,
	};
	pieces->next += *pieces->length++;
	pieces->hash += HASH;
	pieces->left--;
	return true;
}

static void write_word(uint8_t *to, int word)
{
	uint32_t bytes = __builtin_bswap32((uint32_t)word);

	memcpy(to, &bytes, sizeof(bytes));
}

/* What is left behind the whole blocks, a one bit, zeros, and the length in bits. */
WITH_SHA static void end(struct lane *lane)
{
	uint8_t last[2 * BLOCK] = {0};
	int64_t rest = lane->length % BLOCK, blocks = rest + 1 + LENGTH_BYTES > BLOCK ? 2 : 1;
	uint64_t bits = __builtin_bswap64((uint64_t)lane->length * 8);

	memcpy(last, lane->next, (size_t)rest);
	last[rest] = 0x80;
	memcpy(last + blocks * BLOCK - LENGTH_BYTES, &bits, LENGTH_BYTES);
	lane->next = last;
	take(lane, 1, blocks);
	write_word(lane->hash, _mm_extract_epi32(lane->abef, 3));
	write_word(lane->hash + 4, _mm_extract_epi32(lane->abef, 2));
	write_word(lane->hash + 8, _mm_extract_epi32(lane->cdgh, 3));
	write_word(lane->hash + 12, _mm_extract_epi32(lane->cdgh, 2));
	write_word(lane->hash + 16, _mm_extract_epi32(lane->abef, 1));
	write_word(lane->hash + 20, _mm_extract_epi32(lane->abef, 0));
	write_word(lane->hash + 24, _mm_extract_epi32(lane->cdgh, 1));
	write_word(lane->hash + 28, _mm_extract_epi32(lane->cdgh, 0));
}

WITH_SHA static void hash_all(struct pieces *pieces)
{
	struct lane lanes[2];
	int used = 0;

	while (used < 2 && begin(&lanes[used], pieces))
		used++;
	while (used == 2) {
		take(lanes, 2, lanes[0].blocks < lanes[1].blocks ? lanes[0].blocks : lanes[1].blocks);
		for (int i = 1; i >= 0; i--) {
			if (lanes[i].blocks > 0)
				continue;
			end(&lanes[i]);
			if (!begin(&lanes[i], pieces))
				lanes[i] = lanes[--used];
		}
	}
	if (used == 1) {
		take(lanes, 1, lanes[0].blocks);
		end(&lanes[0]);
	}
}

EXPORT int ckpt_sha256(const void *bytes, const int32_t *lengths, int32_t count, void *hashes)
{
	struct pieces pieces = {.next = bytes, .length = lengths, .left = count, .hash = hashes};

	if (!__builtin_cpu_supports("sha"))
		return -EOPNOTSUPP;
	hash_all(&pieces);
	return 0;
}
