/*
 * spank_ckpt.so: --ckpt for sbatch. plugstack.conf gives it
 *
 *   run=PATH      ckpt-run, by default the one of the installation this plugin lies in
 *   socket=PATH   where ckptd listens for places, by default /run/ckpt/notify.sock
 */
#include "contexts.h"
#include "options.h"

SPANK_PLUGIN(ckpt, 1)

int slurm_spank_init(spank_t spank, int count, char **configuration)
{
	(void)count;
	(void)configuration;
	return options_register(spank);
}

int slurm_spank_init_post_opt(spank_t spank, int count, char **configuration)
{
	(void)spank;
	(void)count;
	(void)configuration;
	if (spank_context() == S_CTX_ALLOCATOR)
		allocator_complete_options();
	return 0;
}

int slurm_spank_task_init_privileged(spank_t spank, int count, char **configuration)
{
	step_open_place(spank, count, configuration);
	return 0;
}

int slurm_spank_task_init(spank_t spank, int count, char **configuration)
{
	(void)count;
	(void)configuration;
	step_become_front(spank);
	return 0;
}
