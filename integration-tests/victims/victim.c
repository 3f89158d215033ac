#include "victim.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_MS  2
#define PATIENCE (180 * 1000 / POLL_MS)

struct identity {
	pid_t pid, tid, parent, group, session;
	uid_t real, effective;
	gid_t real_group, effective_group;
};

static char directory[PATH_MAX / 2];
static char expectation[256] = "checkpoint";
static pid_t root;

const char *victim_path(const char *name)
{
	static __thread char paths[4][PATH_MAX];
	static __thread unsigned int next;
	char *path = paths[next++ % COUNT_OF(paths)];

	snprintf(path, PATH_MAX, "%s/%s", directory, name);
	return path;
}

void victim_begin(int argc, char **argv)
{
	if (argc < 2 || strlen(argv[1]) >= sizeof(directory)) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		exit(2);
	}
	strcpy(directory, argv[1]);
	root = getpid();
}

/* Creates a file that nobody ever sees half written; an existing one stays. */
static void publish(const char *name, const char *text)
{
	char pending[64];
	int fd;

	snprintf(pending, sizeof(pending), ".pending-%d-%d", getpid(), victim_tid());
	fd = open(victim_path(pending), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0)
		_exit(3);
	if (link(victim_path(pending), victim_path(name)) < 0 && errno != EEXIST)
		_exit(3);
	unlink(victim_path(pending));
}

void victim_say(const char *format, ...)
{
	char event[64];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(event, sizeof(event), format, arguments);
	va_end(arguments);
	publish(event, "");
}

int victim_heard(const char *event)
{
	return access(victim_path(event), F_OK) == 0;
}

void victim_hear(const char *format, ...)
{
	char event[64];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(event, sizeof(event), format, arguments);
	va_end(arguments);
	for (int round = 0; round < PATIENCE; round++) {
		if (victim_heard(event))
			return;
		victim_sleep_ms(POLL_MS);
	}
	victim_fail(__FILE__, __LINE__, "pid %d never heard %s", getpid(), event);
}

static struct identity identity(void)
{
	return (struct identity) {
		.pid = getpid(), .tid = victim_tid(), .parent = getppid(), .group = getpgrp(), .session = getsid(0),
		.real = getuid(), .effective = geteuid(), .real_group = getgid(), .effective_group = getegid(),
	};
}

/* The parent of the first process is not part of the job, so it may change. */
static void check_identity(struct identity before)
{
	struct identity after = identity();

	CHECK_EQUAL(after.pid, before.pid);
	CHECK_EQUAL(after.tid, before.tid);
	if (before.pid != root)
		CHECK_EQUAL(after.parent, before.parent);
	CHECK_EQUAL(after.group, before.group);
	CHECK_EQUAL(after.session, before.session);
	CHECK_EQUAL(after.real, before.real);
	CHECK_EQUAL(after.effective, before.effective);
	CHECK_EQUAL(after.real_group, before.real_group);
	CHECK_EQUAL(after.effective_group, before.effective_group);
}

void victim_await_go(void)
{
	struct identity before = identity();

	victim_hear("go");
	check_identity(before);
}

void victim_spin_until_go(void)
{
	struct identity before = identity();

	while (!victim_heard("go"))
		for (volatile int spin = 0; spin < 1000; spin = spin + 1)
			;
	check_identity(before);
}

void victim_wait(void)
{
	struct identity before = identity();

	publish("ready", expectation);
	victim_hear("go");
	check_identity(before);
}

void victim_expect_refusal(const char *word)
{
	snprintf(expectation, sizeof(expectation), "refusal %s", word);
}

void victim_pass(void)
{
	publish("verdict", "ok");
	exit(0);
}

void victim_skip(const char *why)
{
	char text[512];

	snprintf(text, sizeof(text), "skip: %s", why);
	publish("verdict", text);
	exit(77);
}

