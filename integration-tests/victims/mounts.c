/*
 * A mount namespace of its own: bind mounts, one of them read-only, and a tmpfs with everything that can lie in one, open,
 * deleted and mapped files, and mounts in it and from it. A file of the former namespace stays open, a child stays there.
 */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LENGTH 300000
#define HOLE   (8 << 20)
#define TIME   1234567890

static const char *directories[] = { "a", "b", "read-only", "tmp", "alias" };

static void bind_mount(const char *from, const char *to, unsigned long flags)
{
	MUST(mount(victim_path(from), victim_path(to), NULL, MS_BIND, NULL));
	if (flags)
		MUST(mount(NULL, victim_path(to), NULL, MS_BIND | MS_REMOUNT | flags, NULL));
}

static void make_entries(void)
{
	struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = TIME, .tv_nsec = 5 } };
	int fd;

	MUST(mkdir(victim_path("tmp/directory"), 0751));
	fd = victim_file("tmp/directory/file", LENGTH, 1, 0);
	MUST(fchown(fd, 1000, 1001));
	MUST(fchmod(fd, 04751));
	MUST(futimens(fd, times));
	close(fd);
	MUST(link(victim_path("tmp/directory/file"), victim_path("tmp/linked")));
	MUST(symlink("directory/file", victim_path("tmp/symbolic")));
	MUST(mkfifo(victim_path("tmp/fifo"), 0640));
	MUST(mknod(victim_path("tmp/null"), S_IFCHR | 0600, makedev(1, 3)));
	close(victim_file("tmp/empty", 0, 0, 0));
	fd = victim_file("tmp/hole", LENGTH, 2, 0);
	MUST(ftruncate(fd, HOLE));
	close(fd);
	MUST(mkdir(victim_path("tmp/within"), 0755));
	MUST(utimensat(AT_FDCWD, victim_path("tmp/directory"), times, 0));
}

static void check_content(const char *name, size_t length, uint64_t seed)
{
	static char bytes[LENGTH];
	int fd = MUST(open(victim_path(name), O_RDONLY));

	CHECK_EQUAL(read(fd, bytes, length), length);
	victim_check_fill(name, bytes, length, seed);
	close(fd);
}

static void check_entries(void)
{
	struct stat status, linked;
	char target[64] = "";

	MUST(stat(victim_path("tmp/directory/file"), &status));
	CHECK_EQUAL(status.st_mode, S_IFREG | 04751);
	CHECK_EQUAL(status.st_uid, 1000);
	CHECK_EQUAL(status.st_gid, 1001);
	CHECK_EQUAL(status.st_nlink, 2);
	CHECK_EQUAL(status.st_mtim.tv_sec, TIME);
	CHECK_EQUAL(status.st_mtim.tv_nsec, 5);
	check_content("tmp/directory/file", LENGTH, 1);
	MUST(stat(victim_path("tmp/linked"), &linked));
	CHECK_EQUAL(linked.st_ino, status.st_ino);
	MUST(readlink(victim_path("tmp/symbolic"), target, sizeof(target)));
	CHECK(!strcmp(target, "directory/file"));
	MUST(stat(victim_path("tmp/directory"), &status));
	CHECK_EQUAL(status.st_mode, S_IFDIR | 0751);
	CHECK_EQUAL(status.st_mtim.tv_sec, TIME);
	MUST(stat(victim_path("tmp/fifo"), &status));
	CHECK_EQUAL(status.st_mode, S_IFIFO | 0640);
	MUST(stat(victim_path("tmp/null"), &status));
	CHECK_EQUAL(status.st_mode, S_IFCHR | 0600);
	CHECK_EQUAL(status.st_rdev, makedev(1, 3));
	MUST(stat(victim_path("tmp/empty"), &status));
	CHECK_EQUAL(status.st_size, 0);
	check_content("tmp/hole", LENGTH, 2);
	MUST(stat(victim_path("tmp/hole"), &status));
	CHECK_EQUAL(status.st_size, HOLE);
	CHECK(status.st_blocks * 512 < HOLE / 4);
}

