/* A directory that is watched with F_NOTIFY, of which the kernel tells nothing but whom it signals. */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t noticed;

static void notice(int signal)
{
	noticed = signal;
}

int main(int argc, char **argv)
{
	int directory;

	victim_begin(argc, argv);
	signal(SIGRTMIN, notice);
	directory = MUST(open(victim_path("."), O_RDONLY | O_DIRECTORY));
	MUST(fcntl(directory, F_SETSIG, SIGRTMIN));
	MUST(fcntl(directory, F_NOTIFY, DN_RENAME | DN_MULTISHOT));
	victim_expect_refusal("F_NOTIFY");
	victim_wait();
	victim_file("old", 8, 1, 0);
	MUST(rename(victim_path("old"), victim_path("new")));
	CHECK_EQUAL(noticed, SIGRTMIN);
	victim_pass();
}
