/* What a user writes behind sbatch: --ckpt and its companions. */
#ifndef SPANK_CKPT_OPTIONS_H
#define SPANK_CKPT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <slurm/spank.h>

enum protection { PROTECTION_UNSAID, PROTECTION_NO, PROTECTION_AUTO, PROTECTION_REQUIRED };

struct ckpt_options {
	enum protection protection;
	uint32_t interval_s; /* 0: the site's */
	uint32_t keep;       /* 0: the site's */
	const char *store;   /* "": the site's */
};

/* Makes the options known to Slurm; for slurm_spank_init in every context. */
int options_register(spank_t spank);

/* What the command line and the #SBATCH lines said so far; for the allocator. */
struct ckpt_options options_given(void);

/* Reads what the user gave into options; for a step. Returns 0 or -1 after slurm_error. */
int options_read(spank_t spank, struct ckpt_options *options);

/* Takes what no option has said from the #CKPT lines of a script. Returns 0 or -1 after slurm_error. */
int options_complete(struct ckpt_options *options, const char *script);

/* Whether the job shall be protected. */
bool options_protect(const struct ckpt_options *options);

#endif
