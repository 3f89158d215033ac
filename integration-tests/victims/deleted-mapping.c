/* Mappings of files that have no name any more, private and shared. */
#include "victim.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (1 << 20)

static char *map(const char *name, int flags, uint64_t seed)
{
	int fd = victim_file(name, SIZE, seed, 0);
	char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, flags, fd, 0);

	CHECK(memory != MAP_FAILED);
	MUST(unlink(victim_path(name)));
	close(fd);
	return memory;
}

int main(int argc, char **argv)
{
	char *private_one, *shared_one;

	victim_begin(argc, argv);
	private_one = map("private", MAP_PRIVATE, 1);
	shared_one = map("shared", MAP_SHARED, 2);
	victim_fill(private_one, 4096, 3);
	victim_fill(shared_one, 4096, 4);
	victim_wait();
	victim_check_fill("own page of the private one", private_one, 4096, 3);
	victim_check_fill("own page of the shared one", shared_one, 4096, 4);
	CHECK(private_one[5000] != 0 || private_one[5001] != 0);
	victim_fill(shared_one, SIZE, 5);
	victim_check_fill("the shared one", shared_one, SIZE, 5);
	victim_pass();
}
