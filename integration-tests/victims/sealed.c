/*
 * Memory files with seals: one whose mapping may still write though nothing new may, one that nobody may write, one that
 * can be run for ever, one that never can.
 */
#include "victim.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x10
#endif

#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20
#endif

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

#define SIZE (256UL << 10)

static char *map(int fd, int protection)
{
	char *memory = mmap(NULL, SIZE, protection, MAP_SHARED, fd, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static int make(const char *name, uint64_t seed)
{
	static char bytes[SIZE];
	int fd = MUST(memfd_create(name, MFD_ALLOW_SEALING));

	victim_fill(bytes, SIZE, seed);
	CHECK_EQUAL(write(fd, bytes, SIZE), SIZE);
	return fd;
}

static mode_t mode(int fd)
{
	struct stat status;

	MUST(fstat(fd, &status));
	return status.st_mode & 0777;
}

int main(int argc, char **argv)
{
	int future = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;
	int never = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	char *writable, *readable;
	int late, fixed, run, data, seals, modes;

	victim_begin(argc, argv);
	late = make("late", 1);
	writable = map(late, PROT_READ | PROT_WRITE);
	MUST(fcntl(late, F_ADD_SEALS, future));
	fixed = make("fixed", 2);
	MUST(fcntl(fixed, F_ADD_SEALS, never));
	readable = map(fixed, PROT_READ);
	run = make("run", 3);
	fcntl(run, F_ADD_SEALS, F_SEAL_EXEC); /* before Linux 6.3 there is none */
	seals = MUST(fcntl(run, F_GET_SEALS));
	data = memfd_create("data", MFD_NOEXEC_SEAL);
	modes = data < 0 ? 0 : (int)mode(data);
	victim_wait();
	CHECK_EQUAL(mode(run), 0777);
	CHECK_EQUAL(fcntl(run, F_GET_SEALS), seals);
	CHECK(data < 0 || (mode(data) == (mode_t)modes && fcntl(data, F_GET_SEALS) == F_SEAL_EXEC));
	CHECK_EQUAL(fcntl(late, F_GET_SEALS), future);
	CHECK_EQUAL(fcntl(fixed, F_GET_SEALS), never);
	victim_check_fill("late", writable, SIZE, 1);
	victim_check_fill("fixed", readable, SIZE, 2);
	strcpy(writable, "still");
	CHECK_EQUAL(write(late, "no", 2), -1);
	CHECK_EQUAL(errno, EPERM);
	CHECK(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, late, 0) == MAP_FAILED);
	CHECK_EQUAL(mprotect(readable, SIZE, PROT_READ | PROT_WRITE), -1);
	CHECK_EQUAL(fcntl(fixed, F_ADD_SEALS, F_SEAL_GROW), -1);
	CHECK(!strcmp(map(late, PROT_READ), "still"));
	victim_pass();
}
