#include "export.h"

EXPORT int ckpt_abi_version(void)
{
	return CKPT_ABI;
}
