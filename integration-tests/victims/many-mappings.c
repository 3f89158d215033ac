/* Four thousand mappings that cannot merge, with holes between some. */
#include "victim.h"

#include <sys/mman.h>

#define PAGE  4096
#define PAGES 4000

int main(int argc, char **argv)
{
	char *pages;

	victim_begin(argc, argv);
	pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	for (size_t page = 0; page < PAGES; page++) {
		if (page % 3)
			victim_fill(pages + page * PAGE, PAGE, page);
		if (page % 10 == 7)
			MUST(munmap(pages + page * PAGE, PAGE));
		else
			MUST(mprotect(pages + page * PAGE, PAGE, page % 2 ? PROT_READ : PROT_READ | PROT_WRITE));
	}
	victim_wait();
	for (size_t page = 0; page < PAGES; page++)
		if (page % 3 && page % 10 != 7)
			victim_check_fill("page", pages + page * PAGE, PAGE, page);
	victim_pass();
}
