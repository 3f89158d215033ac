/* A shared mapping of a file is still the file: writes show on either side. */
#include "victim.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (1 << 20)

int main(int argc, char **argv)
{
	char *all, *second, text[6] = "";
	int fd;

	victim_begin(argc, argv);
	fd = victim_file("mapped", SIZE, 1, 0);
	all = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	second = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 4096);
	CHECK(all != MAP_FAILED && second != MAP_FAILED);
	victim_fill(all, 65536, 2);
	victim_wait();
	victim_check_fill("written pages", all, 65536, 2);
	strcpy(all + 4096, "hello");
	CHECK(!strcmp(second, "hello"));
	CHECK_EQUAL(pread(fd, text, 5, 4096), 5);
	CHECK(!strcmp(text, "hello"));
	CHECK_EQUAL(pwrite(fd, "HELLO", 5, SIZE - 5), 5);
	CHECK(!memcmp(all + SIZE - 5, "HELLO", 5));
	CHECK(victim_vma_flag(all, "sh"));
	victim_pass();
}
