/* What only sock_diag(7) tells of a socket, asked in the network namespace of a process. */
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "export.h"

enum { MOST_ANSWERED = 65536 };

struct unix_request {
	struct nlmsghdr header;
	struct unix_diag_req question;
};

struct inet_request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 question;
};

struct packet_request {
	struct nlmsghdr header;
	struct packet_diag_req question;
};

struct opening {
	int32_t pid;
	int netlink;
};

static int enter_network_of(int32_t pid)
{
	char path[64];
	int namespace, error;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	namespace = open(path, O_RDONLY | O_CLOEXEC);
	if (namespace < 0)
		return -errno;
	error = outcome(setns(namespace, CLONE_NEWNET));
	close(namespace);
	return error;
}

static void *open_there(void *data)
{
	struct opening *opening = data;
	int error = enter_network_of(opening->pid);

	opening->netlink =
		error < 0 ? error : outcome(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
	return NULL;
}

/* A thread of its own goes to the other namespace, so that none of the caller's can be left there. */
EXPORT int ckpt_diag_open(int32_t pid)
{
	struct opening opening = {.pid = pid};
	pthread_t thread;
	int error = pthread_create(&thread, NULL, open_there, &opening);

	if (error != 0)
		return -error;
	pthread_join(thread, NULL);
	return opening.netlink;
}

/* The one message that answers, after the header of its own family; its length. */
static int64_t ask(int netlink, const struct nlmsghdr *request, void *answer)
{
	const struct nlmsghdr *header = answer;
	ssize_t length;

	if (send(netlink, request, request->nlmsg_len, 0) < 0)
		return -errno;
	length = recv(netlink, answer, MOST_ANSWERED, 0);
	if (length < 0)
		return -errno;
	if (!NLMSG_OK(header, (uint32_t)length))
		return -EPROTO;
	if (header->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	return header->nlmsg_len;
}

static const struct rtattr *attribute(const void *answer, int64_t length, size_t family_header, int wanted)
{
	const char *at = (const char *)NLMSG_DATA(answer) + NLMSG_ALIGN(family_header);
	const char *end = (const char *)answer + length;

	while (end - at >= (ptrdiff_t)sizeof(struct rtattr)) {
		const struct rtattr *found = (const void *)at;

		if (found->rta_type == wanted)
			return found;
		at += RTA_ALIGN(found->rta_len);
	}
	return NULL;
}

/* The attribute is numbers one after the other: inodes, or lengths. */
static int64_t ask_unix(int netlink, int64_t inode, uint32_t show, int wanted, int64_t *numbers, int32_t capacity)
{
	_Alignas(struct nlmsghdr) char answer[MOST_ANSWERED];
	struct unix_request request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.question = {
			.sdiag_family = AF_UNIX,
			.udiag_states = UINT32_MAX,
			.udiag_ino = (uint32_t)inode,
			.udiag_show = show,
			.udiag_cookie = {UINT32_MAX, UINT32_MAX},
		},
	};
	int64_t length = ask(netlink, &request.header, answer), count;
	const struct rtattr *found;

	if (length < 0)
		return length;
	found = attribute(answer, length, sizeof(struct unix_diag_msg), wanted);
	count = found ? (int64_t)(RTA_PAYLOAD(found) / sizeof(uint32_t)) : 0;
	for (int64_t i = 0; i < count && i < capacity; i++)
		numbers[i] = ((const uint32_t *)RTA_DATA(found))[i];
	return count;
}

EXPORT int64_t ckpt_unix_peer(int32_t diag, int64_t inode)
{
	int64_t peer = 0, count = ask_unix(diag, inode, UDIAG_SHOW_PEER, UNIX_DIAG_PEER, &peer, 1);

	return count < 0 ? count : peer;
}

EXPORT int64_t ckpt_unix_pending(int32_t diag, int64_t inode, int64_t *inodes, int32_t capacity)
{
	return ask_unix(diag, inode, UDIAG_SHOW_ICONS, UNIX_DIAG_ICONS, inodes, capacity);
}

EXPORT int64_t ckpt_unix_backlog(int32_t diag, int64_t inode)
{
	int64_t lengths[2] = {0}, count = ask_unix(diag, inode, UDIAG_SHOW_RQLEN, UNIX_DIAG_RQLEN, lengths, 2);

	return count < 0 ? count : lengths[1];
}

static void take_end(int fd, int (*name)(int, struct sockaddr *, socklen_t *), __be16 *port, __be32 *address)
{
	struct sockaddr_in6 found = {0};
	socklen_t length = sizeof(found);

	if (name(fd, (struct sockaddr *)&found, &length) < 0)
		return;
	*port = found.sin6_port; /* struct sockaddr_in has it in the same place */
	if (found.sin6_family == AF_INET)
		memcpy(address, &((struct sockaddr_in *)&found)->sin_addr, sizeof(struct in_addr));
	else
		memcpy(address, &found.sin6_addr, sizeof(found.sin6_addr));
}

EXPORT int ckpt_tcp_keys(int32_t diag, int32_t fd)
{
	_Alignas(struct nlmsghdr) char answer[MOST_ANSWERED];
	struct inet_request request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.question = {
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_ext = 1 << (INET_DIAG_INFO - 1), /* without it no keys either */
			.idiag_states = UINT32_MAX,
		},
	};
	struct inet_diag_sockid *id = &request.question.id;
	int family;
	socklen_t length = sizeof(family), cookie_length = sizeof(id->idiag_cookie);
	int64_t answered;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_COOKIE, id->idiag_cookie, &cookie_length) < 0)
		return -errno;
	request.question.sdiag_family = (uint8_t)family;
	take_end(fd, getsockname, &id->idiag_sport, id->idiag_src);
	take_end(fd, getpeername, &id->idiag_dport, id->idiag_dst);
	answered = ask(diag, &request.header, answer);
	if (answered < 0)
		return (int)answered;
	return attribute(answer, answered, sizeof(struct inet_diag_msg), INET_DIAG_MD5SIG) != NULL;
}