void victim_fail(const char *file, int line, const char *format, ...)
{
	char text[1024];
	int length = snprintf(text, sizeof(text), "%s:%d: pid %d: ", file, line, getpid());
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, sizeof(text) - (size_t)length, format, arguments);
	va_end(arguments);
	publish("verdict", text);
	_exit(1);
}

void victim_equal(const char *file, int line, const char *what, long long actual, long long expected)
{
	if (actual != expected)
		victim_fail(file, line, "%s is %lld (%#llx), not %lld (%#llx), errno %d", what, actual,
			    (unsigned long long)actual, expected, (unsigned long long)expected, errno);
}

pid_t victim_fork(void (*body)(void))
{
	pid_t child = MUST(fork());

	if (child > 0)
		return child;
	body();
	_exit(0);
}

void victim_join(pid_t child)
{
	int status = 0;

	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(status, 0);
}

pid_t victim_tid(void)
{
	return (pid_t)syscall(SYS_gettid);
}

int64_t victim_now(clockid_t clock)
{
	struct timespec now;

	MUST(clock_gettime(clock, &now));
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

void victim_sleep_ms(long milliseconds)
{
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static uint64_t mixed(uint64_t value)
{
	value ^= value >> 31;
	value *= 0x9e3779b97f4a7c15;
	return value ^ value >> 29;
}

void victim_fill(void *memory, size_t length, uint64_t seed)
{
	uint64_t *words = memory;

	for (size_t i = 0; i < length / sizeof(*words); i++)
		words[i] = mixed(seed * 0x100000001b3 + i + 1);
}

void victim_check_fill(const char *what, const void *memory, size_t length, uint64_t seed)
{
	const uint64_t *words = memory;

	for (size_t i = 0; i < length / sizeof(*words); i++)
		if (words[i] != mixed(seed * 0x100000001b3 + i + 1))
			victim_fail(__FILE__, __LINE__, "%s: byte %zu of %zu (address %p) is wrong: %#lx", what,
				    i * sizeof(*words), length, (const void *)&words[i], words[i]);
}

int victim_file(const char *name, size_t length, uint64_t seed, int flags)
{
	int fd = MUST(open(victim_path(name), O_RDWR | O_CREAT | O_TRUNC | flags, 0644));
	char *bytes = malloc(length + 1);

	victim_fill(bytes, length, seed);
	CHECK_EQUAL(write(fd, bytes, length), (ssize_t)length);
	MUST(lseek(fd, 0, SEEK_SET));
	free(bytes);
	return fd;
}

long victim_proc_number(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	size_t length = strlen(name);
	char line[512];
	long number = -1;

	CHECK(file != NULL);
	while (number < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ':')
			number = strtol(line + length + 1, NULL, 0);
	fclose(file);
	return number;
}

/* Copies the line that begins with name from the smaps entry around address; 0 where there is none. */
static int smaps_line(const void *address, const char *name, char *line, int size)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	unsigned long start, end;
	int inside = 0, found = 0;
	char permissions[8];

	CHECK(file != NULL);
	while (!found && fgets(line, size, file)) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, permissions) == 3)
			inside = start <= (unsigned long)address && (unsigned long)address < end;
		else
			found = inside && !strncmp(line, name, strlen(name)) && line[strlen(name)] == ':';
	}
	fclose(file);
	return found;
}

int victim_vma_flag(const void *address, const char *flag)
{
	char line[512], word[8];

	if (!smaps_line(address, "VmFlags", line, sizeof(line)))
		victim_fail(__FILE__, __LINE__, "nothing is mapped at %p", address);
	snprintf(word, sizeof(word), " %s ", flag);
	return strstr(line, word) != NULL;
}

long victim_vma_number(const void *address, const char *name)
{
	char line[512];

	if (!smaps_line(address, name, line, sizeof(line)))
		return -1;
	return strtol(line + strlen(name) + 1, NULL, 0);
}
