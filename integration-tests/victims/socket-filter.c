/* A program of the classic sort decides what a socket receives. */
#include "network.h"

#include <linux/filter.h>
#include <stddef.h>

/* Keeps datagrams whose first byte is 'y'; at offset 8, behind the header of UDP. */
static struct sock_filter instructions[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 'y', 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

int main(int argc, char **argv)
{
	struct sock_fprog program = { COUNT_OF(instructions), instructions };
	struct sock_filter found[8];
	socklen_t count = COUNT_OF(found), length;
	union address address;
	char text[8];
	int receiver, sender;

	victim_begin(argc, argv);
	length = loopback(AF_INET, &address);
	receiver = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	sender = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	MUST(bind(receiver, &address.any, length));
	MUST(getsockname(receiver, &address.any, &length));
	MUST(connect(sender, &address.any, length));
	MUST(setsockopt(receiver, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
	victim_wait();
	MUST(getsockopt(receiver, SOL_SOCKET, SO_GET_FILTER, found, &count));
	CHECK_EQUAL(count, COUNT_OF(instructions));
	CHECK(!memcmp(found, instructions, sizeof(instructions)));
	CHECK_EQUAL(send(sender, "no", 2, 0), 2);
	CHECK_EQUAL(send(sender, "yes", 3, 0), 3);
	CHECK_EQUAL(recv(receiver, text, sizeof(text), 0), 3);
	victim_pass();
}
