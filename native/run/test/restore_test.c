/* A place in which an engine restores a job: what the restorer finds, and whose exit is the job's. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../packet.h"
#include "stand_in.h"

static int end_of(pid_t run)
{
	return WEXITSTATUS(await_run(run));
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* The program that stands for the restorer is this test itself, run with a plan at descriptor 3. */
static int restorer(void)
{
	char plan[256] = "";
	int files = 0;
	pid_t job;

	if (read(3, plan, sizeof(plan) - 1) < 0)
		return 1;
	for (int fd = 0; fd < 64; fd++)
		files += fcntl(fd, F_GETFD) >= 0;
	job = fork();
	if (job == 0) {
		dprintf(1, "plan %s files %d environment %d restorer %d\n", plan, files, environ[0] != NULL, getppid());
		read(0, plan, 1); /* runs until its standard input ends */
		_exit(5);
	}
	return dprintf(1, "job %d\n", job) < 0;
}

static void spawn(int place, pid_t wanted)
{
	int fds[] = { open("/proc/self/exe", O_RDONLY | O_CLOEXEC), open(inside("plan"), O_RDONLY | O_CLOEXEC) };

	stand_in_order(place, CKPT_PLACE_SPAWN, wanted, fds, 2);
	close(fds[0]);
	close(fds[1]);
}

static int job_pid(const char *output)
{
	const char *line;
	int pid = 0;

	do {
		await_file(output);
		line = strstr(contents(output), "job ");
	} while (!line || !strstr(contents(output), "plan "));
	CHECK(sscanf(strstr(contents(output), "job "), "job %d", &pid) == 1);
	return pid;
}

static pid_t start_place(const char *output, int input, int *place, const char *private_pids)
{
	int ends[2], saved = dup(0);
	char fd[16];
	pid_t run;

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	CHECK(fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0);
	snprintf(fd, sizeof(fd), "%d", ends[1]);
	dup2(input, 0);
	run = start_run(output, "--place", fd, private_pids, NULL);
	dup2(saved, 0);
	close(saved);
	close(ends[1]);
	*place = ends[0];
	return run;
}

static void restores(const char *name, const char *private_pids, pid_t wanted)
{
	char *output = inside(name), expected[64];
	int input[2], place;
	pid_t run, spawned;

	CHECK(pipe2(input, O_CLOEXEC) == 0);
	run = start_place(output, input[0], &place, private_pids);
	close(input[0]);
	spawn(place, wanted);
	spawned = (pid_t)stand_in_expect(place, CKPT_PLACE_SPAWNED).value;
	CHECK(wanted ? spawned == wanted : spawned > 0);
	stand_in_order(place, CKPT_PLACE_RUN, job_pid(output), NULL, 0);
	snprintf(expected, sizeof(expected), "plan PLAN files 4 environment 0");
	CHECK(strstr(contents(output), expected) != NULL);
	close(input[1]);
	CHECK(stand_in_expect(place, CKPT_PLACE_EXITED).value == 5 << 8);
	CHECK(end_of(run) == 5);
	close(place);
}

static void kills_all_when_the_engine_dies_before_it_is_done(const char *private_pids)
{
	char *output = inside("half"), path[64];
	int input[2], place;
	pid_t run, spawned;

	CHECK(pipe(input) == 0);
	run = start_place(output, input[0], &place, private_pids);
	spawn(place, 0);
	spawned = (pid_t)stand_in_expect(place, CKPT_PLACE_SPAWNED).value;
	snprintf(path, sizeof(path), "/proc/%d", job_pid(output));
	close(place);
	CHECK(end_of(run) == 69);
	CHECK(spawned > 0 && (private_pids || access(path, F_OK) != 0));
	close(input[0]);
	close(input[1]);
	unlink(output);
}

/* Runs a job whose memory is said to be on its way; the engine's end of the orders. */
static pid_t start_loading(const char *output, int input, int *place, int *orders)
{
	int ends[2];
	pid_t run = start_place(output, input, place, "--private-pids");

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	spawn(*place, 0);
	stand_in_expect(*place, CKPT_PLACE_SPAWNED);
	stand_in_order(*place, CKPT_PLACE_LOADING, 0, &ends[1], 1);
	stand_in_order(*place, CKPT_PLACE_RUN, job_pid(output), NULL, 0);
	close(ends[1]);
	*orders = ends[0];
	return run;
}

static void ends_a_job_whose_engine_dies_before_its_memory_is_there(void)
{
	char *output = inside("loading");
	int input[2], place, orders;
	pid_t run;

	CHECK(pipe2(input, O_CLOEXEC) == 0);
	run = start_loading(output, input[0], &place, &orders);
	close(orders);
	close(place);
	CHECK(end_of(run) == 69);
	close(input[0]);
	close(input[1]);
	unlink(output);
}

static void ends_a_job_whose_memory_cannot_be_had(void)
{
	char *output = inside("lost");
	int input[2], place, orders;
	pid_t run;

	CHECK(pipe2(input, O_CLOEXEC) == 0);
	run = start_loading(output, input[0], &place, &orders);
	stand_in_order(place, CKPT_PLACE_LOST, 65, NULL, 0);
	CHECK(end_of(run) == 65);
	close(place);
	close(orders);
	close(input[0]);
	close(input[1]);
	unlink(output);
}

