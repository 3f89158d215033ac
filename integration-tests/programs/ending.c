/* ending DIR MICROSECONDS: threads and children that all end of themselves, so long after they were told to go on. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 8, CHILDREN = 3, STATUS = 7 };

static void *run(void *unused)
{
	for (;;)
		usleep(100);
	return unused;
}

static void start_threads(void)
{
	pthread_t thread;

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, run, NULL))
			_exit(1);
}

static void await_go(useconds_t after)
{
	while (access("go", F_OK))
		usleep(200);
	usleep(after);
}

int main(int argc, char **argv)
{
	useconds_t after = argc == 3 ? (useconds_t)atoi(argv[2]) : 0;
	FILE *ready;

	if (argc != 3 || chdir(argv[1]))
		return 64;
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			start_threads();
			await_go(after + (useconds_t)i * 500);
			_exit(i);
		}
	start_threads();
	ready = fopen("ready", "w");
	if (!ready || fclose(ready))
		return 1;
	await_go(after);
	_exit(STATUS);
}
