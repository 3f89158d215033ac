/* Code that the program wrote itself still runs, where it was. */
#include "victim.h"

#include <string.h>
#include <sys/mman.h>

/* mov eax, 42; ret */
static const unsigned char bytes[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

static int (*make(int protection))(void)
{
	unsigned char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int (*function)(void);

	CHECK(code != MAP_FAILED);
	memcpy(code, bytes, sizeof(bytes));
	MUST(mprotect(code, 4096, protection));
	memcpy(&function, &code, sizeof(function));
	return function;
}

int main(int argc, char **argv)
{
	int (*readable)(void), (*only)(void), (*writable)(void);

	victim_begin(argc, argv);
	readable = make(PROT_READ | PROT_EXEC);
	only = make(PROT_EXEC);
	writable = make(PROT_READ | PROT_WRITE | PROT_EXEC);
	CHECK_EQUAL(readable() + only() + writable(), 126);
	victim_wait();
	CHECK_EQUAL(readable(), 42);
	CHECK_EQUAL(only(), 42);
	CHECK_EQUAL(writable(), 42);
	victim_pass();
}
