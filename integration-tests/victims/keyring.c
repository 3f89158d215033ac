/* A keyring of the process: the job comes back without it, which the checkpoint tells. */
#include "victim.h"

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	if (syscall(SYS_add_key, "user", "ckpt", "secret", 6, KEY_SPEC_PROCESS_KEYRING) < 0)
		victim_skip("no keys here");
	victim_wait();
	victim_pass();
}
