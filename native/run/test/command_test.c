/* A command under ckpt-run finds what it would find without, but for its pid namespace. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stand_in.h"

static void exits_as_the_command_does(void)
{
	CHECK(run_alone(NULL, "exit 0") == 0);
	CHECK(WEXITSTATUS(run_alone(NULL, "exit 201")) == 201);
	CHECK(WTERMSIG(run_alone(NULL, "kill -SEGV $$")) == SIGSEGV);
	CHECK(WTERMSIG(run_alone(NULL, "kill -KILL $$")) == SIGKILL);
}

static void says_when_the_command_is_not_there(void)
{
	int status = await_run(start_run(NULL, "--socket", stand_in_socket(), "--wait", "0", "--", "/nonexistent/command",
					 NULL));

	CHECK(WEXITSTATUS(status) == 127);
}

static void is_a_session_of_its_own_under_pid_1(void)
{
	char *output = inside("tree"), line[128];
	int pid, parent, group, session;

	CHECK(run_alone(output, "exec cat /proc/self/stat") == 0);
	CHECK(sscanf(contents(output), "%d (%127[^)]) %*c %d %d %d", &pid, line, &parent, &group, &session) == 5);
	CHECK(parent == 1);
	CHECK(group == pid && session == pid);
}

static void sees_nobody_else_in_proc(void)
{
	char *output = inside("pids");

	CHECK(run_alone(output, "ls -d /proc/[0-9]* | wc -l; kill -0 $PPID") == 0);
	CHECK(atoi(contents(output)) <= 5);
}

static void keeps_directory_mask_environment_and_limits(void)
{
	struct rlimit limit;
	char *output = inside("kept"), expected[4096];

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = 333;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	setenv("CKPT_TEST", "some value", 1);
	umask(0137);
	CHECK(run_alone(output, "pwd; umask; echo $CKPT_TEST; ulimit -n") == 0);
	snprintf(expected, sizeof(expected), "%s\n0137\nsome value\n333\n", getcwd(NULL, 0));
	CHECK(!strcmp(contents(output), expected));
	umask(022);
}

static void keeps_standard_files(void)
{
	int in[2], out[2], saved_in = dup(0), saved_out = dup(1);
	char text[64] = "";

	CHECK(pipe(in) == 0 && pipe(out) == 0);
	CHECK(write(in[1], "through\n", 8) == 8);
	dup2(in[0], 0);
	dup2(out[1], 1);
	close(in[1]);
	close(out[1]);
	CHECK(run_alone(NULL, "cat") == 0);
	dup2(saved_in, 0);
	dup2(saved_out, 1);
	/* nobody holds the pipe any more: its end is seen */
	CHECK(read(out[0], text, sizeof(text)) == 8 && read(out[0], text + 8, 1) == 0);
	CHECK(!strncmp(text, "through\n", 8));
}

static void ends_the_job_when_the_front_is_killed(void)
{
	int out[2];
	char byte, *go = inside("go");
	pid_t run;

	CHECK(pipe(out) == 0);
	CHECK(mkfifo(go, 0600) == 0);
	setenv("GO", go, 1);
	run = fork();
	if (run == 0) {
		dup2(open("/dev/null", O_WRONLY), 2);
		dup2(out[1], 5);
		close(out[0]);
		close(out[1]);
		execl("target/ckpt-run", "ckpt-run", "--socket", stand_in_socket(), "--wait", "0", "--", "sh", "-c",
		      "echo x >&5; cat $GO", NULL);
	}
	close(out[1]);
	CHECK(read(out[0], &byte, 1) == 1);
	kill(run, SIGKILL);
	CHECK(await_run(run) == SIGKILL);
	/* nobody of the job lives on to hold the pipe */
	CHECK(read(out[0], &byte, 1) == 1 && read(out[0], &byte, 1) == 0);
	CHECK(waitpid(-1, NULL, 0) > 0); /* init, which this test adopted */
}

static void takes_orphans_along_and_reaps_them(void)
{
	char *output = inside("orphans");

	CHECK(run_alone(output, "(sleep 1000 & ) ; (true & ) ; while ps -o stat= | grep -q Z; do :; done;"
				"ps -o ppid= -C sleep") == 0);
	CHECK(atoi(contents(output)) == 1);
}

int main(void)
{
	need_root();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	exits_as_the_command_does();
	says_when_the_command_is_not_there();
	is_a_session_of_its_own_under_pid_1();
	sees_nobody_else_in_proc();
	keeps_directory_mask_environment_and_limits();
	keeps_standard_files();
	ends_the_job_when_the_front_is_killed();
	takes_orphans_along_and_reaps_them();
	return 0;
}
