/* Mounts that a restart could not make again: an overlay, and a file that only a covered mount shows. */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const char *directories[] = { "lower", "upper", "work", "over", "covered" };

int main(int argc, char **argv)
{
	char *options;

	victim_begin(argc, argv);
	for (size_t i = 0; i < COUNT_OF(directories); i++)
		MUST(mkdir(victim_path(directories[i]), 0755));
	if (unshare(CLONE_NEWNS) < 0)
		victim_skip("no namespaces for this user");
	MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	MUST(asprintf(&options, "lowerdir=%s,upperdir=%s,workdir=%s", victim_path("lower"), victim_path("upper"),
		      victim_path("work")));
	MUST(mount("tmpfs", victim_path("covered"), "tmpfs", 0, NULL));
	MUST(open(victim_path("covered"), O_RDONLY));
	MUST(mount("tmpfs", victim_path("covered"), "tmpfs", 0, NULL));
	if (mount("overlay", victim_path("over"), "overlay", 0, options) < 0)
		victim_skip("no overlays here");
	victim_expect_refusal("mnt namespace&overlay at&leads elsewhere");
	victim_wait();
	victim_pass();
}
