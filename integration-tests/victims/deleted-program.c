/* A program whose file was deleted, running twice: what it is called differs afterwards, what it runs does not. */
#include "victim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *program;
static off_t length;

static char *running(void)
{
	int file = MUST(open("/proc/self/exe", O_RDONLY));
	struct stat status;
	char *bytes;

	MUST(fstat(file, &status));
	length = status.st_size;
	bytes = malloc((size_t)length);
	CHECK(bytes != NULL);
	CHECK_EQUAL(read(file, bytes, (size_t)length), length);
	MUST(close(file));
	return bytes;
}

static void check_program(void)
{
	off_t before = length;
	char *now = running();

	CHECK_EQUAL(length, before);
	CHECK_EQUAL(memcmp(now, program, (size_t)length), 0);
}

/* Ends with 64, for it is given no directory. */
static void check_starts_again(void)
{
	pid_t again = MUST(fork());
	int status;

	if (again == 0) {
		execl("/proc/self/exe", "again", "and", "again", NULL);
		_exit(1);
	}
	MUST(waitpid(again, &status, 0));
	CHECK(WIFEXITED(status));
	CHECK_EQUAL(WEXITSTATUS(status), 64);
}

static void child(void)
{
	victim_say("forked");
	victim_await_go();
	check_program();
}

int main(int argc, char **argv)
{
	pid_t other;

	if (argc == 3)
		return 64;
	victim_begin(argc, argv);
	program = running();
	MUST(unlink(argv[0]));
	other = victim_fork(child);
	victim_hear("forked");
	victim_wait();
	check_program();
	check_starts_again();
	victim_join(other);
	victim_pass();
}