static void check_options(void)
{
	struct statvfs about;
	struct stat file, alias;

	MUST(statvfs(victim_path("tmp"), &about));
	CHECK((about.f_flag & (ST_NOSUID | ST_NODEV | ST_NOEXEC)) == (ST_NOSUID | ST_NOEXEC));
	CHECK_EQUAL(about.f_blocks * about.f_frsize, 64 << 20);
	CHECK(open(victim_path("read-only/file"), O_WRONLY) < 0 && errno == EROFS);
	CHECK(mkdir(victim_path("read-only/more"), 0755) < 0 && errno == EROFS);
	CHECK(access(victim_path("tmp/within/in-a"), F_OK) == 0);
	MUST(stat(victim_path("tmp/directory/file"), &file));
	MUST(stat(victim_path("alias/file"), &alias));
	CHECK_EQUAL(alias.st_dev, file.st_dev);
	CHECK_EQUAL(alias.st_ino, file.st_ino);
}

static void stay_at_home(void)
{
	int fd = victim_file("home", LENGTH, 7, 0);

	victim_say("home-ready");
	victim_await_go();
	CHECK(access(victim_path("tmp/directory"), F_OK) < 0);
	CHECK(access(victim_path("b/in-a"), F_OK) < 0);
	CHECK_EQUAL(lseek(fd, 0, SEEK_END), LENGTH);
}

int main(int argc, char **argv)
{
	pid_t home;
	int before, bound, open_file, deleted;
	char *mapped;
	char bytes[100];

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(directories); i++)
		MUST(mkdir(victim_path(directories[i]), 0755));
	close(victim_file("a/in-a", LENGTH, 3, 0));
	close(victim_file("read-only/file", 1, 0, 0));
	before = victim_file("b/before", LENGTH, 4, 0);
	home = victim_fork(stay_at_home);
	victim_hear("home-ready");
	if (unshare(CLONE_NEWNS) < 0)
		victim_skip("no namespaces for this user");
	MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	bind_mount("a", "b", 0);
	bind_mount("read-only", "read-only", MS_RDONLY);
	MUST(mount("victim", victim_path("tmp"), "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64m,mode=750"));
	make_entries();
	bind_mount("a", "tmp/within", 0);
	bind_mount("tmp/directory", "alias", 0);
	bound = MUST(open(victim_path("b/in-a"), O_RDONLY));
	open_file = victim_file("tmp/open", LENGTH, 5, 0);
	MUST(lseek(open_file, 1000, SEEK_SET));
	mapped = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, open_file, 0);
	CHECK(mapped != MAP_FAILED);
	deleted = victim_file("tmp/deleted", LENGTH, 6, 0);
	MUST(unlink(victim_path("tmp/deleted")));
	victim_wait();
	check_entries();
	check_options();
	CHECK_EQUAL(lseek(before, 0, SEEK_END), LENGTH);
	CHECK(access(victim_path("b/before"), F_OK) < 0);
	CHECK_EQUAL(pread(bound, bytes, sizeof(bytes), 0), sizeof(bytes));
	victim_check_fill("bound", bytes, sizeof(bytes), 3);
	CHECK_EQUAL(lseek(open_file, 0, SEEK_CUR), 1000);
	victim_check_fill("mapped", mapped, LENGTH, 5);
	mapped[0] = 'x';
	CHECK_EQUAL(pread(open_file, bytes, 1, 0), 1);
	CHECK_EQUAL(bytes[0], 'x');
	CHECK_EQUAL(pread(deleted, bytes, sizeof(bytes), 0), sizeof(bytes));
	victim_check_fill("deleted", bytes, sizeof(bytes), 6);
	close(bound);
	MUST(umount(victim_path("b")));
	CHECK(access(victim_path("b/before"), F_OK) == 0);
	victim_join(home);
	victim_pass();
}
