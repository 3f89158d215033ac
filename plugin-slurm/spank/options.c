#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "ckpt_place.h"
#include "directives.h"
#include "duration.h"

enum { CKPT, INTERVAL, KEEP, DIRECTORY, OPTIONS };

static struct ckpt_options given = { .store = "" };

static int read_protection(struct ckpt_options *options, const char *text)
{
	if (!strcmp(text, "no"))
		options->protection = PROTECTION_NO;
	else if (!strcmp(text, "auto"))
		options->protection = PROTECTION_AUTO;
	else if (!strcmp(text, "required"))
		options->protection = PROTECTION_REQUIRED;
	else
		return slurm_error("ckpt: --ckpt=%s: must be no, auto or required", text), -1;
	return 0;
}

static int read_interval(struct ckpt_options *options, const char *text)
{
	if (!strcmp(text, "auto")) {
		options->interval_s = CKPT_PLACE_INTERVAL_AUTO;
		return 0;
	}
	if (duration_read(text, &options->interval_s))
		return slurm_error("ckpt: --ckpt-interval=%s: must be auto, or a time as in --time", text), -1;
	return 0;
}

static int read_keep(struct ckpt_options *options, const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text || value < 1 || value > 1000)
		return slurm_error("ckpt: --ckpt-keep=%s: must be a number from 1 to 1000", text), -1;
	options->keep = (uint32_t)value;
	return 0;
}

static int read_directory(struct ckpt_options *options, const char *text)
{
	if (*text != '/')
		return slurm_error("ckpt: --ckpt-dir=%s: must be an absolute path", text), -1;
	options->store = strdup(text);
	return options->store ? 0 : -1;
}

static int read_one(struct ckpt_options *options, int which, const char *text)
{
	switch (which) {
	case CKPT:      return read_protection(options, text);
	case INTERVAL:  return read_interval(options, text);
	case KEEP:      return read_keep(options, text);
	case DIRECTORY: return read_directory(options, text);
	default:        return 0;
	}
}

static int take(int which, const char *text, int remote)
{
	return remote || !text ? 0 : read_one(&given, which, text);
}

static struct spank_option TABLE[OPTIONS] = {
	{ "ckpt", "no|auto|required", "[ckpt] checkpoint the job, and continue it after a preemption or a node failure", 1,
	  CKPT, take },
	{ "ckpt-interval", "auto|time", "[ckpt] time between checkpoints; auto: as often as pays", 1, INTERVAL, take },
	{ "ckpt-keep", "count", "[ckpt] checkpoints to keep", 1, KEEP, take },
	{ "ckpt-dir", "path", "[ckpt] directory for the checkpoints", 1, DIRECTORY, take },
};

int options_register(spank_t spank)
{
	for (int i = 0; i < OPTIONS; i++)
		if (spank_option_register(spank, &TABLE[i]) != ESPANK_SUCCESS)
			return slurm_error("ckpt: --%s could not be registered", TABLE[i].name), -1;
	return 0;
}

struct ckpt_options options_given(void)
{
	return given;
}

int options_read(spank_t spank, struct ckpt_options *options)
{
	*options = (struct ckpt_options){ .store = "" };
	for (int i = 0; i < OPTIONS; i++) {
		char *text = NULL;

		if (spank_option_getopt(spank, &TABLE[i], &text) == ESPANK_SUCCESS && text && read_one(options, i, text))
			return -1;
	}
	return 0;
}

static int take_directive(void *context, const char *key, const char *value)
{
	static const char *const KEYS[OPTIONS] = { "ckpt", "interval", "keep", "dir" };

	for (int i = 0; i < OPTIONS; i++)
		if (!strcmp(key, KEYS[i]))
			return read_one(context, i, value);
	slurm_error("ckpt: #CKPT %s=%s: must be auto, required, no, interval=, keep= or dir=", key, value);
	return -1;
}

int options_complete(struct ckpt_options *options, const char *script)
{
	struct ckpt_options lines = { .store = "" };

	if (directives_read(script, take_directive, &lines))
		return -1;
	if (options->protection == PROTECTION_UNSAID)
		options->protection = lines.protection;
	if (!options->interval_s)
		options->interval_s = lines.interval_s;
	if (!options->keep)
		options->keep = lines.keep;
	if (!*options->store)
		options->store = lines.store;
	return 0;
}

bool options_protect(const struct ckpt_options *options)
{
	return options->protection > PROTECTION_NO;
}
