/* A process that runs its program anew all the time: a number in a pipe and one in its arguments go on together. */
#include "victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum argument { DIRECTORY = 1, READ_END, WRITE_END, ROUND, COUNT };

static void run_anew(const char *directory, const int ends[2], long round)
{
	char words[3][16];

	snprintf(words[0], sizeof(words[0]), "%d", ends[0]);
	snprintf(words[1], sizeof(words[1]), "%d", ends[1]);
	snprintf(words[2], sizeof(words[2]), "%ld", round);
	execl("/proc/self/exe", "exec", directory, words[0], words[1], words[2], NULL);
	victim_fail(__FILE__, __LINE__, "execve failed, errno %d", errno);
}

static void again(char **argv)
{
	const int ends[2] = { atoi(argv[READ_END]), atoi(argv[WRITE_END]) };
	long round = atol(argv[ROUND]), found = -1;

	CHECK_EQUAL(read(ends[0], &found, sizeof(found)), sizeof(found));
	CHECK_EQUAL(found, round);
	if (round == 20)
		victim_say("running");
	if (round > 20 && victim_heard("go"))
		_exit(0);
	round++;
	CHECK_EQUAL(write(ends[1], &round, sizeof(round)), sizeof(round));
	run_anew(argv[DIRECTORY], ends, round);
}

int main(int argc, char **argv)
{
	long first = 0;
	int ends[2];
	pid_t child;

	victim_begin(argc, argv);
	if (argc == COUNT)
		again(argv);
	MUST(pipe(ends));
	CHECK_EQUAL(write(ends[1], &first, sizeof(first)), sizeof(first));
	child = MUST(fork());
	if (child == 0)
		run_anew(argv[DIRECTORY], ends, first);
	victim_hear("running");
	victim_wait();
	victim_join(child);
	victim_pass();
}
