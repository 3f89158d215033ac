/* Raw sockets of ICMP: one asks the loopback interface for echoes and hears nothing but them; and a socket of ping(8). */
#include "network.h"

#include <netinet/ip_icmp.h>

#define ICMP_FILTER 1

static const unsigned only_replies = ~(1U << ICMP_ECHOREPLY);

static void check_echo(int fd)
{
	union address address;
	socklen_t length = loopback(AF_INET, &address);
	struct icmphdr request = { .type = ICMP_ECHO, .checksum = htons(0xf7ff - 1), .un.echo.sequence = htons(1) };
	char reply[64];

	CHECK_EQUAL(sendto(fd, &request, sizeof(request), 0, &address.any, length), sizeof(request));
	CHECK(recv(fd, reply, sizeof(reply), 0) >= (ssize_t)sizeof(request));
}

int main(int argc, char **argv)
{
	unsigned filter = 0;
	socklen_t length = sizeof(filter);
	union address own;
	int raw, ping, port = 0;

	victim_begin(argc, argv);
	raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (raw < 0)
		victim_skip("no raw sockets here");
	MUST(setsockopt(raw, SOL_RAW, ICMP_FILTER, &only_replies, sizeof(only_replies)));
	set_int_option(raw, IPPROTO_IP, IP_TTL, 9);
	ping = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	if (ping >= 0) {
		MUST(bind(ping, &own.any, loopback(AF_INET, &own)));
		port = port_of(ping, getsockname);
	}
	victim_wait();
	MUST(getsockopt(raw, SOL_RAW, ICMP_FILTER, &filter, &length));
	CHECK_EQUAL(filter, only_replies);
	CHECK_EQUAL(int_option(raw, IPPROTO_IP, IP_TTL), 9);
	check_echo(raw);
	if (ping >= 0) {
		CHECK_EQUAL(port_of(ping, getsockname), port);
		check_echo(ping);
	}
	victim_pass();
}
