/* A socket of Multipath TCP, which is no TCP socket. */
#include "victim.h"

#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	socklen_t length = sizeof(int);
	int socket_, protocol;

	victim_begin(argc, argv);
	socket_ = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
	if (socket_ < 0)
		victim_skip("no Multipath TCP");
	victim_expect_refusal("MPTCP/IPv4");
	victim_wait();
	MUST(getsockopt(socket_, SOL_SOCKET, SO_PROTOCOL, &protocol, &length));
	CHECK_EQUAL(protocol, IPPROTO_MPTCP);
	victim_pass();
}
