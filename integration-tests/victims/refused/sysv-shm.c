/* An attached segment of System V shared memory. */
#include "victim.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#define SIZE 65536

int main(int argc, char **argv)
{
	char *memory;
	int id;

	victim_begin(argc, argv);
	id = MUST(shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600));
	memory = shmat(id, NULL, 0);
	MUST(shmctl(id, IPC_RMID, NULL));
	CHECK(memory != (void *)-1);
	victim_fill(memory, SIZE, 1);
	victim_expect_refusal("System V");
	victim_wait();
	victim_check_fill("segment", memory, SIZE, 1);
	victim_pass();
}
