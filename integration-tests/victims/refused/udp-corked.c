/* UDP sockets that cannot come back as they are: a datagram is being put together, one waits where two may take it. */
#include "../network.h"

int main(int argc, char **argv)
{
	union address address;
	socklen_t length;
	int corked, twins[2], sender;

	victim_begin(argc, argv);
	length = loopback(AF_INET, &address);
	for (int i = 0; i < 2; i++) {
		twins[i] = MUST(socket(AF_INET, SOCK_DGRAM, 0));
		set_int_option(twins[i], SOL_SOCKET, SO_REUSEPORT, 1);
		MUST(bind(twins[i], &address.any, length));
		MUST(getsockname(twins[i], &address.any, &length));
	}
	sender = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	CHECK_EQUAL(sendto(sender, "whose?", 6, 0, &address.any, length), 6);
	corked = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	CHECK_EQUAL(sendto(corked, "half", 4, MSG_MORE, &address.any, length), 4);
	victim_expect_refusal("a datagram that is not complete&several sockets share its port");
	victim_wait();
	victim_pass();
}
