/* Stopping and releasing tasks in every state they can be in. */
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>

#include "check.h"

static int sleep_long(void)
{
	sleep(1000);
	return 1;
}

static int sleep_short(void)
{
	struct timespec pause = {.tv_nsec = 200000000};

	return nanosleep(&pause, NULL) == 0 ? 0 : 1;
}

static char state_of(pid_t pid)
{
	char path[64], state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (file == NULL)
		return '-';
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);
	return state;
}

static void wait_for_state(pid_t pid, char state)
{
	while (state_of(pid) != state)
		usleep(1000);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	EQUALS(exit_status(pid), 128 + SIGKILL);
}

static void job_control_stop_survives(void)
{
	pid_t pid = child(sleep_long);

	wait_until_in(pid, SYS_clock_nanosleep);
	kill(pid, SIGSTOP);
	wait_for_state(pid, 'T');
	EQUALS(ckpt_seize(pid), 0);
	EQUALS(ckpt_wait_stop(pid, 5000), CKPT_GROUP_STOPPED);
	EQUALS(call(pid, SYS_getpid, 0, 0, 0), pid);
	EQUALS(call(pid, SYS_getppid, 0, 0, 0), getpid());
	EQUALS(ckpt_detach(pid), 0);
	wait_for_state(pid, 'T');
	end(pid);
}

static int vfork_long(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		struct timespec pause = {.tv_nsec = 300000000};

		nanosleep(&pause, NULL);
		_exit(0);
	}
	return exit_status(pid);
}

static void vfork_times_out_and_then_stops(void)
{
	pid_t pid = child(vfork_long);

	wait_for_state(pid, 'D');
	EQUALS(ckpt_seize(pid), 0);
	EQUALS(ckpt_wait_stop(pid, 20), -ETIMEDOUT);
	EQUALS(ckpt_wait_stop(pid, 5000), CKPT_STOPPED);
	EQUALS(ckpt_detach(pid), 0);
	EQUALS(exit_status(pid), 0);
}

static void death_is_told(void)
{
	pid_t pid = child(sleep_long);
	const int64_t none[6] = {0};
	int64_t result;

	seize(pid);
	kill(pid, SIGKILL);
	wait_for_state(pid, 'Z');
	EQUALS(ckpt_wait_stop(pid, 1000), -ESRCH);
	EQUALS(ckpt_remote_call(pid, 0, 0, SYS_getpid, none, &result), -ESRCH);
	EQUALS(ckpt_detach(pid), -ESRCH);
	EQUALS(exit_status(pid), 128 + SIGKILL);
	EQUALS(ckpt_seize(pid), -ESRCH);
}

static void the_traced_are_refused(void)
{
	pid_t pid = child(sleep_long);
	int status;
	pid_t other;

	seize(pid);
	other = fork();
	if (other == 0)
		_exit(ckpt_seize(pid) == -EPERM ? 0 : 1);
	EQUALS(waitpid(other, &status, 0), other);
	EQUALS(status, 0);
	EQUALS(ckpt_detach(pid), 0);
	end(pid);
}

/* The tracer is killed with the task stopped; the task sleeps to the end of its time and says so. */
static void a_dead_tracer_leaves_the_task_running(void)
{
	pid_t pid = child(sleep_short);
	int status;
	pid_t tracer;

	wait_until_in(pid, SYS_clock_nanosleep);
	tracer = fork();
	if (tracer == 0) {
		seize(pid);
		call(pid, SYS_getpid, 0, 0, 0);
		raise(SIGKILL);
	}
	EQUALS(waitpid(tracer, &status, 0), tracer);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	EQUALS(exit_status(pid), 0);
}

static void state_can_be_read_and_set(void)
{
	pid_t pid = child(sleep_long);
	static char registers[4096], extended[65536];
	int64_t robust[2], rseq[4];
	uint64_t mask;

	wait_until_in(pid, SYS_clock_nanosleep);
	seize(pid);
	EQUALS(ckpt_get_regset(pid, 1, registers, sizeof(registers)), 27 * 8);
	EQUALS(ckpt_set_regset(pid, 1, registers, 27 * 8), 0);
	int length = ckpt_get_regset(pid, 0x202, extended, sizeof(extended));
	CHECK(length >= 576 && length < (int)sizeof(extended));
	EQUALS(ckpt_set_regset(pid, 0x202, extended, length), 0);
	EQUALS(ckpt_set_signal_mask(pid, 1u << (SIGHUP - 1)), 0);
	EQUALS(ckpt_get_signal_mask(pid, &mask), 0);
	EQUALS(mask, 1u << (SIGHUP - 1));
	EQUALS(ckpt_get_robust_list(pid, robust), 0);
	EQUALS(robust[1], 24);
	EQUALS(ckpt_get_rseq(pid, rseq), 0);
	EQUALS(ckpt_detach(pid), 0);
	end(pid);
}

int main(void)
{
	job_control_stop_survives();
	vfork_times_out_and_then_stops();
	death_is_told();
	the_traced_are_refused();
	a_dead_tracer_leaves_the_task_running();
	state_can_be_read_and_set();
	return 0;
}
