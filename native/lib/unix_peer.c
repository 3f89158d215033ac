/* Who is at the other end of a UNIX socket: sock_diag(7), asked in the network namespace of a process. */
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
	int64_t answer;
};

struct request {
	struct nlmsghdr header;
	struct unix_diag_req question;
};

static int64_t peer_among(const struct nlmsghdr *header)
{
	const char *at = (const char *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct unix_diag_msg));
	const char *end = (const char *)header + header->nlmsg_len;

	while (end - at >= (ptrdiff_t)sizeof(struct rtattr)) {
		const struct rtattr *attribute = (const void *)at;

		if (attribute->rta_type == UNIX_DIAG_PEER)
			return *(const uint32_t *)RTA_DATA(attribute);
		at += RTA_ALIGN(attribute->rta_len);
	}
	return 0;
}

static int64_t read_answer(int netlink)
{
	_Alignas(struct nlmsghdr) char buffer[4096];
	ssize_t length = recv(netlink, buffer, sizeof(buffer), 0);
	const struct nlmsghdr *header = (const void *)buffer;

	if (length < 0)
		return -errno;
	if (!NLMSG_OK(header, (uint32_t)length))
		return -EPROTO;
	if (header->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	return peer_among(header);
}

static int64_t ask(int64_t inode)
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
			.udiag_ino = (uint32_t)inode,
			.udiag_show = UDIAG_SHOW_PEER,
			.udiag_cookie = {UINT32_MAX, UINT32_MAX},
		},
	};
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int64_t answer;

	if (netlink < 0)
		return -errno;
	answer = send(netlink, &request, sizeof(request), 0) < 0 ? -errno : read_answer(netlink);
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

	question->answer = error < 0 ? error : ask(question->inode);
	return NULL;
}

/* A thread of its own goes to the other namespace, so that none of the caller's can be left there. */
EXPORT int64_t ckpt_unix_peer(int32_t pid, int64_t inode)
{
	struct question question = {.pid = pid, .inode = inode};
	pthread_t thread;
	int error = pthread_create(&thread, NULL, ask_there, &question);

	if (error != 0)
		return -error;
	pthread_join(thread, NULL);
	return question.answer;
}
