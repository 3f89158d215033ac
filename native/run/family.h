/* The descendants of a place. */
#ifndef CKPT_RUN_FAMILY_H
#define CKPT_RUN_FAMILY_H

/* Makes orphans come to the caller, as they do to a pid 1. */
void family_adopt(void);

/* Kills every descendant of the caller and returns when none is left, zombies included. The caller
 * is pid 1 of a namespace or has called family_adopt, so that nobody escapes by losing a parent. */
void family_end(void);

#endif
