/*
 * An ordinary user's user namespace, within it another one, and mounts, names and objects that the outer one owns; a child
 * in the outer one, and one that stays outside, where root has mounted what nobody inside may change.
 */
#include "victim.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { USER = 1234, GROUP = 1235, OTHER_GROUP = 1236, INNER_USER = 77 };

static char maps[2][256], inner_maps[2][256];

static void write_file(const char *path, const char *format, int inner, int outer)
{
	FILE *file = fopen(path, "we");

	CHECK(file && fprintf(file, format, inner, outer) > 0 && fclose(file) == 0);
}

static void read_file(const char *path, char *text)
{
	int fd = MUST(open(path, O_RDONLY | O_CLOEXEC));
	ssize_t length = MUST(read(fd, text, 255));

	text[length] = 0;
	close(fd);
}

static void read_maps(char text[2][256])
{
	read_file("/proc/self/uid_map", text[0]);
	read_file("/proc/self/gid_map", text[1]);
}

static void enter(int user, int group, int inner)
{
	if (unshare(CLONE_NEWUSER) < 0)
		victim_skip("no user namespaces for this user");
	write_file("/proc/self/setgroups", "deny%.0d%.0d", 0, 0);
	write_file("/proc/self/gid_map", "%d %d 1", inner, group);
	write_file("/proc/self/uid_map", "%d %d 1", inner, user);
}

static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	MUST(syscall(SYS_capget, &header, data));
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

static void check_maps(char before[2][256])
{
	char now[2][256];

	read_maps(now);
	CHECK(!strcmp(now[0], before[0]));
	CHECK(!strcmp(now[1], before[1]));
}

static void stay_outside(void)
{
	victim_say("outside");
	victim_await_go();
	CHECK_EQUAL(geteuid(), USER);
	CHECK_EQUAL(effective_capabilities(), 0);
	CHECK(sethostname("x", 1) < 0 && errno == EPERM);
}

static void stay_between(void)
{
	struct stat status;

	read_maps(maps);
	victim_say("between");
	victim_await_go();
	check_maps(maps);
	CHECK_EQUAL(geteuid(), 0);
	CHECK(effective_capabilities() >> CAP_SYS_ADMIN & 1);
	MUST(sethostname("between", 7));
	MUST(mount("more", victim_path("more"), "tmpfs", 0, NULL));
	MUST(stat(victim_path("tmp/file"), &status));
	CHECK_EQUAL(status.st_uid, 0);
	CHECK_EQUAL(status.st_size, 1000);
	CHECK(mount(NULL, victim_path("read-only"), NULL, MS_REMOUNT | MS_BIND, NULL) < 0 && errno == EPERM);
	CHECK(umount(victim_path("covered")) < 0 && errno == EINVAL);
	CHECK(access(victim_path("covered/secret"), F_OK) < 0);
	victim_say("renamed");
}

static void prepare_as_root(void)
{
	gid_t groups[] = { GROUP, OTHER_GROUP };

	MUST(unshare(CLONE_NEWNS));
	MUST(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
	MUST(mount(victim_path("read-only"), victim_path("read-only"), NULL, MS_BIND, NULL));
	MUST(mount(NULL, victim_path("read-only"), NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
	MUST(mount(victim_path("empty"), victim_path("covered"), NULL, MS_BIND, NULL));
	MUST(setgroups(COUNT_OF(groups), groups));
	MUST(setresgid(GROUP, GROUP, GROUP));
	MUST(setresuid(USER, USER, USER));
	MUST(prctl(PR_SET_DUMPABLE, 1)); /* its files in /proc are its own */
}

static void make_mounts(void)
{
	MUST(unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC));
	MUST(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
	MUST(mount("tmp", victim_path("tmp"), "tmpfs", 0, "mode=755"));
	close(victim_file("tmp/file", 1000, 3, 0));
	MUST(sethostname("inside", 6));
}

int main(int argc, char **argv)
{
	static const char *directories[] = { "read-only", "tmp", "more", "covered", "empty" };
	struct utsname names;
	gid_t groups[8];
	pid_t outside, between;
	uint64_t capabilities;
	int queue, count;

	victim_begin(argc, argv);
	if (getuid() != 0)
		victim_skip("needs root to begin with");
	for (size_t i = 0; i < COUNT_OF(directories); i++) {
		MUST(mkdir(victim_path(directories[i]), 0755));
		MUST(chown(victim_path(directories[i]), USER, GROUP));
	}
	close(victim_file("covered/secret", 10, 0, 0));
	prepare_as_root();
	outside = victim_fork(stay_outside);
	victim_hear("outside");
	enter(USER, GROUP, 0);
	make_mounts();
	queue = MUST(msgget(IPC_PRIVATE, 0600));
	between = victim_fork(stay_between);
	victim_hear("between");
	enter(0, 0, INNER_USER);
	read_maps(inner_maps);
	capabilities = effective_capabilities();
	count = getgroups(8, groups);
	victim_wait();
	check_maps(inner_maps);
	CHECK_EQUAL(geteuid(), INNER_USER);
	CHECK_EQUAL(effective_capabilities(), capabilities);
	CHECK_EQUAL(getgroups(8, groups), count);
	victim_hear("renamed");
	MUST(uname(&names));
	CHECK(!strcmp(names.nodename, "between"));
	MUST(msgsnd(queue, &(struct { long type; }) { 1 }, 0, IPC_NOWAIT));
	victim_join(outside);
	victim_join(between);
	victim_pass();
}
