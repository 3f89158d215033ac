/* The address space as a whole: same mappings with same protections, and room to change them. */
#include "victim.h"

#include <fcntl.h>
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

/* Device numbers and inodes of deleted and shared objects may differ, so addresses and names are compared. */
static void check_line(const char *was, const char *is)
{
	size_t place = strcspn(was, " ") + 5;

	if (strncmp(was, is, place) || strcmp(was + strcspn(was, "[/"), is + strcspn(is, "[/")))
		victim_fail(__FILE__, __LINE__, "mapping is %s, was %s", is, was);
}

int main(int argc, char **argv)
{
	char *was, *is, *next_was, *next_is, *moved;

	victim_begin(argc, argv);
	moved = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	victim_fill(moved, 8192, 1);
	read_maps(before);
	victim_wait();
	read_maps(after);
	was = strtok_r(before, "\n", &next_was);
	is = strtok_r(after, "\n", &next_is);
	while (was && is) {
		check_line(was, is);
		was = strtok_r(NULL, "\n", &next_was);
		is = strtok_r(NULL, "\n", &next_is);
	}
	CHECK(!was && !is);
	moved = mremap(moved, 8192, 1 << 20, MREMAP_MAYMOVE);
	CHECK(moved != MAP_FAILED);
	victim_check_fill("moved", moved, 8192, 1);
	victim_pass();
}