static void lets_a_job_with_all_of_its_memory_run_on(void)
{
	char *output = inside("loaded");
	int input[2], place, orders;
	pid_t run;

	CHECK(pipe2(input, O_CLOEXEC) == 0);
	run = start_loading(output, input[0], &place, &orders);
	close(input[0]);
	stand_in_order(place, CKPT_PLACE_LOADED, 0, NULL, 0);
	close(orders);
	close(place);
	close(input[1]);
	CHECK(end_of(run) == 5);
	unlink(output);
}

static void answers_orders_about_memory(void)
{
	char *output = inside("orders");
	struct ckpt_faults_order hold = { .type = CKPT_FAULTS_HOLD }, look = { .type = CKPT_FAULTS_READ };
	struct ckpt_faults_order drop = { .type = CKPT_FAULTS_DROP, .number = 1 };
	struct ckpt_faults_answer answer;
	int input[2], place, orders, uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_api api = { .api = UFFD_API };
	pid_t run;

	CHECK(uffd >= 0 && ioctl(uffd, UFFDIO_API, &api) == 0);
	CHECK(pipe2(input, O_CLOEXEC) == 0);
	run = start_loading(output, input[0], &place, &orders);
	for (int number = 0; number < 2; number++) {
		CHECK(packet_send(orders, &hold, sizeof(hold), &uffd, 1) == 0);
		CHECK(packet_receive(orders, &answer, sizeof(answer), NULL, 0) == 0 && answer.count == number);
	}
	for (int times = 0; times < 2; times++) {
		CHECK(packet_send(orders, &drop, sizeof(drop), NULL, 0) == 0);
		CHECK(packet_receive(orders, &answer, sizeof(answer), NULL, 0) == 0);
		CHECK(answer.count == (times ? -EBADF : 0));
	}
	CHECK(packet_send(orders, &look, sizeof(look), NULL, 0) == 0);
	CHECK(packet_receive(orders, &answer, sizeof(answer), NULL, 0) == 0 && answer.count == -EAGAIN);
	stand_in_order(place, CKPT_PLACE_END, 3, NULL, 0);
	CHECK(end_of(run) == 3);
	close(uffd);
	close(place);
	close(orders);
	close(input[0]);
	close(input[1]);
	unlink(output);
}

static void tries_again_with_the_next_engine(void)
{
	int listener = stand_in_listen(), place;
	pid_t run = start_run(inside("again"), "--socket", stand_in_socket(), "--generation", "1", "--", "false", NULL);

	place = stand_in_accept(listener);
	stand_in_expect(place, CKPT_PLACE_HELLO);
	spawn(place, 0);
	CHECK(stand_in_expect(place, CKPT_PLACE_SPAWNED).value > 0);
	close(place);
	place = stand_in_accept(listener);
	CHECK(stand_in_expect(place, CKPT_PLACE_HELLO).flags == CKPT_PLACE_PRIVATE_PIDS);
	stand_in_order(place, CKPT_PLACE_REFUSE, 66, NULL, 0);
	CHECK(end_of(run) == 66);
	close(place);
	close(listener);
	unlink(stand_in_socket());
}

static void does_not_wait_for_ever_for_an_answer(void)
{
	int listener = stand_in_listen();
	char *output = inside("unanswered");
	pid_t run = start_run(output, "--socket", stand_in_socket(), "--wait", "0", "--", "echo", "begun", NULL);
	int place = stand_in_accept(listener);

	stand_in_expect(place, CKPT_PLACE_HELLO);
	stand_in_order(place, CKPT_PLACE_WORKING, 0, NULL, 0);
	CHECK(end_of(run) == 0);
	CHECK(!strcmp(contents(output), "begun\n"));
	CHECK(strstr(contents(stand_in_errors()), "it does not answer") != NULL);
	close(place);
	close(listener);
	unlink(stand_in_socket());
}

static void does_not_start_a_required_job_without_an_engine(void)
{
	CHECK(end_of(start_run(NULL, "--socket", stand_in_socket(), "--wait", "0", "--required", "--", "true", NULL)) == 75);
	CHECK(strstr(contents(stand_in_errors()), "is not started: no engine at") != NULL);
}

static void gives_a_job_that_ran_before_back_without_an_engine(void)
{
	char *output = inside("again");

	CHECK(end_of(start_run(output, "--socket", stand_in_socket(), "--wait", "0", "--generation", "1", "--", "echo",
			       "begun", NULL)) == CKPT_EXIT_VACATED);
	CHECK(!contents(output)[0]);
	CHECK(strstr(contents(stand_in_errors()), "is given back: no engine at") != NULL);
}

int main(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[0], "ckpt-restorer"))
		return restorer();
	need_root();
	write_file(inside("plan"), "PLAN", 0600);
	restores("private", "--private-pids", 0);
	restores("chosen", "--private-pids", 4321);
	restores("shared", NULL, 0);
	kills_all_when_the_engine_dies_before_it_is_done("--private-pids");
	kills_all_when_the_engine_dies_before_it_is_done(NULL);
	ends_a_job_whose_engine_dies_before_its_memory_is_there();
	ends_a_job_whose_memory_cannot_be_had();
	lets_a_job_with_all_of_its_memory_run_on();
	answers_orders_about_memory();
	tries_again_with_the_next_engine();
	does_not_wait_for_ever_for_an_answer();
	does_not_start_a_required_job_without_an_engine();
	gives_a_job_that_ran_before_back_without_an_engine();
	return 0;
}
