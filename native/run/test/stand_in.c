#include "stand_in.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../packet.h"

#define ARGUMENTS 32

static char directory[PATH_MAX];

void check(bool condition, const char *text, const char *file, int line)
{
	if (condition)
		return;
	fprintf(stderr, "%s:%d: not so: %s (errno %d)\n", file, line, text, errno);
	exit(1);
}

void need_root(void)
{
	if (geteuid() == 0)
		return;
	puts("needs root for a pid namespace");
	exit(77);
}

static void remove_directory(void)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	if (system(command))
		fputs("the test's directory could not be removed\n", stderr);
}

const char *stand_in_directory(void)
{
	if (directory[0])
		return directory;
	strcpy(directory, "/tmp/ckpt-run.XXXXXX");
	CHECK(mkdtemp(directory) != NULL);
	atexit(remove_directory);
	return directory;
}

char *inside(const char *name)
{
	char *path;

	CHECK(asprintf(&path, "%s/%s", stand_in_directory(), name) > 0);
	return path;
}

const char *stand_in_socket(void)
{
	static char *path;

	if (!path)
		path = inside("notify.sock");
	return path;
}

const char *stand_in_errors(void)
{
	static char *path;

	if (!path)
		path = inside("errors");
	return path;
}

int stand_in_listen(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, stand_in_socket());
	unlink(address.sun_path);
	CHECK(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(fd, 4) == 0);
	return fd;
}

static void await_input(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	CHECK(poll(&polled, 1, 20000) == 1);
}

int stand_in_accept(int listener)
{
	int fd;

	await_input(listener);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(fd >= 0);
	return fd;
}

void stand_in_order(int place, enum ckpt_place_type type, int64_t value, const int *fds, int count)
{
	struct ckpt_place_message message = { .magic = CKPT_PLACE_MAGIC, .type = type, .value = value };

	strcpy(message.text, "because");
	CHECK(packet_send(place, &message, sizeof(message), fds, count) == 0);
}

struct ckpt_place_message stand_in_expect(int place, enum ckpt_place_type type)
{
	struct ckpt_place_message message;

	await_input(place);
	CHECK(packet_receive(place, &message, sizeof(message), NULL, 0) == 0);
	CHECK(message.magic == CKPT_PLACE_MAGIC);
	if (message.type != type)
		fprintf(stderr, "message %u instead of %u\n", message.type, type);
	CHECK(message.type == type);
	return message;
}

static _Noreturn void become_run(const char *output, char **arguments)
{
	int fd = output ? open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;

	if (fd >= 0)
		dup2(fd, 1);
	fd = open(stand_in_errors(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	dup2(fd, 2);
	execv(arguments[0], arguments);
	_exit(125);
}

pid_t start_run(const char *output, ...)
{
	char *arguments[ARGUMENTS] = { "target/ckpt-run" };
	va_list list;
	pid_t pid;
	int count = 1;

	va_start(list, output);
	while (count < ARGUMENTS - 1 && (arguments[count] = va_arg(list, char *)))
		count++;
	va_end(list);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		become_run(output, arguments);
	return pid;
}

int await_run(pid_t run)
{
	int status;

	CHECK(waitpid(run, &status, 0) == run);
	return status;
}

int run_alone(const char *output, const char *script)
{
	return await_run(start_run(output, "--socket", stand_in_socket(), "--wait", "0", "--", "sh", "-c", script, NULL));
}

const char *contents(const char *path)
{
	static char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	CHECK(fd >= 0);
	got = read(fd, text, sizeof(text) - 1);
	CHECK(got >= 0);
	text[got] = '\0';
	close(fd);
	return text;
}

static bool filled(const char *path)
{
	return access(path, F_OK) == 0 && contents(path)[0];
}

void await_file(const char *path)
{
	int watch = inotify_init1(IN_CLOEXEC);
	char events[4096];

	CHECK(inotify_add_watch(watch, stand_in_directory(), IN_CREATE | IN_MODIFY) >= 0);
	while (!filled(path)) {
		await_input(watch);
		CHECK(read(watch, events, sizeof(events)) > 0);
	}
	close(watch);
}
