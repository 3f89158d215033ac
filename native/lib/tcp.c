/*
 * Queues of a TCP connection, read in repair mode (TCP_REPAIR).
 *
 * A socket that stays in repair mode is dead to its owner. The mode is therefore entered and left in
 * a process of its own.
 */
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apart.h"
#include "export.h"

enum { WINDOW_VALUES = sizeof(struct tcp_repair_window) / sizeof(uint32_t) };

struct reading {
	int32_t fd;
	int32_t queue;
	int64_t *values;
	void *buffer;
	int64_t size;
	int64_t result;
};

static int set(int fd, int level, int name, int value)
{
	return outcome(setsockopt(fd, level, name, &value, sizeof(value)));
}

static int read_windows(int fd, int64_t *values)
{
	uint32_t windows[WINDOW_VALUES];
	socklen_t length = sizeof(windows);

	if (getsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, windows, &length) < 0)
		return -errno;
	for (int i = 0; i < WINDOW_VALUES; i++)
		values[i] = windows[i];
	return 0;
}

static int64_t look(const struct reading *reading)
{
	uint32_t sequence;
	int unsent = 0, error = set(reading->fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, reading->queue);
	socklen_t length = sizeof(sequence);
	int64_t copied;

	if (error < 0)
		return error;
	if (getsockopt(reading->fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, &length) < 0 ||
	    ioctl(reading->fd, SIOCOUTQNSD, &unsent) < 0)
		return -errno;
	reading->values[0] = sequence;
	reading->values[1] = unsent;
	error = read_windows(reading->fd, reading->values + 2);
	if (error < 0)
		return error;
	copied = syscall(SYS_recvfrom, reading->fd, reading->buffer, reading->size,
			 MSG_PEEK | MSG_DONTWAIT, NULL, NULL);
	return copied < 0 && errno == EAGAIN ? 0 : outcome_long(copied);
}

/* The kernel forgets SO_REUSEADDR when it leaves repair mode. */
static int read_in_repair_mode(void *argument)
{
	struct reading *reading = argument;
	int reuse = 0;
	socklen_t length = sizeof(reuse);

	reading->result = outcome(getsockopt(reading->fd, SOL_SOCKET, SO_REUSEADDR, &reuse, &length));
	if (reading->result < 0)
		return 0;
	reading->result = set(reading->fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
	if (reading->result < 0)
		return 0;
	reading->result = look(reading);
	set(reading->fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
	set(reading->fd, SOL_SOCKET, SO_REUSEADDR, reuse);
	return 0;
}

EXPORT int64_t ckpt_read_tcp_queue(int32_t fd, int32_t queue, int64_t values[7], void *buffer, int64_t size)
{
	struct reading reading = {.fd = fd, .queue = queue, .values = values, .buffer = buffer, .size = size};
	int error = run_apart(read_in_repair_mode, &reading);

	return error < 0 ? error : reading.result;
}

EXPORT int ckpt_reset_on_close(int32_t fd)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	int protocol = 0;
	socklen_t length = sizeof(protocol);

	if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) < 0 || protocol != IPPROTO_TCP)
		return 0;
	return outcome(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
}
