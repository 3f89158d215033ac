#ifndef CKPT_SHARED_PAGES_H
#define CKPT_SHARED_PAGES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * True when another process, too, maps a page of private memory in the range: they share it since a fork(2).
 * process_vm_readv(2) pins what it reads, and of such a page the kernel then gives the process a copy of its own, so that
 * reading would make a job grow; reading /proc/PID/mem does not.
 */
bool shares_pages(int pagemap, uint64_t start, uint64_t end);

#endif
