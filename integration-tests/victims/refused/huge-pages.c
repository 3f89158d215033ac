/* A memory file of huge pages; none of them is needed as long as it is empty. */
#include "victim.h"

#include <sys/mman.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
	struct stat status;
	int fd;

	victim_begin(argc, argv);
	fd = memfd_create("huge", MFD_HUGETLB);
	if (fd < 0)
		victim_skip("no memory files of huge pages");
	victim_expect_refusal("memfd:huge&huge pages");
	victim_wait();
	MUST(fstat(fd, &status));
	victim_pass();
}
