/* The address space as a whole: same mappings with same protections, and room to change them. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char before[1 << 16], after[1 << 16];

static void read_maps(char *text)
{
	int fd = MUST(open("/proc/self/maps", O_RDONLY | O_CLOEXEC));
	ssize_t length, total = 0;

	while ((length = MUST(read(fd, text + total, (size_t)(sizeof(before) - 1 - (size_t)total)))) > 0)
		total += length;
	text[total] = 0;
	close(fd);
}

/* One mapping; what the kernel may merge or split is taken together. */
struct area {
	unsigned long start, end;
	char protection[5], name[256];
};

static char *next_area(char *line, struct area *area)
{
	*area = (struct area) { 0 };
	if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %255s", &area->start, &area->end, area->protection, area->name) < 3)
		return NULL;
	return strchr(line, '\n') + 1;
}

/* The mapping at line and all that continue it; where the next one begins, NULL at the end. */
static char *next_whole(char *line, struct area *whole)
{
	struct area more;
	char *next = next_area(line, whole), *after;

	while (next && (after = next_area(next, &more)) && more.start == whole->end &&
	       !strcmp(more.protection, whole->protection) && !strcmp(more.name, whole->name)) {
		whole->end = more.end;
		next = after;
	}
	return next;
}

static void check_equal(const struct area *was, const struct area *is)
{
	if (was->start != is->start || was->end != is->end || strcmp(was->protection, is->protection) ||
	    strcmp(was->name, is->name))
		victim_fail(__FILE__, __LINE__, "mapping is %lx-%lx %s %s, was %lx-%lx %s %s", is->start, is->end,
			    is->protection, is->name, was->start, was->end, was->protection, was->name);
}

int main(int argc, char **argv)
{
	char *next_was = before, *next_is = after, *moved;
	struct area was, is;

	victim_begin(argc, argv);
	moved = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	victim_fill(moved, 8192, 1);
	read_maps(before);
	victim_wait();
	read_maps(after);
	do {
		next_was = next_whole(next_was, &was);
		next_is = next_whole(next_is, &is);
		check_equal(&was, &is);
	} while (next_was && next_is);
	CHECK(!next_was && !next_is);
	moved = mremap(moved, 8192, 1 << 20, MREMAP_MAYMOVE);
	CHECK(moved != MAP_FAILED);
	victim_check_fill("moved", moved, 8192, 1);
	victim_pass();
}
