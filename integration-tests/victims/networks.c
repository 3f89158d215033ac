/*
 * Two networks of its own beside that of the job. In each of the three the same address and port, and the same abstract name,
 * and connections there with data on their way; a pair of sockets that was made before one of them, and a connection to
 * a path that waits in another.
 */
#include "victim.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT 17078

static int pair[2], at_path;

static void bring_loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));

	MUST(ioctl(fd, SIOCSIFFLAGS, &request));
	MUST(close(fd));
}

static void check_comes(int from, int to, const char *text)
{
	char bytes[32] = "";

	if (from >= 0)
		CHECK_EQUAL(write(from, text, strlen(text)), strlen(text));
	CHECK_EQUAL(recv(to, bytes, strlen(text), MSG_WAITALL), strlen(text));
	CHECK(!strcmp(bytes, text));
}

static int listen_at(int family, const void *name, socklen_t length)
{
	int listener = MUST(socket(family, SOCK_STREAM, 0)), one = 1;

	MUST(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	MUST(bind(listener, name, length));
	MUST(listen(listener, 5));
	return listener;
}

static int connect_to(int family, const void *name, socklen_t length)
{
	int fd = MUST(socket(family, SOCK_STREAM, 0));

	MUST(connect(fd, name, length));
	return fd;
}

static struct sockaddr_in internet = { .sin_family = AF_INET };
static struct sockaddr_un abstract = { .sun_family = AF_UNIX, .sun_path = "\0victims" };
static struct sockaddr_un path = { .sun_family = AF_UNIX };
#define ABSTRACT_LENGTH ((socklen_t)(offsetof(struct sockaddr_un, sun_path) + 8))

struct network {
	int tcp, client, server;
	int unix_one, waiting, sender, receiver;
	char text[8];
};

static void build(struct network *here, const char *who)
{
	internet.sin_port = htons(PORT);
	internet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	snprintf(here->text, sizeof(here->text), "%s", who);
	here->tcp = listen_at(AF_INET, &internet, sizeof(internet));
	here->client = connect_to(AF_INET, &internet, sizeof(internet));
	here->server = MUST(accept(here->tcp, NULL, NULL));
	CHECK_EQUAL(write(here->client, who, strlen(who)), strlen(who));
	here->unix_one = listen_at(AF_UNIX, &abstract, ABSTRACT_LENGTH);
	here->waiting = connect_to(AF_UNIX, &abstract, ABSTRACT_LENGTH);
	here->sender = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	here->receiver = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	MUST(bind(here->receiver, (struct sockaddr *)&internet, sizeof(internet)));
	MUST(connect(here->sender, (struct sockaddr *)&internet, sizeof(internet)));
	CHECK_EQUAL(write(here->sender, who, strlen(who)), strlen(who));
}

static void check(struct network *here)
{
	int accepted, fresh;

	check_comes(-1, here->server, here->text);
	check_comes(-1, here->receiver, here->text);
	check_comes(here->server, here->client, here->text);
	accepted = MUST(accept(here->unix_one, NULL, NULL));
	check_comes(here->waiting, accepted, here->text);
	fresh = connect_to(AF_INET, &internet, sizeof(internet));
	check_comes(fresh, MUST(accept(here->tcp, NULL, NULL)), here->text);
	fresh = connect_to(AF_UNIX, &abstract, ABSTRACT_LENGTH);
	check_comes(fresh, MUST(accept(here->unix_one, NULL, NULL)), here->text);
}

static void live_apart(const char *who)
{
	struct network own;
	int waiting;

	MUST(unshare(CLONE_NEWNET));
	bring_loopback_up();
	build(&own, who);
	waiting = connect_to(AF_UNIX, &path, sizeof(path));
	victim_say("%s", who);
	victim_await_go();
	check(&own);
	check_comes(-1, waiting, "welcome");
}

static void live_in_one(void)
{
	live_apart("one");
	check_comes(pair[1], pair[1], "early");
}

static void live_in_two(void)
{
	live_apart("two");
}

static void try_namespace(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		victim_skip("no namespaces for this user");
}

int main(int argc, char **argv)
{
	struct network ours;
	pid_t one, two;

	victim_begin(argc, argv);
	victim_join(victim_fork(try_namespace));
	snprintf(path.sun_path, sizeof(path.sun_path), "%s", victim_path("at-path"));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	at_path = listen_at(AF_UNIX, &path, sizeof(path));
	build(&ours, "ours");
	one = victim_fork(live_in_one);
	victim_hear("one");
	two = victim_fork(live_in_two);
	victim_hear("two");
	victim_wait();
	check(&ours);
	CHECK_EQUAL(write(pair[0], "early", 5), 5);
	for (int i = 0; i < 2; i++)
		CHECK_EQUAL(write(MUST(accept(at_path, NULL, NULL)), "welcome", 7), 7);
	check_comes(-1, pair[0], "early");
	victim_join(one);
	victim_join(two);
	victim_pass();
}
