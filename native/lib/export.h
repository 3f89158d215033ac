/* What every file of the library starts from. */
#ifndef CKPT_EXPORT_H
#define CKPT_EXPORT_H

#include <errno.h>

#include "ckpt.h"

#define EXPORT __attribute__((visibility("default")))

/* What a wrapper of the C library returned, as value or -errno. */
static inline int outcome(int value)
{
	return value < 0 ? -errno : value;
}

static inline int64_t outcome_long(int64_t value)
{
	return value < 0 ? -errno : value;
}

#endif
