#include "link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "packet.h"

int link_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ? -errno : 0;
}

int link_send(int link, enum link_type type, int32_t value, const char *text)
{
	struct link_message message = { .type = type, .value = value };

	if (text)
		strncpy(message.text, text, sizeof(message.text) - 1);
	return packet_send(link, &message, sizeof(message), NULL, 0);
}

int link_send_fds(int link, enum link_type type, int32_t value, const int *fds, int count)
{
	struct link_message message = { .type = type, .value = value };

	return packet_send(link, &message, sizeof(message), fds, count);
}

int link_receive(int link, struct link_message *message, int fds[LINK_FDS])
{
	int got = packet_receive(link, message, sizeof(*message), fds, LINK_FDS);

	message->text[sizeof(message->text) - 1] = '\0';
	return got;
}
