/* Watches of inotify(7): numbers with gaps, a file and a directory, masks; and one without any. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NAME_ROOM 16

/* The next event must be the one expected; named ones here have room for 16 bytes. */
static void check_event(int fd, int watch, uint32_t mask, size_t name)
{
	_Alignas(struct inotify_event) char room[sizeof(struct inotify_event) + NAME_ROOM];
	struct inotify_event *event = (struct inotify_event *)room;

	CHECK_EQUAL(read(fd, room, sizeof(*event) + name), (ssize_t)(sizeof(*event) + name));
	CHECK_EQUAL(event->wd, watch);
	CHECK_EQUAL(event->mask, mask);
}

static int quiet(int fd)
{
	int waiting;

	MUST(ioctl(fd, FIONREAD, &waiting));
	return waiting == 0;
}

int main(int argc, char **argv)
{
	int fd, empty, file, directory, passing, watched;

	victim_begin(argc, argv);
	file = victim_file("watched", 10, 1, 0);
	fd = MUST(inotify_init1(IN_NONBLOCK));
	empty = MUST(inotify_init1(IN_CLOEXEC));
	passing = MUST(inotify_add_watch(fd, "/", IN_CREATE));
	watched = MUST(inotify_add_watch(fd, victim_path("watched"), IN_MODIFY | IN_ATTRIB));
	MUST(inotify_rm_watch(fd, passing));
	check_event(fd, passing, IN_IGNORED, 0);
	directory = MUST(inotify_add_watch(fd, victim_path("."), IN_MOVED_FROM | IN_ONESHOT));
	victim_wait();
	CHECK(quiet(fd));
	CHECK_EQUAL(write(file, "new", 3), 3);
	check_event(fd, watched, IN_MODIFY, 0);
	MUST(rename(victim_path("watched"), victim_path("elsewhere")));
	check_event(fd, directory, IN_MOVED_FROM, NAME_ROOM);
	check_event(fd, directory, IN_IGNORED, 0);
	CHECK(quiet(fd));
	CHECK(MUST(inotify_add_watch(fd, victim_path("."), IN_CREATE)) > directory);
	MUST(inotify_rm_watch(fd, watched));
	CHECK_EQUAL(fcntl(empty, F_GETFL) & O_NONBLOCK, 0);
	CHECK_EQUAL(fcntl(empty, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(MUST(inotify_add_watch(empty, victim_path("."), IN_CREATE)), 1);
	victim_pass();
}
