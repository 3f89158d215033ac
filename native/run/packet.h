/* Fixed-size packets with descriptors over SOCK_SEQPACKET. */
#ifndef CKPT_RUN_PACKET_H
#define CKPT_RUN_PACKET_H

#include <stddef.h>

#define PACKET_MAX_FDS 4

/* Sends a whole packet with count descriptors. Returns 0 or -errno; never raises SIGPIPE. */
int packet_send(int socket, const void *packet, size_t size, const int *fds, int count);

/*
 * Waits for a packet of exactly this size. Returns the number of descriptors that came with it (at
 * most max; owned by the caller, close-on-exec; more are closed), -EPIPE at the end, -EBADMSG for a
 * packet of another size, or another -errno.
 */
int packet_receive(int socket, void *packet, size_t size, int *fds, int max);

#endif
