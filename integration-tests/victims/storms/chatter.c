/* Three processes that pass messages around all the time, over pipes and a socket: no byte is lost, doubled or changed. */
#include "victim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LONGEST  4096
#define AT_ONCE  6

struct message {
	uint64_t number;
	size_t length;
	char text[LONGEST];
};

static int out[2], across[2], back[2];

static size_t length_of(uint64_t number)
{
	return (size_t)(number * 2654435761u % (LONGEST / 8)) * 8;
}

/* 0 at the end. */
static int take(int fd, void *into, size_t length)
{
	size_t got = 0;

	while (got < length) {
		ssize_t part = MUST(read(fd, (char *)into + got, length - got));

		if (part == 0)
			return 0;
		got += (size_t)part;
	}
	return 1;
}

static void give(int fd, const void *from, size_t length)
{
	size_t given = 0;

	while (given < length)
		given += (size_t)MUST(write(fd, (const char *)from + given, length - given));
}

static int take_message(int fd, struct message *message, uint64_t number)
{
	if (!take(fd, message, offsetof(struct message, text)))
		return 0;
	CHECK_EQUAL(message->number, number);
	CHECK_EQUAL(message->length, length_of(number));
	CHECK(take(fd, message->text, message->length));
	victim_check_fill("message", message->text, message->length, number);
	return 1;
}

static void give_message(int fd, struct message *message, uint64_t number)
{
	message->number = number;
	message->length = length_of(number);
	victim_fill(message->text, message->length, number);
	give(fd, message, offsetof(struct message, text) + message->length);
}

static void pass_on(int from, int to)
{
	struct message message;

	for (uint64_t number = 0; take_message(from, &message, number); number++)
		give_message(to, &message, number);
}

static void first_hop(void)
{
	close(out[1]);
	close(across[1]);
	pass_on(out[0], across[0]);
}

static void second_hop(void)
{
	close(out[0]);
	close(out[1]);
	close(across[0]);
	pass_on(across[1], back[1]);
}

int main(int argc, char **argv)
{
	struct message message;
	uint64_t given = 0, taken = 0;
	pid_t first, second;

	victim_begin(argc, argv);
	MUST(pipe(out));
	MUST(pipe(back));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, across));
	first = victim_fork(first_hop);
	second = victim_fork(second_hop);
	close(across[0]);
	close(across[1]);
	close(back[1]);
	victim_say("ready");
	while (!victim_heard("go")) {
		for (uint64_t i = 0; i <= given % AT_ONCE; i++)
			give_message(out[1], &message, given++);
		while (taken < given)
			CHECK(take_message(back[0], &message, taken++));
	}
	close(out[1]);
	CHECK(!take(back[0], &message, 1));
	victim_join(first);
	victim_join(second);
	CHECK(taken > 0);
	victim_pass();
}
