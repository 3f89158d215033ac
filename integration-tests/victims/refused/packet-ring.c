/* A packet socket that shares a ring with the kernel, which the program has not mapped yet. */
#include "victim.h"

#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct tpacket_req ring = {
		.tp_block_size = 4096, .tp_block_nr = 1, .tp_frame_size = 2048, .tp_frame_nr = 2,
	};
	int fd;

	victim_begin(argc, argv);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0)
		victim_skip("no packet sockets here");
	MUST(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)));
	victim_expect_refusal("PACKET_MMAP");
	victim_wait();
	victim_pass();
}
