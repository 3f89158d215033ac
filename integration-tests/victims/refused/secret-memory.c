/* Memory that the kernel shows to nobody else, mapped and open. */
#include "victim.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *secret;
	int fd;

	victim_begin(argc, argv);
	fd = (int)syscall(SYS_memfd_secret, 0);
	if (fd < 0)
		victim_skip("no memfd_secret");
	MUST(ftruncate(fd, 4096));
	secret = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(secret != MAP_FAILED);
	secret[0] = 's';
	victim_expect_refusal("secret memory&/secretmem");
	victim_wait();
	CHECK_EQUAL(secret[0], 's');
	victim_pass();
}
