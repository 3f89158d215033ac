#include "xstate.h"

#include <cpuid.h>
#include <pthread.h>

#include "export.h"

#define XSTATE_LEAF 0xd

static struct xstate_layout layout;

static void ask(void)
{
	uint32_t length, offset, c, d;

	for (uint32_t i = 2; i < XSTATE_FEATURES; i++) {
		__cpuid_count(XSTATE_LEAF, i, length, offset, c, d);
		layout.features[i] = (struct xstate_feature){offset, offset + length};
	}
	__cpuid_count(XSTATE_LEAF, 0, length, layout.most, c, d);
}

const struct xstate_layout *xstate_layout(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, ask);
	return &layout;
}

EXPORT int ckpt_xstate_bytes(void)
{
	return (int)xstate_layout()->most;
}

EXPORT int ckpt_xstate_offset(int32_t feature)
{
	return feature >= 0 && feature < XSTATE_FEATURES ? (int)xstate_layout()->features[feature].offset : 0;
}
