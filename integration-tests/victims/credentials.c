/* An ordinary user with groups, and one who was left a few capabilities. */
#include "victim.h"

#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define USER   65534
#define GROUP  65533
#define KEPT   (1U << CAP_NET_BIND_SERVICE | 1U << CAP_SYS_NICE)

static const gid_t groups[] = { 7, 100, 65533 };
static struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };

static void check_user(void)
{
	uid_t real, effective, saved;
	gid_t list[8];

	MUST(getresuid(&real, &effective, &saved));
	CHECK(real == USER && effective == USER && saved == USER);
	MUST(getresgid(&real, &effective, &saved));
	CHECK(real == GROUP && effective == GROUP && saved == GROUP);
	CHECK_EQUAL(getgroups(8, list), COUNT_OF(groups));
	CHECK(!memcmp(list, groups, sizeof(groups)));
}

static void check_capabilities(unsigned int kept)
{
	struct __user_cap_data_struct data[2];

	MUST(syscall(SYS_capget, &header, data));
	CHECK_EQUAL(data[0].permitted, kept);
	CHECK_EQUAL(data[0].effective, kept & ~(1U << CAP_SYS_NICE));
	CHECK_EQUAL(data[0].inheritable, kept);
	CHECK_EQUAL(data[1].permitted, 0);
}

static void become_user(void)
{
	MUST(setgroups(COUNT_OF(groups), groups));
	MUST(setresgid(GROUP, GROUP, GROUP));
	MUST(setresuid(USER, USER, USER));
}

static void capable(void)
{
	struct __user_cap_data_struct data[2] = { { .permitted = KEPT, .inheritable = KEPT } };

	data[0].effective = KEPT & ~(1U << CAP_SYS_NICE);
	MUST(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT));
	MUST(prctl(PR_SET_KEEPCAPS, 1));
	become_user();
	MUST(syscall(SYS_capset, &header, data));
	MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0));
	victim_say("capable");
	victim_await_go();
	check_user();
	check_capabilities(KEPT);
	CHECK_EQUAL(prctl(PR_CAPBSET_READ, CAP_SYS_BOOT), 0);
	CHECK_EQUAL(prctl(PR_CAPBSET_READ, CAP_SYS_CHROOT), 1);
	CHECK_EQUAL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_NET_BIND_SERVICE, 0, 0), 1);
	CHECK_EQUAL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SYS_NICE, 0, 0), 0);
	CHECK_EQUAL(prctl(PR_GET_KEEPCAPS), 1);
}

static void ordinary(void)
{
	become_user();
	victim_say("ordinary");
	victim_await_go();
	check_user();
	check_capabilities(0);
	CHECK_EQUAL(setuid(0), -1);
}

int main(int argc, char **argv)
{
	pid_t first, second;

	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to become somebody else");
	first = victim_fork(ordinary);
	second = victim_fork(capable);
	victim_hear("ordinary");
	victim_hear("capable");
	victim_wait();
	CHECK_EQUAL(getuid(), 0);
	victim_join(first);
	victim_join(second);
	victim_pass();
}
