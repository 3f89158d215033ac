#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

void namespace_keep(struct namespace_before *before)
{
	close(before->pid);
	close(before->mount);
}

void namespace_leave(struct namespace_before *before)
{
	setns(before->pid, CLONE_NEWPID);
	setns(before->mount, CLONE_NEWNS);
	namespace_keep(before);
}

int namespace_enter(struct namespace_before *before)
{
	int err;

	before->pid = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	before->mount = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (before->pid < 0 || before->mount < 0 || unshare(CLONE_NEWPID | CLONE_NEWNS)) {
		err = -errno;
		namespace_keep(before);
		return err;
	}
	/* what the machine mounts later shall appear, what is mounted here shall not spread */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) {
		err = -errno;
		namespace_leave(before);
		return err;
	}
	return 0;
}

int namespace_furnish(void)
{
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	return 0;
}
