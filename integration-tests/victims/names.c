/* What /proc says of a process: its name, command line, environment, program and auxiliary vector. */
#include "victim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

struct text {
	const char *path;
	char bytes[8192];
	ssize_t length;
};

static struct text texts[] = {
	{ .path = "/proc/self/comm" }, { .path = "/proc/self/cmdline" },
	{ .path = "/proc/self/environ" }, { .path = "/proc/self/auxv" },
};

static ssize_t slurp(const char *path, char *bytes, size_t room)
{
	int fd = MUST(open(path, O_RDONLY | O_CLOEXEC));
	ssize_t length = MUST(read(fd, bytes, room));

	close(fd);
	return length;
}

static void check(const struct text *before)
{
	char bytes[8192];

	if (slurp(before->path, bytes, sizeof(bytes)) != before->length || memcmp(bytes, before->bytes, (size_t)before->length))
		victim_fail(__FILE__, __LINE__, "%s changed: %.*s", before->path, (int)before->length, bytes);
}

int main(int argc, char **argv)
{
	char before[4096], after[4096], name[16];
	ssize_t length;

	victim_begin(argc, argv);
	MUST(prctl(PR_SET_NAME, "odd) name(\n"));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		texts[i].length = slurp(texts[i].path, texts[i].bytes, sizeof(texts[i].bytes));
	length = MUST(readlink("/proc/self/exe", before, sizeof(before)));
	victim_wait();
	MUST(prctl(PR_GET_NAME, name));
	CHECK(!strcmp(name, "odd) name(\n"));
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		check(&texts[i]);
	CHECK_EQUAL(readlink("/proc/self/exe", after, sizeof(after)), length);
	CHECK(!memcmp(before, after, (size_t)length));
	victim_pass();
}
