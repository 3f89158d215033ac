/* What a peer said last is heard, whatever it left unread. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../packet.h"
#include "stand_in.h"

int main(void)
{
	int ends[2], word = 15, heard = 0;

	CHECK(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	CHECK(!packet_send(ends[0], &word, sizeof(word), NULL, 0));
	CHECK(!packet_send(ends[1], &word, sizeof(word), NULL, 0));
	close(ends[0]);
	CHECK(packet_receive(ends[1], &heard, sizeof(heard), NULL, 0) == 0 && heard == 15);
	CHECK(packet_receive(ends[1], &heard, sizeof(heard), NULL, 0) == -EPIPE);
	return 0;
}
