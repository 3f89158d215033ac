/* Packets that wait in a pipe: their boundaries cannot be seen from outside. */
#include "victim.h"

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char bytes[16];
	int packets[2];

	victim_begin(argc, argv);
	MUST(pipe2(packets, O_DIRECT));
	CHECK_EQUAL(write(packets[1], "one", 3), 3);
	CHECK_EQUAL(write(packets[1], "three", 5), 5);
	victim_expect_refusal("packets");
	victim_wait();
	CHECK_EQUAL(read(packets[0], bytes, sizeof(bytes)), 3);
	CHECK_EQUAL(read(packets[0], bytes, sizeof(bytes)), 5);
	victim_pass();
}
