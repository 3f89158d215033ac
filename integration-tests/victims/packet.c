/* Packet sockets on the loopback interface: one with a filter hears datagrams of one port, one hears nothing yet. */
#include "network.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>

#define PORT         4 /* no program has it */
#define PORT_OFFSET  22 /* in a datagram of IPv4 without options */

static const struct sock_filter only_port[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, PORT_OFFSET),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PORT, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static void say_to_port(int sender, const char *text)
{
	union address address;
	socklen_t length = loopback(AF_INET, &address);

	address.v4.sin_port = htons(PORT);
	sendto(sender, text, strlen(text), 0, &address.any, length);
}

static void hear(int fd, const char *text)
{
	char packet[256];
	ssize_t length = MUST(recv(fd, packet, sizeof(packet), 0));

	CHECK(length >= (ssize_t)strlen(text));
	CHECK_EQUAL(memcmp(packet + length - strlen(text), text, strlen(text)), 0);
}

/* Somebody has joined the group of an interface. */
static int is_joined(const struct packet_mreq *group)
{
	FILE *file = fopen("/proc/net/dev_mcast", "re");
	char line[256], address[16];
	int found = 0;

	CHECK(file != NULL);
	for (size_t i = 0; i < ETH_ALEN; i++)
		snprintf(address + 2 * i, 3, "%02x", group->mr_address[i]);
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, address) != NULL;
	fclose(file);
	return found;
}

int main(int argc, char **argv)
{
	struct sock_fprog program = { COUNT_OF(only_port), (struct sock_filter *)only_port };
	struct sockaddr_ll own = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) }, found;
	struct packet_mreq group = { .mr_type = PACKET_MR_MULTICAST, .mr_alen = ETH_ALEN, .mr_address = { 1, 0, 0x5e, 0x7f } };
	socklen_t length = sizeof(found);
	int hearing, deaf, sender;

	victim_begin(argc, argv);
	hearing = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (hearing < 0)
		victim_skip("no packet sockets here");
	own.sll_ifindex = group.mr_ifindex = (int)if_nametoindex("lo");
	group.mr_address[4] = (unsigned char)(getpid() >> 8);
	group.mr_address[5] = (unsigned char)getpid();
	MUST(setsockopt(hearing, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
	set_int_option(hearing, SOL_PACKET, PACKET_AUXDATA, 1);
	set_int_option(hearing, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
	MUST(setsockopt(hearing, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group, sizeof(group)));
	MUST(bind(hearing, (struct sockaddr *)&own, sizeof(own)));
	deaf = MUST(socket(AF_PACKET, SOCK_RAW, 0));
	sender = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	say_to_port(sender, "before");
	hear(hearing, "before");
	victim_wait();
	CHECK_EQUAL(int_option(hearing, SOL_PACKET, PACKET_AUXDATA), 1);
	MUST(getsockname(hearing, (struct sockaddr *)&found, &length));
	CHECK_EQUAL(found.sll_protocol, own.sll_protocol);
	CHECK_EQUAL(found.sll_ifindex, own.sll_ifindex);
	say_to_port(sender, "after");
	hear(hearing, "after");
	CHECK_EQUAL(recv(hearing, &found, sizeof(found), MSG_DONTWAIT), -1);
	CHECK(is_joined(&group));
	close(hearing);
	CHECK(!is_joined(&group));
	length = sizeof(found);
	MUST(getsockname(deaf, (struct sockaddr *)&found, &length));
	CHECK_EQUAL(found.sll_protocol, 0);
	victim_pass();
}
