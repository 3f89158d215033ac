/* A program that goes on writing its output: after a restart nothing is missing and nothing is twice. */
#include "victim.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pid_t start(void (*body)(void), const char *event)
{
	pid_t child = victim_fork(body);

	victim_hear("%s", event);
	return child;
}

/* Writes numbered lines until told to end; says so once some are written. */
static void write_lines(int fd, const char *event)
{
	char line[32];

	for (int number = 0; number < 20 || !victim_heard("go"); number++) {
		int length = snprintf(line, sizeof(line), "%08d line\n", number);

		CHECK_EQUAL(write(fd, line, (size_t)length), length);
		victim_sleep_ms(1);
		if (number == 20)
			victim_say("%s", event);
	}
}

static void append(void)
{
	write_lines(MUST(open(victim_path("appended"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)), "appending");
}

static void write_sequentially(void)
{
	write_lines(MUST(open(victim_path("sequential"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)), "writing");
}

/* Lines count up from 0, whole, to the end. */
static void check_lines(const char *name)
{
	FILE *file = fopen(victim_path(name), "re");
	char line[64];
	int expected = 0;

	CHECK(file != NULL);
	for (; fgets(line, sizeof(line), file); expected++)
		if (atoi(line) != expected)
			victim_fail(__FILE__, __LINE__, "line %d of %s is %s", expected, name, line);
	CHECK(expected >= 20);
	fclose(file);
}

int main(int argc, char **argv)
{
	pid_t appender, writer;

	victim_begin(argc, argv);
	appender = start(append, "appending");
	writer = start(write_sequentially, "writing");
	victim_wait();
	victim_join(appender);
	victim_join(writer);
	check_lines("appended");
	check_lines("sequential");
	victim_pass();
}
