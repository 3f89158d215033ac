/* What root opened for an ordinary user, who could open none of it again: a restart of his job would be stuck. */
#include "victim.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER 65534

int main(int argc, char **argv)
{
	int log, directory, own;

	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to become somebody else");
	MUST(log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600));
	MUST(mkdir("closed", 0700));
	MUST(directory = open("closed", O_RDONLY | O_DIRECTORY));
	MUST(chown(argv[1], USER, USER));
	MUST(setgroups(0, NULL));
	MUST(setresgid(USER, USER, USER));
	MUST(setresuid(USER, USER, USER));
	MUST(own = open("own", O_WRONLY | O_CREAT, 0600));
	MUST(fchmod(own, 0400));
	victim_expect_refusal("/log]: uid 65534 could not open&/closed]: uid 65534 could not open&/own]: uid 65534 could not open&"
			      "EACCES");
	victim_wait();
	CHECK_EQUAL(write(log, "more", 4), 4);
	CHECK_EQUAL(write(own, "more", 4), 4);
	victim_pass();
}
