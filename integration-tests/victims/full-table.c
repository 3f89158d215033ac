/* Nine hundred of 1024 descriptors: most of what the process may have. */
#include "victim.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define FILES 900

int main(int argc, char **argv)
{
	struct rlimit limit = { 1024, 1024 };
	int files[FILES];
	uint64_t value;

	victim_begin(argc, argv);
	MUST(setrlimit(RLIMIT_NOFILE, &limit));
	for (unsigned int i = 0; i < FILES; i++)
		files[i] = MUST(eventfd(i + 1, i % 2 ? EFD_CLOEXEC : 0));
	victim_wait();
	for (int i = 0; i < FILES; i++) {
		CHECK_EQUAL(fcntl(files[i], F_GETFD), i % 2 ? FD_CLOEXEC : 0);
		CHECK_EQUAL(read(files[i], &value, sizeof(value)), sizeof(value));
		CHECK_EQUAL(value, i + 1);
	}
	MUST(getrlimit(RLIMIT_NOFILE, &limit));
	CHECK_EQUAL(limit.rlim_cur, 1024);
	victim_pass();
}
