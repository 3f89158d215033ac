/* A chain of sixty processes, each the parent of the next, with a value of its own. */
#include "victim.h"

#include <unistd.h>

#define DEPTH 60

static uint64_t own[512];

static void descend(int depth)
{
	pid_t child;

	victim_fill(own, sizeof(own), (uint64_t)depth);
	if (depth == DEPTH) {
		victim_say("bottom");
		victim_await_go();
		return;
	}
	child = MUST(fork());
	if (child == 0) {
		descend(depth + 1);
		_exit(0);
	}
	if (depth == 0) {
		victim_hear("bottom");
		victim_wait();
	} else {
		victim_await_go();
	}
	victim_check_fill("own memory", own, sizeof(own), (uint64_t)depth);
	victim_join(child);
}

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	descend(0);
	victim_pass();
}
