/* Nine hundred open files, some of them shared with a child that has others of its own. */
#include "victim.h"

#include <fcntl.h>
#include <unistd.h>

#define FILES 300

static int shared[FILES];

static void open_and_check(int first)
{
	int own[FILES];
	char byte[8];

	for (int i = 0; i < FILES; i++) {
		own[i] = MUST(open(victim_path("file"), O_RDONLY | O_CLOEXEC));
		MUST(lseek(own[i], first + i, SEEK_SET));
	}
	victim_say("opened-%d", first);
	victim_await_go();
	for (int i = 0; i < FILES; i++) {
		CHECK_EQUAL(lseek(own[i], 0, SEEK_CUR), first + i);
		CHECK_EQUAL(read(own[i], byte, 1), 1);
		CHECK_EQUAL(lseek(shared[i], 0, SEEK_CUR), i);
	}
}

static void child(void)
{
	open_and_check(1000);
}

static void other_child(void)
{
	open_and_check(2000);
}

int main(int argc, char **argv)
{
	pid_t first, second;

	victim_begin(argc, argv);
	victim_file("file", 10000, 1, O_CLOEXEC);
	for (int i = 0; i < FILES; i++) {
		shared[i] = MUST(open(victim_path("file"), O_RDWR));
		MUST(lseek(shared[i], i, SEEK_SET));
	}
	first = victim_fork(child);
	second = victim_fork(other_child);
	victim_hear("opened-1000");
	victim_hear("opened-2000");
	victim_wait();
	victim_join(first);
	victim_join(second);
	victim_pass();
}
