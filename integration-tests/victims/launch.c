/*
 * launch DIR PROGRAM ARGUMENT...: runs a program in DIR as leader of a session of its own with null
 * stdio, prints its pid, and stays as the reaper of everything it leaves behind. When the program
 * ends, DIR/status says how: "exited 0", "killed 9".
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(const char *directory, char **command)
{
	int null = open("/dev/null", O_RDWR);

	if (setsid() < 0 || chdir(directory) < 0 || null < 0)
		_exit(126);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_range(3, ~0U, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(command[0], command);
	_exit(127);
}

static void tell(const char *directory, int status)
{
	int signalled = WIFSIGNALED(status), place = open(directory, O_DIRECTORY | O_CLOEXEC);
	int fd = openat(place, ".status", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	dprintf(fd, "%s %d", signalled ? "killed" : "exited", signalled ? WTERMSIG(status) : WEXITSTATUS(status));
	close(fd);
	renameat(place, ".status", place, "status");
	close(place);
}

int main(int argc, char **argv)
{
	pid_t child, ended;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: %s DIR PROGRAM ARGUMENT...\n", argv[0]);
		return 64;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (child == 0)
		begin(argv[1], argv + 2);
	printf("%d\n", child);
	fclose(stdout);
	while ((ended = wait(&status)) > 0)
		if (ended == child)
			tell(argv[1], status);
	return 0;
}
