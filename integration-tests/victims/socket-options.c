/* Every option that a socket answers for is the same afterwards, among them those that were set. */
#include "network.h"

#include <linux/filter.h>
#include <stdlib.h>
#include <sys/un.h>

enum { LEVELS = 6, OPTIONS = 100, ROOM = 64, MOST = 12 };

struct setting {
	int level, name, value;
};

struct answer {
	int length; /* -errno where there is none */
	unsigned char value[ROOM];
};

struct portrait {
	int fd, connected;
	struct answer answers[LEVELS][OPTIONS];
};

static const int levels[LEVELS] = { IPPROTO_IP, SOL_SOCKET, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6, 270 };

/* Whoever takes no such option says so. */
static const struct setting settings[] = {
	{ SOL_SOCKET, 1, 1 },	    { SOL_SOCKET, 2, 1 },	{ SOL_SOCKET, 5, 1 },	    { SOL_SOCKET, 6, 1 },
	{ SOL_SOCKET, 9, 1 },	    { SOL_SOCKET, 10, 1 },	{ SOL_SOCKET, 12, 3 },	    { SOL_SOCKET, 16, 1 },
	{ SOL_SOCKET, 18, 1000 },   { SOL_SOCKET, 34, 1 },	{ SOL_SOCKET, 36, 7 },	    { SOL_SOCKET, 40, 1 },
	{ SOL_SOCKET, 41, 1 },	    { SOL_SOCKET, 42, 0 },	{ SOL_SOCKET, 43, 1 },	    { SOL_SOCKET, 45, 1 },
	{ SOL_SOCKET, 46, 10 },	    { SOL_SOCKET, 63, 1 },	{ SOL_SOCKET, 69, 1 },	    { SOL_SOCKET, 74, 0 },
	{ SOL_SOCKET, 75, 1 },	    { SOL_SOCKET, 76, 1 },	{ SOL_SOCKET, 82, 1 },	    { SOL_SOCKET, 83, 0 },
	{ IPPROTO_IP, 1, 8 },	    { IPPROTO_IP, 2, 33 },	{ IPPROTO_IP, 6, 1 },	    { IPPROTO_IP, 7, 1 },
	{ IPPROTO_IP, 8, 1 },	    { IPPROTO_IP, 10, 3 },	{ IPPROTO_IP, 11, 1 },	    { IPPROTO_IP, 12, 1 },
	{ IPPROTO_IP, 13, 1 },	    { IPPROTO_IP, 18, 1 },	{ IPPROTO_IP, 20, 1 },	    { IPPROTO_IP, 21, 2 },
	{ IPPROTO_IP, 23, 1 },	    { IPPROTO_IP, 25, 1 },	{ IPPROTO_IP, 26, 1 },	    { IPPROTO_IP, 33, 9 },
	{ IPPROTO_IP, 34, 0 },	    { IPPROTO_IP, 49, 0 },	{ IPPROTO_TCP, 1, 1 },	    { IPPROTO_TCP, 4, 99 },
	{ IPPROTO_TCP, 5, 9 },	    { IPPROTO_TCP, 6, 3 },	{ IPPROTO_TCP, 7, 2 },	    { IPPROTO_TCP, 8, 17 },
	{ IPPROTO_TCP, 2, 1000 },   { IPPROTO_TCP, 10, 50000 }, { IPPROTO_TCP, 16, 1 },	    { IPPROTO_TCP, 18, 4711 },
	{ IPPROTO_TCP, 25, 5000 },  { IPPROTO_TCP, 27, 1 },	{ IPPROTO_TCP, 34, 1 },	    { IPPROTO_TCP, 36, 1 },
	{ IPPROTO_TCP, 44, 60000 }, { IPPROTO_TCP, 45, 100000 }, { IPPROTO_TCP, 46, 80000 }, { IPPROTO_UDP, 10, 8 },
	{ IPPROTO_UDP, 11, 8 },	    { IPPROTO_UDP, 101, 1 },	{ IPPROTO_UDP, 102, 1 },    { IPPROTO_UDP, 103, 1000 },
	{ IPPROTO_UDP, 104, 1 },    { IPPROTO_IPV6, 2, 1 },	{ IPPROTO_IPV6, 3, 1 },	    { IPPROTO_IPV6, 4, 1 },
	{ IPPROTO_IPV6, 5, 1 },	    { IPPROTO_IPV6, 8, 1 },	{ IPPROTO_IPV6, 11, 1 },    { IPPROTO_IPV6, 16, 9 },
	{ IPPROTO_IPV6, 18, 9 },    { IPPROTO_IPV6, 19, 0 },	{ IPPROTO_IPV6, 23, 2 },    { IPPROTO_IPV6, 25, 1 },
	{ IPPROTO_IPV6, 29, 0 },    { IPPROTO_IPV6, 30, 1 },	{ IPPROTO_IPV6, 31, 1 },    { IPPROTO_IPV6, 33, 1 },
	{ IPPROTO_IPV6, 49, 1 },    { IPPROTO_IPV6, 51, 1 },	{ IPPROTO_IPV6, 53, 1 },    { IPPROTO_IPV6, 56, 1 },
	{ IPPROTO_IPV6, 58, 1 },    { IPPROTO_IPV6, 60, 1 },	{ IPPROTO_IPV6, 62, 1 },    { IPPROTO_IPV6, 66, 1 },
	{ IPPROTO_IPV6, 67, 4 },    { IPPROTO_IPV6, 70, 0 },	{ IPPROTO_IPV6, 72, 2 },    { IPPROTO_IPV6, 73, 1 },
	{ IPPROTO_IPV6, 74, 1 },    { IPPROTO_IPV6, 77, 1 },	{ IPPROTO_IPV6, 17, 1 },
};

