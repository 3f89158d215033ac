/*
 * What the plugin does in each of Slurm's contexts; a file each. Every function returns 0, or -1 when
 * the job must not go on: never for a trouble of ckpt's own unless the user wrote --ckpt=required.
 */
#ifndef SPANK_CKPT_CONTEXTS_H
#define SPANK_CKPT_CONTEXTS_H

#include <stdint.h>

#include <slurm/spank.h>

/* sbatch, after its options are known: a notice before preemption, requeue, output appended to. */
int allocator_complete_options(void);

/* slurmstepd, in the forked task, still root: pid 1 of the job's place. */
int step_open_place(spank_t spank, int count, char **configuration);

/* slurmstepd, in the forked task, as the user: the task becomes the place's front. */
int step_become_front(spank_t spank);

#endif
