/* A watch whose events nobody has read. */
#include "victim.h"

#include <sys/inotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char events[4096];
	int fd;

	victim_begin(argc, argv);
	fd = MUST(inotify_init1(IN_NONBLOCK));
	MUST(inotify_add_watch(fd, victim_path("."), IN_CREATE));
	victim_say("something");
	victim_expect_refusal("inotify&events wait");
	victim_wait();
	CHECK(read(fd, events, sizeof(events)) > 0);
	victim_pass();
}
