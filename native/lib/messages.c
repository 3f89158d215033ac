/*
 * Messages of a POSIX queue. The kernel shows none without giving it away: all are taken, and put back in the order in which
 * they came, which is that of their priorities and ages. Whoever is killed between the two must not be the one who does it.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "apart.h"
#include "export.h"
#include "reopen.h"

enum { PATIENCE_MS = 2000 };

struct look {
	int fd;
	char *buffer;
	int64_t size;
	int32_t *lengths;
	uint32_t *priorities;
	int32_t capacity;
	int32_t count;
	int error;
};

static int take_all(struct look *look)
{
	int64_t taken = 0;

	while (look->count < look->capacity) {
		ssize_t length = syscall(SYS_mq_timedreceive, look->fd, look->buffer + taken, look->size - taken,
					 &look->priorities[look->count], NULL);

		if (length < 0)
			return errno == EAGAIN ? 0 : -errno;
		look->lengths[look->count++] = (int32_t)length;
		taken += length;
	}
	return 0;
}

/* Memory may be short for a moment, and a stranger may have sent meanwhile. */
static int put_back(int fd, const char *text, int32_t length, uint32_t priority)
{
	const struct timespec moment = {.tv_nsec = 1000000};

	for (int tries = 0; syscall(SYS_mq_timedsend, fd, text, (size_t)length, priority, NULL) < 0; tries++) {
		if ((errno != EAGAIN && errno != ENOMEM) || tries == PATIENCE_MS)
			return -errno;
		nanosleep(&moment, NULL);
	}
	return 0;
}

static int take_and_put_back(void *argument)
{
	struct look *look = argument;
	const char *text = look->buffer;

	look->error = take_all(look);
	for (int32_t i = 0; i < look->count; i++) {
		int error = put_back(look->fd, text, look->lengths[i], look->priorities[i]);

		if (error < 0)
			look->error = error;
		text += look->lengths[i];
	}
	return 0;
}

EXPORT int ckpt_peek_posix_queue(int32_t fd, void *buffer, int64_t size, int32_t *lengths, uint32_t *priorities,
				 int32_t capacity)
{
	struct look look = {.fd = reopen(fd, O_RDWR | O_NONBLOCK), .buffer = buffer, .size = size,
			    .lengths = lengths, .priorities = priorities, .capacity = capacity};
	int error;

	if (look.fd < 0)
		return look.fd;
	error = run_apart(take_and_put_back, &look);
	close(look.fd);
	if (error < 0)
		return error;
	return look.error < 0 ? look.error : look.count;
}
