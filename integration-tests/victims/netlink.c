/* netlink(7) sockets: one that asks for interfaces, one that listens to what the kernel tells of addresses. */
#include "victim.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int opened(int protocol, unsigned group, struct sockaddr_nl *address)
{
	socklen_t length = sizeof(*address);
	int fd = MUST(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));

	*address = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
	MUST(bind(fd, (struct sockaddr *)address, length));
	if (group > 0)
		MUST(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)));
	MUST(getsockname(fd, (struct sockaddr *)address, &length));
	return fd;
}

static void check_address(int fd, const struct sockaddr_nl *expected)
{
	struct sockaddr_nl address;
	socklen_t length = sizeof(address);

	MUST(getsockname(fd, (struct sockaddr *)&address, &length));
	CHECK_EQUAL(address.nl_pid, expected->nl_pid);
	CHECK_EQUAL(address.nl_groups, expected->nl_groups);
}

static void check_answers(int fd)
{
	_Alignas(struct nlmsghdr) char answer[8192];
	struct {
		struct nlmsghdr header;
		struct ifinfomsg question;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST },
		.question = { .ifi_family = AF_UNSPEC, .ifi_index = 1 },
	};

	CHECK_EQUAL(send(fd, &request, sizeof(request), 0), sizeof(request));
	CHECK(recv(fd, answer, sizeof(answer), 0) > (ssize_t)sizeof(struct nlmsghdr));
	CHECK_EQUAL(((struct nlmsghdr *)answer)->nlmsg_type, RTM_NEWLINK);
}

int main(int argc, char **argv)
{
	struct sockaddr_nl addresses[3];
	unsigned bits[2] = { 0 };
	socklen_t length = sizeof(bits);
	int route, listener, generic, on = 1;

	victim_begin(argc, argv);
	route = opened(NETLINK_ROUTE, 0, &addresses[0]);
	listener = opened(NETLINK_ROUTE, RTNLGRP_IPV4_IFADDR, &addresses[1]);
	generic = opened(NETLINK_GENERIC, 0, &addresses[2]);
	MUST(setsockopt(listener, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)));
	check_answers(route);
	victim_wait();
	check_address(route, &addresses[0]);
	check_address(listener, &addresses[1]);
	check_address(generic, &addresses[2]);
	MUST(getsockopt(listener, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, bits, &length));
	CHECK_EQUAL(bits[0], 1U << (RTNLGRP_IPV4_IFADDR - 1));
	length = sizeof(on);
	on = 0;
	MUST(getsockopt(listener, SOL_NETLINK, NETLINK_EXT_ACK, &on, &length));
	CHECK_EQUAL(on, 1);
	check_answers(route);
	victim_pass();
}
