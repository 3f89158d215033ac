/* The whole job belongs to an ordinary user, as a batch job does: memory, files, a child. */
#include "victim.h"

#include <grp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER 65534
#define SIZE (4 << 20)

static char *memory;

static void child(void)
{
	victim_say("child");
	victim_await_go();
	victim_check_fill("inherited", memory, SIZE, 1);
}

int main(int argc, char **argv)
{
	char text[8] = "";
	pid_t pid;
	int fd;

	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to become somebody else");
	MUST(chown(argv[1], USER, USER));
	MUST(setgroups(0, NULL));
	MUST(setresgid(USER, USER, USER));
	MUST(setresuid(USER, USER, USER));
	memory = malloc(SIZE);
	victim_fill(memory, SIZE, 1);
	fd = victim_file("output", 0, 0, 0);
	MUST(fchmod(fd, 0600));
	CHECK_EQUAL(write(fd, "before ", 7), 7);
	pid = victim_fork(child);
	victim_hear("child");
	victim_wait();
	victim_check_fill("own", memory, SIZE, 1);
	CHECK_EQUAL(write(fd, "after", 5), 5);
	CHECK_EQUAL(pread(fd, text, 7, 5), 7);
	CHECK_EQUAL(text[2], 'a');
	CHECK_EQUAL(getuid(), USER);
	victim_join(pid);
	victim_pass();
}
