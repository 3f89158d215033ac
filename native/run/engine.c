#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "packet.h"

static int check_peer(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return -errno;
	return peer.uid == 0 || peer.uid == geteuid() ? 0 : -EPERM;
}

int engine_call(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	/* the queue of an engine that hangs may be full: that is EAGAIN */
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		err = -errno;
	else
		err = check_peer(fd);
	if (!err && fcntl(fd, F_SETFL, 0))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int engine_tell(int engine, const struct options *options, enum ckpt_place_type type, int64_t value, uint32_t flags)
{
	struct ckpt_place_message message = {
		.magic = CKPT_PLACE_MAGIC,
		.type = type,
		.value = value,
		.flags = flags | (options->required ? (uint32_t)CKPT_PLACE_REQUIRED : 0),
		.uid = options->uid,
		.gid = options->gid,
		.generation = options->generation,
		.interval_s = options->interval_s,
		.keep = options->keep,
	};

	strncpy(message.job, options->job, sizeof(message.job) - 1);
	strncpy(message.directory, options->store, sizeof(message.directory) - 1);
	return packet_send(engine, &message, sizeof(message), NULL, 0);
}

int engine_receive(int engine, struct ckpt_place_message *message, int fds[2])
{
	int got = packet_receive(engine, message, sizeof(*message), fds, 2);

	if (got < 0)
		return got;
	message->text[sizeof(message->text) - 1] = '\0';
	if (message->magic == CKPT_PLACE_MAGIC)
		return got;
	while (got > 0)
		close(fds[--got]);
	return -EBADMSG;
}
