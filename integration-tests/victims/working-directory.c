/* Working directory and root of each process. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int outside;

/* Inside its new root it cannot see the events, so it hears of them through a descriptor of the outside. */
static void confined(void)
{
	MUST(chroot("cage"));
	MUST(chdir("/inner"));
	MUST(close(MUST(openat(outside, "confined", O_CREAT | O_WRONLY, 0644))));
	while (faccessat(outside, "go", F_OK, 0) < 0)
		victim_sleep_ms(2);
	if (access("/inner/mark", F_OK) < 0 || access("mark", F_OK) < 0 || access("/proc", F_OK) == 0)
		_exit(1);
}

static void elsewhere(void)
{
	MUST(chdir("cage/inner"));
	victim_say("elsewhere");
	victim_await_go();
	MUST(access("mark", F_OK));
	MUST(access("../../cage", F_OK));
}

int main(int argc, char **argv)
{
	char before[4096], after[4096];
	pid_t first, second;

	victim_begin(argc, argv);
	MUST(chdir(victim_path(".")));
	MUST(mkdir("cage", 0755));
	MUST(mkdir("cage/inner", 0755));
	MUST(close(MUST(open("cage/inner/mark", O_CREAT | O_WRONLY, 0644))));
	outside = MUST(open(".", O_RDONLY | O_DIRECTORY));
	first = victim_fork(confined);
	second = victim_fork(elsewhere);
	victim_hear("confined");
	victim_hear("elsewhere");
	CHECK(getcwd(before, sizeof(before)) != NULL);
	victim_wait();
	CHECK(getcwd(after, sizeof(after)) != NULL);
	CHECK(!strcmp(before, after));
	MUST(access("cage/inner/mark", F_OK));
	victim_join(first);
	victim_join(second);
	victim_pass();
}
