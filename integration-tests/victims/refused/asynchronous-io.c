/* A context of asynchronous I/O. */
#include "victim.h"

#include <linux/aio_abi.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	aio_context_t context = 0;

	victim_begin(argc, argv);
	if (syscall(SYS_io_setup, 8, &context) < 0)
		victim_skip("no asynchronous I/O");
	victim_expect_refusal("asynchronous I/O");
	victim_wait();
	MUST(syscall(SYS_io_destroy, context));
	victim_pass();
}
