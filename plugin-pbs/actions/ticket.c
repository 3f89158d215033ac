#include "ticket.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY "/run/ckpt/pbs"

static void name(char path[PATH_MAX], const char *before, const char *job, const char *mark)
{
	snprintf(path, PATH_MAX, DIRECTORY "/%s%s%s", before, job, mark);
}

bool ticket_is_marked(const char *job, const char *mark)
{
	char path[PATH_MAX];

	name(path, "", job, mark);
	return !access(path, F_OK);
}

int ticket_mark(const char *job, const char *mark)
{
	char path[PATH_MAX];
	int fd;

	name(path, "", job, mark);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? -1 : close(fd);
}

int ticket_write(const struct ticket *ticket)
{
	char draft[PATH_MAX], path[PATH_MAX];
	FILE *file;

	mkdir("/run/ckpt", 0755);
	mkdir(DIRECTORY, 0700);
	name(draft, ".", ticket->job, "");
	name(path, "", ticket->job, "");
	file = fopen(draft, "we");
	if (!file)
		return -1;
	fprintf(file, "job=%s\ngeneration=%d\nsession=%d\nuid=%u\n", ticket->job, ticket->generation, ticket->session, ticket->uid);
	if (ticket->carried)
		fprintf(file, "carry=%s\n", ticket->carried);
	return fclose(file) || rename(draft, path) ? -1 : 0;
}

int ticket_generation(const char *job)
{
	char path[PATH_MAX], line[PATH_MAX];
	int generation = 0;
	FILE *file;

	name(path, "", job, "");
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "generation=%d", &generation);
	if (file)
		fclose(file);
	return generation;
}
