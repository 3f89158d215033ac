/* One question of MoM's to ckptd. */
#ifndef PBS_ACTION_ASK_H
#define PBS_ACTION_ASK_H

#include "ckpt_place.h"

enum answer {
	ANSWER_DONE,    /* the checkpoint is durable; after LEAVE the job is gone */
	ANSWER_REFUSED, /* there is none, the job runs on as it was */
	ANSWER_NONE,    /* nobody answered in time */
};

/*
 * Asks ckptd to checkpoint a job, again when ckptd ends meanwhile.
 *
 * type: CKPT_PLACE_LEAVE or CKPT_PLACE_SAVE
 * seconds: for the whole of it
 */
enum answer ask(enum ckpt_place_type type, const char *job, int seconds);

#endif
