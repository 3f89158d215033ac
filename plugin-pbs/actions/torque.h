/*
 * What TORQUE's pbs_mom runs, by the names of links to pbs-action, for jobs that were submitted with
 * -v CKPT=1:
 *
 *   torque-checkpoint SID JOBID USER GROUP DIRECTORY NAME SIGNAL DEPTH   $checkpoint_script: SIGNAL 15 ends the job
 *   torque-restart SID JOBID USER GROUP DIRECTORY NAME                   $restart_script: becomes the job
 *   torque-prologue JOBID USER GROUP NAME RESOURCES QUEUE ACCOUNT        at the end of mom_priv/prologue
 *
 * What is written to standard error becomes the job's comment. The file DIRECTORY/NAME is the word of a
 * checkpoint to the restart, on whichever host that is; the checkpoint itself is in ckptd's store.
 */
#ifndef PBS_ACTION_TORQUE_H
#define PBS_ACTION_TORQUE_H

/* Each returns an exit status; words are those behind the name, NULL-terminated. */
int torque_checkpoint(char **words);
int torque_restart(char **words);
int torque_prologue(char **words);

#endif
