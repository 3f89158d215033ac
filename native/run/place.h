/*
 * A place: where a job lives. It speaks with the engine (ckpt_place.h), has the job started or
 * restored, reaps orphans and knows how the job ended. Two arrangements:
 *
 *   with a link    pid 1 of the job's pid namespace; a front (front.h) stands for the job outside
 *   without        the process itself is what the scheduler sees, the job are its descendants
 */
#ifndef CKPT_RUN_PLACE_H
#define CKPT_RUN_PLACE_H

#include "options.h"

/* pid 1 of a namespace after namespace_enter. Serves until the job has ended; the namespace ends with
 * it. Every descriptor but link and those in options is closed. */
_Noreturn void place_init(const struct options *options, int link);

/* Without a link. Ends the process as the job ended, after the last descendant. */
_Noreturn void place_alone(const struct options *options);

#endif
