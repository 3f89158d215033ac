/* A group of fanotify that watches a directory. */
#include "victim.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char events[4096];
	int group;

	victim_begin(argc, argv);
	group = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_NONBLOCK, O_RDONLY);
	if (group < 0)
		victim_skip("no fanotify here");
	if (fanotify_mark(group, FAN_MARK_ADD, FAN_DELETE, AT_FDCWD, victim_path(".")) < 0)
		victim_skip("this file system cannot be watched");
	victim_expect_refusal("fanotify");
	victim_wait();
	victim_file("passing", 8, 1, 0);
	MUST(unlink(victim_path("passing")));
	CHECK(read(group, events, sizeof(events)) > 0);
	victim_pass();
}
