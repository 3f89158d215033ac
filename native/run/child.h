/* What a command shall find when it starts: signals as they were before ckpt-run touched them. */
#ifndef CKPT_RUN_CHILD_H
#define CKPT_RUN_CHILD_H

#include <signal.h>

struct inherited {
	sigset_t mask;
	struct sigaction child_action;
};

/* Blocks every signal, to be read from the returned signalfd (close-on-exec), and remembers in
 * before what was. Returns the descriptor or -errno. */
int child_signals(struct inherited *before);

/* In a forked child: gives the signals back and becomes the command. Ends the process when that
 * fails, with 127 for a command that is not there and 126 for one that cannot run. */
_Noreturn void child_become(const struct inherited *before, char **command);

/* Points stdin, stdout and stderr at /dev/null: a reader of the job's output must see its end when
 * the job closes it, not when ckpt-run goes. */
void child_leave_stdio(void);

#endif
