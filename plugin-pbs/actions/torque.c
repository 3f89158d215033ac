#include "torque.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "ask.h"
#include "session_end.h"
#include "ticket.h"

#define SECONDS    600 /* TORQUE has no time-out of its own */
#define GOING_S    5
#define MOST_RUNS  1000000000
#define ENDED      "echo 'ckpt: none of its checkpoints is good: the job is not started' >&2; exit 75"

/* What TORQUE hands to both scripts. */
struct call {
	pid_t session;
	const char *job;
	struct passwd *account;
	const char *directory, *name;
};

/* The word of a checkpoint to the restart. */
struct word {
	int generation;
	char output[PATH_MAX], error[PATH_MAX];
};

static int read_call(struct call *call, char **words)
{
	for (int i = 0; i < 6; i++)
		if (!words[i]) {
			syslog(LOG_ERR, "usage: SID JOBID USER GROUP DIRECTORY NAME [SIGNAL DEPTH]");
			return -1;
		}
	*call = (struct call){ abs(atoi(words[0])), words[1], getpwnam(words[2]), words[4], words[5] };
	if (call->account)
		return 0;
	syslog(LOG_ERR, "job %s: no user %s", call->job, words[2]);
	return -1;
}

/* The directory is the user's, so root does nothing in it. */
static FILE *open_word(const struct call *call, bool anew)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", call->directory, call->name);
	if (setegid(call->account->pw_gid) || seteuid(call->account->pw_uid))
		return NULL;
	fd = open(path, anew ? O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0600);
	if (seteuid(0) || setegid(0) || fd < 0)
		return NULL;
	return fdopen(fd, anew ? "w" : "r");
}

/* Where a stream of the session's leader, our launcher, leads. */
static void stream(const struct call *call, int fd, char target[PATH_MAX])
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", call->session, fd);
	length = readlink(link, target, PATH_MAX - 1);
	target[length > 0 ? length : 0] = '\0';
}

static int leave_word(const struct call *call)
{
	char output[PATH_MAX], error[PATH_MAX];
	FILE *word = open_word(call, true);

	if (!word)
		return -1;
	stream(call, 1, output);
	stream(call, 2, error);
	fprintf(word, "%d\n%s\n%s\n", ticket_generation(call->job), output, error);
	return fclose(word);
}

static void read_line(FILE *file, char line[PATH_MAX])
{
	if (!fgets(line, PATH_MAX, file))
		*line = '\0';
	line[strcspn(line, "\n")] = '\0';
}

static int hear_word(const struct call *call, struct word *word)
{
	char generation[PATH_MAX];
	FILE *file = open_word(call, false);

	if (!file)
		return -1;
	read_line(file, generation);
	read_line(file, word->output);
	read_line(file, word->error);
	fclose(file);
	word->generation = atoi(generation);
	return word->generation < 0 || word->generation >= MOST_RUNS ? -1 : 0;
}

int torque_checkpoint(char **words)
{
	struct call call;
	bool leaves;

	if (read_call(&call, words))
		return 64;
	leaves = words[6] && atoi(words[6]) == SIGTERM;
	if (leave_word(&call)) {
		syslog(LOG_ERR, "job %s: %s/%s: %m", call.job, call.directory, call.name);
		return 1;
	}
	if (ask(leaves ? CKPT_PLACE_LEAVE : CKPT_PLACE_SAVE, call.job, SECONDS) != ANSWER_DONE) {
		syslog(LOG_NOTICE, "only jobs that were submitted with -v CKPT=1 are protected");
		return 1;
	}
	if (leaves) {
		session_await_empty(call.session, GOING_S);
		session_end(call.session);
	}
	return 0;
}

static void open_output(const char *path, int fd)
{
	int file = open(path, O_WRONLY | O_APPEND);

	if (file < 0 || file == fd)
		return;
	dup2(file, fd);
	close(file);
}

static int become_user(const struct call *call)
{
	const struct passwd *account = call->account;

	if (initgroups(account->pw_name, account->pw_gid) || setgid(account->pw_gid) || setuid(account->pw_uid))
		return -1;
	if (chdir(account->pw_dir) && chdir("/"))
		return -1;
	clearenv();
	setenv("PATH", "/bin:/usr/bin", 1);
	setenv("HOME", account->pw_dir, 1);
	setenv("LOGNAME", account->pw_name, 1);
	setenv("USER", account->pw_name, 1);
	setenv("SHELL", account->pw_shell, 1);
	return setenv("PBS_JOBID", call->job, 1);
}

/* It lies beside this program. */
static void become_launcher(const char *job)
{
	char path[PATH_MAX + 16], *slash;
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	path[length > 0 ? length : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		strcpy(slash + 1, "pbs-launch");
	execl(path, "pbs-launch", "--job", job, "--again", "--", "/bin/sh", "sh", "-c", ENDED, (char *)NULL);
	syslog(LOG_ERR, "job %s: %s: %m", job, path);
}

/* Whatever fails, the job is over for TORQUE: its status tells, and its checkpoints stay. */
int torque_restart(char **words)
{
	struct call call;
	struct word word;

	if (read_call(&call, words))
		return 64;
	if (hear_word(&call, &word)) {
		syslog(LOG_ERR, "job %s: %s/%s says nothing of a checkpoint", call.job, call.directory, call.name);
		return 75;
	}
	setsid();
	if (ticket_write(&(struct ticket){ call.job, word.generation + 1, getpid(), call.account->pw_uid, NULL }) ||
	    become_user(&call)) {
		syslog(LOG_ERR, "job %s cannot be started: %m", call.job);
		return 75;
	}
	umask(022);
	open_output(word.output, 1);
	open_output(word.error, 2);
	become_launcher(call.job);
	return 75;
}

/* The process that waits for the prologue is to lead the job's session. A prologue that fails ends the job. */
int torque_prologue(char **words)
{
	struct passwd *account = words[0] && words[1] ? getpwnam(words[1]) : NULL;

	if (!account || ticket_write(&(struct ticket){ words[0], 0, getppid(), account->pw_uid, getenv("TMPDIR") }))
		syslog(LOG_ERR, "job %s cannot be protected: no ticket for it", words[0] ? words[0] : "?");
	return 0;
}
