/* Groups of fanotify(7): one with an event that nobody has read, one that others must ask before they open a file. */
#include "../victim.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char events[4096];
	int group, guard;

	victim_begin(argc, argv);
	group = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_NONBLOCK, O_RDONLY);
	guard = fanotify_init(FAN_CLASS_CONTENT | FAN_NONBLOCK, O_RDONLY);
	if (group < 0 || guard < 0)
		victim_skip("no fanotify here");
	victim_file("guarded", 8, 1, 0);
	if (fanotify_mark(group, FAN_MARK_ADD, FAN_DELETE, AT_FDCWD, victim_path(".")) < 0 ||
	    fanotify_mark(guard, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, victim_path("guarded")) < 0)
		victim_skip("this file system cannot be watched");
	victim_file("passing", 8, 1, 0);
	MUST(unlink(victim_path("passing")));
	victim_expect_refusal("fanotify&events wait in it&lets it decide what others may do");
	victim_wait();
	CHECK(read(group, events, sizeof(events)) > 0);
	CHECK_EQUAL(read(guard, events, sizeof(events)), -1);
	victim_pass();
}
