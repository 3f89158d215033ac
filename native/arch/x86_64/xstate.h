/* The standard layout of the extended state on this processor; Intel SDM volume 1, 13.4. */
#ifndef CKPT_XSTATE_H
#define CKPT_XSTATE_H

#include <stdint.h>

#define XSTATE_FEATURES 64
#define XSTATE_KEYS     9 /* PKRU */

struct xstate_feature {
	uint32_t offset, end;
};

struct xstate_layout {
	struct xstate_feature features[XSTATE_FEATURES]; /* from the third on; the first two are legacy */
	uint32_t most; /* bytes that all features enabled take */
};

/* Asked once: under a hypervisor each CPUID is an exit. */
const struct xstate_layout *xstate_layout(void);

#endif
