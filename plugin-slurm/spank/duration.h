#ifndef SPANK_CKPT_DURATION_H
#define SPANK_CKPT_DURATION_H

#include <stdint.h>

/*
 * A time as sbatch --time reads it: MINUTES, MINUTES:SECONDS, HOURS:MINUTES:SECONDS, DAYS-HOURS,
 * DAYS-HOURS:MINUTES or DAYS-HOURS:MINUTES:SECONDS. Returns 0, or -1 for anything else and for 0.
 */
int duration_read(const char *text, uint32_t *seconds);

#endif
