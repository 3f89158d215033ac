#include "directives.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK   "#CKPT"
#define WITHIN (1 << 16)
#define BLANKS " \t\r\n"

static int take_word(char *word, directive *take, void *context)
{
	char *equals = strchr(word, '=');

	if (!equals)
		return take(context, "ckpt", word);
	*equals = '\0';
	return take(context, word, equals + 1);
}

static int take_line(char *line, directive *take, void *context)
{
	char *rest, *word = line + strlen(MARK);

	if (strncmp(line, MARK, strlen(MARK)) || !isspace((unsigned char)*word))
		return 0;
	for (word = strtok_r(word, BLANKS, &rest); word; word = strtok_r(NULL, BLANKS, &rest))
		if (take_word(word, take, context))
			return -1;
	return 0;
}

int directives_read(const char *script, directive *take, void *context)
{
	FILE *text = fopen(script, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int ended = 0;

	for (ssize_t left = WITHIN; text && !ended && left > 0; left -= length) {
		length = getline(&line, &room, text);
		if (length < 0)
			break;
		ended = take_line(line, take, context);
	}
	free(line);
	if (text)
		fclose(text);
	return ended;
}
