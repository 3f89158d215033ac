#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contexts.h"
#include "options.h"

/*
 * sbatch reads its environment (SBATCH_SIGNAL, ...) before it tells a plugin that --ckpt was given. It
 * does export its options and the two functions with which its own plugins change them (cli_filter);
 * their names and forms are the same from Slurm 19.05 on.
 */
struct sbatch {
	void *options;
	bool (*isset)(void *options, const char *name);
	int (*set)(void *options, const char *name, char *value, bool early_pass); /* writes into value */
};

static struct {
	const char *name, *opposite;
	char value[16];
} wanted[] = {
	{ "signal", "", "B:USR2@60" }, /* tells ckpt-run of a preemption when its grace time begins */
	{ "open-mode", "", "append" },
	{ "requeue", "no-requeue", "" },
};

static bool find(struct sbatch *sbatch)
{
	sbatch->options = dlsym(RTLD_DEFAULT, "opt");
	*(void **)&sbatch->isset = dlsym(RTLD_DEFAULT, "slurm_option_isset");
	*(void **)&sbatch->set = dlsym(RTLD_DEFAULT, "slurm_option_set");
	return sbatch->options && sbatch->isset && sbatch->set;
}

/* Slurm heeds what a plugin returns only where plugstack.conf calls the plugin required. */
static void complain(const struct ckpt_options *options, const char *what)
{
	slurm_error("ckpt: %s", what);
	if (options->protection == PROTECTION_REQUIRED)
		exit(EXIT_FAILURE);
}

/* The words of this process's command line, each ended by a NUL. Returns their length. */
static size_t command_line(char *text, size_t room)
{
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, text, room - 1);

	if (fd >= 0)
		close(fd);
	return got > 0 ? (size_t)got : 0;
}

/*
 * sbatch has read its options up to the script: getopt(3) stands there. Nothing where the script comes
 * from standard input or --wrap.
 */
static const char *script(void)
{
	static char text[1 << 17];
	char *word = text, *end = text + command_line(text, sizeof(text));

	for (int i = 0; i < optind && word < end; i++)
		word += strlen(word) + 1;
	return optind > 0 && word < end ? word : NULL;
}

static struct ckpt_options wishes(void)
{
	struct ckpt_options options = options_given();
	const char *file = script();

	if (file && options_complete(&options, file))
		exit(EXIT_FAILURE);
	return options;
}

static void complete(const struct sbatch *sbatch)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!sbatch->isset(sbatch->options, wanted[i].name) && !sbatch->isset(sbatch->options, wanted[i].opposite))
			sbatch->set(sbatch->options, wanted[i].name, wanted[i].value, false);
}

void allocator_complete_options(void)
{
	bool batch = !strcmp(program_invocation_short_name, "sbatch");
	struct ckpt_options options = batch ? wishes() : options_given();
	struct sbatch sbatch;

	/* a job that submits another must not hand its own count on */
	unsetenv("SLURM_RESTART_COUNT");
	if (!options_protect(&options))
		return;
	if (!batch)
		complain(&options, "only batch jobs can be checkpointed: --ckpt is for sbatch");
	else if (find(&sbatch))
		complete(&sbatch);
	else
		complain(&options, "add to your script: #SBATCH --signal=B:USR2@60 --open-mode=append --requeue");
}
