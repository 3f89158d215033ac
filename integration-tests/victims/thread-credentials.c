/* Threads of one process that are different users, with securebits, ambient capabilities and no_new_privs of their own. */
#include "victim.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define USER   65534
#define KEPT   CAP_NET_BIND_SERVICE
#define SECURE (SECBIT_NOROOT | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };

static void check_uid(uid_t wanted)
{
	uid_t real, effective, saved;

	MUST(getresuid(&real, &effective, &saved));
	CHECK(real == wanted && effective == wanted && saved == wanted);
}

/* The C library's setresuid(3) would change all threads. */
static void *user(void *none)
{
	MUST(syscall(SYS_setresuid, USER, USER, USER));
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	victim_say("user");
	victim_await_go();
	check_uid(USER);
	CHECK_EQUAL(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
	CHECK_EQUAL(syscall(SYS_setresuid, 0, 0, 0), -1);
	return none;
}

static void *secured(void *none)
{
	struct __user_cap_data_struct data[2] = { { .permitted = 1U << KEPT | 1U << CAP_SETPCAP,
						    .inheritable = 1U << KEPT } };

	data[0].effective = data[0].permitted;
	MUST(syscall(SYS_capset, &header, data));
	MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, KEPT, 0, 0));
	MUST(prctl(PR_SET_SECUREBITS, SECURE));
	data[0].permitted = data[0].effective = 1U << KEPT;
	MUST(syscall(SYS_capset, &header, data));
	victim_say("secured");
	victim_await_go();
	CHECK_EQUAL(prctl(PR_GET_SECUREBITS), SECURE);
	CHECK_EQUAL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, KEPT, 0, 0), 1);
	MUST(syscall(SYS_capget, &header, data));
	CHECK_EQUAL(data[0].permitted, 1U << KEPT);
	CHECK_EQUAL(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
	return none;
}

int main(int argc, char **argv)
{
	pthread_t threads[2];

	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to become somebody else");
	CHECK_EQUAL(pthread_create(&threads[0], NULL, user, NULL), 0);
	CHECK_EQUAL(pthread_create(&threads[1], NULL, secured, NULL), 0);
	victim_hear("user");
	victim_hear("secured");
	victim_wait();
	check_uid(0);
	CHECK_EQUAL(prctl(PR_GET_SECUREBITS), 0);
	CHECK_EQUAL(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
	victim_pass();
}
