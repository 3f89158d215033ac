/* A ring of asynchronous input and output. */
#include "victim.h"

#include <linux/io_uring.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct io_uring_params params;
	long fd;

	victim_begin(argc, argv);
	memset(&params, 0, sizeof(params));
	fd = syscall(SYS_io_uring_setup, 8, &params);
	if (fd < 0)
		victim_skip("this kernel allows no io_uring");
	victim_expect_refusal("io_uring");
	victim_wait();
	CHECK_EQUAL(syscall(SYS_io_uring_enter, fd, 0, 0, 0, NULL, 0), 0);
	victim_pass();
}
