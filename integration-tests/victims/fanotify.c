/* Groups of fanotify(7): marks of a file, a directory, a mount and a file system, and what they ignore. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_TEXT = 8192 };

static int files, names;

static void mark(int group, unsigned int flags, uint64_t mask, const char *name)
{
	if (fanotify_mark(group, FAN_MARK_ADD | flags, mask, AT_FDCWD, victim_path(name)) < 0)
		victim_skip("this file system cannot be watched");
}

/* What others do on the same mount or file system is ignored, or never happens. */
static void build(void)
{
	MUST(mkdir(victim_path("there"), 0755));
	MUST(close(victim_file("there/watched", 10, 1, 0)));
	MUST(close(victim_file("there/ignored", 10, 1, 0)));
	files = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);
	names = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_REPORT_DFID_NAME, O_RDONLY);
	if (files < 0 || names < 0)
		victim_skip("no fanotify here");
	mark(files, 0, FAN_CLOSE_WRITE | FAN_EVENT_ON_CHILD, "there");
	mark(files, 0, FAN_MODIFY, "there/watched");
	mark(files, FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, FAN_CLOSE_WRITE, "there/ignored");
	mark(files, FAN_MARK_MOUNT | FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, FAN_OPEN_EXEC, "there");
	mark(names, 0, FAN_DELETE | FAN_ONDIR, "there");
	mark(names, FAN_MARK_FILESYSTEM, FAN_FS_ERROR, "there");
	mark(names, FAN_MARK_EVICTABLE, FAN_DELETE_SELF, "there/watched");
}

static int compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* What the kernel tells of a group, sorted, without the numbers of mounts, which a restart changes. */
static void describe(int group, char *text)
{
	char path[64], line[512], *lines[16];
	int count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", group);
	file = fopen(path, "re");
	CHECK(file != NULL);
	while (count < 16 && fgets(line, sizeof(line), file))
		if (!strncmp(line, "fanotify ", 9))
			lines[count++] = strdup(strncmp(line, "fanotify mnt_id:", 16) ? line : strstr(line, " mflags"));
	fclose(file);
	CHECK(count > 3);
	qsort(lines, (size_t)count, sizeof(*lines), compare);
	*text = 0;
	for (int i = 0; i < count; i++) {
		strcat(text, lines[i]);
		free(lines[i]);
	}
}

static void write_to(const char *name)
{
	int fd = MUST(open(victim_path(name), O_WRONLY | O_CLOEXEC));

	CHECK_EQUAL(write(fd, "x", 1), 1);
	MUST(close(fd));
}

static void check_event(int group, uint64_t mask)
{
	_Alignas(struct fanotify_event_metadata) char room[512];
	const struct fanotify_event_metadata *event = (void *)room;

	CHECK(read(group, room, sizeof(room)) >= (ssize_t)sizeof(*event));
	CHECK_EQUAL(event->mask, mask);
	CHECK_EQUAL(event->pid, getpid());
	if (event->fd >= 0)
		MUST(close(event->fd));
}

int main(int argc, char **argv)
{
	static char before[2][MOST_TEXT], after[2][MOST_TEXT];
	char room[64];

	victim_begin(argc, argv);
	build();
	describe(files, before[0]);
	describe(names, before[1]);
	victim_wait();
	describe(files, after[0]);
	describe(names, after[1]);
	CHECK(!strcmp(before[0], after[0]));
	CHECK(!strcmp(before[1], after[1]));
	CHECK_EQUAL(fcntl(files, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_EQUAL(fcntl(names, F_GETFL) & O_NONBLOCK, 0);
	CHECK_EQUAL(fcntl(files, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(read(files, room, sizeof(room)), -1);
	CHECK_EQUAL(errno, EAGAIN);
	write_to("there/ignored");
	write_to("there/watched");
	check_event(files, FAN_MODIFY | FAN_CLOSE_WRITE);
	MUST(unlink(victim_path("there/ignored")));
	check_event(names, FAN_DELETE);
	victim_pass();
}
