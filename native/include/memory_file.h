#pragma once

#include <errno.h>
#include <sys/mman.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

/*
 * A memory file that nobody runs, which is to be had also where the node makes no others (vm.memfd_noexec). Returns a
 * descriptor of the caller's, or -1 with errno set. Before Linux 6.3 the kernel does not know the flag.
 */
static inline int memory_file(const char *name, unsigned flags)
{
	int file = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	return file < 0 && errno == EINVAL ? memfd_create(name, flags) : file;
}
