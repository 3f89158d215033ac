/* A TCP socket whose segments are signed. */
#include "../network.h"

int main(int argc, char **argv)
{
	struct tcp_md5sig key = { .tcpm_keylen = 6, .tcpm_key = "secret" };
	union address address;
	int listener;

	victim_begin(argc, argv);
	listener = listening(AF_INET, 1, &address);
	memcpy(&key.tcpm_addr, &address.v4, sizeof(address.v4));
	if (setsockopt(listener, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof(key)) < 0)
		victim_skip("this kernel signs no segments");
	victim_expect_refusal("signed");
	victim_wait();
	victim_pass();
}