/* What one answer says of a packet socket. */
static int64_t note_packet_socket(const struct nlmsghdr *answer, int32_t *has_ring, void *memberships, int64_t size)
{
	const size_t header = sizeof(struct packet_diag_msg);
	const struct rtattr *found = attribute(answer, answer->nlmsg_len, header, PACKET_DIAG_MCLIST);
	int64_t length = found ? (int64_t)RTA_PAYLOAD(found) : 0;

	*has_ring = attribute(answer, answer->nlmsg_len, header, PACKET_DIAG_RX_RING) != NULL ||
		    attribute(answer, answer->nlmsg_len, header, PACKET_DIAG_TX_RING) != NULL;
	if (length > size)
		return -EMSGSIZE;
	if (length > 0)
		memcpy(memberships, RTA_DATA(found), (size_t)length);
	return length;
}

/* This family tells of all its sockets or of none. */
EXPORT int64_t ckpt_packet_socket(int32_t diag, int64_t inode, int32_t *has_ring, void *memberships, int64_t size)
{
	_Alignas(struct nlmsghdr) char answer[MOST_ANSWERED];
	struct packet_request request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.question = {
			.sdiag_family = AF_PACKET,
			.pdiag_show = PACKET_SHOW_MCLIST | PACKET_SHOW_RING_CFG,
		},
	};
	int64_t found = -ENOENT;

	if (send(diag, &request, sizeof(request), 0) < 0)
		return -errno;
	for (;;) {
		ssize_t length = recv(diag, answer, sizeof(answer), 0);
		const struct nlmsghdr *each = (const void *)answer;

		if (length < 0)
			return -errno;
		for (; NLMSG_OK(each, (uint32_t)length); each = NLMSG_NEXT(each, length)) {
			const struct packet_diag_msg *about = NLMSG_DATA(each);

			if (each->nlmsg_type == NLMSG_DONE)
				return found;
			if (each->nlmsg_type == NLMSG_ERROR)
				return ((const struct nlmsgerr *)NLMSG_DATA(each))->error;
			if (about->pdiag_ino == inode)
				found = note_packet_socket(each, has_ring, memberships, size);
		}
	}
}
