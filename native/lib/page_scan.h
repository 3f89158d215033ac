/* PAGEMAP_SCAN (Linux 6.7), which the headers of older distributions lack; see ioctl_pagemap_scan(2). */
#ifndef CKPT_PAGE_SCAN_H
#define CKPT_PAGE_SCAN_H

#include <linux/ioctl.h>
#include <stdint.h>

#define PAGE_IS_WPALLOWED (UINT64_C(1) << 0)
#define PAGE_IS_WRITTEN (UINT64_C(1) << 1)
#define PAGE_IS_FILE    (UINT64_C(1) << 2)
#define PAGE_IS_PRESENT (UINT64_C(1) << 3)
#define PAGE_IS_SWAPPED (UINT64_C(1) << 4)
#define PAGE_IS_PFNZERO (UINT64_C(1) << 5)
#define PAGE_IS_GUARD   (UINT64_C(1) << 8)

#define SCAN_PROTECTS (UINT64_C(1) << 0) /* what matches: PM_SCAN_WP_MATCHING */

struct page_region {
	uint64_t start, end, categories;
};

struct page_scan {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define PAGE_SCAN _IOWR('f', 16, struct page_scan)

#endif
