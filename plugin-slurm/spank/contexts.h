/*
 * What the plugin does in each of Slurm's contexts; a file each. A trouble of ckpt's own never stops a
 * job unless the user wrote --ckpt=required; then the process ends, for Slurm may ignore what a plugin
 * returns.
 */
#ifndef SPANK_CKPT_CONTEXTS_H
#define SPANK_CKPT_CONTEXTS_H

#include <stdint.h>

#include <slurm/spank.h>

/* sbatch, after its options are known: a notice before preemption, requeue, output appended to. */
void allocator_complete_options(void);

/* slurmstepd, in the forked task, still root: pid 1 of the job's place. */
void step_open_place(spank_t spank, int count, char **configuration);

/* slurmstepd, in the forked task, as the user: the task becomes the place's front. */
void step_become_front(spank_t spank);

#endif
