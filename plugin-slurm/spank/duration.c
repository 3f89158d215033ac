#include "duration.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>

#define FIELDS 3

/* Reads up to FIELDS numbers between colons; returns how many, or -1. */
static int fields(const char *text, unsigned long *field)
{
	char *end;

	for (int count = 0; count < FIELDS; text = end + 1) {
		if (!isdigit((unsigned char)*text))
			return -1;
		field[count++] = strtoul(text, &end, 10);
		if (field[count - 1] > UINT32_MAX)
			return -1;
		if (*end != ':')
			return *end ? -1 : count;
	}
	return -1;
}

static int sum(bool with_days, unsigned long days, int count, const unsigned long *field, uint32_t *seconds)
{
	static const unsigned long AFTER_DAYS[FIELDS] = { 3600, 60, 1 };
	static const unsigned long ALONE[FIELDS][FIELDS] = { { 60 }, { 60, 1 }, { 3600, 60, 1 } };
	unsigned long total = days * 86400;

	for (int i = 0; i < count; i++)
		total += field[i] * (with_days ? AFTER_DAYS[i] : ALONE[count - 1][i]);
	if (total == 0 || total > UINT32_MAX)
		return -1;
	*seconds = (uint32_t)total;
	return 0;
}

int duration_read(const char *text, uint32_t *seconds)
{
	unsigned long days = 0, field[FIELDS];
	bool with_days;
	char *end;
	int count;

	days = strtoul(text, &end, 10);
	with_days = isdigit((unsigned char)*text) && *end == '-';
	if (with_days && days > UINT32_MAX / 86400)
		return -1;
	count = fields(with_days ? end + 1 : text, field);
	return count < 0 ? -1 : sum(with_days, with_days ? days : 0, count, field, seconds);
}
