/* Signals to the front reach the job; those that ask for a checkpoint reach the engine first. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stand_in.h"

#define TRAPPING "trap 'echo term; exit 7' TERM; trap 'echo usr2' USR2; echo ready; while :; do read x <$GO; done"

static int listener;

static pid_t start_trapping(const char *output, int *place)
{
	pid_t run = start_run(output, "--socket", stand_in_socket(), "--job", "4711", "--generation", "2", "--interval",
			      "30", "--ask", "TERM", "--", "bash", "-c", TRAPPING, NULL);
	struct ckpt_place_message hello;

	*place = stand_in_accept(listener);
	hello = stand_in_expect(*place, CKPT_PLACE_HELLO);
	CHECK(!strcmp(hello.job, "4711") && hello.generation == 2 && hello.interval_s == 30);
	CHECK(hello.flags == CKPT_PLACE_PRIVATE_PIDS);
	stand_in_order(*place, CKPT_PLACE_START, 0, NULL, 0);
	CHECK(stand_in_expect(*place, CKPT_PLACE_SPAWNED).value > 1);
	await_file(output);
	return run;
}

static void passes_a_signal_that_is_nobody_elses(void)
{
	char *output = inside("passed");
	pid_t run = start_run(output, "--socket", stand_in_socket(), "--wait", "0", "--", "bash", "-c", TRAPPING, NULL);

	await_file(output);
	kill(run, SIGTERM);
	CHECK(WEXITSTATUS(await_run(run)) == 7);
}

static void asks_the_engine_and_passes_what_it_does_not_want(void)
{
	char *output = inside("asked");
	int place;
	pid_t run = start_trapping(output, &place);

	kill(run, SIGTERM);
	CHECK(stand_in_expect(place, CKPT_PLACE_NOTICE).value == SIGTERM);
	stand_in_order(place, CKPT_PLACE_PASS, 0, NULL, 0);
	CHECK(stand_in_expect(place, CKPT_PLACE_EXITED).value == 7 << 8);
	CHECK(WEXITSTATUS(await_run(run)) == 7);
	close(place);
}

static void leaves_with_85_when_vacated(void)
{
	char *output = inside("vacated");
	int place;
	pid_t run = start_trapping(output, &place);

	kill(run, SIGUSR2);
	CHECK(stand_in_expect(place, CKPT_PLACE_NOTICE).value == SIGUSR2);
	stand_in_order(place, CKPT_PLACE_VACATED, 0, NULL, 0);
	CHECK(WEXITSTATUS(await_run(run)) == CKPT_EXIT_VACATED);
	CHECK(!strcmp(contents(output), "ready\n"));
	close(place);
}

static void waits_for_the_engines_word_when_the_job_was_killed(void)
{
	char *output = inside("killed"), command[64];
	int place;
	pid_t run = start_trapping(output, &place);

	/* as the engine does that vacates: from outside the namespace */
	snprintf(command, sizeof(command), "kill -KILL $(pgrep -f 'trap .echo term' -P $(pgrep -P %d))", run);
	CHECK(system(command) == 0);
	CHECK(stand_in_expect(place, CKPT_PLACE_EXITED).value == SIGKILL);
	stand_in_order(place, CKPT_PLACE_VACATED, 0, NULL, 0);
	CHECK(WEXITSTATUS(await_run(run)) == CKPT_EXIT_VACATED);
	close(place);
}

static void greets_the_next_engine(void)
{
	char *output = inside("restarted");
	struct ckpt_place_message hello;
	int place;
	pid_t run = start_trapping(output, &place);

	close(place);
	place = stand_in_accept(listener);
	hello = stand_in_expect(place, CKPT_PLACE_HELLO);
	CHECK(hello.flags == (CKPT_PLACE_PRIVATE_PIDS | CKPT_PLACE_RUNNING) && hello.value > 1);
	stand_in_order(place, CKPT_PLACE_START, 0, NULL, 0);
	stand_in_order(place, CKPT_PLACE_END, 9, NULL, 0);
	CHECK(WEXITSTATUS(await_run(run)) == 9);
	CHECK(!strcmp(contents(output), "ready\n"));
	close(place);
}

static void lets_the_job_run_on_when_the_engine_dies_in_a_notice(void)
{
	char *output = inside("died");
	int place;
	pid_t run = start_trapping(output, &place);

	kill(run, SIGUSR2);
	stand_in_expect(place, CKPT_PLACE_NOTICE);
	close(place);
	place = stand_in_accept(listener);
	stand_in_expect(place, CKPT_PLACE_HELLO);
	CHECK(stand_in_expect(place, CKPT_PLACE_NOTICE).value == SIGUSR2);
	kill(run, SIGTERM);
	CHECK(stand_in_expect(place, CKPT_PLACE_NOTICE).value == SIGTERM);
	close(place);
	CHECK(WEXITSTATUS(await_run(run)) == 7);
	CHECK(!strcmp(contents(output), "ready\nterm\n"));
	place = stand_in_accept(listener);
	stand_in_expect(place, CKPT_PLACE_HELLO);
	CHECK(stand_in_expect(place, CKPT_PLACE_NOTICE).value == SIGUSR2);
	CHECK(stand_in_expect(place, CKPT_PLACE_EXITED).value == 7 << 8);
	close(place);
}

static void asks_the_next_engine_what_the_last_one_left_unanswered(void)
{
	char *output = inside("unanswered");
	int place;
	pid_t run = start_trapping(output, &place);

	close(place);
	kill(run, SIGUSR2);
	place = stand_in_accept(listener);
	stand_in_expect(place, CKPT_PLACE_HELLO);
	CHECK(stand_in_expect(place, CKPT_PLACE_NOTICE).value == SIGUSR2);
	stand_in_order(place, CKPT_PLACE_VACATED, 0, NULL, 0);
	CHECK(WEXITSTATUS(await_run(run)) == CKPT_EXIT_VACATED);
	CHECK(!strcmp(contents(output), "ready\n"));
	close(place);
}

int main(void)
{
	char *go = inside("go");

	need_root();
	CHECK(mkfifo(go, 0600) == 0);
	setenv("GO", go, 1);
	passes_a_signal_that_is_nobody_elses();
	listener = stand_in_listen();
	asks_the_engine_and_passes_what_it_does_not_want();
	leaves_with_85_when_vacated();
	waits_for_the_engines_word_when_the_job_was_killed();
	greets_the_next_engine();
	lets_the_job_run_on_when_the_engine_dies_in_a_notice();
	asks_the_next_engine_what_the_last_one_left_unanswered();
	return 0;
}
