/* What every file of the library starts from. */
#ifndef CKPT_EXPORT_H
#define CKPT_EXPORT_H

#include <errno.h>

#include "ckpt.h"

#define EXPORT __attribute__((visibility("default")))

/* The result of a system-call wrapper of the C library as value or -errno. */
static inline int64_t result(int64_t value)
{
	return value < 0 ? -errno : value;
}

#endif
