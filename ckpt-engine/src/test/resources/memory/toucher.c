/*
 * Touches pages that are not there, each in a thread of its own. Ends with 0 when each was found as it was left; or zero
 * where one more thread gives all of them back meanwhile.
 * usage: toucher keep|give-back
 * Its memory is at AREA, and its userfaultfd has the number FAULTS; it begins when it gets SIGUSR1.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AREA ((char *)0x700000000000)

enum { FAULTS = 100, PIECE = 32 << 10, PIECES = 5 };

static bool given_back;

static void *touch(void *page)
{
	char found = *(volatile char *)page;

	if (found != 'x' && (found || !given_back))
		exit(2);
	return NULL;
}

static void *give_back(void *nothing)
{
	if (madvise(AREA, PIECES * PIECE, MADV_DONTNEED))
		exit(3);
	return nothing;
}

int main(int count, char **arguments)
{
	pthread_t threads[PIECES + 1];
	sigset_t begin;
	int signal;

	given_back = count == 2 && !strcmp(arguments[1], "give-back");
	sigemptyset(&begin);
	sigaddset(&begin, SIGUSR1);
	sigprocmask(SIG_BLOCK, &begin, NULL);
	if (mmap(AREA, PIECES * PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != AREA ||
	    madvise(AREA, PIECES * PIECE, MADV_NOHUGEPAGE) || dup2((int)syscall(SYS_userfaultfd, O_NONBLOCK), FAULTS) != FAULTS ||
	    sigwait(&begin, &signal))
		return 1;
	for (int i = 0; i < PIECES; i++)
		pthread_create(&threads[i], NULL, touch, AREA + i * PIECE);
	if (given_back)
		pthread_create(&threads[PIECES], NULL, give_back, NULL);
	for (int i = 0; i < PIECES + given_back; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
