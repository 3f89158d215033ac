/* Segments of System V shared memory: one with a key in two processes, one marked for removal, one read-only. */
#include "victim.h"

#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#define SIZE 300000

static int with_key, removed;
static char *shared;

static struct shmid_ds about(int id)
{
	struct shmid_ds status;

	MUST(shmctl(id, IPC_STAT, &status));
	return status;
}

static char *attach(int id, int flags)
{
	char *memory = shmat(id, NULL, flags);

	CHECK(memory != (void *)-1);
	return memory;
}

static void other(void)
{
	char *own = attach(removed, 0);

	victim_say("other");
	victim_await_go();
	victim_check_fill("segment with a key", shared, SIZE, 1);
	victim_check_fill("removed segment", own, SIZE, 2);
	shared[0] = 'x';
	victim_say("written");
}

int main(int argc, char **argv)
{
	char *gone, *again;
	key_t key;
	pid_t child;

	victim_begin(argc, argv);
	key = 0x4b000000 | getpid();
	with_key = MUST(shmget(key, SIZE, IPC_CREAT | IPC_EXCL | 0640));
	removed = MUST(shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600));
	shared = attach(with_key, 0);
	gone = attach(removed, 0);
	victim_fill(shared, SIZE, 1);
	victim_fill(gone, SIZE, 2);
	again = attach(with_key, SHM_RDONLY);
	child = victim_fork(other);
	victim_hear("other");
	MUST(shmctl(removed, IPC_RMID, NULL));
	victim_wait();
	victim_hear("written");
	CHECK_EQUAL(shared[0], 'x');
	CHECK_EQUAL(again[0], 'x');
	CHECK_EQUAL(shmget(key, 0, 0), with_key);
	CHECK_EQUAL(about(with_key).shm_perm.mode & 0777, 0640);
	CHECK_EQUAL(about(with_key).shm_segsz, SIZE);
	CHECK_EQUAL(about(removed).shm_perm.mode & SHM_DEST, SHM_DEST);
	victim_join(child);
	CHECK_EQUAL(about(with_key).shm_nattch, 2);
	CHECK_EQUAL(about(removed).shm_nattch, 1);
	MUST(shmdt(gone));
	CHECK_EQUAL(shmctl(removed, IPC_STAT, &(struct shmid_ds) { 0 }), -1);
	MUST(shmdt(again));
	MUST(shmctl(with_key, IPC_RMID, NULL));
	MUST(shmdt(shared));
	victim_pass();
}
