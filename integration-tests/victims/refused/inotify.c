/* A watch on a directory. */
#include "victim.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char events[4096];
	int fd;

	victim_begin(argc, argv);
	fd = MUST(inotify_init1(IN_NONBLOCK));
	MUST(inotify_add_watch(fd, victim_path("."), IN_CREATE));
	victim_expect_refusal("inotify");
	victim_wait();
	while (read(fd, events, sizeof(events)) > 0)
		;
	victim_say("something");
	CHECK(read(fd, events, sizeof(events)) > 0);
	victim_pass();
}
