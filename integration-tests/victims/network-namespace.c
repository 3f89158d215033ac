/*
 * A network of its own with nothing but the loopback interface, and in it connections, a listener and abstract names that
 * may be in use outside, where a child lives without sockets.
 */
#include "victim.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT 17077

static void bring_loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));

	MUST(ioctl(fd, SIOCSIFFLAGS, &request));
	close(fd);
}

static struct sockaddr_in address(void)
{
	return (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons(PORT),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int connect_to(int listener, int *accepted)
{
	struct sockaddr_in there = address();
	int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));

	MUST(connect(fd, (struct sockaddr *)&there, sizeof(there)));
	*accepted = MUST(accept(listener, NULL, NULL));
	return fd;
}

static void check_passes(int from, int to, const char *text)
{
	char bytes[32] = "";

	CHECK_EQUAL(write(from, text, strlen(text)), strlen(text));
	CHECK_EQUAL(recv(to, bytes, strlen(text), MSG_WAITALL), strlen(text));
	CHECK(!strcmp(bytes, text));
}

static void stay_outside(void)
{
	struct sockaddr_in there = address();

	victim_say("outside");
	victim_await_go();
	CHECK(connect(MUST(socket(AF_INET, SOCK_STREAM, 0)), (struct sockaddr *)&there, sizeof(there)) < 0);
	CHECK_EQUAL(errno, ECONNREFUSED);
}

int main(int argc, char **argv)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0victim" };
	struct sockaddr_in here = address();
	int listener, client, server, unnamed[2], abstract, fresh, accepted, one = 1;
	pid_t outside;

	victim_begin(argc, argv);
	outside = victim_fork(stay_outside);
	victim_hear("outside");
	if (unshare(CLONE_NEWNET) < 0)
		victim_skip("no namespaces for this user");
	bring_loopback_up();
	listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
	MUST(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	MUST(bind(listener, (struct sockaddr *)&here, sizeof(here)));
	MUST(listen(listener, 5));
	client = connect_to(listener, &server);
	CHECK_EQUAL(write(client, "waiting", 7), 7);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, unnamed));
	abstract = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
	MUST(bind(abstract, (struct sockaddr *)&name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 7)));
	victim_wait();
	check_passes(server, client, "back");
	{
		char bytes[8] = "";

		CHECK_EQUAL(recv(server, bytes, 7, MSG_WAITALL), 7);
		CHECK(!strcmp(bytes, "waiting"));
	}
	check_passes(unnamed[0], unnamed[1], "pair");
	fresh = connect_to(listener, &accepted);
	check_passes(fresh, accepted, "fresh");
	CHECK(socket(AF_INET, SOCK_STREAM, 0) >= 0);
	victim_join(outside);
	victim_pass();
}
