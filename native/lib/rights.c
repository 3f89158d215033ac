/* What somebody else may open. */
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"

/* The C library's function would change the groups of every thread. */
static int set_groups(int count, const gid_t *groups)
{
	return outcome((int)syscall(SYS_setgroups, count, groups));
}

static int has_access(int32_t root, const char *path, int32_t access)
{
	while (*path == '/')
		path++;
	return outcome((int)syscall(SYS_faccessat2, root, *path ? path : ".", access, AT_EACCESS | AT_SYMLINK_NOFOLLOW));
}

static void ask_as(const uint32_t ids[2], int32_t root, const char *paths, const int32_t *access, int32_t count,
		   int32_t *results)
{
	int gid = setfsgid(ids[1]);
	int uid = setfsuid(ids[0]); /* takes the capabilities over files along */

	for (int32_t i = 0; i < count; i++) {
		results[i] = has_access(root, paths, access[i]);
		paths += strlen(paths) + 1;
	}
	setfsuid((uid_t)uid);
	setfsgid((gid_t)gid);
}

EXPORT int ckpt_access_as(const uint32_t ids[2], const uint32_t *groups, int32_t group_count, int32_t root,
			  const char *paths, const int32_t *access, int32_t count, int32_t *results)
{
	int dumpable = prctl(PR_GET_DUMPABLE);
	gid_t *own = calloc(NGROUPS_MAX, sizeof(*own));
	int own_count = own ? getgroups(NGROUPS_MAX, own) : -1;
	int err = own_count < 0 ? -errno : set_groups(group_count, groups);

	if (!err) {
		ask_as(ids, root, paths, access, count, results);
		err = set_groups(own_count, own);
	}
	prctl(PR_SET_DUMPABLE, dumpable); /* other ids have cleared it for the whole process */
	free(own);
	return err;
}