static struct portrait portraits[MOST];
static int known;

/* What is no setting: errors, counters, identities, clocks, and questions that change something. */
static int is_passing(const struct portrait *portrait, int level, int name)
{
	static const int of_sockets[] = { 4, 17, 49, 55, 56, 57, 71, 77 };
	static const int of_tcp[] = { 11, 12, 19, 20, 21, 24, 26, 28, 29, 35 };

	for (size_t i = 0; level == SOL_SOCKET && i < COUNT_OF(of_sockets); i++)
		if (of_sockets[i] == name)
			return 1;
	for (size_t i = 0; level == IPPROTO_TCP && i < COUNT_OF(of_tcp); i++)
		if (of_tcp[i] == name)
			return 1;
	/* an accepted socket notes from where and with which TTL it was called; bind(2) sets IPV6_V6ONLY */
	return portrait->connected && ((level == IPPROTO_TCP && name == TCP_MAXSEG) ||
				       (level == IPPROTO_IP && name == IP_MULTICAST_TTL) ||
				       (level == IPPROTO_IPV6 && (name == IPV6_V6ONLY || name == IPV6_MULTICAST_IF ||
								 name == IPV6_MULTICAST_HOPS)));
}

static struct answer ask(const struct portrait *portrait, int level, int name)
{
	struct answer answer = { 0 };
	socklen_t length = sizeof(answer.value);

	if (is_passing(portrait, level, name))
		return answer;
	answer.length = getsockopt(portrait->fd, level, name, answer.value, &length) < 0 ? -errno : (int)length;
	return answer;
}

static void look(struct portrait *portrait)
{
	for (int level = 0; level < LEVELS; level++)
		for (int name = 0; name < OPTIONS; name++)
			portrait->answers[level][name] = ask(portrait, levels[level], name);
}

static void compare(const struct portrait *portrait)
{
	for (int level = 0; level < LEVELS; level++)
		for (int name = 0; name < OPTIONS; name++) {
			struct answer now = ask(portrait, levels[level], name);

			if (memcmp(&now, &portrait->answers[level][name], sizeof(now)))
				victim_fail(__FILE__, __LINE__, "socket %d, level %d, option %d: %d not %d (length %d not %d)",
					    portrait->fd, levels[level], name, *(int *)now.value,
					    *(const int *)portrait->answers[level][name].value, now.length,
					    portrait->answers[level][name].length);
		}
}

static void add(int fd, int connected)
{
	portraits[known].fd = fd;
	portraits[known++].connected = connected;
}

static void set_all(int fd)
{
	static struct sock_filter keep_all = BPF_STMT(BPF_RET | BPF_K, 0xffff);
	struct sock_fprog program = { 1, &keep_all };
	struct timeval patience = { 3, 500000 };
	struct linger linger = { 1, 5 };
	int on = 1;

	for (size_t i = 0; i < COUNT_OF(settings); i++)
		setsockopt(fd, settings[i].level, settings[i].name, &settings[i].value, sizeof(int));
	MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)));
	MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	MUST(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
	MUST(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)));
}

int main(int argc, char **argv)
{
	static const int families[] = { AF_INET, AF_INET6 };
	union address address;
	int ends[2];

	victim_begin(argc, argv);
	for (int i = 0; i < 2; i++) {
		add(listening(families[i], 3, &address), 0);
		add(MUST(socket(families[i], SOCK_STREAM, 0)), 0);
		add(MUST(socket(families[i], SOCK_DGRAM, 0)), 0);
		connect_ends(families[i], ends);
		add(ends[0], 1);
		set_all(portraits[known - 1].fd);
		add(ends[1], 1);
	}
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	add(ends[0], 1);
	for (int i = 0; i < known; i++) {
		if (!portraits[i].connected || i == known - 1)
			set_all(portraits[i].fd);
		look(&portraits[i]);
	}
	victim_wait();
	for (int i = 0; i < known; i++)
		compare(&portraits[i]);
	victim_pass();
}
