#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../directives.h"

static char heard[256];
static int failed;

static int hear(void *context, const char *key, const char *value)
{
	(void)context;
	strcat(strcat(strcat(strcat(heard, key), ":"), value), " ");
	return strcmp(key, "stop") ? 0 : -1;
}

static void expect(const char *script, int result, const char *words)
{
	char path[] = "/tmp/directives-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	int got;

	heard[0] = '\0';
	fputs(script, file);
	fclose(file);
	got = directives_read(path, hear, NULL);
	unlink(path);
	if (got == result && !strcmp(heard, words))
		return;
	printf("%s\nreads as '%s' (%d) instead of '%s' (%d)\n", script, heard, got, words, result);
	failed = 1;
}

int main(void)
{
	expect("#!/bin/sh\n#CKPT auto interval=45\tkeep=3\nwork\n#CKPT dir=/a=b\r\n", 0, "ckpt:auto interval:45 keep:3 dir:/a=b ");
	expect("#CKPT required", 0, "ckpt:required ");
	expect("#CKPTX no\n #CKPT no\n# CKPT no\n#CKPT\n#CKPT \n", 0, "");
	expect("#CKPT stop=1 auto\n#CKPT no\n", -1, "stop:1 ");
	if (directives_read("/nowhere", hear, NULL)) {
		printf("a script that is not there has directives\n");
		failed = 1;
	}
	return failed;
}
