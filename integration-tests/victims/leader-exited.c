/* The first thread has ended with a status of its own; another carries on, with the files and memory of both. */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char state(void)
{
	char line[512], letter = '?';
	FILE *stat = fopen("/proc/self/stat", "re");

	if (fgets(line, sizeof(line), stat) != NULL)
		letter = strrchr(line, ')')[2];
	fclose(stat);
	return letter;
}

static void await_zombie(void)
{
	while (state() != 'Z')
		victim_sleep_ms(1);
}

static void *carry_on(void *argument)
{
	int fd = victim_file("data", 5000, 7, 0);
	char read_back[5000];

	await_zombie();
	victim_wait();
	CHECK_EQUAL(pread(fd, read_back, sizeof(read_back), 0), sizeof(read_back));
	victim_check_fill("data", read_back, sizeof(read_back), 7);
	await_zombie();
	CHECK(victim_tid() != getpid());
	CHECK_EQUAL(kill(getpid(), 0), 0);
	CHECK_EQUAL(syscall(SYS_tgkill, getpid(), victim_tid(), 0), 0);
	victim_pass();
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	victim_begin(argc, argv);
	CHECK_EQUAL(pthread_create(&thread, NULL, carry_on, NULL), 0);
	syscall(SYS_exit, 5);
}
