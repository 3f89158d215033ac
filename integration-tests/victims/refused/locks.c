/* Locks on files: one of flock(2), one of fcntl(2). */
#include "victim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10 };

	victim_begin(argc, argv);
	MUST(flock(victim_file("flock", 10, 1, 0), LOCK_EX));
	MUST(fcntl(victim_file("posix", 10, 1, 0), F_SETLK, &range));
	victim_expect_refusal("FLOCK&POSIX");
	victim_wait();
	victim_pass();
}
