/* The leader of a session and group has ended and been reaped; members, and a group of theirs, live on. */
#include "victim.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORPHANS 3

static pid_t reaper, leader;

static void stay(const char *event, pid_t parent)
{
	pid_t group = getpgrp();

	while (getppid() != parent)
		victim_sleep_ms(1);
	victim_say("%s", event);
	victim_await_go();
	CHECK_EQUAL(getsid(0), leader);
	CHECK_EQUAL(kill(-group, 0), 0);
}

static void follow(void)
{
	stay("follower", reaper);
}

static void lead_group(void)
{
	MUST(setpgid(0, 0));
	stay("group-leader", reaper);
}

static void be_child(void)
{
	stay("child", getppid());
}

static void be_parent(void)
{
	pid_t child = victim_fork(be_child);

	stay("parent", reaper);
	victim_join(child);
}

static void lead(void)
{
	leader = MUST(setsid());
	victim_fork(follow);
	victim_fork(lead_group);
	victim_fork(be_parent);
}

int main(int argc, char **argv)
{
	int status;

	victim_begin(argc, argv);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	reaper = getpid();
	leader = victim_fork(lead);
	victim_join(leader);
	victim_hear("follower");
	victim_hear("group-leader");
	victim_hear("child");
	victim_hear("parent");
	victim_wait();
	CHECK_EQUAL(kill(leader, 0), -1);
	for (int orphan = 0; orphan < ORPHANS; orphan++) {
		MUST(wait(&status));
		CHECK_EQUAL(status, 0);
	}
	CHECK_EQUAL(wait(&status), -1);
	victim_pass();
}
