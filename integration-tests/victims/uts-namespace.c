/* Host and domain names of its own, others in a child, and those of the node in a process that was there before. */
#include "victim.h"

#include <sched.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static struct utsname of_node;

static void check_names(const char *host, const char *domain)
{
	struct utsname now;

	MUST(uname(&now));
	if (strcmp(now.nodename, host) || strcmp(now.domainname, domain))
		victim_fail(__FILE__, __LINE__, "%s.%s is not %s.%s", now.nodename, now.domainname, host, domain);
}

static void set_names(const char *host, const char *domain)
{
	MUST(sethostname(host, strlen(host)));
	MUST(setdomainname(domain, strlen(domain)));
}

static void stay_at_home(void)
{
	victim_say("home");
	victim_await_go();
	victim_hear("renamed");
	check_names(of_node.nodename, of_node.domainname);
}

static void go_further(void)
{
	MUST(unshare(CLONE_NEWUTS));
	set_names("further", "away.example");
	victim_say("further");
	victim_await_go();
	victim_hear("renamed");
	check_names("further", "away.example");
}

int main(int argc, char **argv)
{
	pid_t home, further;

	victim_begin(argc, argv);
	MUST(uname(&of_node));
	home = victim_fork(stay_at_home);
	victim_hear("home");
	if (unshare(CLONE_NEWUTS) < 0)
		victim_skip("no namespaces for this user");
	set_names("victim", "");
	further = victim_fork(go_further);
	victim_hear("further");
	victim_wait();
	check_names("victim", "");
	set_names("renamed", "example");
	check_names("renamed", "example");
	victim_say("renamed");
	victim_join(home);
	victim_join(further);
	victim_pass();
}
