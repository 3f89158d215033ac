/* Regular files with their offsets and flags, open for reading, writing and both. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SIZE 100000

int main(int argc, char **argv)
{
	static char bytes[SIZE];
	int both, reader, writer, path_only, high;
	char text[8] = "";

	victim_begin(argc, argv);
	both = victim_file("both", SIZE, 1, O_NONBLOCK);
	MUST(lseek(both, 12345, SEEK_SET));
	victim_file("read", SIZE, 2, 0);
	reader = MUST(open(victim_path("read"), O_RDONLY | O_NOATIME | O_CLOEXEC));
	CHECK_EQUAL(read(reader, bytes, 1000), 1000);
	writer = MUST(open(victim_path("written"), O_WRONLY | O_CREAT | O_SYNC, 0600));
	CHECK_EQUAL(write(writer, "before ", 7), 7);
	path_only = MUST(open(victim_path("read"), O_PATH));
	high = MUST(fcntl(reader, F_DUPFD, 500));
	victim_wait();
	CHECK_EQUAL(lseek(both, 0, SEEK_CUR), 12345);
	CHECK_EQUAL(fcntl(both, F_GETFL) & (O_ACCMODE | O_NONBLOCK | O_APPEND), O_RDWR | O_NONBLOCK);
	CHECK_EQUAL(lseek(reader, 0, SEEK_CUR), 1000);
	CHECK_EQUAL(fcntl(reader, F_GETFL) & (O_ACCMODE | O_NOATIME), O_RDONLY | O_NOATIME);
	CHECK_EQUAL(fcntl(writer, F_GETFL) & (O_ACCMODE | O_SYNC), O_WRONLY | O_SYNC);
	CHECK_EQUAL(fcntl(path_only, F_GETFL) & O_PATH, O_PATH);
	CHECK_EQUAL(pread(both, bytes, SIZE, 0), SIZE);
	victim_check_fill("both", bytes, SIZE, 1);
	CHECK_EQUAL(pread(high, bytes, SIZE, 0), SIZE);
	victim_check_fill("read", bytes, SIZE, 2);
	CHECK_EQUAL(lseek(high, 0, SEEK_CUR), 1000);
	CHECK_EQUAL(write(writer, "after", 5), 5);
	CHECK_EQUAL(read(MUST(open(victim_path("written"), O_RDONLY)), text, 8), 8);
	CHECK(!memcmp(text, "before a", 8));
	CHECK_EQUAL(write(reader, "", 1), -1);
	CHECK_EQUAL(errno, EBADF);
	victim_pass();
}
