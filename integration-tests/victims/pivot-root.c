/*
 * A root file system of its own, put together from directories of the node as launchers of containers do it, and a program
 * begun in it; the old root is gone.
 */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *from_node[] = { "/usr", "/lib", "/lib64", "/bin", "/etc" };

static void make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(path, 0755) < 0)
			CHECK(errno == EEXIST);
		*slash = '/';
	}
	if (mkdir(path, 0755) < 0)
		CHECK(errno == EEXIST);
}

/* Where it lies before the root is changed. */
static char *in_root(const char *path)
{
	char *whole;

	MUST(asprintf(&whole, "%s%s", victim_path("root"), path));
	return whole;
}

static void bring(const char *directory, unsigned long flags)
{
	char *path = in_root(directory);

	make_directories(path);
	MUST(mount(directory, path, NULL, MS_BIND, NULL));
	if (flags)
		MUST(mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | flags, NULL));
	free(path);
}

static void make_root(const char *directory)
{
	MUST(mkdir(in_root(""), 0755));
	MUST(mount("root", in_root(""), "tmpfs", 0, "mode=755"));
	for (size_t i = 0; i < COUNT_OF(from_node); i++)
		bring(from_node[i], MS_RDONLY | MS_NOSUID);
	bring(directory, 0);
	MUST(mkdir(in_root("/proc"), 0755));
	MUST(mount("proc", in_root("/proc"), "proc", MS_NOSUID, NULL));
	MUST(mkdir(in_root("/dev"), 0755));
	close(MUST(open(in_root("/dev/null"), O_CREAT | O_WRONLY, 0666)));
	MUST(mount("/dev/null", in_root("/dev/null"), NULL, MS_BIND, NULL));
	MUST(mkdir(in_root("/only-here"), 0700));
}

static void change_root(void)
{
	MUST(chdir(in_root("")));
	MUST(syscall(SYS_pivot_root, ".", "."));
	MUST(umount2(".", MNT_DETACH));
	MUST(chdir("/"));
}

static void begin_inside(char **argv)
{
	char *inside[] = { argv[0], argv[1], "inside", NULL };

	if (unshare(CLONE_NEWNS) < 0)
		victim_skip("no namespaces for this user");
	MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	make_root(argv[1]);
	change_root();
	MUST(chdir(argv[1]));
	execv(argv[0], inside);
	victim_fail(__FILE__, __LINE__, "exec failed, errno %d", errno);
}

static int count_mounts(void)
{
	char line[4096];
	int count = 0;
	FILE *mounts = fopen("/proc/self/mountinfo", "re");

	CHECK(mounts);
	while (fgets(line, sizeof(line), mounts))
		count++;
	fclose(mounts);
	return count;
}

int main(int argc, char **argv)
{
	struct stat root;
	int null, count;

	victim_begin(argc, argv);
	if (argc < 3)
		begin_inside(argv);
	MUST(mkdir("/made-inside", 0711));
	null = MUST(open("/dev/null", O_RDWR));
	count = count_mounts();
	victim_wait();
	CHECK_EQUAL(count_mounts(), count);
	CHECK(access("/root", F_OK) < 0);
	CHECK(access("/sbin", F_OK) < 0);
	MUST(stat("/only-here", &root));
	CHECK_EQUAL(root.st_mode, S_IFDIR | 0700);
	MUST(stat("/made-inside", &root));
	CHECK_EQUAL(root.st_mode, S_IFDIR | 0711);
	CHECK(mkdir("/usr/more", 0755) < 0 && errno == EROFS);
	CHECK_EQUAL(write(null, "x", 1), 1);
	CHECK(access("/proc/self/exe", R_OK) == 0);
	victim_pass();
}
