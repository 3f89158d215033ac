/* A tree four levels deep with its own sessions and process groups. */
#include "victim.h"

#include <unistd.h>

#define DEPTH 4

static int level;
static pid_t leader;

static void grow(void)
{
	pid_t child = 0;

	level++;
	if (level == 2)
		MUST(setsid());
	if (level == 3)
		MUST(setpgid(0, 0));
	victim_say("level-%d", level);
	if (level < DEPTH)
		child = victim_fork(grow);
	victim_await_go();
	if (child)
		victim_join(child);
}

/* A member of a group whose leader is its elder sibling. */
static void follow(void)
{
	MUST(setpgid(0, leader));
	victim_say("follower");
	victim_await_go();
}

static void lead(void)
{
	MUST(setpgid(0, 0));
	victim_say("leader");
	victim_await_go();
}

int main(int argc, char **argv)
{
	pid_t tree, follower;

	victim_begin(argc, argv);
	tree = victim_fork(grow);
	leader = victim_fork(lead);
	victim_hear("leader");
	follower = victim_fork(follow);
	victim_hear("follower");
	victim_hear("level-4");
	victim_wait();
	CHECK_EQUAL(getpgid(follower), leader);
	CHECK_EQUAL(getsid(follower), getsid(0));
	victim_join(follower);
	victim_join(leader);
	victim_join(tree);
	victim_pass();
}
