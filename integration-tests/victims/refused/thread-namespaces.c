/* A thread that has left the namespaces of its process. */
#include "victim.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static int left;

static void *renamer(void *none)
{
	struct utsname name;

	left = unshare(CLONE_NEWUTS) == 0 && sethostname("elsewhere", 9) == 0;
	victim_say("renamed");
	victim_await_go();
	MUST(uname(&name));
	CHECK_EQUAL(strcmp(name.nodename, "elsewhere"), 0);
	return none;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	victim_begin(argc, argv);
	CHECK_EQUAL(pthread_create(&thread, NULL, renamer, NULL), 0);
	victim_hear("renamed");
	if (!left)
		victim_skip("namespaces may not be made");
	victim_expect_refusal("uts namespace&one of its own");
	victim_wait();
	CHECK_EQUAL(pthread_join(thread, NULL), 0);
	victim_pass();
}
