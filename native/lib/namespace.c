/* Namespaces of a job, entered by a thread of the engine. */
#include <sched.h>

#include "export.h"

EXPORT int ckpt_setns(int32_t fd, int32_t type)
{
	return outcome(setns(fd, type));
}
