#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "contexts.h"
#include "options.h"

/*
 * sbatch reads its environment (SBATCH_SIGNAL, ...) before it tells a plugin that --ckpt was given. It
 * does export its options and the two functions with which its own plugins change them (cli_filter);
 * their names and forms are the same from Slurm 19.05 on.
 */
struct sbatch {
	void *options;
	bool (*isset)(void *options, const char *name);
	int (*set)(void *options, const char *name, char *value, bool early_pass); /* writes into value */
};

static struct {
	const char *name, *opposite;
	char value[16];
} wanted[] = {
	{ "signal", "", "B:USR2@60" }, /* tells ckpt-run of a preemption when its grace time begins */
	{ "open-mode", "", "append" },
	{ "requeue", "no-requeue", "" },
};

static bool find(struct sbatch *sbatch)
{
	sbatch->options = dlsym(RTLD_DEFAULT, "opt");
	*(void **)&sbatch->isset = dlsym(RTLD_DEFAULT, "slurm_option_isset");
	*(void **)&sbatch->set = dlsym(RTLD_DEFAULT, "slurm_option_set");
	return sbatch->options && sbatch->isset && sbatch->set;
}

/* Slurm heeds what a plugin returns only where plugstack.conf calls the plugin required. */
static void complain(const char *what)
{
	slurm_error("ckpt: %s", what);
	if (options_given()->protection == PROTECTION_REQUIRED)
		exit(EXIT_FAILURE);
}

static void complete(const struct sbatch *sbatch)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!sbatch->isset(sbatch->options, wanted[i].name) && !sbatch->isset(sbatch->options, wanted[i].opposite))
			sbatch->set(sbatch->options, wanted[i].name, wanted[i].value, false);
}

void allocator_complete_options(void)
{
	struct sbatch sbatch;

	/* a job that submits another must not hand its own count on */
	unsetenv("SLURM_RESTART_COUNT");
	if (options_given()->protection == PROTECTION_NO)
		return;
	if (strcmp(program_invocation_short_name, "sbatch"))
		complain("only batch jobs can be checkpointed: --ckpt is for sbatch");
	else if (find(&sbatch))
		complete(&sbatch);
	else
		complain("add to your script: #SBATCH --signal=B:USR2@60 --open-mode=append --requeue");
}
