/* A segment of its own for code of another width. */
#include "victim.h"

#include <asm/ldt.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READ  0
#define WRITE 1

int main(int argc, char **argv)
{
	struct user_desc wanted = { .entry_number = 3, .base_addr = 4096, .limit = 4095, .seg_32bit = 1, .useable = 1 };
	char before[4096], after[4096];
	long length;

	victim_begin(argc, argv);
	if (syscall(SYS_modify_ldt, WRITE, &wanted, sizeof(wanted)) < 0)
		victim_skip("no modify_ldt");
	length = MUST(syscall(SYS_modify_ldt, READ, before, sizeof(before)));
	victim_expect_refusal("modify_ldt");
	victim_wait();
	CHECK_EQUAL(syscall(SYS_modify_ldt, READ, after, sizeof(after)), length);
	CHECK_EQUAL(memcmp(before, after, (size_t)length), 0);
	victim_pass();
}
