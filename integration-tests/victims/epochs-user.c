/* Writers at full speed that belong to an ordinary user. */
#include "epochs.h"

#include <grp.h>

#define USER 65534

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	if (getuid())
		victim_skip("needs root to become somebody else");
	MUST(chown(argv[1], USER, USER));
	MUST(setgroups(0, NULL));
	MUST(setresgid(USER, USER, USER));
	MUST(setresuid(USER, USER, USER));
	write_epochs(2);
}
