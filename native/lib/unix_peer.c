/* Who is, or wants to be, at the other end of a UNIX socket: sock_diag(7), asked in the network namespace of a process. */
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "export.h"

struct question {
	int32_t pid;
	int64_t inode;
	uint32_t show; /* UDIAG_SHOW_PEER, UDIAG_SHOW_ICONS, UDIAG_SHOW_RQLEN */
	int64_t *inodes;
	int32_t capacity;
	int64_t answer; /* how many there are */
};

struct request {
	struct nlmsghdr header;
	struct unix_diag_req question;
};

/* Each attribute is numbers one after the other: inodes, or lengths. */
static int64_t take(const struct question *question, const struct rtattr *attribute)
{
	const uint32_t *inodes = RTA_DATA(attribute);
	int64_t count = (int64_t)(RTA_PAYLOAD(attribute) / sizeof(*inodes));

	for (int64_t i = 0; i < count && i < question->capacity; i++)
		question->inodes[i] = inodes[i];
	return count;
}

static int64_t among(const struct question *question, const struct nlmsghdr *header)
{
	const int wanted = question->show == UDIAG_SHOW_PEER    ? UNIX_DIAG_PEER
			   : question->show == UDIAG_SHOW_ICONS ? UNIX_DIAG_ICONS
								: UNIX_DIAG_RQLEN;
	const char *at = (const char *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct unix_diag_msg));
	const char *end = (const char *)header + header->nlmsg_len;

	while (end - at >= (ptrdiff_t)sizeof(struct rtattr)) {
		const struct rtattr *attribute = (const void *)at;

		if (attribute->rta_type == wanted)
			return take(question, attribute);
		at += RTA_ALIGN(attribute->rta_len);
	}
	return 0;
}

static int64_t read_answer(const struct question *question, int netlink)
{
	_Alignas(struct nlmsghdr) char buffer[65536];
	ssize_t length = recv(netlink, buffer, sizeof(buffer), 0);
	const struct nlmsghdr *header = (const void *)buffer;

	if (length < 0)
		return -errno;
	if (!NLMSG_OK(header, (uint32_t)length))
		return -EPROTO;
	if (header->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	return among(question, header);
}

static int64_t ask(const struct question *asked)
{
	struct request request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.question = {
			.sdiag_family = AF_UNIX,
			.udiag_states = UINT32_MAX,
			.udiag_ino = (uint32_t)asked->inode,
			.udiag_show = asked->show,
			.udiag_cookie = {UINT32_MAX, UINT32_MAX},
		},
	};
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int64_t answer;

	if (netlink < 0)
		return -errno;
	answer = send(netlink, &request, sizeof(request), 0) < 0 ? -errno : read_answer(asked, netlink);
	close(netlink);
	return answer;
}

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

static void *ask_there(void *data)
{
	struct question *question = data;
	int error = enter_network_of(question->pid);

	question->answer = error < 0 ? error : ask(question);
	return NULL;
}

/* A thread of its own goes to the other namespace, so that none of the caller's can be left there. */
static int64_t answer(struct question *question)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, ask_there, question);

	if (error != 0)
		return -error;
	pthread_join(thread, NULL);
	return question->answer;
}

EXPORT int64_t ckpt_unix_peer(int32_t pid, int64_t inode)
{
	int64_t peer = 0;
	struct question question = {
		.pid = pid, .inode = inode, .show = UDIAG_SHOW_PEER, .inodes = &peer, .capacity = 1,
	};
	int64_t count = answer(&question);

	return count < 0 ? count : peer;
}

EXPORT int64_t ckpt_unix_pending(int32_t pid, int64_t inode, int64_t *inodes, int32_t capacity)
{
	struct question question = {
		.pid = pid, .inode = inode, .show = UDIAG_SHOW_ICONS, .inodes = inodes, .capacity = capacity,
	};

	return answer(&question);
}

EXPORT int64_t ckpt_unix_backlog(int32_t pid, int64_t inode)
{
	int64_t lengths[2] = {0};
	struct question question = {
		.pid = pid, .inode = inode, .show = UDIAG_SHOW_RQLEN, .inodes = lengths, .capacity = 2,
	};
	int64_t count = answer(&question);

	return count < 0 ? count : lengths[1];
}
