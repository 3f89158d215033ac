/* One open file description behind several descriptors, in several processes: one offset, one set of flags. */
#include "victim.h"

#include <fcntl.h>
#include <unistd.h>

static int original, duplicate, separate;

static void child(void)
{
	char byte;

	MUST(dup2(original, 77));
	victim_say("child");
	victim_await_go();
	victim_hear("moved");
	CHECK_EQUAL(lseek(77, 0, SEEK_CUR), 5000);
	CHECK_EQUAL(read(77, &byte, 1), 1);
	MUST(fcntl(77, F_SETFL, O_NONBLOCK));
}

int main(int argc, char **argv)
{
	pid_t pid;

	victim_begin(argc, argv);
	original = victim_file("shared", 10000, 1, 0);
	MUST(lseek(original, 3000, SEEK_SET));
	duplicate = MUST(dup(original));
	separate = MUST(open(victim_path("shared"), O_RDONLY));
	pid = victim_fork(child);
	victim_hear("child");
	victim_wait();
	CHECK_EQUAL(lseek(duplicate, 0, SEEK_CUR), 3000);
	MUST(lseek(original, 5000, SEEK_SET));
	victim_say("moved");
	victim_join(pid);
	CHECK_EQUAL(lseek(duplicate, 0, SEEK_CUR), 5001);
	CHECK_EQUAL(fcntl(duplicate, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_EQUAL(lseek(separate, 0, SEEK_CUR), 0);
	victim_pass();
}
